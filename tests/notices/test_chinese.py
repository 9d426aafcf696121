"""Dates, places and figures in Chinese texts."""

from datetime import date, datetime, timedelta, timezone

import pytest

from gateway.decisions.model import AqiRange, ForecastDay
from gateway.notices import chinese
from tests.notices.samples import small, small_decision


@pytest.mark.parametrize(
    ("moment", "closing", "with_year", "without"),
    [
        ("2024-01-10T12:00:00+08:00", False, "2024年1月10日12时", "1月10日12时"),
        ("2024-01-10T12:30:00+08:00", False, "2024年1月10日12时30分", "1月10日12时30分"),
        ("2024-01-10T00:00:00+08:00", False, "2024年1月10日0时", "1月10日0时"),
        ("2024-01-10T00:00:00+08:00", True, "2024年1月9日24时", "1月9日24时"),
        ("2024-01-01T00:00:00+08:00", True, "2023年12月31日24时", "12月31日24时"),
        ("2024-01-10T00:15:00+08:00", True, "2024年1月10日0时15分", "1月10日0时15分"),
        ("2024-01-09T16:00:00+00:00", False, "2024年1月10日0时", "1月10日0时"),
    ],
)
def test_hours_are_absolute_and_chinese(moment: str, closing: bool, with_year: str, without: str) -> None:
    at = datetime.fromisoformat(moment)
    assert chinese.hour(at, year=True, closing=closing) == with_year
    assert chinese.hour(at, year=False, closing=closing) == without


def test_an_hour_is_told_in_china_standard_time_whatever_the_offset() -> None:
    at = datetime(2024, 1, 9, 20, tzinfo=timezone(timedelta(hours=-5)))
    assert chinese.hour(at, year=False) == "1月10日9时"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2024, 1, 10), date(2024, 1, 10), "2024年1月10日"),
        (date(2024, 1, 10), date(2024, 1, 12), "2024年1月10日至12日"),
        (date(2024, 1, 30), date(2024, 2, 1), "2024年1月30日至2月1日"),
        (date(2023, 12, 31), date(2024, 1, 2), "2023年12月31日至2024年1月2日"),
    ],
)
def test_a_period_says_once_what_is_equal(first: date, last: date, expected: str) -> None:
    days = [ForecastDay(date=first, low=1, high=2)]
    if last != first:
        days.append(ForecastDay(date=last, low=1, high=2))
    assert chinese.period(days) == expected


def test_the_aqi_range_is_the_printed_one_or_the_one_that_encloses_the_days() -> None:
    days = [
        ForecastDay(date=date(2024, 1, 1), low=180, high=215),
        ForecastDay(date=date(2024, 1, 2), low=170, high=260),
    ]
    assert chinese.aqi_range(AqiRange(low=150, high=300), days) == "150—300"
    assert chinese.aqi_range(None, days) == "170—260"
    assert chinese.aqi_range(AqiRange(low=200, high=200), []) == "200"
    assert chinese.aqi_range(None, []) is None


def test_the_place_is_the_whole_area_or_the_counties_by_name() -> None:
    assert chinese.place(small(), small_decision()) == "小城市全域"
    some = small_decision(area=["990102", "990100A"])
    assert chinese.place(small(), some) == "小城市东区、高新区"
    assert chinese.short_place(small(), some) == "小城市东区、高新区"
    many = small_decision(area=["990102", "990100A", "990103", "990104"])
    assert chinese.short_place(small(), many) == "小城市东区等4个区"
    assert chinese.short_place(small(), small_decision(area=["990102"])) == "小城市东区"
    assert chinese.place(small(), small_decision(area=["990999"])) == "小城市未知区域990999"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], ""), ([3], "第3项"), ([1, 2], "第1、2项"), ([1, 2, 3, 5, 7, 8, 9], "第1—3、5、7—9项")],
)
def test_runs_of_numbers_are_told_as_ranges(numbers: list[int], expected: str) -> None:
    assert chinese.items(numbers) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n\n乙", "甲 乙"),
        ("【演练】甲", "〔演练〕甲"),
        ("甲\u202e乙\u200b丙\x00", "甲乙丙"),
        ("  甲\u00a0\u3000乙 ", "甲 乙"),
        ("郑环〔2024〕1号", "郑环〔2024〕1号"),
    ],
)
def test_a_value_becomes_one_plain_line_that_imitates_nothing(text: str, expected: str) -> None:
    assert chinese.one_line(text) == expected
