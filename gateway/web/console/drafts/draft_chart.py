"""The forecast as a picture beside its table: each day's range against the plan's thresholds, as shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gateway.decisions.model import ForecastDay
from gateway.plans.model import LevelRule, Plan
from gateway.vocabulary import LEVELS, Level

WIDTH, HEIGHT = 420, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 60, 12, 28
_HEADROOM = 40  # AQI above the highest value shown
_MOST_BAR = 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its range stands, where its mean, and what it says."""

    date: str
    label: str
    low: int
    high: int
    mean: int | None
    x: float
    width: float
    y: float
    height: float
    mean_y: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold of the plan. `levels`: those whose rules it is part of, the lowest first."""

    above: int
    levels: tuple[Level, ...]
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in units of the picture, which is `WIDTH` by `HEIGHT`."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    bottom: float = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Rule:
    """A level's rule in figures: any of `ways`, each of all its (above, hours)."""

    level: Level
    ways: tuple[tuple[tuple[int, int], ...], ...]
    clause: str


def chart(plan: Plan, document: Mapping[str, Any]) -> Chart | None:
    """The picture of the days that are filled in as they should be; None where there is none."""
    days = _days(document)
    if not days:
        return None
    values = sorted({each.above for rule in plan.level_rules for way in rule.any_of for each in way})
    top = max([*values, *(day.high for day in days)]) + _HEADROOM
    height = HEIGHT - _TOP - _BOTTOM

    def y(value: int) -> float:
        return round(_TOP + height * (1 - value / top), 1)

    step = (WIDTH - _LEFT - _RIGHT) / len(days)
    width = round(min(step * 0.6, _MOST_BAR), 1)
    bars = tuple(
        Bar(
            str(day.date),
            f"{day.date.month}-{day.date.day}",
            day.low,
            day.high,
            day.mean,
            round(_LEFT + step * place + (step - width) / 2, 1),
            width,
            y(day.high),
            max(round(y(day.low) - y(day.high), 1), 2.0),
            None if day.mean is None else y(day.mean),
        )
        for place, day in enumerate(days)
    )
    return Chart(bars, tuple(Line(value, _levels(plan.level_rules, value), y(value)) for value in values))


def rules(plan: Plan) -> list[Rule]:
    """The plan's thresholds in figures, the lowest level first."""
    found = [
        Rule(
            rule.level,
            tuple(tuple((each.above, each.hours) for each in way) for way in rule.any_of),
            str(rule.clause),
        )
        for rule in plan.level_rules
    ]
    return sorted(found, key=lambda rule: LEVELS.index(rule.level))


def _levels(found: Sequence[LevelRule], above: int) -> tuple[Level, ...]:
    levels = {rule.level for rule in found if any(each.above == above for way in rule.any_of for each in way)}
    return tuple(level for level in LEVELS if level in levels)


def _days(document: Mapping[str, Any]) -> list[ForecastDay]:
    forecast = document.get("forecast")
    stated = forecast.get("days") if isinstance(forecast, Mapping) else None
    found = {}
    for each in stated if isinstance(stated, list) else ():
        try:
            day = ForecastDay.model_validate(each)
        except ValidationError:
            continue
        found[day.date] = day
    return [found[date] for date in sorted(found)]
