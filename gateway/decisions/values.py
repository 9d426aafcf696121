"""The kinds of values that a decision document holds, with the message that a wrong one gets."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

YEARS = range(2000, 2101)  # a slip of the pen, not a warning, lies outside


def _number(value: object, info: ValidationInfo) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError(
            "FIELD_INVALID",
            "“{name}”应为数字",
            {"name": info.field_name, "english": f"{info.field_name}: a number is needed"},
        )
    return value


def _moment(value: object, info: ValidationInfo) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise PydanticCustomError(
            "TIME_INVALID",
            "“{name}”应为带时区的时间，例如 2024-01-10T12:00:00+08:00",
            {
                "name": info.field_name,
                "english": f"{info.field_name}: a time with its offset is needed,"
                " such as 2024-01-10T12:00:00+08:00",
            },
        )
    return moment


def _day(value: object, info: ValidationInfo) -> date:
    try:
        day = value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise PydanticCustomError(
            "DATE_INVALID",
            "“{name}”应为日期，例如 2024-01-10",
            {
                "name": info.field_name,
                "english": f"{info.field_name}: a date is needed, such as 2024-01-10",
            },
        )
    return day


Aqi = Annotated[int, BeforeValidator(_number), Field(ge=0, le=1000)]
Count = Annotated[int, BeforeValidator(_number), Field(ge=0, le=10_000)]
Percent = Annotated[float, BeforeValidator(_number), Field(ge=0, le=100)]
Temperature = Annotated[float, BeforeValidator(_number), Field(ge=-60, le=60)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]
