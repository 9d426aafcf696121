# ruff: noqa: F401
from tests.follow_up.signatures.test_escalation import (
    office,
    test_a_signature_ends_it_at_once_and_takes_back_what_is_still_queued,
    test_another_decision_ends_it_with_its_launch,
    test_steps_that_came_due_while_nothing_ran_are_taken_one_after_the_other,
    test_two_plants_that_share_a_deputy_are_each_chased,
    test_without_a_signature_the_next_contacts_are_told_and_then_a_person_calls,
)
