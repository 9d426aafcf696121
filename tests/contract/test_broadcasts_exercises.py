# ruff: noqa: F401
from tests.broadcasts.conftest import bureau
from tests.broadcasts.preparing.test_exercises import (
    drill,
    test_a_drill_goes_the_whole_way_through_its_own_lanes_people_and_counters,
    test_a_drills_address_on_a_real_list_stops_before_it_becomes_a_delivery,
    test_no_row_of_the_ledger_takes_a_drill_to_the_real_thing_or_back,
)
