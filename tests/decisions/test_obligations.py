from typing import Any

import pytest

from gateway.decisions.obligations import due
from gateway.plans.model import Plan
from tests.decisions.examples import changed, decision, zhengzhou


def _owed(plan: Plan, **changes: Any) -> dict[str, tuple[object, object]]:
    shapes = [each.as_json() for each in due(plan, decision(**changes))]
    return {shape["code"]: (shape["at"], shape.get("repeats")) for shape in shapes}


def test_a_start_owes_its_filing_the_daily_reports_and_its_lift() -> None:
    assert _owed(zhengzhou()) == {
        "province-filing": ("2024-01-08T08:00:00+08:00", None),
        "districts-daily": ("2024-01-10T23:59:00+08:00", "daily"),
        "units-daily": ("2024-01-10T23:59:00+08:00", "daily"),
        "units-daily-orange": ("2024-01-10T23:59:00+08:00", "daily"),
        "lift": ("2024-01-13T12:00:00+08:00", None),
    }


@pytest.mark.parametrize("action", ["issue", "raise", "lower", "extend"])
def test_every_warning_in_force_owes_a_lift(action: str) -> None:
    assert _owed(zhengzhou(), action=action)["lift"] == ("2024-01-13T12:00:00+08:00", None)


def test_an_open_ended_warning_owes_a_lift_without_a_time() -> None:
    owed = due(zhengzhou(), decision(expected_end_at=None, open_ended=True))
    assert (owed[-1].code, owed[-1].as_json()["at"]) == ("lift", None)


def test_a_lift_owes_the_evaluation_and_no_further_lift() -> None:
    owed = _owed(zhengzhou(), action="lift", starts_at="2024-01-13T12:00:00+08:00")
    assert "lift" not in owed
    assert owed["province-evaluation"] == ("2024-01-18T12:00:00+08:00", None)
    assert owed["yearly-evaluation"] == ("2024-04-01T00:00:00+08:00", None)


@pytest.mark.parametrize(("since", "evaluated"), [("10T12:00", False), ("10T11:59", True), (None, True)])
def test_a_lift_before_the_start_owes_no_evaluation_but_is_passed_on(
    since: str | None, evaluated: bool
) -> None:
    context = {"active_level": "orange", "active_since": since and f"2024-01-{since}:00+08:00"}
    owed = _owed(zhengzhou(), action="lift", starts_at="2024-01-10T12:00:00+08:00", context=context)
    assert ("province-evaluation" in owed) is evaluated
    assert "end-order" in owed


@pytest.mark.parametrize(
    ("deadline", "changes", "at"),
    [
        ({"event": "start", "daily_at": "17:00"}, {}, "2024-01-10T17:00:00+08:00"),
        ({"event": "start", "daily_at": "12:00"}, {}, "2024-01-10T12:00:00+08:00"),
        (
            {"event": "start", "daily_at": "17:00"},
            {"starts_at": "2024-01-10T17:01:00+08:00"},
            "2024-01-11T17:00:00+08:00",
        ),
        (  # 16:30 UTC is half past midnight in China
            {"event": "start", "daily": True},
            {"starts_at": "2024-01-10T16:30:00+00:00"},
            "2024-01-11T23:59:00+08:00",
        ),
        ({"event": "start", "within_days": 1, "daily": True}, {}, "2024-01-11T23:59:00+08:00"),
        ({"event": "decision", "within_hours": 3}, {}, "2024-01-08T11:00:00+08:00"),
        ({"event": "end", "within_days": 1}, {}, "2024-01-14T12:00:00+08:00"),
        ({"event": "end", "within_days": 0}, {}, "2024-01-13T23:59:00+08:00"),  # the same day
        ({"event": "end", "within_days": 1}, {"expected_end_at": None}, None),
        ({"event": "year", "before": "01-05"}, {}, "2025-01-05T00:00:00+08:00"),
    ],
)
def test_a_deadline_counts_from_its_event(
    deadline: dict[str, Any], changes: dict[str, Any], at: str | None
) -> None:
    report = {
        "code": "report",
        "what": "情况",
        "by_whom": "各街道",
        "to_whom": "指挥部办公室",
        "actions": ["issue"],
        "deadline": {**deadline, "text": "按期"},
        "clause": {"path": "5.1", "lines": [1, 1]},
    }
    assert _owed(changed(reports=[report]), **changes)["report"][0] == at


def test_a_report_may_be_owed_at_some_levels_only() -> None:
    report = {**zhengzhou().reports[0].model_dump(), "levels": ["orange", "red"]}
    plan = changed(reports=[report])
    assert "province-filing" in _owed(plan)
    assert "province-filing" not in _owed(plan, level="yellow")
    # A lift is judged by what it ends; where nobody says what that is, it is owed.
    assert "province-filing" not in _owed(plan, action="lift", context={"active_level": "yellow"})
    assert "province-filing" in _owed(plan, action="lift")
