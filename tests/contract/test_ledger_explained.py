# ruff: noqa: F401
from tests.ledger.delivery.test_explained import (
    office,
    test_the_areas_of_a_decision_are_those_that_whoever_acts_must_be_for,
    test_who_was_not_reached_is_found_by_the_reason_page_by_page,
)
