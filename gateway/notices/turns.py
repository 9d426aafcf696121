"""Whose turn it is in a rotation (轮流停产), in absolute dates, where the plan says how batches turn. Pure.

No plan that only limits the number of batches says when a batch's turn comes: then nothing is worked out,
and the words say whom to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gateway.moments import local
from gateway.notices import chinese, english
from gateway.plans.model import Rotation

Span = tuple[datetime, datetime]
Why = Literal["", "no_rule", "not_in_rule"]

_SHOWN = 3  # turns of one batch that are told; the rest follow from them


@dataclass(frozen=True, slots=True)
class Period:
    """From when a decision's words hold, until its expected end (None: it is open)."""

    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One batch's turn, printed. `spans`: from when until when it stops (「1月12日0时至1月14日0时」), in
    Chinese and English; `more`: others follow in the same order. `next_begins`: where its turn does not
    come before the expected end, when it would. `begins`: the first moment of `spans`. `why`: why nothing
    is known."""

    spans: tuple[str, ...] = ()
    spans_en: tuple[str, ...] = ()
    more: bool = False
    next_begins: str = ""
    next_begins_en: str = ""
    begins: datetime | None = None
    why: Why = ""


@dataclass(frozen=True, slots=True)
class Rota:
    """The turns of all batches: they are counted from `since`, when the level in force began to hold
    without a break; an extension goes on with them, another level begins anew.

    `former`: the period that the decision before it told of the same level, None where there is none.
    """

    rotation: Rotation | None
    since: datetime
    period: Period
    former: Period | None = None

    def turn(self, batch: int) -> Turn:
        """The turn of a batch within the period."""
        rule = self.rotation.turn if self.rotation is not None else None
        if rule is None:
            return Turn(why="no_rule")
        if batch > rule.batches:
            return Turn(why="not_in_rule")
        spans = self._spans(batch, self.period, _SHOWN + 1)
        if spans and self.period.ends is not None and spans[0][0] >= self.period.ends:
            begins = spans[0][0]
            return Turn(
                next_begins=chinese.hour(begins, year=False), next_begins_en=english.hour(begins, year=True)
            )
        shown = [
            (begins, min(ends, self.period.ends) if self.period.ends else ends)
            for begins, ends in spans
            if self.period.ends is None or begins < self.period.ends
        ]
        return Turn(
            tuple(
                f"{chinese.hour(begins, year=False)}至{chinese.hour(ends, year=False)}"
                for begins, ends in shown[:_SHOWN]
            ),
            tuple(
                f"from {english.hour(begins, year=True)} to {english.hour(ends, year=True)}"
                for begins, ends in shown[:_SHOWN]
            ),
            more=len(shown) > _SHOWN,
            begins=shown[0][0],
        )

    def changed(self, batch: int) -> bool:
        """Whether the batch's turns are others than it was told before."""
        if self.former is None or self.rotation is None or self.rotation.turn is None:
            return False
        if batch > self.rotation.turn.batches:
            return False
        return self._within(batch, self.period) != self._within(batch, self.former)

    def _within(self, batch: int, period: Period) -> Sequence[Span]:
        """What is still to come of the batch's turns in a period, from the start of this decision's."""
        return [
            (max(begins, self.period.starts), min(ends, period.ends) if period.ends else ends)
            for begins, ends in self._spans(batch, Period(self.period.starts, period.ends), _SHOWN + 1)
            if period.ends is None or begins < period.ends
        ]

    def _spans(self, batch: int, period: Period, number: int) -> list[Span]:
        """The first turns of the batch that are not over when the period begins."""
        if self.rotation is None or self.rotation.turn is None:
            return []
        rule = self.rotation.turn
        length = timedelta(hours=rule.hours)
        begins = _origin(self.since, at_midnight=rule.begins == "midnight") + (batch - 1) * length
        cycle = rule.batches * length
        if begins + length <= period.starts:
            begins += (period.starts - begins - length) // cycle * cycle
            while begins + length <= period.starts:
                begins += cycle
        return [(begins + place * cycle, begins + length + place * cycle) for place in range(number)]


def _origin(since: datetime, *, at_midnight: bool) -> datetime:
    """When the first batch's turn begins: at the start, or at the first 0:00 not before it."""
    if not at_midnight:
        return since
    midnight = local(since).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == local(since) else midnight + timedelta(days=1)
