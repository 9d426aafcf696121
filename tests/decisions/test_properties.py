"""What holds for every decision under every plan of the catalogue."""

import json
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decisions.checks import Check, check
from gateway.decisions.forecast import level_by_forecast
from gateway.decisions.model import Context, Decision
from gateway.decisions.obligations import due, following, owed
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.vocabulary import ACTIONS, LEVELS, RESPONSES, Basis, Cause, Pollutant
from tests.decisions.examples import days, decision
from tests.decisions.tables import plan_of

PLANS = Catalogue().identifiers()
NOW = datetime.fromisoformat("2024-01-08T08:00:00+08:00")

_levels = st.sampled_from([*LEVELS, None])
_times = st.integers(-72, 240).map(lambda hours: (NOW + timedelta(hours=hours)).isoformat())
_corrections = st.sampled_from([None, "时间有误", {"wrong": "9时", "right": "12时"}])
_contexts = st.fixed_dictionaries(
    {},
    optional={
        "active_level": _levels,
        "active_since": _times,
        "scheduled_end": _times,
        "upper_active_level": _levels,
    },
)
_observations = st.fixed_dictionaries(
    {},
    optional={
        "daily_aqi": st.lists(st.integers(0, 520), max_size=4),
        "below_threshold": st.booleans(),
        "improving_within_24h": st.booleans(),
        "improvement_hours": st.integers(0, 72),
    },
)


def _areas(plan: Plan) -> st.SearchStrategy[list[str]]:
    known = st.sampled_from([area.code for area in plan.areas])
    return st.lists(known | st.sampled_from(["410100", "653199", "x"]), min_size=1, max_size=3, unique=True)


@st.composite
def _decisions(draw: st.DrawFn, /, plan: Plan, **fixed: Any) -> Decision:
    """Any decision that can be read, under that plan."""
    titles = [title for rule in plan.approvals for step in rule.steps for title in step.titles]
    action = fixed.get("action") or draw(st.sampled_from(ACTIONS))
    unmended = action not in ("correct", "retract")
    levels = st.sampled_from(LEVELS) if unmended else _levels
    changes = {
        "plan": plan.id,
        "action": action,
        "level": draw(levels),
        "exercise": draw(st.booleans()),
        "starts_at": draw(_times),
        "expected_end_at": draw(st.sampled_from([None, "2024-03-01T00:00:00+08:00"])),
        "area": draw(_areas(plan)),
        "basis": draw(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(get_args(Basis))},
                optional={"level": _levels, "by": st.sampled_from(["某协会", "省环委会办公室"])},
            )
        ),
        "scope": draw(st.sampled_from([{}, {"contiguous_counties": 2}, {"contiguous_counties": 3}])),
        "forecast": {
            "days": days(*draw(st.lists(st.none() | st.integers(0, 520), max_size=7))),
            "primary_pollutant": draw(st.sampled_from([None, *get_args(Pollutant)])),
            "cause": draw(st.sampled_from(get_args(Cause))),
        },
        "observed": draw(st.none() | _observations),
        "context": draw(st.none() | _contexts),
        "approvals": draw(
            st.lists(
                st.fixed_dictionaries(
                    {"role": st.sampled_from([*titles, "主任"]), "name": st.just("张三")},
                    optional={"at": _times},
                ),
                max_size=4,
            )
        ),
        "issuer": draw(st.sampled_from([None, plan.issuing_body.name, "某县人民政府"])),
        "document_number": draw(st.sampled_from([None, "〔2024〕1号"])),
        "corrects": None if unmended else draw(_corrections),
    }
    return decision(**{**changes, **fixed})


_plans = st.sampled_from(PLANS).map(plan_of)
_checks = _plans.flatmap(
    lambda plan: st.tuples(
        st.just(plan),
        _decisions(plan),
        st.none() | _contexts.map(Context.model_validate),
        st.none() | _decisions(plan),
        st.booleans(),
    )
)


@given(_checks)
def test_every_check_is_well_formed_and_the_same_again(
    case: tuple[Plan, Decision, Context | None, Decision | None, bool],
) -> None:
    plan, stated, in_force, before, launching = case
    result = check(plan, stated, NOW, launching=launching, in_force=in_force, before=before)
    _assert_shape(result, stated)
    assert check(plan, stated, NOW, launching=launching, in_force=in_force, before=before) == result


def _assert_shape(result: Check, stated: Decision) -> None:
    shape = json.loads(json.dumps(result.as_json(), ensure_ascii=False, allow_nan=False))
    assert list(shape) == ["outcome", "level", "response", "level_by_forecast", "findings", "due"]
    assert shape["level"] == stated.level
    assert shape["response"] == (RESPONSES[stated.level] if stated.level else None)
    for finding in shape["findings"]:
        assert set(finding) - {"deviation"} == {"code", "severity", "message", "message_en", "clause"}
        assert finding["severity"] in ("refuse", "reason", "note")
        assert finding.get("deviation", True) is True
        assert finding["message"].strip()
        assert "None" not in finding["message"] + finding["message_en"]
        assert finding["message_en"].strip()
    for owed_shape in shape["due"]:
        assert set(owed_shape) - {"repeats"} == {"code", "what", "by_whom", "to_whom", "at"}
        assert owed_shape["at"] is None or owed_shape["at"].endswith("+08:00")
        assert owed_shape.get("repeats", "daily") == "daily"
    gravest = shape["findings"][0]["severity"] if shape["findings"] else "note"
    assert shape["outcome"] == {"refuse": "refused", "reason": "needs_reason", "note": "ready"}[gravest]


@given(_plans.flatmap(lambda plan: st.tuples(st.just(plan), _decisions(plan))))
def test_no_reason_turns_a_refusal(case: tuple[Plan, Decision]) -> None:
    plan, stated = case
    plain = check(plan, stated, NOW)
    explained = check(plan, stated.model_copy(update={"special_reason": "会商决定"}), NOW)
    assert explained.outcome == ("refused" if plain.outcome == "refused" else "ready")
    refusals = [finding for finding in plain.findings if finding.severity == "refuse"]
    assert refusals == [finding for finding in explained.findings if finding.severity == "refuse"]
    reasons = {finding.code for finding in plain.findings if finding.severity == "reason"}
    assert {finding.code for finding in explained.findings if finding.deviation} == reasons


@given(_plans.flatmap(lambda plan: st.tuples(st.just(plan), _decisions(plan, action="tip"))))
def test_nothing_in_force_or_forecast_holds_back_a_tip(case: tuple[Plan, Decision]) -> None:
    plan, stated = case
    free = {"LEVEL_NOT_MET", "BELOW_FLOOR", "UPSTREAM_ORDER_MISSING", "OUT_OF_SCOPE", "ACTION_MISMATCH"}
    result = check(plan, stated, NOW)
    assert not free & {finding.code for finding in result.findings}
    assert "lift" not in {each.code for each in result.due}


@given(_plans.flatmap(lambda plan: st.tuples(st.just(plan), _decisions(plan))))
def test_each_body_owes_what_the_plan_asks_and_nothing_else(case: tuple[Plan, Decision]) -> None:
    plan, stated = case
    printed = {each.code: each for each in due(plan, stated)}
    rows = owed(plan, stated)
    assert {each.code for each in rows} == set(printed)
    for each in rows:
        assert each.at == printed[each.code].at
        tomorrow = following(each, None)
        assert (tomorrow is None) == (each.repeats is None)
        if tomorrow is not None and tomorrow.at and each.at and tomorrow.covers and each.covers:
            assert tomorrow.at - each.at == tomorrow.covers - each.covers == timedelta(days=1)
    counted = [(each.code, each.by_whom) for each in rows]
    assert len(counted) == len(set(counted))


HENAN = ("zhengzhou", "pingdingshan")


@pytest.mark.parametrize(
    ("highs", "pollutant", "levels"),
    [
        # above 200 for 72 h: the highest in Kashgar; in Henan and Xigang a day above 300 is missing
        ((210, 210, 210), "PM2.5", {"kashgar": "red", **dict.fromkeys(HENAN, "orange"), "xigang": "orange"}),
        ((210, 310, 210), "PM2.5", {"kashgar": "red", **dict.fromkeys(HENAN, "red"), "xigang": "red"}),
        # above 150 counts in Henan and Xigang
        ((160, 160), "PM2.5", {"kashgar": None, **dict.fromkeys(HENAN, "yellow"), "xigang": "yellow"}),
        ((160, 160, 160), "PM2.5", {"kashgar": None, **dict.fromkeys(HENAN, "orange"), "xigang": "orange"}),
        # two days of ozone: Henan's rule names no pollutant, Xigang's yellow has one for ozone
        ((160, 160), "O3", {"kashgar": None, **dict.fromkeys(HENAN, "yellow"), "xigang": "yellow"}),
        ((210,), "O3", {"kashgar": "yellow", **dict.fromkeys(HENAN, "yellow"), "xigang": None}),
        ((160, 160), "PM10", {"kashgar": None, **dict.fromkeys(HENAN, "yellow"), "xigang": None}),
        # one day, whatever its figure, is no red
        ((500,), "PM2.5", dict.fromkeys(("kashgar", *HENAN, "xigang"), "yellow")),
        ((200, 200, 200), "PM2.5", {"kashgar": None, **dict.fromkeys(HENAN, "orange"), "xigang": "orange"}),
        ((150, 150, 150), "PM2.5", dict.fromkeys(("kashgar", *HENAN, "xigang"))),
    ],
)
def test_the_same_forecast_gives_each_plan_its_own_colour(
    highs: tuple[int, ...], pollutant: str, levels: dict[str, str | None]
) -> None:
    stated = decision(highs, forecast={"primary_pollutant": pollutant})
    found = {name: level_by_forecast(plan_of(name), stated) for name in PLANS}
    assert found == {**levels, "zhengzhou-2018": None}
