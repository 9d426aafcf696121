# ruff: noqa: F401
from tests.accounts.conftest import office
from tests.accounts.test_addresses import (
    telephones,
    test_a_code_ends_after_five_tries_a_quarter_of_an_hour_or_with_the_next,
    test_the_old_number_is_told_until_the_new_one_is_proved,
)
from tests.accounts.test_changes import (
    one,
    test_a_proposal_is_good_for_a_day_and_once,
    test_a_proposed_account_is_there_once_another_confirms,
    test_the_order_of_routes_is_decided_by_two_and_outlives_a_restart,
    two,
)
from tests.accounts.test_signing_in import (
    test_a_code_signs_in_once,
    test_a_recovery_code_stands_for_a_code_once,
    test_a_sign_in_ends_half_an_hour_unused_and_after_twelve_hours,
    test_an_invitation_signs_in_with_the_password_that_it_sets,
    test_every_sign_in_has_another_token_and_ends_the_one_it_replaces,
    test_sign_ins_are_kept_for_four_hundred_days,
)
from tests.accounts.test_users import (
    test_a_reset_voids_password_codes_and_sign_ins_and_earlier_invitations,
    test_an_account_that_is_back_has_its_rights_and_needs_a_new_password,
)
