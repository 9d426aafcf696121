"""Xigang's plan (004): nothing without the city's order; ozone; sand and typhoon left out."""

from typing import Any

import pytest

from tests.decisions.examples import days
from tests.decisions.tables import Row, check_of, due_of, owing, verdict

ORDER = {"kind": "upper_order", "by": "大连市重污染天气应急指挥部", "level": "orange"}

# Lines 53-64: levels; the city's command orders start, change and lift. Lines 23-24: either approves.
FITS: dict[str, Any] = {
    "plan": "xigang",
    "action": "issue",
    "level": "orange",
    "decided_at": "2024-01-09T18:00:00+08:00",
    "starts_at": "2024-01-10T12:00:00+08:00",
    "expected_end_at": "2024-01-13T12:00:00+08:00",
    "area": ["210203"],
    "forecast": {"days": days(210, 220, 140), "primary_pollutant": "PM2.5"},
    "basis": ORDER,
    "approvals": [{"role": "指挥长", "name": "孙一鸣"}],
    "issuer": "西岗区重污染天气应急指挥部办公室",
    "document_number": "西应急指〔2024〕1号",
}


def order(level: str | None) -> dict[str, Any]:
    return {**ORDER, "level": level}


REFUSED_ORDER = {"LEVEL_DIFFERS_FROM_ORDER": "refuse"}
NO_ORDER = {"UPSTREAM_ORDER_MISSING": "refuse"}
NOT_OF_FORECAST = {"LEVEL_NOT_MET": "note"}
ACTIVE = {"active_level": "orange", "scheduled_end": "2024-01-13T12:00:00+08:00"}

ROWS: list[Row] = [
    ("as ordered, and the forecast agrees", {}, "ready", {}),
    # the order decides; the forecast is held against it for information
    ("ordered above the forecast", {"forecast": {"days": days(210, 140)}}, "ready", NOT_OF_FORECAST),
    ("ordered below the forecast", {"forecast": {"days": days(210, 310, 210)}}, "ready", NOT_OF_FORECAST),
    ("ordered without a forecast", {"forecast": {"days": []}}, "ready", NOT_OF_FORECAST),
    ("red as ordered", {"level": "red", "basis": order("red")}, "ready", NOT_OF_FORECAST),
    ("lower than ordered", {"basis": order("red")}, "refused", REFUSED_ORDER),
    ("higher than ordered", {"basis": order("yellow")}, "refused", REFUSED_ORDER),
    ("the order's level not stated", {"basis": order(None)}, "refused", NO_ORDER),
    (
        "ordered by another city",
        {"basis": {**ORDER, "by": "沈阳市重污染天气应急指挥部"}},
        "ready",
        {"LEVEL_NOT_MET": "note"},
    ),
    ("ordered, the command named shortly", {"basis": {**ORDER, "by": "市应急指挥部"}}, "ready", {}),
    # acting alone
    ("own forecast", {"basis": {"kind": "own_forecast"}}, "refused", NO_ORDER),
    ("a prompt", {"basis": {"kind": "upper_prompt"}}, "refused", {**NO_ORDER, "PROMPT_JUDGED": "note"}),
    ("measurements", {"basis": {"kind": "monitored"}}, "refused", NO_ORDER),
    ("regional linkage", {"basis": {"kind": "regional_linkage"}}, "refused", NO_ORDER),
    (
        "own forecast with a reason",
        {"basis": {"kind": "own_forecast"}, "special_reason": "夜间污染加重"},
        "refused",
        NO_ORDER,
    ),
    # changes and the lift go by the same procedure
    ("raise as ordered", {"action": "raise", "context": {"active_level": "yellow"}}, "ready", {}),
    ("raise alone", {"action": "raise", "basis": {"kind": "own_forecast"}}, "refused", NO_ORDER),
    ("lower as ordered", {"action": "lower", "context": {"active_level": "red"}}, "ready", {}),
    ("lower below the order", {"action": "lower", "basis": order("red")}, "refused", REFUSED_ORDER),
    (
        "extend as ordered",
        {"action": "extend", "context": ACTIVE, "expected_end_at": "2024-01-14T12:00:00+08:00"},
        "ready",
        {},
    ),
    (
        "lift as ordered, without figures of improvement",
        {"action": "lift", "basis": order(None)},
        "ready",
        {},
    ),
    (
        "lift as ordered, before its end",
        {"action": "lift", "basis": order(None), "context": ACTIVE},
        "ready",
        {},
    ),
    ("lift alone", {"action": "lift", "basis": {"kind": "own_forecast"}}, "refused", NO_ORDER),
    (
        "lift alone, on schedule and improved",
        {
            "action": "lift",
            "basis": {"kind": "own_forecast"},
            "starts_at": "2024-01-13T12:00:00+08:00",
            "context": ACTIVE,
            "observed": {"below_threshold": True, "improvement_hours": 48},
        },
        "refused",
        NO_ORDER,
    ),
    ("lift, the order naming what it lifts", {"action": "lift", "context": ACTIVE}, "ready", {}),
    (
        "lift on an order about another level",
        {"action": "lift", "basis": order("yellow"), "context": ACTIVE},
        "refused",
        REFUSED_ORDER,
    ),
    # approvals: one of two titles, at any level
    ("the deputy alone at orange", {"approvals": [{"role": "副指挥长", "name": "李四"}]}, "ready", {}),
    (
        "the deputy alone at red",
        {
            "level": "red",
            "basis": order("red"),
            "approvals": [{"role": "西岗区重污染天气应急指挥部副指挥长", "name": "李四"}],
        },
        "ready",
        NOT_OF_FORECAST,
    ),
    (
        "the chief with the body's short name",
        {"approvals": [{"role": "应急指挥部指挥长", "name": "孙一鸣"}]},
        "ready",
        {},
    ),
    (
        "the office's head",
        {"approvals": [{"role": "应急指挥部办公室主任", "name": "王五"}]},
        "refused",
        {"APPROVAL_MISSING": "refuse"},
    ),
    ("nobody", {"approvals": []}, "refused", {"APPROVAL_MISSING": "refuse"}),
    (
        "a lift that nobody approved",
        {"action": "lift", "basis": order(None), "approvals": []},
        "refused",
        {"APPROVAL_MISSING": "refuse"},
    ),
    # no lead time, no floor, no merging, no list of elements: the plan has none
    ("at once", {"decided_at": "2024-01-10T11:59:00+08:00"}, "ready", {}),
    ("no end stated", {"expected_end_at": None}, "ready", {}),
    ("no issuer: the law asks for it", {"issuer": None}, "refused", {"ELEMENT_MISSING": "refuse"}),
    ("another's office", {"issuer": "大连市应急指挥部"}, "refused", {"ELEMENT_MISSING": "refuse"}),
    ("no number", {"document_number": None}, "refused", {"DOCUMENT_NUMBER_MISSING": "refuse"}),
    # scope: line 16
    ("sand", {"forecast": {"cause": "sand_dust"}}, "refused", {"OUT_OF_SCOPE": "refuse"}),
    ("typhoon", {"forecast": {"cause": "typhoon"}}, "refused", {"OUT_OF_SCOPE": "refuse"}),
    (
        "a lift when it was sand",
        {"action": "lift", "basis": order(None), "forecast": {"cause": "sand_dust"}},
        "ready",
        {},
    ),
    ("a tip on dust", {"action": "tip", "forecast": {"cause": "sand_dust"}}, "ready", {}),
    # places
    ("the city", {"area": ["210200"]}, "refused", {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    ("the next district", {"area": ["210202"]}, "refused", {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    ("no such place", {"area": ["219903"]}, "refused", {"AREA_UNKNOWN": "refuse"}),
    # in force from 2023-09-12 (line 189)
    (
        "the first day",
        {
            "decided_at": "2023-09-12T00:00:00+08:00",
            "starts_at": "2023-09-12T06:00:00+08:00",
            "forecast": {"days": []},
        },
        "ready",
        NOT_OF_FORECAST,
    ),
    (
        "decided the day before",
        {
            "decided_at": "2023-09-11T23:59:00+08:00",
            "starts_at": "2023-09-12T06:00:00+08:00",
            "forecast": {"days": []},
        },
        "refused",
        {"PLAN_EXPIRED": "refuse", **NOT_OF_FORECAST},
    ),
    # what the plan is silent about: one person, whatever the title; no order starts it
    (
        "a hint",
        {
            "action": "hint",
            "basis": {"kind": "own_forecast"},
            "approvals": [{"role": "值班长", "name": "周七"}],
        },
        "ready",
        {},
    ),
    (
        "a hint that nobody approved",
        {"action": "hint", "approvals": []},
        "refused",
        {"APPROVAL_MISSING": "refuse"},
    ),
    (
        "a correction",
        {"action": "correct", "corrects": "结束时间有误", "approvals": [{"role": "值班长", "name": "周七"}]},
        "ready",
        {},
    ),
    ("a correction of nothing", {"action": "correct"}, "refused", {"ELEMENT_MISSING": "refuse"}),
    ("a retraction", {"action": "retract", "level": None, "corrects": "误发"}, "ready", {}),
]


@pytest.mark.parametrize(
    ("changes", "outcome", "findings"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_a_district_acts_as_the_city_orders(
    changes: dict[str, Any], outcome: str, findings: dict[str, str]
) -> None:
    assert verdict(FITS, changes) == (outcome, findings)


@pytest.mark.parametrize(
    ("pollutant", "highs", "level"),
    [
        # line 54: fine particles above 200, or above 150 for 48 h
        ("PM2.5", [200], None),
        ("PM2.5", [201], "yellow"),
        ("PM2.5", [151], None),
        ("PM2.5", [150, 150], None),
        ("PM2.5", [151, 151], "yellow"),
        # ozone above 150 for two days, and by nothing else
        ("O3", [160], None),
        ("O3", [210], None),
        ("O3", [160, 160], "yellow"),
        ("O3", [160, None, 160], None),
        # no rule of yellow names the others
        ("PM10", [210], None),
        ("NO2", [160, 160], None),
        (None, [160, 160], None),
        # lines 55-56: orange and red name no pollutant
        ("O3", [201, 201], "orange"),
        ("PM10", [151, 151, 151], "orange"),
        ("PM2.5", [201, 301, 201], "red"),
        ("PM2.5", [201, 300, 201], "orange"),
        ("O3", [500], None),
        ("PM2.5", [500], "yellow"),
    ],
)
def test_the_pollutant_decides_by_which_rule_a_forecast_is_yellow(
    pollutant: str | None, highs: list[int | None], level: str | None
) -> None:
    forecast = {"days": days(*highs), "primary_pollutant": pollutant}
    assert check_of(FITS, forecast=forecast).level_by_forecast == level


def test_a_start_owes_the_report_upward_a_daily_one_at_17_and_its_lift() -> None:
    assert due_of(FITS) == {
        "upward-report": ("2024-01-09T18:00:00+08:00", None),
        "members-daily": ("2024-01-10T17:00:00+08:00", "daily"),
        "lift": ("2024-01-13T12:00:00+08:00", None),
    }
    evening = due_of(FITS, starts_at="2024-01-10T18:00:00+08:00")
    assert evening["members-daily"] == ("2024-01-11T17:00:00+08:00", "daily")


def test_a_lift_owes_the_summaries_on_the_same_day_and_the_evaluation_before_may() -> None:
    owed = due_of(FITS, action="lift", basis=order(None), starts_at="2024-01-13T12:00:00+08:00")
    assert owed == {
        "upward-report": ("2024-01-09T18:00:00+08:00", None),
        "members-summary": ("2024-01-13T23:59:00+08:00", None),
        "district-summary": ("2024-01-13T23:59:00+08:00", None),
        "yearly-evaluation": ("2024-05-01T00:00:00+08:00", None),
    }


def test_every_member_of_the_command_owes_its_own_report() -> None:
    members = owing(FITS, "members-daily")
    assert len(members) == len(set(members)) == 14  # line 22
    assert {"区教育局", "自然资源局西岗分局", "西岗生态环境分局", "区交警大队", "各街道办事处"} <= set(
        members
    )
    assert owing(FITS, "upward-report") == ["应急指挥部办公室"]
