# ruff: noqa: F401
from tests.follow_up.obligations.test_turns import (
    bureau,
    test_a_crash_before_the_messages_are_made_loses_and_doubles_nothing,
    test_each_step_tells_whoever_gives_the_next,
    test_only_who_may_act_there_at_an_address_that_is_theirs_is_told,
    test_what_is_queued_for_a_step_that_is_done_never_leaves,
    test_who_does_not_act_is_told_once_more_and_then_the_drafter,
)
