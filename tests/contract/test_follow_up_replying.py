# ruff: noqa: F401
from tests.follow_up.signatures.test_replying import (
    office,
    test_a_reply_may_hold_what_no_ledger_can,
    test_a_second_reply_does_not_sign_what_was_asked_before,
    test_an_answer_to_the_call_to_approve_signs_for_nobody,
    test_the_answer_to_an_order_is_not_taken_for_the_next_that_nobody_has_read_yet,
)
