# ruff: noqa: F401
from tests.follow_up.signatures.test_board import (
    office,
    test_a_call_is_open_although_another_page_is_shown_but_never_of_another_area,
    test_it_is_narrowed_by_sector_step_and_deadline,
    test_pages_go_through_everybody_once_in_any_order,
    test_whoever_opened_its_page_or_was_told_counts_as_reached_though_no_receipt_came,
)
