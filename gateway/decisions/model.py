"""The decision document (DESIGN section 6): what people decided, as they state it.

Times carry an offset. AQI values are daily means, 0 to 500 and above. A part that is absent is "not
stated"; the checks report it where the plan or the law asks for it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from gateway.decisions.values import Aqi, Count, Day, Moment, Percent, Reason, Temperature, Title
from gateway.vocabulary import (
    ACTION_WORDS,
    LEVELS,
    WARNING_ACTIONS,
    Action,
    Basis,
    Cause,
    Level,
    Pollutant,
)


def _fault(code: str, chinese: str, english: str, field: str) -> PydanticCustomError:
    return PydanticCustomError(code, chinese, {"english": english, "field": field})


def _says(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


class Part(BaseModel):
    """Base of every part of the document: unknown keys are errors, values never change.

    A key without a value (null, or a text that is blank) says the same as an absent one: not stated.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if key not in cls.model_fields or _says(value)}


class ForecastDay(Part):
    """Forecast daily AQI of one calendar date (China Standard Time): range and mean."""

    date: Day
    low: Aqi
    high: Aqi
    mean: Aqi | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise _fault(
                "FORECAST_RANGE",
                f"{self.date} 的 AQI 下限 {self.low} 大于上限 {self.high}",
                f"{self.date}: low {self.low} is above high {self.high}",
                "forecast.days",
            )
        if self.mean is not None and not self.low <= self.mean <= self.high:
            raise _fault(
                "FORECAST_RANGE",
                f"{self.date} 的 AQI 均值 {self.mean} 不在 {self.low}—{self.high} 之内",
                f"{self.date}: mean {self.mean} is outside {self.low}-{self.high}",
                "forecast.days",
            )
        return self


class AqiRange(Part):
    """The printed AQI range of the whole period."""

    low: Aqi
    high: Aqi

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise _fault(
                "FORECAST_RANGE",
                f"AQI 范围的下限 {self.low} 大于上限 {self.high}",
                f"aqi_range: low {self.low} is above high {self.high}",
                "forecast.aqi_range",
            )
        return self


class Forecast(Part):
    """What is forecast; the dates rise, a missing date is a break."""

    days: Annotated[list[ForecastDay], Field(max_length=366)] = []
    aqi_range: AqiRange | None = None
    aqi_mean: Aqi | None = None
    primary_pollutant: Pollutant | None = None
    cause: Cause = "ordinary"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for earlier, later in zip(self.days, self.days[1:], strict=False):
            if later.date <= earlier.date:
                raise _fault(
                    "FORECAST_DATES",
                    f"预报日期应逐日向后：{earlier.date} 之后是 {later.date}",
                    f"forecast dates must rise: {later.date} follows {earlier.date}",
                    "forecast.days",
                )
        if self.aqi_range and self.days:
            low = min(day.low for day in self.days)
            high = max(day.high for day in self.days)
            if self.aqi_range.low > low or self.aqi_range.high < high:
                raise _fault(
                    "FORECAST_RANGE",
                    f"AQI 范围 {self.aqi_range.low}—{self.aqi_range.high} 没有包住逐日预报 {low}—{high}",
                    f"aqi_range {self.aqi_range.low}-{self.aqi_range.high} does not enclose"
                    f" the days' {low}-{high}",
                    "forecast.aqi_range",
                )
        return self


class BasisStatement(Part):
    """Why the decision is taken, and for an upper level's word: whose, which level, which document."""

    kind: Basis = "own_forecast"
    by: Title | None = None
    level: Level | None = None
    document: Title | None = None


class ScopeStatement(Part):
    """How many counties meet the level, and how many of them are contiguous."""

    counties_meeting: Count | None = None
    contiguous_counties: Count | None = None

    @model_validator(mode="after")
    def _part_of_those(self) -> Self:
        meeting, contiguous = self.counties_meeting, self.contiguous_counties
        if meeting is not None and contiguous is not None and contiguous > meeting:
            raise _fault(
                "SCOPE_COUNTS",
                f"连片的 {contiguous} 个县（市、区）多于达到标准的 {meeting} 个",
                f"{contiguous} contiguous counties are more than the {meeting} that meet the level",
                "scope.contiguous_counties",
            )
        return self


class Observed(Part):
    """Measurements up to now: daily means, oldest first, the last one ending at `decided_at`'s day.

    `improvement_hours`: forecast hours below the level.
    """

    daily_aqi: Annotated[list[Aqi], Field(max_length=366)] = []
    below_threshold: StrictBool = False
    improving_within_24h: StrictBool = False
    improvement_hours: Count = 0


class Weather(Part):
    """Relative humidity in percent and air temperature in °C."""

    humidity_percent: Percent | None = None
    temperature_c: Temperature | None = None


class Approval(Part):
    """One approval as stated: a title printed in the plan, a name, a time."""

    role: Title
    name: Title
    at: Moment | None = None


class Correction(Part):
    """What was wrong in an earlier message, and what is true; a text alone states both in one."""

    wrong: Reason | None = None
    right: Reason | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"wrong": value} if isinstance(value, str) else value


def _stated_correction(value: object) -> object:
    """None for a mapping that says neither part, as for a blank text."""
    if isinstance(value, Mapping) and set(value) <= set(Correction.model_fields):
        return value if any(_says(each) for each in value.values()) else None
    return value


class Context(Part):
    """What is in force, for commands outside the ledger; inside it the ledger knows."""

    active_level: Level | None = None
    active_since: Moment | None = None
    scheduled_end: Moment | None = None
    upper_active_level: Level | None = None
    lower_active_levels: dict[str, Level] = {}


def _area_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


AreaCode = Annotated[str, BeforeValidator(_area_text), Field(min_length=1, max_length=12)]


class Decision(Part):
    """One decision.

    `level` is absent for a lift and a tip, of the message that they mend for a correction and a
    retraction (absent where that has none), and needed for every other action. `corrects` belongs to
    corrections and retractions only.
    """

    plan: Annotated[str, Field(min_length=1, max_length=64)]
    action: Action
    level: Level | None = None
    exercise: StrictBool = False
    decided_at: Moment
    starts_at: Moment
    expected_end_at: Moment | None = None
    open_ended: StrictBool = False
    area: list[AreaCode]
    forecast: Forecast = Forecast()
    basis: BasisStatement = BasisStatement()
    scope: ScopeStatement = ScopeStatement()
    observed: Observed | None = None
    weather: Weather = Weather()
    approvals: list[Approval] = []
    issuer: Title | None = None
    document_number: Title | None = None
    special_reason: Reason | None = None
    corrects: Annotated[Correction | None, BeforeValidator(_stated_correction)] = None
    previous: Title | None = None
    context: Context | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.action in ("lift", "tip") and self.level is not None:
            raise _fault(
                "LEVEL_NOT_ALLOWED",
                f"{ACTION_WORDS[self.action]}不写级别",
                f"a {self.action} has no level",
                "level",
            )
        if self.action in ("hint", *WARNING_ACTIONS) and self.level is None:
            raise _fault(
                "FIELD_MISSING",
                f"缺少“level”，应为 {'、'.join(LEVELS)} 之一",
                f"level is missing; one of {', '.join(LEVELS)}",
                "level",
            )
        if self.corrects is not None and self.action not in ("correct", "retract"):
            raise _fault(
                "CORRECTS_NOT_ALLOWED",
                "只有更正（correct）和撤回（retract）写 corrects",
                "only correct and retract state what they correct",
                "corrects",
            )
        if not self.area:
            raise _fault(
                "AREA_EMPTY",
                "area 为空；请写明全域或各县的代码",
                "area is empty; name the whole area's code or its counties' codes",
                "area",
            )
        if len(set(self.area)) != len(self.area):
            raise _fault("AREA_REPEATED", "area 中有重复的代码", "area holds a code twice", "area")
        if self.open_ended and self.expected_end_at is not None:
            raise _fault(
                "END_TWICE",
                "open_ended 与 expected_end_at 只能写一个",
                "state open_ended or expected_end_at, not both",
                "expected_end_at",
            )
        # of a lift or retraction: as once announced
        ends = self.expected_end_at if self.action not in ("lift", "retract") else None
        if ends is not None and ends <= self.starts_at:
            raise _fault(
                "END_BEFORE_START",
                "expected_end_at 应晚于 starts_at",
                "expected_end_at must be later than starts_at",
                "expected_end_at",
            )
        return self

    def stated_facts(self) -> dict[str, Any]:
        """The document as canonical plain data, without the parts that repeat the defaults."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the canonical document: equal documents have equal fingerprints."""
        text = json.dumps(self.stated_facts(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
