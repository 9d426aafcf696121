from datetime import date

from gateway.decisions.facts import facts
from tests.decisions.examples import decision


def test_the_highest_day_of_forecast_and_measurement_counts() -> None:
    assert facts(decision([215, 480])).daily_aqi == 480
    assert facts(decision([215], observed={"daily_aqi": [500, 90]})).daily_aqi == 500


def test_what_is_not_stated_stays_open() -> None:
    silent = facts(decision([], expected_end_at=None))
    assert (silent.daily_aqi, silent.humidity_percent, silent.last_day) == (None, None, None)


def test_days_are_those_of_china() -> None:
    stated = facts(
        decision(starts_at="2024-01-09T16:30:00+00:00", weather={"humidity_percent": 40, "temperature_c": -3})
    )
    assert (stated.first_day, stated.last_day) == (date(2024, 1, 10), date(2024, 1, 13))
    assert (stated.humidity_percent, stated.temperature_c, stated.pollutant) == (40, -3, "PM2.5")


def test_an_end_at_midnight_belongs_to_the_day_before() -> None:
    at_midnight = facts(decision(expected_end_at="2024-01-13T00:00:00+08:00"))
    assert at_midnight.last_day == date(2024, 1, 12)
    assert facts(decision(expected_end_at="2024-01-13T00:01:00+08:00")).last_day == date(2024, 1, 13)
