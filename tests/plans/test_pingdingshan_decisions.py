"""Decisions under Pingdingshan's plan: what its rules find and what they make owed."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gateway.decisions.checks import Check, check
from gateway.decisions.reading import read
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan

EXAMPLE = Path(__file__).parents[2] / "examples/pingdingshan-orange.yaml"


@cache
def plan() -> Plan:
    return Catalogue().load("pingdingshan").plan


def checked(**parts: Any) -> Check:
    """The check of the example, some of its parts replaced (None: left out)."""
    data = {**yaml.safe_load(EXAMPLE.read_text("utf-8")), **parts}
    text = yaml.safe_dump(
        {key: value for key, value in data.items() if value is not None}, allow_unicode=True
    )
    decision = read(text)
    return check(plan(), decision, decision.decided_at)


def found(result: Check) -> dict[str, str]:
    return {finding.code: finding.severity for finding in result.findings}


def forecast(*highs: int) -> dict[str, Any]:
    days = [{"date": f"2024-12-{11 + n}", "low": 100, "high": high} for n, high in enumerate(highs)]
    return {
        "days": days,
        "aqi_range": {"low": 100, "high": 500},
        "aqi_mean": 200,
        "primary_pollutant": "PM2.5",
    }


def test_the_example_is_ready() -> None:
    result = checked()
    assert (result.outcome, result.findings, result.level_by_forecast) == ("ready", (), "orange")


def test_one_day_at_500_is_yellow() -> None:
    assert checked(forecast=forecast(500)).level_by_forecast == "yellow"
    assert checked(forecast=forecast(160, 170)).level_by_forecast == "yellow"
    assert checked(forecast=forecast(150, 150, 150)).level_by_forecast is None


def test_red_needs_three_days_above_200_and_one_of_them_above_300() -> None:
    assert checked(forecast=forecast(210, 301, 210)).level_by_forecast == "red"
    assert checked(forecast=forecast(210, 300, 210)).level_by_forecast == "orange"
    assert checked(forecast=forecast(210, 350, 200)).level_by_forecast == "orange"


def test_a_prompt_of_the_province_is_judged_locally() -> None:
    prompt = {"kind": "upper_prompt", "by": "省环委会办公室", "level": "red"}
    assert found(checked(basis=prompt)) == {"PROMPT_JUDGED": "note"}


def test_a_county_does_not_stay_below_the_city() -> None:
    county = {"area": ["410421"], "issuer": "宝丰县生态环境保护委员会办公室"}
    below = checked(**county, context={"upper_active_level": "red"})
    assert found(below)["BELOW_FLOOR"] == "refuse"
    ordered = {"kind": "upper_order", "by": "市环委会办公室", "level": "orange"}
    assert checked(**county, basis=ordered, starts_at="2024-12-09T20:00:00+08:00").outcome == "ready"


def test_a_county_at_red_stays_at_red_when_the_city_starts_orange() -> None:
    county = {"area": ["410481"], "issuer": "舞钢市人民政府", "action": "lower"}
    lowered = checked(**county, context={"active_level": "red", "upper_active_level": "orange"})
    assert found(lowered)["RED_STAYS"] == "refuse"


def test_less_than_48_hours_needs_a_reason_but_not_for_regional_linkage() -> None:
    soon = "2024-12-11T08:59:00+08:00"
    assert found(checked(starts_at=soon)) == {"LEAD_TIME_SHORT": "reason"}
    linkage = {"kind": "regional_linkage", "level": "orange"}
    assert "LEAD_TIME_SHORT" not in found(checked(starts_at=soon, basis=linkage))


def test_sand_and_dust_are_out_of_scope() -> None:
    dusty = {**forecast(215, 248), "cause": "sand_dust"}
    assert found(checked(forecast=dusty))["OUT_OF_SCOPE"] == "refuse"


def test_the_citys_own_zones_are_known_and_another_city_is_not() -> None:
    zones = checked(area=["410400A1", "410400A2"])
    assert zones.outcome == "ready"
    assert found(checked(area=["410100"]))["AREA_OUTSIDE_JURISDICTION"] == "refuse"


def test_teams_consultation_and_the_provinces_department_are_owed_from_orange_on() -> None:
    from_orange = {"teams-daily", "daily-consultation", "province-report"}
    orange = {each.code for each in checked().due}
    yellow = {each.code for each in checked(level="yellow", forecast=forecast(210)).due}
    assert orange - yellow == from_orange
    assert yellow == {"province-filing", "districts-daily", "lift"}


def test_a_lift_owes_both_evaluations_after_five_days_and_the_yearly_ones_before_may_and_june() -> None:
    lift = checked(
        action="lift",
        level=None,
        expected_end_at=None,
        context={"active_level": "orange", "scheduled_end": "2024-12-11T12:00:00+08:00"},
    )
    due = {each.code: each.at.isoformat() if each.at else None for each in lift.due}
    assert due["city-evaluation"] == due["districts-evaluation"] == "2024-12-16T12:00:00+08:00"
    assert due["yearly-evaluation"] == "2025-05-01T00:00:00+08:00"
    assert due["yearly-evaluation-result"] == "2025-06-01T00:00:00+08:00"
    assert due["list-revision"] is None  # the plan gives no date
    assert {"province-filing", "end-order", "districts-summary", "units-summary"} <= set(due)
