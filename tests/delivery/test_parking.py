"""How long a lane rests."""

from channels.contract import Reason, Scope
from gateway.delivery.parking import PARKS, longest_park, park_length


def test_every_reason_of_a_lane_has_its_rest() -> None:
    assert set(PARKS) == {reason for reason in Reason if reason.scope is Scope.LANE}
    assert all(first <= longest for first, longest in PARKS.values())


def test_the_provider_knows_best_how_long() -> None:
    assert park_length(Reason.RATE_LIMITED, 7.0) == 7000
    assert park_length(Reason.RATE_LIMITED, None) == PARKS[Reason.RATE_LIMITED][0]


def test_what_no_table_names_rests_for_seconds() -> None:
    assert park_length(Reason.TIMEOUT, None) <= longest_park(Reason.TIMEOUT) == 60_000
