# ruff: noqa: F401
from tests.orders.conftest import district
from tests.orders.test_life import (
    test_an_order_becomes_a_draft_at_its_level_and_is_owed_until_a_decision_takes_it,
    test_dismissing_says_why_and_lets_nothing_count_any_more,
)
from tests.orders.test_repeats import (
    test_an_alert_that_arrives_after_its_own_cancel_starts_nothing,
    test_another_message_under_a_known_name_is_refused_and_flagged,
)
from tests.orders.test_upstream import test_a_lift_waits_for_the_citys
