"""Checks of conditions: whether any decision can meet them, at a level where their measure is in force."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import product
from math import floor

from gateway.plans.faults import Fault
from gateway.plans.measures import MONTH_DAYS
from gateway.plans.model import Fact, Measure, Plan
from gateway.vocabulary import LEVEL_WORDS, LEVELS, Level, rank

# What a decision may state (gateway/decisions/values.py): nothing beyond it is ever a fact.
DOMAINS = {"daily_aqi": (0, 1000), "humidity_percent": (0, 100), "temperature_c": (-60, 60)}


def conditions(plan: Plan) -> Iterator[Fault]:
    """Every condition can be met: by itself, within the plan's validity, and at one of its levels."""
    for i, measure in enumerate(plan.measures):
        condition = measure.condition
        if condition is None:
            continue
        for part in ("all_of", "any_of"):
            for j, fact in enumerate(getattr(condition, part)):
                yield from _days_exist(("measures", i, "condition", part, j), fact)
        ways = [[fact] for fact in condition.any_of] or [condition.all_of]
        for j, way in enumerate(ways):
            if _possible(way, plan):
                continue
            where = ("any_of", j) if condition.any_of else ("all_of",)
            yield Fault(
                ("measures", i, "condition", *where),
                "PLAN_CONDITION_IMPOSSIBLE",
                f"“{measure.id}”的条件永远不能成立（彼此矛盾、超出决定能写的范围，或不在有效期内）",
                f"the condition of {measure.id} can never hold: it contradicts itself, lies beyond what a"
                " decision may state, or outside the plan's validity",
            )
        levels = _levels_of(plan, measure)
        if any(_possible(way, plan) for way in ways) and not any(
            _possible([*way, *limits], plan)
            for level, way in product(levels, ways)
            for limits in _limits(plan, level)
        ):
            words = "、".join(LEVEL_WORDS[level] for level in levels)
            yield Fault(
                ("measures", i, "condition"),
                "PLAN_CONDITION_LEVEL",
                f"“{measure.id}”的条件与{words}预警的分级标准不能同时成立",
                f"the condition of {measure.id} cannot hold together with the level rule of:"
                f" {', '.join(levels)}",
                "warning",  # an upper order may start a level without its thresholds
            )


def _levels_of(plan: Plan, measure: Measure) -> list[Level]:
    """The levels at which the measure may be in force."""
    if not plan.measures_carry_on:
        return [measure.level]
    return [level for level in LEVELS if rank(level) >= rank(measure.level)]


def _limits(plan: Plan, level: Level) -> Iterable[list[Fact]]:
    """What each way to meet the level says of the same facts; one that says nothing without a rule."""
    ways: list[list[Fact]] = []
    for rule in (each for each in plan.level_rules if each.level == level):
        named = [[Fact(fact="pollutant", equals=each)] for each in rule.pollutants or ()] or [[]]
        for entry, pollutant in product(filter(None, rule.any_of), named):
            highest = Fact(fact="daily_aqi", above=max(threshold.above for threshold in entry))
            ways.append([highest, *pollutant])
    return ways or [[]]


def _possible(facts: Sequence[Fact], plan: Plan) -> bool:
    """Whether one decision may state all of the facts."""
    return (
        all(_range_possible(name, [fact for fact in facts if fact.fact == name]) for name in DOMAINS)
        and len({fact.equals for fact in facts if fact.equals}) <= 1
        and bool(_days(facts, plan))
    )


def _range_possible(name: str, facts: Sequence[Fact]) -> bool:
    low, high = map(float, DOMAINS[name])
    low_out = high_out = False  # whether the bound itself is left out
    for fact in facts:
        if fact.at_least is not None and fact.at_least > low:
            low, low_out = fact.at_least, False
        if fact.above is not None and fact.above >= low:
            low, low_out = fact.above, True
        if fact.at_most is not None and fact.at_most < high:
            high, high_out = fact.at_most, False
        if fact.below is not None and fact.below <= high:
            high, high_out = fact.below, True
    if name == "daily_aqi":  # a whole number
        first = floor(low) + 1 if low_out or low % 1 else low
        last = -floor(-high) - 1 if high_out else floor(high)
        return first <= last
    return low < high or (low == high and not low_out and not high_out)


def _days(facts: Sequence[Fact], plan: Plan) -> set[str]:
    """The month-days that all windows hold and that the plan's validity meets."""
    days = set(MONTH_DAYS)
    for opens, closes in (fact.within for fact in facts if fact.within):
        if opens <= closes:
            days = {day for day in days if opens <= day <= closes}
        else:
            days = {day for day in days if day >= opens or day <= closes}
    first, last = plan.validity.valid_from, plan.validity.valid_until
    if first and last and first <= last:  # else the validity itself is the fault
        days &= {f"{first + timedelta(days=day):%m-%d}" for day in range(min((last - first).days, 365) + 1)}
    return days


def _days_exist(path: tuple[str | int, ...], fact: Fact) -> Iterator[Fault]:
    for day in fact.within or ():
        if day not in MONTH_DAYS:
            yield Fault(
                (*path, "within"),
                "PLAN_DATE",
                f"没有“{day}”这一天",
                f"there is no day {day}",
            )
