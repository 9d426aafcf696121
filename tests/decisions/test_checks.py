from datetime import datetime
from typing import Any

import pytest

from gateway.decisions.checks import check
from gateway.decisions.model import Context
from gateway.plans.model import Plan
from gateway.vocabulary import ACTIONS
from tests.decisions.examples import (
    DECIDED,
    ORANGE,
    changed,
    checked,
    days,
    decision,
    severities,
    zhengzhou,
)

RED = (310, 260, 230)
YELLOW = (210, 140)
CLAUSE = {"path": "3.4", "lines": [1, 1]}
WARNING = {"kind": "upper_warning", "by": "省生态环境保护委员会办公室"}
IMPROVED = {"below_threshold": True, "improvement_hours": 36}


def test_a_decision_that_fits_is_ready_and_has_no_findings() -> None:
    result = checked()
    assert (result.outcome, result.findings) == ("ready", ())
    assert (result.level, result.response, result.level_by_forecast) == ("orange", "II", "orange")


# Each row: highs, changes to the document, the findings.
Row = tuple[tuple[int | None, ...], dict[str, Any], dict[str, str]]

LEVEL_ROWS: list[Row] = [
    (RED, {}, {"LEVEL_NOT_MET": "reason"}),
    (YELLOW, {}, {"LEVEL_NOT_MET": "reason"}),
    ((), {}, {"LEVEL_NOT_MET": "reason", "ELEMENT_MISSING": "refuse"}),
    ((90, 90), {}, {"LEVEL_NOT_MET": "reason"}),
    (YELLOW, {"action": "raise"}, {"LEVEL_NOT_MET": "reason"}),
    (YELLOW, {"action": "extend"}, {"LEVEL_NOT_MET": "reason"}),
    (RED, {"action": "lower", "observed": IMPROVED}, {"LEVEL_NOT_MET": "reason"}),
    # a reason is needed for the whole episode's level, not the first peak's
    ((210, 140, 210, 210), {"level": "yellow"}, {"LEVEL_NOT_MET": "reason", "MERGE_EPISODES": "reason"}),
    ((210, 140, 210, 210), {}, {}),
    ((210, 140, 210, 210), {"level": "red"}, {"LEVEL_NOT_MET": "reason"}),
    ((210, 140, 210), {"level": "yellow"}, {}),
    ((210, 140, 140, 210, 210), {"level": "yellow"}, {"LEVEL_NOT_MET": "note"}),
    # an upper start gives the level; its level is a floor
    (YELLOW, {"basis": {**WARNING, "level": "orange"}}, {}),
    (YELLOW, {"basis": {"kind": "upper_order", "level": "orange"}}, {}),
    (YELLOW, {"basis": {**WARNING, "by": "河南省环委会办公室", "level": "orange"}}, {}),
    (YELLOW, {"basis": {**WARNING, "by": "某协会", "level": "orange"}}, {"LEVEL_NOT_MET": "note"}),
    (ORANGE, {"basis": {**WARNING, "by": "某协会", "level": "orange"}}, {}),  # the forecast gives it too
    (YELLOW, {"basis": {**WARNING, "by": "郑州市攻坚办", "level": "orange"}}, {"LEVEL_NOT_MET": "note"}),
    (YELLOW, {"area": ["410122"], "basis": {**WARNING, "by": "郑州市攻坚办", "level": "orange"}}, {}),
    (YELLOW, {"basis": {"kind": "regional_linkage", "level": "orange"}}, {}),
    (RED, {"basis": {**WARNING, "level": "orange"}}, {}),
    (RED, {"level": "red", "basis": {**WARNING, "level": "orange"}}, {}),
    (YELLOW, {"basis": {**WARNING, "level": "yellow"}}, {"LEVEL_NOT_MET": "reason"}),
    (YELLOW, {"basis": WARNING}, {"LEVEL_NOT_MET": "reason"}),
    (ORANGE, {"basis": {**WARNING, "level": "red"}}, {"BELOW_FLOOR": "refuse"}),
    (ORANGE, {"basis": {"kind": "regional_linkage", "level": "red"}}, {"BELOW_FLOOR": "refuse"}),
    (ORANGE, {"context": {"upper_active_level": "red"}}, {"BELOW_FLOOR": "refuse"}),
    (YELLOW, {"context": {"upper_active_level": "orange"}}, {}),
    (RED, {"context": {"upper_active_level": "orange"}}, {"LEVEL_NOT_MET": "reason"}),
    # a county under its city's active warning
    (YELLOW, {"area": ["410122"], "context": {"upper_active_level": "orange"}}, {}),
    (
        YELLOW,
        {"area": ["410122"], "level": "yellow", "context": {"upper_active_level": "orange"}},
        {"BELOW_FLOOR": "refuse"},
    ),
    # a prompt is weighed here
    (ORANGE, {"basis": {"kind": "upper_prompt", "level": "orange"}}, {"PROMPT_JUDGED": "note"}),
    (ORANGE, {"basis": {"kind": "upper_prompt", "level": "red"}}, {"PROMPT_JUDGED": "note"}),
    (
        YELLOW,
        {"basis": {"kind": "upper_prompt", "level": "orange"}},
        {"PROMPT_JUDGED": "note", "LEVEL_NOT_MET": "reason"},
    ),
]


@pytest.mark.parametrize(("highs", "changes", "expected"), LEVEL_ROWS)
def test_the_level_asked_is_held_against_forecast_and_upper_levels(
    highs: tuple[int | None, ...], changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert severities(checked(highs, **changes)) == expected


MONITORED: dict[str, Any] = {
    "action": "raise",
    "basis": {"kind": "monitored"},
    "starts_at": "2024-01-08T10:00:00+08:00",
}


@pytest.mark.parametrize(
    ("forecast_highs", "observed", "expected"),
    [
        ([], {"daily_aqi": [230, 250]}, {}),
        ([120], {"daily_aqi": [230, 250]}, {}),
        ([180], {"daily_aqi": [160, 230]}, {}),
        ([120], {"daily_aqi": [250]}, {"LEVEL_NOT_MET": "reason"}),  # yellow by 24 h
        ([120], {"daily_aqi": [230, 250], "improving_within_24h": True}, {"LEVEL_NOT_MET": "reason"}),
        ([180], {"daily_aqi": [160, 200]}, {"LEVEL_NOT_MET": "reason"}),  # not yet heavily polluted
        ([210, 210], {"daily_aqi": [160]}, {}),  # the forecast gives the level without measurements
        ([120], {}, {"LEVEL_NOT_MET": "reason"}),
    ],
)
def test_a_raise_on_measurements_needs_heavy_pollution_without_improvement(
    forecast_highs: list[int], observed: dict[str, Any], expected: dict[str, str]
) -> None:
    forecast = {"days": days(*forecast_highs, first=DECIDED.date())}
    assert severities(checked(**MONITORED, forecast=forecast, observed=observed)) == expected


ACTIVE = {"active_level": "orange", "scheduled_end": "2024-01-13T12:00:00+08:00"}

CHANGE_ROWS: list[Row] = [
    (YELLOW, {"action": "lower", "level": "yellow"}, {"LIFT_CONDITION_NOT_MET": "reason"}),
    (YELLOW, {"action": "lower", "level": "yellow", "observed": IMPROVED}, {}),
    ((), {"action": "lift"}, {"LIFT_CONDITION_NOT_MET": "reason"}),
    ((), {"action": "lift", "observed": IMPROVED}, {}),
    (
        (),
        {"action": "lift", "observed": {**IMPROVED, "improvement_hours": 35}},
        {"LIFT_CONDITION_NOT_MET": "reason"},
    ),
    (
        (),
        {"action": "lift", "observed": {**IMPROVED, "below_threshold": False}},
        {"LIFT_CONDITION_NOT_MET": "reason"},
    ),
    # on schedule: no new forecast
    ((), {"action": "lift", "starts_at": "2024-01-13T12:00:00+08:00", "context": ACTIVE}, {}),
    (
        (),
        {"action": "lift", "starts_at": "2024-01-13T11:59:00+08:00", "context": ACTIVE},
        {"LIFT_CONDITION_NOT_MET": "reason"},
    ),
    (
        YELLOW,
        {"action": "lower", "level": "yellow", "starts_at": "2024-01-10T12:00:00+08:00", "context": ACTIVE},
        {"LIFT_CONDITION_NOT_MET": "reason"},
    ),
    # an upper warning holds
    (
        (),
        {"action": "lift", "observed": IMPROVED, "context": {"upper_active_level": "yellow"}},
        {"BELOW_FLOOR": "refuse"},
    ),
    (
        (),
        {"action": "lift", "observed": IMPROVED, "basis": {**WARNING, "level": "yellow"}},
        {"BELOW_FLOOR": "refuse"},
    ),
    # told to lift, the level being what is lifted
    ((), {"action": "lift", "observed": IMPROVED, "basis": {"kind": "upper_order", "level": "orange"}}, {}),
    # red stays until the plan's own conditions are met
    (
        ORANGE,
        {
            "action": "lower",
            "context": {"active_level": "red"},
            "basis": {**WARNING, "level": "orange"},
        },
        {"RED_STAYS": "refuse", "LIFT_CONDITION_NOT_MET": "reason"},
    ),
    (
        ORANGE,
        {"action": "lower", "context": {"active_level": "red", "upper_active_level": "orange"}},
        {"RED_STAYS": "refuse", "LIFT_CONDITION_NOT_MET": "reason"},
    ),
    (
        ORANGE,
        {
            "action": "lower",
            "observed": IMPROVED,
            "context": {"active_level": "red"},
            "basis": {**WARNING, "level": "orange"},
        },
        {},
    ),
    (
        ORANGE,
        {"action": "lower", "context": {"active_level": "red"}},
        {"LIFT_CONDITION_NOT_MET": "reason"},
    ),
    (
        ORANGE,
        {"action": "lower", "context": {"active_level": "red"}, "basis": {**WARNING, "level": "red"}},
        {"BELOW_FLOOR": "refuse", "LIFT_CONDITION_NOT_MET": "reason"},
    ),
    # the action must be a change of what is in force
    (ORANGE, {"action": "raise", "context": {"active_level": "yellow"}}, {}),
    (ORANGE, {"action": "raise", "context": {"active_level": "orange"}}, {"ACTION_MISMATCH": "refuse"}),
    (ORANGE, {"action": "raise"}, {}),  # not stated what is in force
    (
        ORANGE,
        {"action": "lower", "observed": IMPROVED, "context": {"active_level": "yellow"}},
        {"ACTION_MISMATCH": "refuse"},
    ),
    (
        ORANGE,
        {"action": "extend", "context": ACTIVE, "expected_end_at": "2024-01-14T12:00:00+08:00"},
        {},
    ),
    (ORANGE, {"action": "extend", "context": ACTIVE, "expected_end_at": None, "open_ended": True}, {}),
    (
        ORANGE,
        {"action": "extend", "context": ACTIVE},  # to the end that stands already
        {"ACTION_MISMATCH": "refuse"},
    ),
    (
        ORANGE,
        {"action": "extend", "context": {"active_level": "yellow"}},
        {"ACTION_MISMATCH": "refuse"},
    ),
]


@pytest.mark.parametrize(("highs", "changes", "expected"), CHANGE_ROWS)
def test_a_change_is_held_against_what_is_in_force(
    highs: tuple[int | None, ...], changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert severities(checked(highs, **changes)) == expected


def test_the_ledgers_word_takes_the_place_of_the_documents() -> None:
    stated = decision(action="raise", context={"active_level": "yellow"})
    at_orange = check(zhengzhou(), stated, DECIDED, in_force=Context(active_level="orange"))
    assert severities(at_orange) == {"ACTION_MISMATCH": "refuse"}


@pytest.mark.parametrize("action", ["raise", "lower", "extend", "lift"])
def test_what_is_certainly_not_in_force_cannot_be_changed(action: str) -> None:
    stated = decision(action=action, observed=IMPROVED)
    assert "ACTION_MISMATCH" not in severities(check(zhengzhou(), stated, DECIDED))
    assert severities(check(zhengzhou(), stated, DECIDED, in_force=Context()))["ACTION_MISMATCH"] == "refuse"


FORMAL_ROWS: list[tuple[dict[str, Any], dict[str, str]]] = [
    # lead time: 48 h exactly is enough
    ({"decided_at": "2024-01-08T12:00:00+08:00"}, {}),
    ({"decided_at": "2024-01-08T12:01:00+08:00"}, {"LEAD_TIME_SHORT": "reason"}),
    ({"decided_at": "2024-01-10T08:00:00+08:00", "action": "raise"}, {"LEAD_TIME_SHORT": "reason"}),
    ({"decided_at": "2024-01-10T08:00:00+08:00", "action": "extend"}, {}),
    (
        {"decided_at": "2024-01-10T08:00:00+08:00", "action": "lower", "observed": IMPROVED},
        {},
    ),
    ({"decided_at": "2024-01-10T08:00:00+08:00", "action": "lift", "observed": IMPROVED}, {}),
    ({"decided_at": "2024-01-10T08:00:00+08:00", "basis": {**WARNING, "level": "orange"}}, {}),
    ({"decided_at": "2024-01-10T08:00:00+08:00", "basis": {"kind": "regional_linkage"}}, {}),
    (
        {"decided_at": "2024-01-10T08:00:00+08:00", "basis": {"kind": "upper_prompt"}},
        {"LEAD_TIME_SHORT": "reason", "PROMPT_JUDGED": "note"},
    ),
    # what must be stated
    ({"approvals": []}, {"APPROVAL_MISSING": "refuse"}),
    ({"approvals": [{"role": "值班长", "name": "李四"}]}, {}),  # the plan prints no title
    ({"document_number": None}, {"DOCUMENT_NUMBER_MISSING": "refuse"}),
    (
        {"action": "lift", "observed": IMPROVED, "document_number": None},
        {"DOCUMENT_NUMBER_MISSING": "refuse"},
    ),
    ({"issuer": None}, {"ELEMENT_MISSING": "refuse"}),
    ({"issuer": "市攻坚办"}, {}),
    ({"issuer": "郑州市生态环境保护委员会"}, {}),
    ({"issuer": "郑州市人民政府"}, {}),
    ({"issuer": "洛阳市攻坚办"}, {"ELEMENT_MISSING": "refuse"}),
    ({"issuer": "金水区人民政府"}, {"ELEMENT_MISSING": "refuse"}),
    ({"issuer": "金水区人民政府", "area": ["410105"]}, {}),
    ({"issuer": "办公室"}, {"ELEMENT_MISSING": "refuse"}),
    ({"expected_end_at": None}, {"ELEMENT_MISSING": "refuse"}),
    ({"expected_end_at": None, "open_ended": True}, {}),
    ({"forecast": {"aqi_range": None}}, {"ELEMENT_MISSING": "refuse"}),
    ({"forecast": {"aqi_mean": None}}, {"ELEMENT_MISSING": "refuse"}),
    ({"forecast": {"primary_pollutant": None}}, {}),  # this plan does not ask for it
    # where and why
    ({"area": ["410102", "410100A1"]}, {}),
    ({"area": ["410199"]}, {"AREA_UNKNOWN": "refuse"}),
    ({"area": ["999999"]}, {"AREA_UNKNOWN": "refuse"}),
    ({"area": ["123456"]}, {"AREA_UNKNOWN": "refuse"}),
    ({"area": ["郑州市"]}, {"AREA_UNKNOWN": "refuse"}),
    ({"area": ["410100B9"]}, {"AREA_UNKNOWN": "refuse"}),
    ({"area": ["410421"]}, {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    ({"area": ["653101"]}, {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    ({"area": ["410000"]}, {"AREA_OUTSIDE_JURISDICTION": "refuse"}),
    (
        {"area": ["410102", "410421", "1"]},
        {"AREA_OUTSIDE_JURISDICTION": "refuse", "AREA_UNKNOWN": "refuse"},
    ),
    ({"forecast": {"cause": "sand_dust"}}, {"OUT_OF_SCOPE": "refuse"}),
    ({"forecast": {"cause": "typhoon"}}, {}),  # this plan leaves out sand and dust only
    ({"action": "lift", "observed": IMPROVED, "forecast": {"cause": "sand_dust"}}, {}),
]


@pytest.mark.parametrize(("changes", "expected"), FORMAL_ROWS)
def test_the_form_is_held_against_plan_and_law(changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert severities(checked(**changes)) == expected


def test_each_missing_element_is_named() -> None:
    result = checked(
        (), issuer=None, expected_end_at=None, forecast={"aqi_mean": None, "aqi_range": None, "days": []}
    )
    named = [finding.message for finding in result.findings if finding.code == "ELEMENT_MISSING"]
    for word in ("重污染天气发生的时间", "AQI范围", "AQI日均值", "预计解除时间", "发布机关"):
        assert sum(word in message for message in named) == 1


def test_the_law_asks_for_an_issuer_where_the_plan_does_not() -> None:
    result = checked(plan=changed(elements=[]), issuer=None)
    assert [finding.code for finding in result.findings] == ["ELEMENT_MISSING"]
    assert "突发事件应对法" in (result.findings[0].clause or "")


@pytest.mark.parametrize(
    ("starts_at", "codes"),
    [
        ("2024-01-10T12:00:00+08:00", {"LEAD_TIME_SHORT": "reason"}),
        ("2024-01-10T11:59:00+08:00", {"LEAD_TIME_SHORT": "refuse"}),
    ],
)
def test_an_absolute_minimum_of_lead_time_refuses(starts_at: str, codes: dict[str, str]) -> None:
    plan = changed(lead_time={"hours": 24, "minimum_hours": 12, "clause": CLAUSE})
    result = checked(plan=plan, starts_at=starts_at, decided_at="2024-01-10T00:00:00+08:00")
    assert severities(result) == codes


def test_a_start_in_the_past_is_noted_and_stops_a_launch() -> None:
    stated, late = decision(), datetime.fromisoformat("2024-01-10T12:00:01+08:00")
    assert severities(check(zhengzhou(), stated, late)) == {"STALE": "note"}
    assert severities(check(zhengzhou(), stated, late, launching=True)) == {"STALE": "refuse"}
    assert check(zhengzhou(), stated, stated.starts_at, launching=True).outcome == "ready"


@pytest.mark.parametrize(
    ("validity", "changes", "expired"),
    [
        ({"valid_from": "2023-09-12"}, {}, False),
        ({"valid_from": "2018-10-01", "valid_until": "2019-03-31"}, {}, True),
        ({"valid_until": "2024-01-10"}, {}, False),  # its last day counts
        ({"valid_until": "2024-01-09"}, {}, True),
        ({"valid_from": "2024-01-09"}, {}, True),  # decided the day before
        (
            {"valid_until": "2024-01-09"},
            {
                "action": "lift",
                "observed": IMPROVED,
                "context": {"active_since": "2024-01-08T00:00:00+08:00"},
            },
            False,  # every start owes a lift
        ),
    ],
)
def test_a_decision_stands_within_the_plans_validity(
    validity: dict[str, str], changes: dict[str, Any], expired: bool
) -> None:
    plan = changed(validity={**validity, "clause": CLAUSE})
    assert ("PLAN_EXPIRED" in severities(checked(plan=plan, **changes))) == expired


def _kashgar() -> Plan:
    """Rules of another kind: approval by colour, three contiguous counties."""
    head, deputy, chief = "指挥部办公室主任", "指挥部副指挥长", "指挥长"
    return changed(
        place="喀什地区",
        issuing_body={
            "name": "喀什地区重污染天气应急指挥部",
            "short_name": "地区指挥部",
            "also_known_as": ["指挥部", "指挥部办公室"],
            "titles": [head, deputy, chief],
            "clause": CLAUSE,
        },
        contiguous_scope={"counties": 3, "clause": CLAUSE},
        approvals=[
            {"actions": ["lift"], "on_schedule": True, "steps": [], "clause": CLAUSE},
            *(
                {
                    "actions": list(ACTIONS),
                    "levels": [level],
                    "steps": [{"titles": [title]} for title in chain],
                    "clause": CLAUSE,
                }
                for level, chain in (
                    ("yellow", [head]),
                    ("orange", [head, deputy]),
                    ("red", [head, deputy, chief]),
                )
            ),
        ],
    )


def _approvals(*given: str) -> list[dict[str, str]]:
    """Roles, each with an optional hour after `@`."""
    parts = [each.partition("@") for each in given]
    return [
        {"role": role, "name": "张三"} | ({"at": f"2024-01-08T{hour}:00:00+08:00"} if hour else {})
        for role, _, hour in parts
    ]


@pytest.mark.parametrize(
    ("given_roles", "missing"),
    [
        (["指挥部办公室主任", "指挥部副指挥长"], 0),
        (["喀什地区重污染天气应急指挥部办公室主任", "喀什地区副指挥长"], 0),
        (["主任", "副指挥长"], 0),
        (["地区指挥部办公室主任@05", "副指挥长@06"], 0),
        (["副指挥长@06", "主任@05"], 0),  # the order of the list means nothing
        (["主任@06", "副指挥长@05"], 1),  # approved before it was reviewed
        (["主任@06", "副指挥长"], 0),
        (["主任"], 1),
        (["副指挥长"], 1),
        (["副主任", "指挥长"], 2),  # no deputy stands in, no chief for a deputy's step
        (["生态环境局主任", "副指挥长"], 1),
        ([], 2),
    ],
)
def test_the_chain_of_the_level_is_needed_in_its_order(given_roles: list[str], missing: int) -> None:
    result = checked(
        plan=_kashgar(),
        approvals=_approvals(*given_roles),
        scope={"contiguous_counties": 3},
        issuer="指挥部办公室",
    )
    assert [finding.code for finding in result.findings] == ["APPROVAL_MISSING"] * missing


def test_one_approval_gives_one_step_only() -> None:
    rule = {"actions": ["issue"], "steps": [{"titles": []}, {"titles": []}]}
    once, twice = _approvals("主任"), _approvals("主任", "值班长")
    assert severities(checked(plan=changed(approvals=[rule]), approvals=once)) == {
        "APPROVAL_MISSING": "refuse"
    }
    assert checked(plan=changed(approvals=[rule]), approvals=twice).outcome == "ready"


@pytest.mark.parametrize(
    ("given_roles", "missing"),
    [
        (["局长", "局长"], 0),  # one person in two ranks, each stated
        (["局长"], 1),
        (["局长", "主任"], 0),
        (["局长@06", "主任@05"], 0),
        (["局长@05", "主任@06"], 1),
        (["局长@05", "副主任@06", "主任@04"], 0),
        (["副主任", "主任"], 0),
        (["副主任", "副主任"], 1),
    ],
)
def test_a_rank_that_may_give_several_steps_gives_the_one_that_is_left(
    given_roles: list[str], missing: int
) -> None:
    rule = {"actions": ["issue"], "steps": [{"titles": ["主任", "局长"]}, {"titles": ["副主任", "局长"]}]}
    result = checked(plan=changed(approvals=[rule]), approvals=_approvals(*given_roles))
    assert [finding.code for finding in result.findings] == ["APPROVAL_MISSING"] * missing


@pytest.mark.parametrize(
    ("starts_at", "active", "roles", "missing"),
    [
        ("2024-01-13T12:00:00+08:00", "red", [], 0),  # on schedule: nobody approves again
        ("2024-01-12T12:00:00+08:00", "yellow", ["主任"], 0),
        ("2024-01-12T12:00:00+08:00", "red", ["主任"], 2),
        ("2024-01-12T12:00:00+08:00", None, ["主任"], 2),  # unknown: the longest chain
    ],
)
def test_a_lift_is_approved_by_the_level_in_force(
    starts_at: str, active: str | None, roles: list[str], missing: int
) -> None:
    result = checked(
        plan=_kashgar(),
        action="lift",
        starts_at=starts_at,
        approvals=_approvals(*roles),
        observed=IMPROVED,
        issuer="喀什地区行政公署办公室",
        context={"active_level": active, "scheduled_end": "2024-01-13T12:00:00+08:00"},
    )
    assert [finding.code for finding in result.findings] == ["APPROVAL_MISSING"] * missing


@pytest.mark.parametrize(
    ("scope", "changes", "met"),
    [
        ({"contiguous_counties": 3}, {}, True),
        ({"contiguous_counties": 2, "counties_meeting": 4}, {}, False),
        ({"counties_meeting": 2}, {}, False),
        ({"counties_meeting": 4}, {}, False),  # nothing says that they are contiguous
        ({}, {}, False),
        ({}, {"basis": {**WARNING, "level": "orange"}}, True),
        ({}, {"area": ["410102"]}, True),  # a county's own decision
        ({}, {"area": ["410102", "410103"]}, False),
        ({}, {"area": ["410102", "410103"], "issuer": "中原区人民政府"}, True),
        ({}, {"basis": {"kind": "upper_prompt", "level": "orange"}}, False),  # judged here
        ({}, {"basis": {"kind": "monitored"}}, False),
        ({}, {"basis": {"kind": "monitored"}, "action": "raise"}, True),
        ({}, {"action": "raise"}, False),
        ({}, {"context": {"upper_active_level": "orange"}}, True),  # bound to start it
        ({}, {"context": {"upper_active_level": "yellow"}}, False),
        ({}, {"action": "extend"}, True),
    ],
)
def test_a_plan_that_counts_counties_refuses_fewer(
    scope: dict[str, int], changes: dict[str, Any], met: bool
) -> None:
    result = checked(plan=_kashgar(), scope=scope, **{"issuer": "地区指挥部办公室", **changes})
    assert ("SCOPE_NOT_MET" not in severities(result)) == met


ORDERED = changed(
    grounds=[{"basis": "upper_order", "effect": "exact", "clause": CLAUSE}], floor=None, lower_or_lift=None
)


@pytest.mark.parametrize(
    ("highs", "changes", "expected"),
    [
        (ORANGE, {"basis": {"kind": "upper_order", "level": "orange"}}, {}),
        (YELLOW, {"basis": {"kind": "upper_order", "level": "orange"}}, {"LEVEL_NOT_MET": "note"}),
        (ORANGE, {"basis": {"kind": "upper_order", "level": "red"}}, {"LEVEL_DIFFERS_FROM_ORDER": "refuse"}),
        (ORANGE, {"basis": {"kind": "upper_order"}}, {"UPSTREAM_ORDER_MISSING": "refuse"}),
        (ORANGE, {}, {"UPSTREAM_ORDER_MISSING": "refuse"}),
        (ORANGE, {"action": "lift"}, {"UPSTREAM_ORDER_MISSING": "refuse"}),
        (ORANGE, {"action": "lift", "basis": {"kind": "upper_order"}}, {}),
    ],
)
def test_a_district_bound_by_orders_acts_on_them_alone(
    highs: tuple[int, ...], changes: dict[str, Any], expected: dict[str, str]
) -> None:
    changes = {"decided_at": "2024-01-08T00:00:00+08:00", **changes}
    assert severities(checked(highs, plan=ORDERED, **changes)) == expected


def test_a_plan_without_thresholds_leaves_the_level_to_people() -> None:
    result = checked(plan=changed(level_rules=[]))
    assert severities(result) == {"LEVEL_NOT_MET": "note"}
    assert (result.outcome, result.level_by_forecast) == ("ready", None)


def test_a_special_reason_turns_reasons_into_marked_notes_and_nothing_else() -> None:
    short: dict[str, Any] = {"decided_at": "2024-01-10T08:00:00+08:00"}
    assert checked(RED, **short).outcome == "needs_reason"
    explained = checked(RED, **short, special_reason="省里会商后压低一级")
    assert explained.outcome == "ready"
    assert {(finding.code, finding.deviation) for finding in explained.findings} == {
        ("LEVEL_NOT_MET", True),
        ("LEAD_TIME_SHORT", True),
    }
    still = checked(RED, **short, special_reason="夜间会商", document_number=None)
    assert still.outcome == "refused"


def test_findings_say_the_figures_and_cite_their_clause() -> None:
    result = checked((210, 140, 210, 210), level="yellow", decided_at="2024-01-10T08:00:00+08:00")
    by_code = {finding.code: finding for finding in result.findings}
    assert "1月10日至13日" in by_code["LEVEL_NOT_MET"].message
    assert "高于 200 最长连续 48 小时" in by_code["LEVEL_NOT_MET"].message
    assert "36 小时" in by_code["MERGE_EPISODES"].message
    assert "只有 4 小时" in by_code["LEAD_TIME_SHORT"].message
    assert by_code["LEAD_TIME_SHORT"].clause == "三（二）3（第91行）"
    assert all(finding.message_en for finding in result.findings)


def test_a_lead_just_short_of_its_figure_does_not_read_as_it() -> None:
    result = checked(decided_at="2024-01-08T12:00:01+08:00")
    assert "只有 47.9 小时" in result.findings[0].message
