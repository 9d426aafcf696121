# ruff: noqa: F401
from tests.broadcasts.conftest import bureau
from tests.broadcasts.launching.test_following import (
    test_a_lift_with_the_prepared_words_leaves_in_one_step,
    test_another_decision_in_between_makes_a_submitted_one_stale,
    test_in_one_step_a_second_press_changes_nothing,
    test_retracting_a_change_reaches_those_again_whom_it_had_dropped,
    test_who_is_dropped_by_a_change_gets_the_end_in_the_same_broadcast,
)
