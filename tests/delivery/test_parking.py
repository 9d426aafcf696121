"""When a lane rests."""

from channels.contract import Reason, Scope
from gateway.delivery.parking import PARKS, Breaker, park_length


def test_every_reason_of_a_lane_has_its_rest() -> None:
    assert set(PARKS) == {reason for reason in Reason if reason.scope is Scope.LANE}


def test_the_provider_knows_best_how_long() -> None:
    assert park_length(Reason.RATE_LIMITED, 7.0) == 7000
    assert park_length(Reason.RATE_LIMITED, None) == PARKS[Reason.RATE_LIMITED]


def test_a_few_requests_do_not_open_the_breaker() -> None:
    breaker = Breaker()
    assert [breaker.tripped_by(True) for _ in range(19)] == [None] * 19
    assert breaker.tripped_by(True) is not None


def test_one_in_twenty_is_borne_and_more_is_not() -> None:
    breaker = Breaker()
    for place in range(400):
        assert breaker.tripped_by(place % 20 == 19) is None
    assert breaker.tripped_by(True) == 60_000


def test_after_its_rest_a_lane_starts_with_a_clean_sheet() -> None:
    breaker = Breaker()
    while breaker.tripped_by(True) is None:
        pass
    assert [breaker.tripped_by(True) for _ in range(19)] == [None] * 19
