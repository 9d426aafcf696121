# ruff: noqa: F401
from tests.follow_up.campaigns.test_campaigns import (
    office,
    test_a_campaign_ends_by_itself_and_its_answers_are_summed_up,
    test_a_denied_number_stays_out_of_use_until_it_is_confirmed,
    test_a_warning_leaves_before_questions_that_have_waited_longer,
    test_a_wrong_number_heard_in_a_call_is_listed_until_it_is_mended,
    test_counters_and_the_audit_trail_agree_with_a_campaign,
    test_nobody_is_asked_twice_within_thirty_days,
    test_two_who_start_the_same_at_once_ask_once,
)
