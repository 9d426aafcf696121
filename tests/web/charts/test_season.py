"""Which level was in force on which day, from the decisions that count."""

import json
from datetime import date, datetime
from typing import Any

from gateway.ledger.decisions.episodes import Episode, Launched
from gateway.moments import BEIJING
from gateway.web.charts.season import Month, Span, heating_season, months, season_of, spans, totals
from tests.documents import orange_start

NOW = datetime(2024, 1, 20, 9, tzinfo=BEIJING)


def launched(place: int, action: Any, level: Any, starts: str, ends: str | None = None) -> Launched:
    """A decision of an episode; moments as `01-10 12:00`."""
    document = orange_start(action=action, starts_at=moment(starts), decided_at=moment(starts))
    if ends is None:
        del document["expected_end_at"]
        document["open_ended"] = action != "lift"
    else:
        document["expected_end_at"] = moment(ends)
    if level is None:
        del document["level"]
    else:
        document["level"] = level
    return Launched(f"d{place}", place, action, level, None, json.dumps(document), kind=action)


def moment(words: str) -> str:
    return f"2024-{words.replace(' ', 'T')}:00+08:00"


def episode(*decisions: Launched, closed: bool = True) -> Episode:
    return Episode("e", "zhengzhou", False, 1 if closed else None, decisions)


def levels(found: list[Span]) -> dict[int, str]:
    """By day of January."""
    (january,) = months(found, date(2024, 1, 1), date(2024, 1, 1), NOW.date())
    return {day.date.day: day.span.mark for day in january.days if day.span is not None}


def test_a_day_has_the_highest_level_that_was_in_force_on_it() -> None:
    found = spans(
        episode(
            launched(1, "issue", "orange", "01-10 12:00", "01-13 12:00"),
            launched(2, "raise", "red", "01-12 08:00", "01-14 00:00"),
            launched(3, "lower", "yellow", "01-13 18:00", "01-15 00:00"),
            launched(4, "lift", None, "01-15 00:00"),
        ),
        NOW,
    )
    assert levels(found) == {10: "orange", 11: "orange", 12: "red", 13: "red", 14: "yellow"}


def test_what_nothing_has_ended_holds_until_now_or_its_expected_end() -> None:
    past = spans(episode(launched(1, "issue", "red", "01-18 12:00", "01-19 12:00"), closed=False), NOW)
    assert levels(past) == {18: "red", 19: "red", 20: "red"}
    ahead = spans(episode(launched(1, "issue", "red", "01-20 12:00", "01-22 12:00"), closed=False), NOW)
    assert levels(ahead) == {20: "red", 21: "red", 22: "red"}
    (january,) = months(ahead, date(2024, 1, 1), date(2024, 1, 1), NOW.date())
    assert [day.date.day for day in january.days if day.span is not None and day.ahead] == [21, 22]
    assert totals([january])["red"] == 1


def test_a_level_that_was_lifted_before_it_began_was_never_in_force() -> None:
    found = spans(
        episode(
            launched(1, "issue", "orange", "01-10 12:00", "01-13 12:00"),
            launched(2, "raise", "red", "01-14 12:00", "01-16 12:00"),
            launched(3, "lift", None, "01-12 18:00"),
        ),
        NOW,
    )
    assert levels(found) == {10: "orange", 11: "orange", 12: "orange"}


def test_a_hint_marks_its_day_and_a_retracted_start_none() -> None:
    hint = spans(episode(launched(1, "hint", "orange", "01-05 10:00", "01-06 10:00"), closed=False), NOW)
    assert levels(hint) == {5: "hint"}
    start = launched(1, "issue", "orange", "01-10 12:00", "01-13 12:00")
    retract = launched(2, "retract", "orange", "01-10 13:00", "01-13 12:00")
    assert spans(episode(start, retract), NOW) == []


def test_a_calendar_has_whole_months_in_weeks_from_monday() -> None:
    listed = months([], date(2023, 10, 1), date(2024, 3, 1), NOW.date())
    assert [(each.year, each.month) for each in listed] == [
        (2023, 10), (2023, 11), (2023, 12), (2024, 1), (2024, 2), (2024, 3),
    ]  # fmt: skip
    october: Month = listed[0]
    assert october.weeks[0][:6] == (None,) * 6
    assert october.weeks[0][6] is not None
    assert len(october.days) == 31


def test_a_heating_season_runs_from_october_through_march() -> None:
    assert heating_season(2025) == (date(2025, 10, 1), date(2026, 3, 1))
    assert [season_of(date(2026, month, 1)) for month in (1, 3, 4, 9, 10, 12)] == [
        2025, 2025, 2025, 2025, 2026, 2026,
    ]  # fmt: skip
