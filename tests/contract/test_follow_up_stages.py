# ruff: noqa: F401
from tests.follow_up.signatures.test_stages import (
    office,
    test_somebody_of_one_area_sees_the_steps_of_theirs_alone,
    test_steps_are_read_page_by_page_the_last_first,
    test_what_was_done_is_counted_and_told_by_organisation,
)
