"""What each action of a warning's life may state, beside what stands."""

from datetime import datetime
from typing import Any

import pytest

from gateway.decisions.checks import Check, check
from gateway.decisions.model import Context, Decision
from gateway.decisions.obligations import due, following, owed
from tests.decisions.examples import DECIDED, ORANGE, changed, checked, decision, severities, zhengzhou

CLAUSE = {"path": "3.4", "lines": [1, 1]}
YELLOW = (210, 140)
IMPROVED = {"below_threshold": True, "improvement_hours": 36}
MISMATCH = {"ACTION_MISMATCH": "refuse"}
WRONG = "原写作10时起，实为12时起"

HINT = decision(action="hint", previous=None)
WARNING = decision()
LIFT = decision(action="lift", observed=IMPROVED, starts_at="2024-01-13T12:00:00+08:00")
TIP = decision(action="tip")
RETRACTION = decision(action="retract", corrects=WRONG)
ACTIVE = Context(active_level="orange", active_since=WARNING.starts_at, scheduled_end=WARNING.expected_end_at)


def known(before: Decision | None, **changes: Any) -> Check:
    """The check in the ledger, which knows what the decision changes."""
    warns = before is not None and before.action in ("issue", "raise", "lower", "extend")
    in_force = ACTIVE if warns else Context()
    return check(zhengzhou(), decision(**changes), DECIDED, in_force=in_force, before=before)


# What stands, the action with its changes, the findings.
CHAIN: list[tuple[Decision | None, dict[str, Any], dict[str, str]]] = [
    (None, {"action": "hint"}, {}),
    (HINT, {"action": "hint", "level": "yellow"}, {"LEVEL_NOT_MET": "note"}),  # a newer hint
    (WARNING, {"action": "hint", "level": "red"}, {**MISMATCH, "LEVEL_NOT_MET": "note"}),
    (HINT, {}, {}),  # the issue that was hinted at
    (HINT, {"action": "raise"}, MISMATCH),
    (HINT, {"action": "lower"}, {**MISMATCH, "LIFT_CONDITION_NOT_MET": "reason"}),
    (HINT, {"action": "extend"}, MISMATCH),
    (HINT, {"action": "lift"}, {}),  # nothing is in force that would have to improve
    (None, {"action": "lift", "observed": IMPROVED}, MISMATCH),
    (WARNING, {"action": "lift"}, {"LIFT_CONDITION_NOT_MET": "reason"}),
    (WARNING, {"action": "tip"}, {}),
    (None, {"action": "tip"}, {}),
    # a correction keeps what it mends; a text is mended, not a level
    (WARNING, {"action": "correct", "corrects": WRONG}, {}),
    (
        WARNING,
        {"action": "correct", "corrects": WRONG, "level": "red"},
        {**MISMATCH, "LEVEL_NOT_MET": "reason"},
    ),
    (WARNING, {"action": "correct", "corrects": WRONG, "level": None}, MISMATCH),
    (HINT, {"action": "correct", "corrects": WRONG}, {}),
    (HINT, {"action": "correct", "corrects": WRONG, "level": "red"}, {**MISMATCH, "LEVEL_NOT_MET": "reason"}),
    (LIFT, {"action": "correct", "corrects": WRONG, "level": None}, {}),
    (LIFT, {"action": "correct", "corrects": WRONG}, MISMATCH),
    (TIP, {"action": "correct", "corrects": WRONG, "level": None}, {}),
    (RETRACTION, {"action": "correct", "corrects": WRONG}, MISMATCH),
    (WARNING, {"action": "retract", "corrects": WRONG}, {}),
    (WARNING, {"action": "retract", "corrects": WRONG, "level": None}, {}),
    (WARNING, {"action": "retract", "corrects": WRONG, "level": "red"}, MISMATCH),
    (LIFT, {"action": "retract", "corrects": WRONG, "level": None}, {}),
    (LIFT, {"action": "retract", "corrects": WRONG}, MISMATCH),
    (RETRACTION, {"action": "retract", "corrects": WRONG}, MISMATCH),
]


@pytest.mark.parametrize(("before", "changes", "expected"), CHAIN)
def test_an_action_must_fit_what_stands(
    before: Decision | None, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert severities(known(before, **changes)) == expected


def test_a_hint_is_ended_without_order_or_condition_by_one_person() -> None:
    orders = changed(
        grounds=[{"basis": "upper_order", "effect": "exact", "clause": CLAUSE}],
        approvals=[{"actions": ["lift"], "steps": [{"titles": ["指挥长"]}], "clause": CLAUSE}],
    )
    beside = Context(upper_active_level="yellow")  # the level above warns; of ours nothing was in force
    result = check(orders, decision(action="lift"), DECIDED, in_force=beside, before=HINT)
    assert (result.outcome, result.findings) == ("ready", ())


STATED: list[tuple[tuple[int, ...], dict[str, Any], dict[str, str]]] = [
    # outside the ledger the document's own context counts, as far as it is stated
    (ORANGE, {"action": "hint", "context": {"active_level": "yellow"}}, MISMATCH),
    (ORANGE, {"context": {"active_level": "yellow"}}, MISMATCH),
    (ORANGE, {"context": {"active_level": "red"}}, MISMATCH),
    (ORANGE, {"action": "correct", "corrects": WRONG, "context": {"active_level": "yellow"}}, MISMATCH),
    (ORANGE, {"action": "retract", "corrects": WRONG, "context": {"active_level": "yellow"}}, MISMATCH),
    (ORANGE, {"action": "correct", "corrects": WRONG}, {}),
    # a correction and a retraction say what was wrong
    (ORANGE, {"action": "correct"}, {"ELEMENT_MISSING": "refuse"}),
    (ORANGE, {"action": "correct", "corrects": " "}, {"ELEMENT_MISSING": "refuse"}),
    (ORANGE, {"action": "retract"}, {"ELEMENT_MISSING": "refuse"}),
    (ORANGE, {"action": "retract", "corrects": {"right": "没有重污染天气"}}, {}),
    # a correction states the whole true content, a retraction nothing of it
    (
        ORANGE,
        {"action": "correct", "corrects": WRONG, "forecast": {"aqi_mean": None}},
        {"ELEMENT_MISSING": "refuse"},
    ),
    (ORANGE, {"action": "correct", "corrects": WRONG, "level": None, "forecast": {"aqi_mean": None}}, {}),
    (
        (),
        {"action": "retract", "corrects": WRONG, "expected_end_at": None, "forecast": {"aqi_range": None}},
        {},
    ),
    # plans list no elements for a hint and a tip; the law asks for who issues them
    (
        (),
        {"action": "hint", "expected_end_at": None, "forecast": {"aqi_mean": None}},
        {"LEVEL_NOT_MET": "note"},
    ),
    (ORANGE, {"action": "hint", "issuer": None}, {"ELEMENT_MISSING": "refuse"}),
    ((), {"action": "tip", "expected_end_at": None, "forecast": {"aqi_mean": None}}, {}),
    (ORANGE, {"action": "tip", "issuer": None}, {"ELEMENT_MISSING": "refuse"}),
    # nothing leaves without a number and a person
    *(
        (
            ORANGE,
            {"action": action, "corrects": wrong, "document_number": None},
            {"DOCUMENT_NUMBER_MISSING": "refuse"},
        )
        for action, wrong in (("hint", None), ("tip", None), ("correct", WRONG), ("retract", WRONG))
    ),
    *(
        (ORANGE, {"action": action, "corrects": wrong, "approvals": []}, {"APPROVAL_MISSING": "refuse"})
        for action, wrong in (("hint", None), ("tip", None), ("correct", WRONG), ("retract", WRONG))
    ),
    # the forecast: noted beside a hint, asked of a correction, nothing to a retraction or tip
    (YELLOW, {"action": "hint"}, {"LEVEL_NOT_MET": "note"}),
    (YELLOW, {"action": "correct", "corrects": WRONG}, {"LEVEL_NOT_MET": "reason"}),
    (YELLOW, {"action": "retract", "corrects": WRONG}, {}),
    # an upper level's warning: what may come cannot be lower; what was sent is mended whatever holds now
    (ORANGE, {"action": "hint", "context": {"upper_active_level": "red"}}, {"BELOW_FLOOR": "refuse"}),
    (ORANGE, {"action": "correct", "corrects": WRONG, "context": {"upper_active_level": "red"}}, {}),
    (ORANGE, {"action": "retract", "corrects": WRONG, "context": {"upper_active_level": "red"}}, {}),
    (ORANGE, {"action": "tip", "context": {"upper_active_level": "red"}}, {}),
    # sand and dust: no warning of it, but a tip; and an end for what was sent
    (ORANGE, {"action": "hint", "forecast": {"cause": "sand_dust"}}, {"OUT_OF_SCOPE": "refuse"}),
    (ORANGE, {"action": "tip", "forecast": {"cause": "sand_dust"}}, {}),
    (ORANGE, {"action": "correct", "corrects": WRONG, "forecast": {"cause": "sand_dust"}}, {}),
    (ORANGE, {"action": "retract", "corrects": WRONG, "forecast": {"cause": "sand_dust"}}, {}),
    # lead time holds back starts alone
    *(
        (ORANGE, {"action": action, "corrects": wrong, "decided_at": "2024-01-10T11:00:00+08:00"}, {})
        for action, wrong in (("hint", None), ("tip", None), ("correct", WRONG), ("retract", WRONG))
    ),
]


@pytest.mark.parametrize(("highs", "changes", "expected"), STATED)
def test_each_action_states_what_it_must(
    highs: tuple[int, ...], changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert severities(checked(highs, **changes)) == expected


LATE = datetime.fromisoformat("2024-01-13T12:05:00+08:00")


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, "refuse"),
        ({"action": "hint"}, "refuse"),
        ({"action": "tip"}, "refuse"),
        ({"action": "lower", "observed": IMPROVED}, "refuse"),
        ({"action": "lift", "observed": IMPROVED}, "refuse"),  # nobody was told of this end
        # the end that everybody was told, a few minutes ago
        ({"action": "lift", "starts_at": "2024-01-13T12:00:00+08:00"}, "note"),
        ({"action": "correct", "corrects": WRONG}, None),
        ({"action": "retract", "corrects": WRONG}, None),
    ],
)
def test_only_what_was_announced_may_lie_in_the_past_at_a_launch(
    changes: dict[str, Any], severity: str | None
) -> None:
    result = check(zhengzhou(), decision(**changes), LATE, launching=True, in_force=ACTIVE, before=WARNING)
    assert severities(result).get("STALE") == severity


@pytest.mark.parametrize("action", ["lift", "correct", "retract"])
def test_what_was_sent_before_a_plan_ended_is_ended_or_mended_after_it(action: str) -> None:
    plan = changed(validity={"valid_until": "2024-01-12", "clause": CLAUSE})
    stated = decision(
        action=action,
        corrects=None if action == "lift" else WRONG,
        decided_at="2024-01-13T08:00:00+08:00",
        starts_at="2024-01-13T12:00:00+08:00",
        expected_end_at=None,
    )
    assert "PLAN_EXPIRED" in severities(check(plan, stated, DECIDED))
    assert "PLAN_EXPIRED" not in severities(check(plan, stated, DECIDED, in_force=ACTIVE, before=WARNING))
    assert "PLAN_EXPIRED" not in severities(check(plan, stated, DECIDED, in_force=Context(), before=HINT))


def _codes(stated: Decision, mends: Decision | None = None) -> set[str]:
    return {each.code for each in due(zhengzhou(), stated, mends=mends)}


START = {"province-filing", "districts-daily", "units-daily", "lift"}
END = {"province-filing", "end-order", "summary", "province-evaluation", "yearly-evaluation"}


def test_a_hint_owes_a_decision_and_a_tip_owes_nothing() -> None:
    (owing,) = due(zhengzhou(), HINT)
    assert (owing.code, owing.at) == ("decision", HINT.expected_end_at)
    assert due(zhengzhou(), TIP) == ()


def test_a_correction_owes_what_it_takes_the_place_of() -> None:
    assert _codes(decision(action="correct")) >= START
    assert _codes(decision(action="correct"), WARNING) >= START
    assert _codes(decision(action="correct"), HINT) == {"decision"}
    assert _codes(decision(action="correct", level=None), LIFT) >= END
    assert _codes(decision(action="correct", level=None), TIP) == set()


def test_a_retraction_owes_only_the_filing_of_it() -> None:
    assert _codes(RETRACTION, WARNING) == {"province-filing"}
    assert _codes(decision(action="retract", level=None), LIFT) == {"province-filing"}
    assert _codes(RETRACTION, HINT) == set()


def test_each_day_of_the_response_is_reported_on() -> None:
    daily = next(each for each in owed(zhengzhou(), WARNING) if each.code == "districts-daily")
    end = datetime.fromisoformat("2024-01-12T00:01:00+08:00")
    covered = []
    each = following(daily, end)
    while each is not None:
        covered.append((str(each.covers), str(each.at)))
        each = following(each, end)
    assert covered == [
        ("2024-01-11", "2024-01-11 23:59:00+08:00"),
        ("2024-01-12", "2024-01-12 23:59:00+08:00"),  # the minute after midnight is of the last day
    ]
    midnight = datetime.fromisoformat("2024-01-11T00:00:00+08:00")
    assert following(daily, midnight) is None


def test_what_comes_once_has_no_next_day() -> None:
    once = next(each for each in owed(zhengzhou(), WARNING) if each.code == "province-filing")
    assert following(once, None) is None
