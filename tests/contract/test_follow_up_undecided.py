# ruff: noqa: F401
from tests.follow_up.upkeep.test_undecided import (
    broadcast,
    bureau,
    test_a_second_unknown_waits_for_a_person_with_its_number_masked,
    test_what_a_person_sends_once_more_is_marked_and_may_arrive,
    test_who_decided_stands_in_the_audit_trail,
)
