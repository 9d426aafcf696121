from datetime import UTC, datetime

import pytest

from gateway.directory.night import at_night, quiet_end
from gateway.moments import BEIJING


def at(words: str) -> datetime:
    return datetime.fromisoformat(f"2024-01-08 {words}").replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("clock", "night"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:29", True), ("06:30", False), ("12:00", False)],
)
def test_night_is_from_ten_to_half_past_six_in_china(clock: str, night: bool) -> None:
    assert at_night(at(clock)) is night
    assert at_night(at(clock).astimezone(UTC)) is night


@pytest.mark.parametrize(
    ("clock", "hours", "end"),
    [
        ("23:10", ("22:00", "06:00"), "2024-01-09T06:00:00+08:00"),
        ("05:59", ("22:00", "06:00"), "2024-01-08T06:00:00+08:00"),
        ("06:00", ("22:00", "06:00"), None),
        ("12:30", ("12:00", "14:00"), "2024-01-08T14:00:00+08:00"),
        ("14:00", ("12:00", "14:00"), None),
        ("11:59", ("12:00", "14:00"), None),
        ("12:00", ("12:00", "12:00"), None),
    ],
)
def test_quiet_hours_end_where_they_say_over_midnight_too(
    clock: str, hours: tuple[str, str], end: str | None
) -> None:
    found = quiet_end(at(clock).astimezone(UTC), *hours)
    assert (found.isoformat() if found else None) == end
