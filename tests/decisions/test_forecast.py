from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decisions.forecast import Run, daily_highs, episodes, judged, level_by_forecast, runs
from gateway.vocabulary import Level, rank
from tests.decisions.examples import FIRST_DAY, changed, decision, zhengzhou

Highs = Sequence[int | None]


@pytest.mark.parametrize(
    ("highs", "level"),
    [
        ([], None),
        ([150, 150, 150], None),
        ([151], None),
        ([151, 151], "yellow"),  # 48 h exactly
        ([151, 151, 150], "yellow"),
        ([151, 151, 151], "orange"),  # 72 h exactly
        ([200], None),
        ([201], "yellow"),
        ([201, 201], "orange"),
        ([201, 200], "yellow"),
        ([201, 200, 200], "orange"),
        ([201, 201, 201], "orange"),
        ([201, 201, 300], "orange"),
        ([201, 201, 301], "red"),
        ([301, 201, 201], "red"),
        ([301, 301], "orange"),
        ([301, 200, 201, 201], "orange"),  # 300 is reached, but never 72 h above 200
        ([500], "yellow"),  # one day at 500 is not red
        ([500, 150, 150, 150], "yellow"),
        ([160, None, 160], None),  # a missing date breaks the run
        ([201, None, 201], "yellow"),
    ],
)
def test_thresholds_are_strict_and_durations_include_their_figure(highs: Highs, level: Level | None) -> None:
    assert level_by_forecast(zhengzhou(), decision(highs)) == level


@pytest.mark.parametrize(
    ("highs", "level", "later"),
    [
        ([210, 140, 210, 210], "orange", 0),  # 24 h between: one episode, at the higher level
        ([210, None, 210, 210], "orange", 0),
        ([210, 140, 140, 210, 210], "yellow", 1),  # 48 h between: two
        ([210, 140, None, 210, 210], "yellow", 1),
        ([310, 140, 210, 210, 210], "red", 0),  # 72 h and the day above 300 in one episode
        ([310, 140, 140, 210, 210, 210], "yellow", 1),
        ([210, 140, 210, 140, 210, 210], "orange", 0),  # a chain of three
        ([210, 140, 160, 140, 210, 210], "yellow", 1),  # a day that reaches no level bridges nothing
    ],
)
def test_peaks_are_one_episode_when_the_gap_is_too_short_to_lift(
    highs: Highs, level: Level, later: int
) -> None:
    episode, others = judged(zhengzhou(), decision(highs))
    assert episode is not None
    assert (episode.level, len(others)) == (level, later)


def test_a_gap_as_long_as_the_lift_condition_parts_two_peaks() -> None:
    rule = {**zhengzhou().lower_or_lift.model_dump(), "forecast_hours": 24}  # type: ignore[union-attr]
    assert level_by_forecast(changed(lower_or_lift=rule), decision([210, 140, 210, 210])) == "yellow"


def test_a_plan_without_a_merge_rule_keeps_every_peak_apart() -> None:
    assert level_by_forecast(changed(merge=None), decision([210, 140, 210, 210])) == "yellow"


@pytest.mark.parametrize(
    ("starts_at", "level"),
    [
        ("2024-01-09T00:00:00+08:00", "yellow"),  # the day before
        ("2024-01-10T12:00:00+08:00", "yellow"),  # noon of its only day
        ("2024-01-10T23:59:00+08:00", "yellow"),
        ("2024-01-11T00:00:00+08:00", "orange"),  # between the two: the next that begins
        ("2024-01-10T16:00:00+00:00", "orange"),  # the same moment, written in UTC
        ("2024-01-13T08:00:00+08:00", "orange"),
        ("2024-01-14T23:00:00+08:00", "orange"),
        ("2024-01-15T00:00:00+08:00", None),  # after both
    ],
)
def test_the_episode_of_the_start_is_judged(starts_at: str, level: Level | None) -> None:
    stated = decision([210, 140, 140, 210, 210], starts_at=starts_at, expected_end_at=None)
    assert level_by_forecast(zhengzhou(), stated) == level


def test_measured_days_come_before_the_forecast_as_one_run() -> None:
    stated = decision([180], basis={"kind": "monitored"}, observed={"daily_aqi": [190, 170]})
    assert daily_highs(stated) == {date(2024, 1, 8): 190, date(2024, 1, 9): 170, FIRST_DAY: 180}
    assert level_by_forecast(zhengzhou(), stated) == "orange"


def test_measured_days_count_only_for_a_decision_on_measurements() -> None:
    assert level_by_forecast(zhengzhou(), decision([180], observed={"daily_aqi": [190, 170]})) is None


def test_without_a_forecast_the_measurements_end_on_the_day_of_the_decision() -> None:
    stated = decision([], basis={"kind": "monitored"}, observed={"daily_aqi": [230, 250]})
    assert daily_highs(stated) == {date(2024, 1, 7): 230, date(2024, 1, 8): 250}
    assert level_by_forecast(zhengzhou(), stated) == "orange"  # under way, though it starts later


def test_rules_may_hold_for_one_pollutant_only() -> None:
    clause = {"path": "3.1", "lines": [1, 1]}
    plan = changed(
        level_rules=[
            {
                "level": "yellow",
                "pollutants": ["PM2.5"],
                "any_of": [[{"above": 200, "hours": 24}]],
                "clause": clause,
            },
            {
                "level": "yellow",
                "pollutants": ["O3"],
                "any_of": [[{"above": 150, "hours": 48}]],
                "clause": clause,
            },
            {"level": "orange", "any_of": [[{"above": 200, "hours": 48}]], "clause": clause},
        ]
    )
    for pollutant, highs, level in (
        ("O3", [160, 160], "yellow"),
        ("PM2.5", [160, 160], None),
        ("PM2.5", [210], "yellow"),
        ("O3", [210], None),
        (None, [210], None),
        (None, [210, 210], "orange"),
    ):
        stated = decision(highs, forecast={"primary_pollutant": pollutant})
        assert level_by_forecast(plan, stated) == level, (pollutant, highs)


def test_a_plan_without_thresholds_gives_no_level() -> None:
    assert level_by_forecast(changed(level_rules=[]), decision([500, 500, 500])) is None


def test_a_run_counts_whole_days() -> None:
    highs = {FIRST_DAY: 201, FIRST_DAY + timedelta(days=1): 200, FIRST_DAY + timedelta(days=2): 300}
    assert runs(highs, 200) == (Run(FIRST_DAY, FIRST_DAY), Run(date(2024, 1, 12), date(2024, 1, 12)))
    assert runs(highs, 199)[0].hours == 72


_highs = st.lists(st.none() | st.integers(100, 320), max_size=14)


@given(_highs, st.lists(st.integers(0, 200), min_size=14, max_size=14))
def test_the_highest_level_never_rises_when_highs_fall(highs: Highs, falls: list[int]) -> None:
    def highest(values: Highs) -> int:
        present = {FIRST_DAY + timedelta(days=n): high for n, high in enumerate(values) if high is not None}
        return max((rank(each.level) for each in episodes(zhengzhou(), present, "PM2.5")), default=0)

    lower = [high and max(0, high - fall) for high, fall in zip(highs, falls, strict=False)]
    assert highest(lower) <= highest(highs)


@given(_highs)
def test_episodes_are_apart_and_in_order(highs: Highs) -> None:
    present = {FIRST_DAY + timedelta(days=n): high for n, high in enumerate(highs) if high is not None}
    found = episodes(zhengzhou(), present, "PM2.5")
    for earlier, later in pairwise(found):
        assert (later.span.first - earlier.span.last).days - 1 >= 2  # 36 h are not over after one day
