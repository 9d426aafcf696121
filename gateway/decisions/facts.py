"""What a decision states that the conditions of measures ask for."""

from datetime import timedelta

from gateway.decisions.model import Decision
from gateway.moments import local
from gateway.plans.measures import Facts


def facts(decision: Decision) -> Facts:
    """The facts of the document; what it does not state stays None and leaves a condition open.

    The daily AQI is the highest of the forecast days' upper ends and the measured days; the days are
    those from start to expected end in China Standard Time; an end at midnight is 24:00 of the day before.
    """
    values = [day.high for day in decision.forecast.days]
    if decision.observed is not None:
        values += decision.observed.daily_aqi
    end = decision.expected_end_at if decision.action != "lift" else None
    return Facts(
        daily_aqi=max(values, default=None),
        humidity_percent=decision.weather.humidity_percent,
        temperature_c=decision.weather.temperature_c,
        pollutant=decision.forecast.primary_pollutant,
        first_day=local(decision.starts_at).date(),
        last_day=(local(end) - timedelta(microseconds=1)).date() if end is not None else None,
    )
