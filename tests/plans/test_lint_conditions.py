"""A condition that no decision can meet is found before it is needed."""

from datetime import date

import pytest

from gateway.decisions.model import Observed, Weather
from gateway.plans.condition_checks import DOMAINS
from gateway.plans.lint import Problem, lint
from tests.plans.small import line_with, small_plan

NO_WASHING = "      any_of: [{fact: humidity_percent, above: 50}, {fact: temperature_c, below: 5}]\n"
NO_SCHOOL = "{text: 日AQI达到500时, all_of: [{fact: daily_aqi, at_least: 500}]}"


def found(*changes: tuple[str, str]) -> list[Problem]:
    return [each for each in lint(small_plan(*changes)) if each.code.startswith(("PLAN_COND", "PLAN_DATE"))]


def with_facts(facts: str, *changes: tuple[str, str]) -> list[str]:
    """The codes for a condition of a yellow measure that asks for all of `facts`."""
    return [each.code for each in found((NO_WASHING, f"      all_of: [{facts}]\n"), *changes)]


@pytest.mark.parametrize(
    "facts",
    [
        "{fact: humidity_percent, above: 50}, {fact: humidity_percent, below: 50}",
        "{fact: humidity_percent, above: 60}, {fact: humidity_percent, at_most: 50}",
        "{fact: humidity_percent, at_least: 50}, {fact: humidity_percent, below: 50}",
        "{fact: humidity_percent, at_least: 50}, {fact: humidity_percent, above: 50},"
        " {fact: humidity_percent, at_most: 50}",
        "{fact: humidity_percent, at_most: 50}, {fact: humidity_percent, below: 50},"
        " {fact: humidity_percent, at_least: 50}",
        "{fact: humidity_percent, above: 100}",
        "{fact: humidity_percent, below: 0}",
        "{fact: temperature_c, at_least: 61}",
        "{fact: temperature_c, below: 5}, {fact: temperature_c, above: 5}",
        "{fact: daily_aqi, above: 1000}",
        "{fact: daily_aqi, above: 300}, {fact: daily_aqi, below: 301}",
        "{fact: pollutant, equals: O3}, {fact: pollutant, equals: PM2.5}",
        '{fact: date, within: ["03-15", "05-15"]}, {fact: date, within: ["09-15", "11-15"]}',
        '{fact: date, within: ["12-15", "01-15"]}, {fact: date, within: ["02-01", "11-15"]}',
    ],
)
def test_facts_that_exclude_each_other_or_that_no_decision_states_are_an_error(facts: str) -> None:
    assert with_facts(facts) == ["PLAN_CONDITION_IMPOSSIBLE"]


@pytest.mark.parametrize(
    "facts",
    [
        "{fact: humidity_percent, at_least: 50}, {fact: humidity_percent, at_most: 50}",
        "{fact: humidity_percent, above: 50}, {fact: temperature_c, below: 5}",
        "{fact: humidity_percent, at_least: 100}",
        "{fact: daily_aqi, above: 300}, {fact: daily_aqi, below: 302}",
        "{fact: daily_aqi, above: 299.5}, {fact: daily_aqi, below: 300.5}",
        "{fact: pollutant, equals: O3}",
        '{fact: date, within: ["03-15", "05-15"]}, {fact: date, within: ["05-15", "11-15"]}',
        '{fact: date, within: ["11-15", "03-15"]}, {fact: date, within: ["03-15", "05-15"]}',
        '{fact: date, within: ["02-29", "02-29"]}',
    ],
)
def test_facts_that_meet_if_only_at_their_boundary_are_sound(facts: str) -> None:
    assert with_facts(facts) == []


def test_what_is_beyond_a_decision_is_what_a_decision_refuses() -> None:
    for name, (low, high) in DOMAINS.items():
        for value in (low, high, low - 1, high + 1):
            try:
                if name == "daily_aqi":
                    Observed(daily_aqi=[value])
                else:
                    Weather.model_validate({name: value})
                accepted = True
            except ValueError:
                accepted = False
            assert accepted == (low <= value <= high), (name, value)


def test_one_way_of_several_that_cannot_hold_is_named() -> None:
    (problem,) = found(("{fact: temperature_c, below: 5}]\n", "{fact: temperature_c, below: -61}]\n"))
    assert problem.code == "PLAN_CONDITION_IMPOSSIBLE"
    assert problem.line == line_with("any_of: [{fact: humidity_percent, above")
    assert problem.severity == "error"
    assert "no-washing" in problem.message


def test_a_window_outside_the_plans_validity_is_an_error() -> None:
    season = ("valid_from: 2024-01-01\n", "valid_from: 2018-10-01\n  valid_until: 2019-03-31\n")
    assert with_facts('{fact: date, within: ["04-15", "09-30"]}', season) == ["PLAN_CONDITION_IMPOSSIBLE"]
    assert with_facts('{fact: date, within: ["03-31", "09-30"]}', season) == []
    assert with_facts('{fact: date, within: ["04-15", "10-01"]}', season) == []


@pytest.mark.parametrize("day", ["02-30", "04-31"])
def test_a_day_that_does_not_exist_is_an_error(day: str) -> None:
    assert "PLAN_DATE" in with_facts(f'{{fact: date, within: ["01-01", "{day}"]}}')


def test_a_condition_below_what_its_level_asks_for_is_a_warning() -> None:
    low = (NO_SCHOOL, NO_SCHOOL.replace("at_least: 500", "at_most: 300"))  # red: above 300 for a day
    (problem,) = found(low)
    assert (problem.code, problem.severity) == ("PLAN_CONDITION_LEVEL", "warning")
    assert "红色" in problem.message
    assert found((NO_SCHOOL, NO_SCHOOL.replace("at_least: 500", "at_most: 301"))) == []


def test_a_condition_may_wait_for_a_higher_level_where_measures_carry_on() -> None:
    yellow = "level: yellow, any_of: [[{above: 150, hours: 48}]]"
    ozone = (yellow, yellow.replace("level: yellow,", "level: yellow, pollutants: [O3],"))
    assert with_facts("{fact: pollutant, equals: PM2.5}", ozone) == []
    alone = ("measures_carry_on: true", "measures_carry_on: false")
    assert with_facts("{fact: pollutant, equals: PM2.5}", ozone, alone) == ["PLAN_CONDITION_LEVEL"]
    assert with_facts("{fact: pollutant, equals: O3}", ozone, alone) == []


def test_every_day_of_a_leap_year_is_a_day() -> None:
    assert with_facts(f'{{fact: date, within: ["01-01", "{date(2024, 12, 31):%m-%d}"]}}') == []
