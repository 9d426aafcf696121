"""Kashgar's plan (002): no branch at 150, approval by colour, three contiguous counties, 24 and 12 hours."""

from typing import Any

import pytest

from tests.decisions.examples import days
from tests.decisions.tables import Row, check_of, due_of, owing, verdict


def chain(*roles: str) -> list[dict[str, str]]:
    """Approvals by role, with an hour after `@` where it is stated."""
    parts = [role.partition("@") for role in roles]
    return [
        {"role": role, "name": "孙一鸣"} | ({"at": f"2024-01-09T{hour}:00:00+08:00"} if hour else {})
        for role, _, hour in parts
    ]


HEAD, DEPUTY, CHIEF = "指挥部办公室主任", "指挥部副指挥长", "指挥长"

# Lines 96-136.
FITS: dict[str, Any] = {
    "plan": "kashgar",
    "action": "issue",
    "level": "orange",
    "decided_at": "2024-01-09T12:00:00+08:00",
    "starts_at": "2024-01-10T12:00:00+08:00",
    "expected_end_at": "2024-01-13T12:00:00+08:00",
    "area": ["653100"],
    "forecast": {"days": days(210, 220, 140), "primary_pollutant": "PM10"},
    "scope": {"counties_meeting": 4, "contiguous_counties": 3},
    "approvals": chain(HEAD, DEPUTY),
    "issuer": "喀什地区重污染天气应急指挥部办公室",
    "document_number": "喀应急指〔2024〕1号",
}
RED_CHAIN = {"approvals": chain(HEAD, DEPUTY, CHIEF)}


def highs(*values: int | None) -> dict[str, Any]:
    return {"forecast": {"days": days(*values)}}


def region(level: str) -> dict[str, Any]:
    return {"basis": {"kind": "upper_warning", "by": "新疆维吾尔自治区", "level": level}}


OTHER_LEVEL = {"LEVEL_NOT_MET": "reason"}
UNAPPROVED = {"APPROVAL_MISSING": "refuse"}
TOO_FEW = {"SCOPE_NOT_MET": "refuse"}
BELOW = {"BELOW_FLOOR": "refuse"}
TOO_SOON = {"LIFT_CONDITION_NOT_MET": "reason"}
IMPROVED = {"below_threshold": True, "improvement_hours": 36}
ACTIVE = {"active_level": "orange", "scheduled_end": "2024-01-13T12:00:00+08:00"}
ACTIVE_RED = {**ACTIVE, "active_level": "red"}
ON_TIME = {"action": "lift", "starts_at": "2024-01-13T12:00:00+08:00"}
COUNTY = {"area": ["653101"], "issuer": "喀什市人民政府", "scope": {}}
MEASURED = {
    "action": "raise",
    "basis": {"kind": "monitored"},
    "observed": {"daily_aqi": [230, 240]},
    "context": {"active_level": "yellow"},
    **highs(140),
}

LEVEL_ROWS: list[Row] = [
    ("all as the plan asks", {}, "ready", {}),
    # lines 100-103: above 200 for 24, 48, 72 h and no other branch
    ("yellow at 201", {"level": "yellow", **highs(201)}, "ready", {}),
    ("yellow at 200", {"level": "yellow", **highs(200)}, "needs_reason", OTHER_LEVEL),
    ("yellow for two days at 160", {"level": "yellow", **highs(160, 160)}, "needs_reason", OTHER_LEVEL),
    ("orange for three days at 160", highs(160, 160, 160), "needs_reason", OTHER_LEVEL),
    ("orange at 201 and 200", highs(201, 200), "needs_reason", OTHER_LEVEL),
    ("red for three days at 201", {"level": "red", **RED_CHAIN, **highs(201, 201, 201)}, "ready", {}),
    (
        "red with a gap",
        {"level": "red", **RED_CHAIN, **highs(201, None, 201, 201)},
        "needs_reason",
        OTHER_LEVEL,
    ),
    ("red for a day at 500", {"level": "red", **RED_CHAIN, **highs(500)}, "needs_reason", OTHER_LEVEL),
    ("yellow for a day at 500", {"level": "yellow", **highs(500)}, "ready", {}),
    # lines 106, 152: the region's level is a floor, one's own judgement may go above
    ("the region's level", {**region("orange"), **highs(140), "scope": {}}, "ready", {}),
    ("below the region's", {**region("red"), "scope": {}}, "refused", BELOW),
    (
        "above the region's, by the forecast",
        {**region("orange"), "level": "red", **RED_CHAIN, **highs(210, 210, 210)},
        "ready",
        {},
    ),
    ("the region's is active", {"context": {"upper_active_level": "red"}}, "refused", BELOW),
    (
        "the region's level, said as linkage",
        {"basis": {"kind": "regional_linkage", "level": "orange"}, **highs(140), "scope": {}},
        "ready",
        {},
    ),
    ("linkage asks for more", {"basis": {"kind": "regional_linkage", "level": "red"}}, "refused", BELOW),
    # line 106: three contiguous counties
    ("three contiguous", {"scope": {"counties_meeting": 3, "contiguous_counties": 3}}, "ready", {}),
    ("two contiguous", {"scope": {"contiguous_counties": 2}}, "refused", TOO_FEW),
    (
        "four, two contiguous",
        {"scope": {"counties_meeting": 4, "contiguous_counties": 2}},
        "refused",
        TOO_FEW,
    ),
    ("not stated", {"scope": {"counties_meeting": None, "contiguous_counties": None}}, "refused", TOO_FEW),
    (
        "not stated, with a reason",
        {"scope": {"counties_meeting": None, "contiguous_counties": None}, "special_reason": "会商"},
        "refused",
        TOO_FEW,
    ),
    ("three named counties", {"area": ["653101", "653121", "653122"]}, "ready", {}),
    ("the zone alone", {**COUNTY, "area": ["653100A1"], "issuer": "喀什经济开发区管委会"}, "ready", {}),
    # lines 106, 108: a county of its own accord, bound by the prefecture
    ("a county by itself", COUNTY, "ready", {}),
    (
        "a county below the prefecture",
        {**COUNTY, "level": "yellow", **highs(210), "context": {"upper_active_level": "orange"}},
        "refused",
        BELOW,
    ),
    (
        "a county as the prefecture",
        {**COUNTY, **highs(210), "context": {"upper_active_level": "orange"}},
        "ready",
        {},
    ),
    (
        "a county's own head and deputy",
        {**COUNTY, "approvals": chain("喀什市指挥部办公室主任", "喀什市重污染天气应急指挥部副指挥长")},
        "ready",
        {},
    ),
    (
        "a county's head for the prefecture",
        {"approvals": chain("喀什市指挥部办公室主任", "指挥部副指挥长")},
        "refused",
        UNAPPROVED,
    ),
    # line 130: measurements raise, and do nothing else
    ("raise on measurements", MEASURED, "ready", {}),
    (
        "raise on measurements, at the time itself",
        {**MEASURED, "decided_at": "2024-01-10T11:30:00+08:00"},
        "ready",
        {},
    ),
    (
        "raise on measurements of 200",
        {**MEASURED, "observed": {"daily_aqi": [210, 200]}},
        "needs_reason",
        OTHER_LEVEL,
    ),
    (
        "raise on one day measured",
        {**MEASURED, "observed": {"daily_aqi": [230]}},
        "needs_reason",
        OTHER_LEVEL,
    ),
    (
        "raise while it improves",
        {**MEASURED, "observed": {"daily_aqi": [230, 240], "improving_within_24h": True}},
        "needs_reason",
        OTHER_LEVEL,
    ),
    ("start on measurements", {**MEASURED, "action": "issue", "context": {}}, "needs_reason", OTHER_LEVEL),
    (
        "start on measurements that the forecast bears out",
        {**MEASURED, "action": "issue", "context": {}, "observed": {"daily_aqi": [140]}, **highs(210, 210)},
        "ready",
        {},
    ),
    # line 132
    (
        "two peaks a day apart, at the lower",
        {"level": "yellow", **highs(210, 140, 210, 210)},
        "needs_reason",
        {**OTHER_LEVEL, "MERGE_EPISODES": "reason"},
    ),
    ("two peaks a day apart", highs(210, 140, 210, 210), "ready", {}),
    (
        "two peaks two days apart",
        {"level": "yellow", **highs(210, 140, 140, 210, 210)},
        "ready",
        {"LEVEL_NOT_MET": "note"},
    ),
    ("a day between at 160 parts them no more than one at 40", highs(210, 160, 210, 210), "ready", {}),
    # the source says nothing of a red that stays
    (
        "red given up for the region's orange",
        {
            **region("orange"),
            "action": "lower",
            "context": ACTIVE_RED,
            "observed": IMPROVED,
        },
        "ready",
        {},
    ),
]

FORMAL_ROWS: list[Row] = [
    # line 116: 24 h, never less than 12
    (
        "23 h 59 min",
        {"decided_at": "2024-01-09T12:01:00+08:00"},
        "needs_reason",
        {"LEAD_TIME_SHORT": "reason"},
    ),
    (
        "23 h 59 min with a reason",
        {"decided_at": "2024-01-09T12:01:00+08:00", "special_reason": "突变"},
        "ready",
        {"LEAD_TIME_SHORT": "note"},
    ),
    (
        "12 h with a reason",
        {"decided_at": "2024-01-10T00:00:00+08:00", "special_reason": "突变"},
        "ready",
        {"LEAD_TIME_SHORT": "note"},
    ),
    (
        "11 h 59 min with a reason",
        {"decided_at": "2024-01-10T00:01:00+08:00", "special_reason": "突变"},
        "refused",
        {"LEAD_TIME_SHORT": "refuse"},
    ),
    (
        "10 h by the region: no exception is printed",
        {**region("orange"), "decided_at": "2024-01-10T02:00:00+08:00"},
        "refused",
        {"LEAD_TIME_SHORT": "refuse"},
    ),
    ("an extension at once", {"action": "extend", "decided_at": "2024-01-10T11:00:00+08:00"}, "ready", {}),
    # lines 112-114: by colour, in order
    ("yellow: the head", {"level": "yellow", **highs(210), "approvals": chain(HEAD)}, "ready", {}),
    (
        "yellow: the deputy alone",
        {"level": "yellow", **highs(210), "approvals": chain(DEPUTY)},
        "refused",
        UNAPPROVED,
    ),
    ("orange: the head alone", {"approvals": chain(HEAD)}, "refused", UNAPPROVED),
    ("orange: the deputy alone", {"approvals": chain(DEPUTY)}, "refused", UNAPPROVED),
    ("orange: in order", {"approvals": chain(f"{HEAD}@08", f"{DEPUTY}@09")}, "ready", {}),
    (
        "orange: approved before it was reviewed",
        {"approvals": chain(f"{HEAD}@09", f"{DEPUTY}@08")},
        "refused",
        UNAPPROVED,
    ),
    (
        "orange: the office's deputy head",
        {"approvals": chain("指挥部办公室副主任", DEPUTY)},
        "refused",
        UNAPPROVED,
    ),
    ("red: three", {"level": "red", **highs(210, 210, 210), **RED_CHAIN}, "ready", {}),
    (
        "red: without the deputy",
        {"level": "red", **highs(210, 210, 210), "approvals": chain(HEAD, CHIEF)},
        "refused",
        UNAPPROVED,
    ),
    (
        "red: without the chief",
        {"level": "red", **highs(210, 210, 210), "approvals": chain(HEAD, DEPUTY)},
        "refused",
        UNAPPROVED,
    ),
    (
        "red: the chief before the deputy",
        {
            "level": "red",
            **highs(210, 210, 210),
            "approvals": chain(f"{HEAD}@07", f"{DEPUTY}@09", f"{CHIEF}@08"),
        },
        "refused",
        UNAPPROVED,
    ),
    ("short titles", {"approvals": chain("办公室主任", "副指挥长")}, "ready", {}),
    (
        "full titles",
        {"approvals": chain("喀什地区重污染天气应急指挥部办公室主任", "喀什地区副指挥长")},
        "ready",
        {},
    ),
    # lines 126, 128, 136: a change by the new level's chain, an early lift by its colour's, else nobody's
    (
        "raise to red by two",
        {"action": "raise", "level": "red", **highs(210, 210, 210)},
        "refused",
        UNAPPROVED,
    ),
    (
        "lower to yellow by one",
        {
            "action": "lower",
            "level": "yellow",
            **highs(210),
            "observed": IMPROVED,
            "context": ACTIVE,
            "approvals": chain(HEAD),
        },
        "ready",
        {},
    ),
    (
        "lift on schedule by nobody, its level not stated",
        {**ON_TIME, "context": {"scheduled_end": ACTIVE["scheduled_end"]}, "approvals": []},
        "ready",
        {},
    ),
    ("lift on schedule by nobody", {**ON_TIME, "context": ACTIVE_RED, "approvals": []}, "ready", {}),
    (
        "lift after its schedule by nobody",
        {**ON_TIME, "starts_at": "2024-01-14T08:00:00+08:00", "context": ACTIVE_RED, "approvals": []},
        "ready",
        {},
    ),
    (
        "lift a minute early by nobody",
        {
            **ON_TIME,
            "starts_at": "2024-01-13T11:59:00+08:00",
            "context": ACTIVE,
            "observed": IMPROVED,
            "approvals": [],
        },
        "refused",
        UNAPPROVED,
    ),
    (
        "early lift of red by two",
        {"action": "lift", "context": ACTIVE_RED, "observed": IMPROVED},
        "refused",
        UNAPPROVED,
    ),
    (
        "early lift of red by three",
        {"action": "lift", "context": ACTIVE_RED, "observed": IMPROVED, **RED_CHAIN},
        "ready",
        {},
    ),
    (
        "early lift of yellow by one",
        {
            "action": "lift",
            "context": {**ACTIVE, "active_level": "yellow"},
            "observed": IMPROVED,
            "approvals": chain(HEAD),
        },
        "ready",
        {},
    ),
    (
        "early lift of nobody knows what, by two",
        {"action": "lift", "observed": IMPROVED},
        "refused",
        UNAPPROVED,
    ),
    # line 128
    ("early lift without improvement", {"action": "lift", "context": ACTIVE}, "needs_reason", TOO_SOON),
    (
        "early lift after 35 h",
        {"action": "lift", "context": ACTIVE, "observed": {**IMPROVED, "improvement_hours": 35}},
        "needs_reason",
        TOO_SOON,
    ),
    (
        "lift under the region's warning",
        {**ON_TIME, "context": {**ACTIVE, "upper_active_level": "yellow"}},
        "refused",
        BELOW,
    ),
    # line 120
    ("no pollutant", {"forecast": {"primary_pollutant": None}}, "refused", {"ELEMENT_MISSING": "refuse"}),
    ("no end", {"expected_end_at": None}, "refused", {"ELEMENT_MISSING": "refuse"}),
    ("no range or mean: not asked for", {"forecast": {"aqi_range": None, "aqi_mean": None}}, "ready", {}),
    ("the prefecture's office", {"issuer": "喀什地区行政公署办公室"}, "ready", {}),
    # the source is silent: one person
    ("a hint by any one", {"action": "hint", "approvals": chain("值班长")}, "ready", {}),
    (
        "a correction by any one",
        {"action": "correct", "corrects": "有误", "approvals": chain("值班长")},
        "ready",
        {},
    ),
    (
        "a retraction by nobody",
        {"action": "retract", "corrects": "误发", "approvals": []},
        "refused",
        UNAPPROVED,
    ),
    # line 25
    ("sand", {"forecast": {"cause": "sand_dust"}}, "refused", {"OUT_OF_SCOPE": "refuse"}),
    (
        "the lift of a warning that was sand",
        {**ON_TIME, "context": ACTIVE, "forecast": {"cause": "sand_dust"}},
        "ready",
        {},
    ),
    # lines 7-8, 370: in force since 2023-10-08
    (
        "before the plan",
        {"decided_at": "2023-10-07T12:00:00+08:00", "starts_at": "2023-10-08T12:00:00+08:00"},
        "refused",
        {"PLAN_EXPIRED": "refuse"},
    ),
    # places
    ("another prefecture", {"area": ["653201"]}, "refused", {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    ("no such county", {"area": ["653199"]}, "refused", {"AREA_UNKNOWN": "refuse"}),
]


@pytest.mark.parametrize(
    ("changes", "outcome", "findings"),
    [row[1:] for row in LEVEL_ROWS + FORMAL_ROWS],
    ids=[row[0] for row in LEVEL_ROWS + FORMAL_ROWS],
)
def test_a_decision_is_held_against_the_plan(
    changes: dict[str, Any], outcome: str, findings: dict[str, str]
) -> None:
    assert verdict(FITS, changes) == (outcome, findings)


def test_nothing_but_200_counts() -> None:
    assert check_of(FITS, **highs(199, 199, 199)).level_by_forecast is None
    assert check_of(FITS, **highs(201, 201, 201)).level_by_forecast == "red"


def test_a_start_owes_reports_about_the_day_before_and_rolling_broadcast() -> None:
    owed = due_of(FITS)
    # line 294: each day about the day before, so first on the day after the start
    assert owed["counties-daily"] == ("2024-01-11T23:59:00+08:00", "daily")
    assert owed["units-daily"] == ("2024-01-11T23:59:00+08:00", "daily")
    assert owed["rolling-broadcast"] == ("2024-01-09T23:59:00+08:00", "daily")  # line 120
    assert owed["lift"] == ("2024-01-13T12:00:00+08:00", None)
    assert "county-filing" not in owed  # the prefecture's own warning is no county's


def test_a_county_files_its_own_warning_with_the_prefecture() -> None:
    assert due_of(FITS, **COUNTY)["county-filing"] == ("2024-01-09T12:00:00+08:00", None)  # line 108
    assert owing(FITS, "county-filing", **COUNTY) == ["喀什市"]


def test_a_county_owes_the_lift_of_its_own_warning_and_the_region_acts_on_its_own() -> None:
    assert owing(FITS, "lift", **COUNTY) == ["喀什市人民政府"]
    assert owing(FITS, "lift") == ["喀什地区重污染天气应急指挥部办公室"]
    assert "units-execution" in due_of(FITS)
    assert "units-execution" not in due_of(FITS, **COUNTY)  # line 154: on the region's warning


def test_a_lift_owes_the_counties_account_within_a_day_and_the_yearly_dates() -> None:
    owed = due_of(FITS, **ON_TIME, context=ACTIVE)
    assert owed["counties-after-lift"] == ("2024-01-14T12:00:00+08:00", None)  # line 294
    assert owed["evaluation"] == ("2024-01-13T12:00:00+08:00", None)  # line 300: in time
    assert owed["plan-revision"] == ("2024-11-01T00:00:00+08:00", None)  # line 304: by the end of October
    assert owed["reduction-list"] == ("2024-09-15T00:00:00+08:00", None)  # line 363
    assert not {"lift", "drill-evaluation"} & set(owed)


def test_only_a_drill_owes_its_evaluation() -> None:
    assert "drill-evaluation" in due_of(FITS, **ON_TIME, context=ACTIVE, exercise=True)  # line 352


def test_each_county_and_each_member_owes_its_own() -> None:
    assert owing(FITS, "counties-daily", area=["653101", "653121", "653122"]) == [
        "喀什市",
        "疏附县",
        "疏勒县",
    ]
    assert len(owing(FITS, "counties-daily")) == 13  # twelve counties and the development zone
    members = owing(FITS, "units-daily")
    assert len(members) == len(set(members)) == 18  # line 66
    assert owing(FITS, "evaluation", **ON_TIME) == ["喀什地区重污染天气应急指挥部办公室"]
