"""Quiet hours hold only what is neither urgent nor ordered."""

from datetime import datetime
from typing import Any

import pytest

from gateway.decisions.model import BEIJING, Decision
from gateway.follow_up.quiet import may_be_held, quiet_until
from gateway.vocabulary import AUDIENCES
from tests.documents import orange_start


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2024-01-{text}").replace(tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        ("22:00", "07:00", "08T23:00", "09T07:00"),  # over midnight
        ("22:00", "07:00", "09T06:59", "09T07:00"),
        ("22:00", "07:00", "09T07:00", "09T07:00"),
        ("22:00", "07:00", "08T21:59", "08T21:59"),
        ("12:00", "14:00", "08T12:00", "08T14:00"),
        ("12:00", "14:00", "08T14:00", "08T14:00"),
        ("12:00", "12:00", "08T12:00", "08T12:00"),
        (None, None, "08T12:00", "08T12:00"),
    ],
)
def test_they_end_at_their_own_time(begins: str | None, ends: str | None, now: str, until: str) -> None:
    assert quiet_until(begins, ends, at(now)) == at(until)


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, set()),
        ({"level": "red"}, set()),
        ({"level": "yellow"}, {"schools", "hospitals", "public", "media", "operators"}),
        ({"level": "yellow", "action": "correct", "corrects": {"wrong": "时间", "right": "时间"}}, set()),
        ({"action": "hint"}, set(AUDIENCES)),
    ],
)
def test_only_advice_waits(changes: dict[str, Any], held: set[str]) -> None:
    decision = Decision.model_validate(orange_start(**changes))
    assert {audience for audience in AUDIENCES if may_be_held(decision, audience)} == held
