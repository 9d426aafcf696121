"""A season as a calendar: for each day the highest level that was in force, by China's time."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from gateway.decisions.model import Decision
from gateway.ledger.decisions.episodes import Episode
from gateway.moments import BEIJING, local
from gateway.vocabulary import LEVELS

Mark = Literal["hint", "tip", "yellow", "orange", "red"]
MARKS: tuple[Mark, ...] = ("tip", "hint", *LEVELS)  # rising: the highest of a day is shown
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A decision of an episode and from when until when what it said was in force (`until` not included); a
    hint and a tip stand for the day of their decision. `open`: nothing has ended it; `until` is then when
    it is expected to end, or now where that has passed or is not known."""

    episode: str
    decision_id: str
    broadcast_id: int
    mark: Mark
    area: tuple[str, ...]
    since: datetime
    until: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Day:
    """`span`: the decision that its highest level came from; None: nothing was in force. `ahead`: it is yet
    to come, and what is shown is expected."""

    date: date
    span: Span | None
    ahead: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Its weeks from Monday on; days of other months are None."""

    year: int
    month: int
    weeks: tuple[tuple[Day | None, ...], ...]

    @property
    def days(self) -> list[Day]:
        """Its days."""
        return [day for week in self.weeks for day in week if day is not None]


def spans(episode: Episode, now: datetime) -> list[Span]:
    """What was in force through an episode's decisions that count, oldest first."""
    read = [(each, Decision.model_validate_json(each.document)) for each in episode.counting]
    found = []
    for place, (each, decision) in enumerate(read):
        mark: Mark
        if each.warns and each.level is not None:
            mark = each.level
            since = local(decision.starts_at)
            ends = [local(later.starts_at) for after, later in read[place + 1 :] if after.kind != "tip"]
            until = min(ends) if ends else max(now, decision.expected_end_at or now)
            if ends and until <= since:
                continue  # another took its place before it began
        elif each.kind in ("hint", "tip"):
            mark = "hint" if each.kind == "hint" else "tip"
            since = local(decision.decided_at)
            ends, until = [since], since
        else:
            continue
        found.append(
            Span(
                episode.id,
                each.decision_id,
                each.broadcast_id,
                mark,
                tuple(decision.area),
                since,
                max(local(until), since),
                not ends,
            )
        )
    return found


def months(found: Iterable[Span], first: date, last: date, today: date) -> list[Month]:
    """The calendar from the month of one day through that of another."""
    by_day: dict[date, Span] = {}
    for span in sorted(found, key=lambda span: (MARKS.index(span.mark), span.since)):
        for day in days_of(span):
            by_day[day] = span  # the highest comes last
    listed = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        weeks = calendar.Calendar().monthdatescalendar(year, month)
        listed.append(
            Month(
                year,
                month,
                tuple(
                    tuple(
                        Day(day, by_day.get(day), day > today) if day.month == month else None for day in week
                    )
                    for week in weeks
                ),
            )
        )
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return listed


def days_of(span: Span) -> list[date]:
    """The days on which a span was in force, if only for a minute."""
    last = span.until.date()
    if span.until.time() == time(0) and span.until > span.since:
        last -= _DAY  # until midnight: the day that begins then is not meant
    first = span.since.date()
    return [first + _DAY * number for number in range((last - first).days + 1)]


def totals(listed: Iterable[Month]) -> dict[Mark, int]:
    """How many days each mark was the highest on, those to come left out."""
    found = dict.fromkeys(MARKS, 0)
    for month in listed:
        for day in month.days:
            if day.span is not None and not day.ahead:
                found[day.span.mark] += 1
    return found


def heating_season(year: int) -> tuple[date, date]:
    """The months from October of a year through March of the next, by their first days."""
    return date(year, 10, 1), date(year + 1, 3, 1)


def season_of(day: date) -> int:
    """The year in which the heating season of a day began; of a day in summer the one that is over."""
    return day.year if day.month >= 10 else day.year - 1


def begins(day: date) -> datetime:
    """The first moment of a day in China."""
    return datetime.combine(day, time(0), BEIJING)
