"""A whole example for an exercise: a forecast that reaches a level of the plan, in the plan's lead time.

People may launch it as it is, or change what they like. Its figures are invented, and its number says
that it is an exercise.
"""

from datetime import datetime, timedelta
from typing import Any

from gateway.moments import local
from gateway.plans.model import LevelRule, Plan
from gateway.vocabulary import Action, Level

ACTIONS: tuple[Action, ...] = ("issue",)  # for which there is one
_LEVELS: tuple[Level, ...] = ("orange", "yellow", "red")  # the first for which the plan has a rule
_OVER = 15  # AQI by which the forecast passes a threshold
_RANGE, _MEAN = 45, 20  # AQI from a day's upper end down to its lower end, and to its mean
_SPARE = timedelta(hours=1)  # to look at it, have it approved and launch it


def example(plan: Plan, now: datetime, number: int) -> dict[str, Any]:
    """What the document of a start says beside plan, action, area and issuer; the `number`-th of its year.
    `now`: aware."""
    rule = next(
        (each for level in _LEVELS for each in plan.level_rules if each.level == level and each.any_of), None
    )
    level = "orange" if rule is None else rule.level
    lead = timedelta(hours=0 if plan.lead_time is None else plan.lead_time.hours)
    starts_at = _next_hour(local(now) + lead + _SPARE)
    highs = _highs(rule)
    days = [
        {
            "date": str((starts_at + timedelta(days=number)).date()),
            "low": high - _RANGE,
            "high": high,
            "mean": high - _MEAN,
        }
        for number, high in enumerate(highs)
    ]
    pollutants = rule.pollutants if rule is not None else None
    document: dict[str, Any] = {
        "level": level,
        "starts_at": starts_at.isoformat(),
        "expected_end_at": (starts_at + timedelta(days=len(days))).isoformat(),
        "forecast": {
            "days": days,
            "aqi_range": {"low": min(highs) - _RANGE, "high": max(highs)},
            "aqi_mean": round(sum(high - _MEAN for high in highs) / len(highs)),
            "primary_pollutant": pollutants[0] if pollutants else "PM2.5",
        },
        "document_number": f"演练〔{starts_at.year}〕{number}号",
    }
    if plan.contiguous_scope is not None:
        counties = plan.contiguous_scope.counties
        document["scope"] = {"counties_meeting": counties, "contiguous_counties": counties}
    return document | _basis(plan, level)


def _highs(rule: LevelRule | None) -> list[int]:
    """Each day's upper end: just above what the rule's first way asks for so many days."""
    asked = [(200, 48)] if rule is None else [(each.above, each.hours) for each in rule.any_of[0]]
    days = [-(-hours // 24) for _, hours in asked]  # not one more: it could reach a higher level
    return [
        max(above for (above, _), length in zip(asked, days, strict=True) if day < length) + _OVER
        for day in range(max(days))
    ]


def _basis(plan: Plan, level: Level) -> dict[str, Any]:
    """The forecast; where the plan starts on orders alone, one that nobody sent, which is said."""
    exact = next((each for each in plan.grounds if each.effect == "exact"), None)
    if exact is None or any(each.effect == "forecast" for each in plan.grounds):
        return {"basis": {"kind": "own_forecast"}}
    by = exact.by[0] if exact.by else "上级"
    return {
        "basis": {"kind": exact.basis, "by": by, "level": level, "document": "演练指令（虚构）"},
        "special_reason": "演练：上级指令为虚构，不经系统下达。",
    }


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
