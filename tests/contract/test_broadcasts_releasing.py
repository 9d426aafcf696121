# ruff: noqa: F401
from tests.broadcasts.conftest import bureau
from tests.broadcasts.launching.test_releasing import (
    test_a_cancel_has_its_all_clear_form_beside_it_where_somebody_takes_it,
    test_a_second_episode_beside_has_a_chain_and_a_code_of_its_own,
    test_a_system_in_an_area_that_a_change_drops_takes_the_same_update,
    test_a_warning_from_its_start_to_its_lift_is_one_chain,
    test_no_statement_changes_what_was_released,
)
from tests.follow_up.obligations.test_renewing import (
    test_it_is_renewed_before_it_runs_out_and_again,
    test_what_no_longer_counts_is_not_renewed,
)
