"""The decisions that the demo launches one after another, dated from the moment they are made.

An orange start for a forecast of three bad days; a raise to red on a worse forecast; a lift after
strong wind. Forecasts, document numbers and names are invented; `check` finds each one ready.
"""

from datetime import datetime, timedelta

from gateway.decisions.model import (
    Approval,
    AqiRange,
    BasisStatement,
    Decision,
    Forecast,
    ForecastDay,
    Observed,
    Weather,
)
from gateway.moments import local

PLAN = "zhengzhou"
WHOLE_CITY = "410100"
ISSUER = "郑州市生态环境保护委员会污染防治攻坚办公室"

_LEAD = timedelta(hours=49)  # the plan asks for 48; an hour is left for launching
_LENGTH = timedelta(days=3)


def start(decided_at: datetime, number: int = 3) -> Decision:
    """Issue orange: three days above 200, the first of which begins in two to three days."""
    starts_at = _earliest_start(decided_at)
    return Decision(
        plan=PLAN,
        action="issue",
        level="orange",
        decided_at=decided_at,
        starts_at=starts_at,
        expected_end_at=starts_at + _LENGTH,
        area=[WHOLE_CITY],
        forecast=_forecast(starts_at, [(180, 215, 200), (205, 260, 240), (190, 250, 235)], 225),
        basis=BasisStatement(kind="own_forecast"),
        weather=Weather(humidity_percent=42, temperature_c=7),
        approvals=[_approval(decided_at)],
        issuer=ISSUER,
        document_number=_number(decided_at, number),
    )


def raise_to_red(decided_at: datetime, number: int = 4) -> Decision:
    """Raise to red: the forecast for the same days has grown worse, one of them above 300."""
    starts_at = _earliest_start(decided_at)
    return Decision(
        plan=PLAN,
        action="raise",
        level="red",
        decided_at=decided_at,
        starts_at=starts_at,
        expected_end_at=starts_at + _LENGTH,
        area=[WHOLE_CITY],
        forecast=_forecast(starts_at, [(220, 280, 250), (260, 340, 310), (230, 300, 265)], 275),
        basis=BasisStatement(kind="own_forecast"),
        weather=Weather(humidity_percent=58, temperature_c=6),
        approvals=[_approval(decided_at)],
        issuer=ISSUER,
        document_number=_number(decided_at, number),
    )


def lift(decided_at: datetime, number: int = 5) -> Decision:
    """Lift at the next full hour: the air is below the thresholds and forecast to stay so for 48 hours."""
    return Decision(
        plan=PLAN,
        action="lift",
        decided_at=decided_at,
        starts_at=_next_hour(decided_at),
        area=[WHOLE_CITY],
        basis=BasisStatement(kind="own_forecast"),
        observed=Observed(daily_aqi=[128, 96], below_threshold=True, improvement_hours=48),
        approvals=[_approval(decided_at)],
        issuer=ISSUER,
        document_number=_number(decided_at, number),
    )


def _earliest_start(decided_at: datetime) -> datetime:
    """The first noon or midnight that leaves the plan's lead time."""
    earliest = local(decided_at) + _LEAD
    midnight = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
    return next(
        midnight + timedelta(hours=hours)
        for hours in (0, 12, 24)
        if midnight + timedelta(hours=hours) >= earliest
    )


def _next_hour(decided_at: datetime) -> datetime:
    """The next full hour, but not one so near that it could pass before the launch."""
    earliest = local(decided_at) + timedelta(minutes=10)
    return earliest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _forecast(starts_at: datetime, days: list[tuple[int, int, int]], mean: int) -> Forecast:
    """Low, high and mean of each day from the start's date on."""
    first = local(starts_at).date()
    return Forecast(
        days=[
            ForecastDay(date=first + timedelta(days=number), low=low, high=high, mean=day_mean)
            for number, (low, high, day_mean) in enumerate(days)
        ],
        aqi_range=AqiRange(low=min(low for low, _, _ in days), high=max(high for _, high, _ in days)),
        aqi_mean=mean,
        primary_pollutant="PM2.5",
    )


def _number(decided_at: datetime, number: int) -> str:
    return f"郑环攻坚办预警〔{local(decided_at).year}〕{number}号"


def _approval(decided_at: datetime) -> Approval:
    return Approval(role="主任", name="周明远", at=decided_at)
