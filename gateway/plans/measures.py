"""Which measures of a plan are in force at a level, given what the decision states.

A condition is settled (true or false) by the facts, or open where they do not say: an open one is
shown in words with its measure (DESIGN section 5).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.plans.model import Condition, Fact, Gap, Measure, Plan
from gateway.vocabulary import LEVELS, Level, Pollutant, rank

# of a leap year, as windows of dates name them (`02-29`)
MONTH_DAYS = frozenset(f"{date(2024, 1, 1) + timedelta(days=day):%m-%d}" for day in range(366))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision states that conditions ask for; None: not stated.

    `daily_aqi` is the highest daily AQI of forecast and measurement; humidity in percent, temperature
    in °C; `first_day` and `last_day` are the warning's calendar days in China Standard Time.
    """

    daily_aqi: int | None = None
    humidity_percent: float | None = None
    temperature_c: float | None = None
    pollutant: Pollutant | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class ResolvedMeasure:
    """A measure in force. `open`: the facts do not settle its condition, so its words go along."""

    measure: Measure
    open: bool


def resolve(plan: Plan, level: Level | None, facts: Facts) -> tuple[ResolvedMeasure, ...]:
    """The measures in force at `level`, in the order of the file; none without a level.

    Lower levels' measures belong to it where `measures_carry_on`. One whose condition is settled
    false is left out and replaces nothing. One that is open replaces nothing either: both stand, and
    the open one's condition tells the reader when it takes the other's place. A settled one replaces
    what it names even if it is itself replaced by a third.
    """
    settled = _settled(plan, level, facts)
    replaced = {name for measure, state in settled if state for name in measure.replaces}
    return tuple(
        ResolvedMeasure(measure, open=state is None)
        for measure, state in settled
        if state is not False and measure.id not in replaced
    )


def open_gaps(plan: Plan, level: Level | None, facts: Facts) -> tuple[Gap, ...]:
    """The gaps that the decision falls into at `level`, in the order of the file.

    That is: the facts settle the conditions of all the gap's measures as false, and at least one of
    these measures belongs to the level and is not replaced. Gaps of the same words count once.
    """
    settled = _settled(plan, level, facts)
    replaced = {name for measure, state in settled if state for name in measure.replaces}
    standing = {measure.id for measure, _ in settled} - replaced
    found: dict[tuple[str, tuple[str, ...]], Gap] = {}
    for gap in plan.gaps:
        if standing.isdisjoint(gap.between):
            continue
        if all(_state(plan.measure(name), facts) is False for name in gap.between):
            found.setdefault((gap.text, tuple(gap.readers)), gap)
    return tuple(found.values())


def settle(condition: Condition, facts: Facts) -> bool | None:
    """Whether the condition is met; None where the facts leave it open (three-valued logic)."""
    if condition.any_of:
        states = {_settle_fact(fact, facts) for fact in condition.any_of}
        return True if True in states else None if None in states else False
    states = {_settle_fact(fact, facts) for fact in condition.all_of}
    return False if False in states else None if None in states else True


def _settled(plan: Plan, level: Level | None, facts: Facts) -> list[tuple[Measure, bool | None]]:
    """The measures that belong to the level, each with the state of its condition."""
    if level is None:
        return []
    levels = {level}
    if plan.measures_carry_on:
        levels.update(lower for lower in LEVELS if rank(lower) < rank(level))
    return [(measure, _state(measure, facts)) for measure in plan.measures if measure.level in levels]


def _state(measure: Measure, facts: Facts) -> bool | None:
    return True if measure.condition is None else settle(measure.condition, facts)


def _settle_fact(fact: Fact, facts: Facts) -> bool | None:
    if fact.within is not None:
        return _days_within(fact.within, facts.first_day, facts.last_day)
    if fact.equals is not None:
        return None if facts.pollutant is None else facts.pollutant == fact.equals
    value = getattr(facts, fact.fact)
    if value is None:
        return None
    if fact.above is not None:
        return bool(value > fact.above)
    if fact.below is not None:
        return bool(value < fact.below)
    if fact.at_least is not None:
        return bool(value >= fact.at_least)
    return bool(value <= fact.at_most)


def _days_within(window: tuple[str, str], first: date | None, last: date | None) -> bool | None:
    """True if every day from `first` to `last` is in the window, False if none is, else None.

    Month-days such as `02-28` compare as text; a window whose end comes before its start wraps the new
    year. 29 February lies between 02-28 and 03-01, so it is in a window that ends on 02-29 or later.
    """
    if first is None or last is None:
        return None
    opens, closes = window
    states = set()
    for offset in range(min((last - first).days, 365) + 1):  # a year and a day meets every month-day
        day = first + timedelta(days=offset)
        month_day = f"{day.month:02}-{day.day:02}"
        if opens <= closes:
            states.add(opens <= month_day <= closes)
        else:
            states.add(month_day >= opens or month_day <= closes)
    return states.pop() if len(states) == 1 else None
