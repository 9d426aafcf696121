# ruff: noqa: F401
from tests.web.test_public_pages import (
    citizen,
    test_the_control_list_is_published_as_far_as_the_office_chooses,
    test_until_a_lift_for_later_the_warning_and_its_measures_stand,
)
