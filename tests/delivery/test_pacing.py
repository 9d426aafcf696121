"""No stretch of time sees more messages than the vendor allows, whenever they come and however bunched."""

from bisect import bisect_left
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.pacing import Pace


def departures(pace: Pace, wanted: list[tuple[int, int]]) -> list[float]:
    """When messages leave that are asked for as (milliseconds later, how many)."""
    now, paid = 1_000_000, 0.0
    left: list[float] = []
    for later, count in wanted:
        now += later
        waiting = count
        while waiting:
            now = max(now, ceil(pace.next_at(paid)))
            leaving = min(waiting, pace.allowance(paid, now))
            left += [now] * leaving
            paid = pace.spent(paid, now, leaving)
            waiting -= leaving
    return left


@given(
    messages=st.integers(1, 100),
    seconds=st.sampled_from([1.0, 60.0, 180.0]),
    per_second=st.floats(0.01, 1000),
    wanted=st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 40)), min_size=1, max_size=12),
)
def test_no_window_holds_more_than_nine_tenths(
    messages: int, seconds: float, per_second: float, wanted: list[tuple[int, int]]
) -> None:
    left = departures(Pace.of(per_second, [(messages, seconds)]), wanted)
    most = max(1, int(0.9 * messages))
    for place, moment in enumerate(left):
        assert bisect_left(left, moment + seconds * 1000 - 1) - place <= most


def test_the_parts_of_a_few_notices_leave_a_wecom_group_at_once() -> None:
    pace = Pace.of(0.3, [(20, 60.0)])
    assert departures(pace, [(0, 9)]) == [1_000_000] * 9


def test_a_lane_without_windows_keeps_its_rate() -> None:
    left = departures(Pace.of(50), [(0, 500)])
    assert left[-1] - left[0] == pytest.approx(10_000, rel=0.02)


def test_what_a_restart_remembers_paces_on() -> None:
    pace = Pace.of(10, [(20, 60.0)])
    paid = pace.spent(0.0, 1_000_000, pace.burst)
    assert pace.next_at(float(int(paid) + 1)) > 1_000_000


def test_what_was_paid_before_the_clock_was_set_back_holds_nothing_up() -> None:
    pace = Pace.of(200)
    paid = pace.spent(0, 3_600_000, pace.burst)
    assert pace.owed(paid, 3_600_000) == paid
    back = pace.owed(paid, 0)
    assert pace.next_at(back) <= pace.interval
    assert pace.allowance(back, 0) == 1
