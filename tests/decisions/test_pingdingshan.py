"""Pingdingshan's plan (001): Henan's thresholds, 48 hours of lead, counties below the city."""

from typing import Any

import pytest

from tests.decisions.examples import days
from tests.decisions.tables import Row, check_of, due_of, owing, verdict

# Lines 39-55 and 62.
FITS: dict[str, Any] = {
    "plan": "pingdingshan",
    "action": "issue",
    "level": "orange",
    "decided_at": "2024-01-08T12:00:00+08:00",
    "starts_at": "2024-01-10T12:00:00+08:00",
    "expected_end_at": "2024-01-13T12:00:00+08:00",
    "area": ["410400"],
    "forecast": {
        "days": days(210, 220, 140),
        "aqi_range": {"low": 90, "high": 220},
        "aqi_mean": 180,
        "primary_pollutant": "PM2.5",
    },
    "approvals": [{"role": "主任", "name": "孙一鸣"}],
    "issuer": "平顶山市生态环境保护委员会办公室",
    "document_number": "平环委办〔2024〕1号",
}


def highs(*values: int | None) -> dict[str, Any]:
    return {"forecast": {"days": days(*values), "aqi_range": {"low": 0, "high": 600}}}


OTHER_LEVEL = {"LEVEL_NOT_MET": "reason"}
SHORT = {"LEAD_TIME_SHORT": "reason"}
TOO_SOON = {"LIFT_CONDITION_NOT_MET": "reason"}
INCOMPLETE = {"ELEMENT_MISSING": "refuse"}
BELOW = {"BELOW_FLOOR": "refuse"}
LATE = {"decided_at": "2024-01-09T12:00:00+08:00"}
IMPROVED = {"below_threshold": True, "improvement_hours": 36}
ACTIVE = {"active_level": "orange", "scheduled_end": "2024-01-13T12:00:00+08:00"}
COUNTY = {"area": ["410421"], "issuer": "宝丰县人民政府"}

ROWS: list[Row] = [
    ("all as the plan asks", {}, "ready", {}),
    # lines 39-42
    ("yellow for a day above 200", {"level": "yellow", **highs(201)}, "ready", {}),
    ("yellow for a day at 200", {"level": "yellow", **highs(200)}, "needs_reason", OTHER_LEVEL),
    ("yellow for two days above 150", {"level": "yellow", **highs(151, 151)}, "ready", {}),
    ("yellow for one day above 150", {"level": "yellow", **highs(151)}, "needs_reason", OTHER_LEVEL),
    ("orange for three days above 150", highs(151, 151, 151), "ready", {}),
    ("orange for three days at 150", highs(150, 150, 150), "needs_reason", OTHER_LEVEL),
    ("orange for three days with a gap", highs(151, 151, None, 151), "needs_reason", OTHER_LEVEL),
    ("red", {"level": "red", **highs(201, 301, 201)}, "ready", {}),
    ("red with no day above 300", {"level": "red", **highs(201, 300, 201)}, "needs_reason", OTHER_LEVEL),
    ("red for two days", {"level": "red", **highs(350, 350)}, "needs_reason", OTHER_LEVEL),
    ("red for one day at 500", {"level": "red", **highs(500)}, "needs_reason", OTHER_LEVEL),
    ("yellow for one day at 500", {"level": "yellow", **highs(500)}, "ready", {}),
    # line 46: a prompt is judged, not obeyed
    (
        "a prompt followed",
        {"basis": {"kind": "upper_prompt", "level": "orange"}},
        "ready",
        {"PROMPT_JUDGED": "note"},
    ),
    (
        "a prompt of red not followed",
        {"basis": {"kind": "upper_prompt", "level": "red"}},
        "ready",
        {"PROMPT_JUDGED": "note"},
    ),
    (
        "a prompt followed against the forecast",
        {"basis": {"kind": "upper_prompt", "level": "orange"}, **highs(210)},
        "needs_reason",
        {"PROMPT_JUDGED": "note", **OTHER_LEVEL},
    ),
    # line 49: 48 hours, or as the regional linkage asks
    ("47 h 59 min", {"decided_at": "2024-01-08T12:01:00+08:00"}, "needs_reason", SHORT),
    (
        "47 h 59 min with a reason",
        {"decided_at": "2024-01-08T12:01:00+08:00", "special_reason": "突变"},
        "ready",
        {"LEAD_TIME_SHORT": "note"},
    ),
    ("at once by linkage", {**LATE, "basis": {"kind": "regional_linkage", "level": "orange"}}, "ready", {}),
    (
        "at once on a prompt",
        {**LATE, "basis": {"kind": "upper_prompt", "level": "orange"}},
        "needs_reason",
        {**SHORT, "PROMPT_JUDGED": "note"},
    ),
    ("linkage asks for more", {"basis": {"kind": "regional_linkage", "level": "red"}}, "refused", BELOW),
    # line 50
    ("no range", {"forecast": {"aqi_range": None}}, "refused", INCOMPLETE),
    ("no mean", {"forecast": {"aqi_mean": None}}, "refused", INCOMPLETE),
    ("no end", {"expected_end_at": None}, "refused", INCOMPLETE),
    ("no end yet", {"expected_end_at": None, "open_ended": True}, "ready", {}),
    ("no issuer", {"issuer": None}, "refused", INCOMPLETE),
    ("no pollutant: not asked for", {"forecast": {"primary_pollutant": None}}, "ready", {}),
    (
        "a correction without what the plan asks for",
        {"action": "correct", "corrects": "有误", "forecast": {"aqi_mean": None}},
        "refused",
        INCOMPLETE,
    ),
    # lines 53-55
    (
        "lower in time",
        {"action": "lower", "level": "yellow", **highs(210), "observed": IMPROVED, "context": ACTIVE},
        "ready",
        {},
    ),
    (
        "lower after 35 h",
        {
            "action": "lower",
            "level": "yellow",
            **highs(210),
            "observed": {**IMPROVED, "improvement_hours": 35},
            "context": ACTIVE,
        },
        "needs_reason",
        TOO_SOON,
    ),
    ("lift early and improved", {"action": "lift", "observed": IMPROVED, "context": ACTIVE}, "ready", {}),
    ("lift early", {"action": "lift", "context": ACTIVE}, "needs_reason", TOO_SOON),
    (
        "lift on schedule",
        {"action": "lift", "context": ACTIVE, "starts_at": "2024-01-13T12:00:00+08:00"},
        "ready",
        {},
    ),
    (
        "raise on measurements, at once",
        {
            "action": "raise",
            "basis": {"kind": "monitored"},
            "observed": {"daily_aqi": [230, 240]},
            "context": {"active_level": "yellow"},
            "decided_at": "2024-01-10T11:00:00+08:00",
            **highs(140),
        },
        "ready",
        {},
    ),
    (
        "raise on measurements of 200",
        {
            "action": "raise",
            "basis": {"kind": "monitored"},
            "observed": {"daily_aqi": [200, 200]},
            "context": {"active_level": "yellow"},
            "decided_at": "2024-01-10T11:00:00+08:00",
            **highs(140),
        },
        "needs_reason",
        OTHER_LEVEL,
    ),
    (
        "two peaks a day apart, started at the lower",
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
    # line 62: counties are bound by the city; red stays
    (
        "a county below the city",
        {**COUNTY, "level": "yellow", **highs(210), "context": {"upper_active_level": "orange"}},
        "refused",
        BELOW,
    ),
    (
        "a county as the city",
        {**COUNTY, **highs(210), "context": {"upper_active_level": "orange"}},
        "ready",
        {},
    ),
    ("a county above the city", {**COUNTY, "context": {"upper_active_level": "yellow"}}, "ready", {}),
    (
        "a county lifts under the city's",
        {**COUNTY, "action": "lift", "observed": IMPROVED, "context": {"upper_active_level": "yellow"}},
        "refused",
        BELOW,
    ),
    (
        "red given up for the city's orange",
        {
            **COUNTY,
            "action": "lower",
            "basis": {"kind": "upper_warning", "by": "市环委会办公室", "level": "orange"},
            "context": {"active_level": "red"},
        },
        "refused",
        {"RED_STAYS": "refuse", **TOO_SOON},
    ),
    (
        "red lowered by the plan's own conditions",
        {
            **COUNTY,
            "action": "lower",
            "basis": {"kind": "upper_warning", "by": "市环委会办公室", "level": "orange"},
            "observed": IMPROVED,
            "context": {"active_level": "red"},
        },
        "ready",
        {},
    ),
    # lines 62 and 95: the city's office starts a county's response, not its own
    (
        "the city ordered by its own office",
        {"basis": {"kind": "upper_order", "by": "市环委会办公室", "level": "orange"}, **highs(140)},
        "needs_reason",
        {"LEVEL_NOT_MET": "reason"},
    ),
    # lines 44 to 46 list the forecast and a prompt only: a start by the province is no ground of the city's
    (
        "the city after a start by the province",
        {"basis": {"kind": "upper_warning", "by": "省环委会办公室", "level": "orange"}, **highs(140)},
        "needs_reason",
        {"LEVEL_NOT_MET": "reason"},
    ),
    (
        "the city after a start by nobody named",
        {"basis": {"kind": "upper_warning", "level": "orange"}, **highs(140)},
        "needs_reason",
        {"LEVEL_NOT_MET": "reason"},
    ),
    (
        "a county ordered by the city's office",
        {**COUNTY, "basis": {"kind": "upper_order", "by": "市环委会办公室", "level": "orange"}, **highs(140)},
        "ready",
        {},
    ),
    # line 18
    ("sand", {"forecast": {"cause": "sand_dust"}}, "refused", {"OUT_OF_SCOPE": "refuse"}),
    ("typhoon: not left out here", {"forecast": {"cause": "typhoon"}}, "ready", {}),
    # silent on approvals
    ("any one person", {"approvals": [{"role": "值班长", "name": "周七"}]}, "ready", {}),
    ("nobody", {"approvals": []}, "refused", {"APPROVAL_MISSING": "refuse"}),
    (
        "nobody, on schedule",
        {"action": "lift", "context": ACTIVE, "starts_at": "2024-01-13T12:00:00+08:00", "approvals": []},
        "refused",
        {"APPROVAL_MISSING": "refuse"},
    ),
    # places
    ("the neighbour", {"area": ["410100"]}, "refused", {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    ("no such county", {"area": ["410499"]}, "refused", {"AREA_UNKNOWN": "refuse"}),
]


@pytest.mark.parametrize(
    ("changes", "outcome", "findings"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_a_decision_is_held_against_the_plan(
    changes: dict[str, Any], outcome: str, findings: dict[str, str]
) -> None:
    assert verdict(FITS, changes) == (outcome, findings)


def test_an_orange_start_owes_the_filing_the_daily_reports_and_the_word_to_the_province() -> None:
    assert due_of(FITS) == {
        "province-filing": ("2024-01-08T12:00:00+08:00", None),
        "province-report": ("2024-01-10T12:00:00+08:00", None),
        "districts-daily": ("2024-01-10T23:59:00+08:00", "daily"),
        "teams-daily": ("2024-01-10T23:59:00+08:00", "daily"),
        "daily-consultation": ("2024-01-10T23:59:00+08:00", "daily"),
        "lift": ("2024-01-13T12:00:00+08:00", None),
    }


def test_a_yellow_start_sends_no_teams() -> None:
    assert set(due_of(FITS, level="yellow")) == {"province-filing", "districts-daily", "lift"}


def test_a_lift_owes_evaluations_in_five_days_before_may_and_by_its_end() -> None:
    owed = due_of(FITS, action="lift", starts_at="2024-01-13T12:00:00+08:00")
    assert owed["city-evaluation"] == ("2024-01-18T12:00:00+08:00", None)
    assert owed["districts-evaluation"] == ("2024-01-18T12:00:00+08:00", None)
    assert owed["yearly-evaluation"] == ("2024-05-01T00:00:00+08:00", None)
    assert owed["yearly-evaluation-result"] == ("2024-06-01T00:00:00+08:00", None)
    assert owed["end-order"] == ("2024-01-13T12:00:00+08:00", None)
    assert "lift" not in owed


def test_a_countys_own_warning_creates_none_of_the_citys_duties() -> None:
    # lines 48 to 51 and 95: on reaching the city's conditions; line 112: after the city's response
    assert set(due_of(FITS, **COUNTY)) == {"districts-daily", "lift"}
    assert owing(FITS, "lift", **COUNTY) == ["宝丰县人民政府"]
    ended = due_of(FITS, **COUNTY, action="lift", starts_at="2024-01-13T12:00:00+08:00")
    assert "city-evaluation" not in ended
    assert "districts-evaluation" in ended


def test_the_city_owes_its_filing_for_a_single_county_too() -> None:
    assert "province-filing" in due_of(FITS, area=["410421"])


def test_each_county_that_is_concerned_reports_and_each_of_nine_departments() -> None:
    assert owing(FITS, "districts-daily", area=["410421", "410481"]) == ["宝丰县", "舞钢市"]
    everywhere = owing(FITS, "districts-daily")
    assert "平顶山市" not in everywhere
    assert {"宝丰县", "舞钢市", "石龙区"} <= set(everywhere)
    assert len(owing(FITS, "teams-daily")) == 9  # line 97


def test_one_day_at_500_gives_yellow_alone() -> None:
    assert check_of(FITS, **highs(500)).level_by_forecast == "yellow"
