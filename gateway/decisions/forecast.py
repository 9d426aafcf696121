"""Reads a forecast as DESIGN section 6 says: runs of days, episodes, and the level they give.

The day's upper end (`high`) decides; n consecutive calendar dates above a value are n × 24 hours;
"above" is strict and a duration includes its figure; a date without a value breaks a run and counts
into the gap. Dates are China Standard Time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from gateway.decisions.model import Decision
from gateway.moments import local
from gateway.plans.model import LevelRule, Plan, Threshold
from gateway.vocabulary import Level, Pollutant, rank

DAY = timedelta(days=1)

Highs = dict[date, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive dates above a value, both ends included."""

    first: date
    last: date

    @property
    def hours(self) -> int:
        """24 for each date."""
        return 24 * ((self.last - self.first).days + 1)


@dataclass(frozen=True, slots=True)
class Episode:
    """One pollution episode: its peaks (runs that reach a level by themselves) and its level.

    Two or more peaks stand in one episode because the gap between them is too short to lift.
    """

    peaks: tuple[Run, ...]
    level: Level

    @property
    def span(self) -> Run:
        """From its first to its last date, the gaps between its peaks included."""
        return Run(self.peaks[0].first, self.peaks[-1].last)


def level_by_forecast(plan: Plan, decision: Decision) -> Level | None:
    """The level that the plan's rules give for the forecast (and measurements) alone; None for none."""
    episode, _ = judged(plan, decision)
    return episode.level if episode else None


def judged(plan: Plan, decision: Decision) -> tuple[Episode | None, tuple[Episode, ...]]:
    """The episode that the decision is judged by, and the later ones.

    It is the one that `starts_at` falls in (its gaps included), else the next that begins. After
    the last one there is none, unless the decision rests on measurements: that episode is under way.
    """
    found = episodes(plan, daily_highs(decision), decision.forecast.primary_pollutant)
    start = local(decision.starts_at).date()
    ahead = tuple(episode for episode in found if episode.span.last >= start)
    if ahead:
        return ahead[0], ahead[1:]
    if found and decision.basis.kind == "monitored":
        return found[-1], ()
    return None, ()


def daily_highs(decision: Decision) -> Highs:
    """Each date's deciding AQI. For a `monitored` basis the measured days come first, as one run with
    the forecast: the last of them is the day before the first forecast day, or, without a forecast,
    the day of `decided_at`."""
    highs = {day.date: day.high for day in decision.forecast.days}
    if decision.basis.kind == "monitored" and decision.observed is not None:
        last = min(highs) - DAY if highs else local(decision.decided_at).date()
        for back, value in enumerate(reversed(decision.observed.daily_aqi)):
            highs[last - back * DAY] = value
    return highs


def episodes(plan: Plan, highs: Highs, pollutant: Pollutant | None) -> tuple[Episode, ...]:
    """The episodes in these days, in order, by the plan's level rules and merge rule.

    A run of polluted days that reaches no level by itself is no peak and joins nothing.
    """
    rules = _rules(plan, pollutant)
    if not rules:
        return ()
    peaks = [run for run in runs(highs, _values(rules)[0]) if _level(rules, highs, run) is not None]
    groups: list[list[Run]] = []
    for peak in peaks:
        if groups and _gap_hours(groups[-1][-1], peak) < _gap_to_lift(plan):
            groups[-1].append(peak)
        else:
            groups.append([peak])
    found = []
    for group in groups:
        level = _level(rules, highs, Run(group[0].first, group[-1].last))
        if level is not None:
            found.append(Episode(tuple(group), level))
    return tuple(found)


def longest_hours(plan: Plan, decision: Decision, span: Run) -> dict[int, int]:
    """For each AQI value of the plan's rules, rising: the hours of the longest run above it within the
    span. Values that no day exceeds are left out."""
    highs = _within(daily_highs(decision), span)
    values = _values(_rules(plan, decision.forecast.primary_pollutant))
    hours = {above: max((run.hours for run in runs(highs, above)), default=0) for above in values}
    return {above: longest for above, longest in hours.items() if longest}


def runs(highs: Highs, above: int) -> tuple[Run, ...]:
    """The unbroken runs of dates whose value is above `above`, in order."""
    found: list[Run] = []
    for day in sorted(day for day, value in highs.items() if value > above):
        if found and day - found[-1].last == DAY:
            found[-1] = Run(found[-1].first, day)
        else:
            found.append(Run(day, day))
    return tuple(found)


def _rules(plan: Plan, pollutant: Pollutant | None) -> list[LevelRule]:
    return [rule for rule in plan.level_rules if rule.pollutants is None or pollutant in rule.pollutants]


def _values(rules: list[LevelRule]) -> list[int]:
    return sorted({threshold.above for rule in rules for entry in rule.any_of for threshold in entry})


def _within(highs: Highs, span: Run) -> Highs:
    return {day: high for day, high in highs.items() if span.first <= day <= span.last}


def _gap_hours(earlier: Run, later: Run) -> int:
    return 24 * ((later.first - earlier.last).days - 1)


def _gap_to_lift(plan: Plan) -> int:
    """Hours below which a gap does not part two peaks; 0 where the plan merges nothing."""
    return plan.lower_or_lift.forecast_hours if plan.merge and plan.lower_or_lift else 0


def _level(rules: list[LevelRule], highs: Highs, span: Run) -> Level | None:
    """The highest level whose rule is met within the span."""
    within = _within(highs, span)
    met = [rule.level for rule in rules if any(_met(within, entry) for entry in rule.any_of)]
    return max(met, key=rank) if met else None


def _met(highs: Highs, thresholds: list[Threshold]) -> bool:
    return bool(thresholds) and all(
        any(run.hours >= threshold.hours for run in runs(highs, threshold.above)) for threshold in thresholds
    )
