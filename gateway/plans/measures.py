"""Which measures of a plan are in force at a level, given what the decision states.

A condition is settled (true or false) by the facts, or open where they do not say: an open one is
shown in words with its measure (DESIGN section 5).
"""

from dataclasses import dataclass
from datetime import date

from gateway.vocabulary import Pollutant


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
