"""What leaves is what was approved: only its name, its time and what hangs on them come later."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.exchange import payload_json
from gateway.exchange.build import build, draft, identifier
from gateway.exchange.model import Alert, Authority, Identity
from gateway.exchange.release import Course, course, holds_until, open_ended, released
from gateway.vocabulary import LEVELS
from tests.exchange.messages import AUTHORITY, alert_of
from tests.notices.plans import DECIDED, STEPS, office_of, packaged

PLAN = packaged("kashgar")
OPEN: dict[str, Any] = {"expected_end_at": None, "open_ended": True}
RUNNING = {**OPEN, "starts_at": DECIDED - timedelta(hours=20)}  # of what goes on beside it
WHEN = [timedelta(0), timedelta(minutes=31), timedelta(hours=20), timedelta(hours=60)]


def identity(at: datetime) -> Identity:
    return Identity(identifier(PLAN, AUTHORITY, at), at)


def way(step: str, standing: str | None = None, **changes: Any) -> Course:
    decision = STEPS[step].decision(PLAN, **changes)
    told = {"before": None, "after": None, **STEPS[step].told(PLAN)}
    beside = STEPS[standing].decision(PLAN, **RUNNING) if standing else None
    return course(PLAN, decision, told["before"], told["after"], standing=beside)


def drafted(step: str, standing: str | None = None, **changes: Any) -> Alert:
    """As it is kept until the launch: in words."""
    alert = draft(
        PLAN,
        STEPS[step].decision(PLAN, **changes),
        AUTHORITY,
        office_of(PLAN),
        identity(DECIDED),
        standing=STEPS[standing].decision(PLAN, **RUNNING) if standing else None,
        **STEPS[step].told(PLAN),
    )
    return payload_json.read(payload_json.write(alert))


def built(step: str, at: datetime, earlier: list[Alert], standing: str | None, **changes: Any) -> Alert:
    return build(
        PLAN,
        STEPS[step].decision(PLAN, **changes),
        AUTHORITY,
        office_of(PLAN),
        identity(at),
        earlier=earlier,
        standing=STEPS[standing].decision(PLAN, **RUNNING) if standing else None,
        **STEPS[step].told(PLAN),
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_released_draft_is_the_alert_that_would_be_built_at_that_moment(step: str) -> None:
    first = STEPS[step].action in ("issue", "hint", "tip")
    known = STEPS[step].before
    began = (
        known[1]
        if known and known[1] == "tip"
        else "hint red"
        if known and known[1] == "hint"
        else "issue red"
    )
    earlier = [] if first else [alert_of(began, PLAN.id, sent=DECIDED - timedelta(hours=20), **OPEN)]
    ends: dict[str, Any] = {} if "lift" in step or "retract" in step else OPEN
    for changes in ({}, ends, {"basis": {"kind": "monitored"}}):
        kept = drafted(step, **changes)
        for later in WHEN:
            at = DECIDED + later
            assert released(kept, identity(at), way(step, **changes), AUTHORITY, earlier) == built(
                step, at, earlier, None, **changes
            )


@pytest.mark.parametrize(("step", "standing"), [("raise yellow to red", "yellow"), ("lift orange", "orange")])
def test_what_goes_on_beside_it_is_said_until_it_is_over(step: str, standing: str) -> None:
    beside = f"issue {standing}"
    earlier = [alert_of(beside, PLAN.id, sent=DECIDED - timedelta(hours=20), **OPEN)]
    kept = drafted(step, beside)
    for later in WHEN:
        at = DECIDED + later
        alert = released(kept, identity(at), way(step, beside), AUTHORITY, earlier)
        assert alert == built(step, at, earlier, beside)
    assert len(kept.infos) == 4
    assert len(alert.infos) == 2
    assert alert.message_type == ("Cancel" if step.startswith("lift") else "Update")


def test_settings_that_changed_since_change_no_word_and_no_hour() -> None:
    other = Authority(sender="other", event="别的", organisation="416", valid_hours=1, lift_as="all_clear")
    kept = drafted("issue orange", **OPEN)
    at = DECIDED + timedelta(hours=1)
    alert = released(kept, identity(at), way("issue orange", **OPEN), other, [])
    assert alert == built("issue orange", at, [], None, **OPEN)


def test_what_states_no_end_is_to_be_renewed() -> None:
    for level in LEVELS:
        step = f"issue {level}"
        stated = released(drafted(step), identity(DECIDED), way(step), AUTHORITY, [])
        lasting = released(drafted(step, **OPEN), identity(DECIDED), way(step, **OPEN), AUTHORITY, [])
        assert not open_ended(stated, way(step))
        assert open_ended(lasting, way(step, **OPEN))
        assert holds_until(lasting) == DECIDED + timedelta(hours=52 + 24)
    for step in ("hint red", "tip"):
        assert not open_ended(drafted(step, **OPEN), way(step, **OPEN))


def test_what_only_ends_something_holds_until_no_moment() -> None:
    ended = drafted("lift orange")
    assert holds_until(ended) is None
    assert not open_ended(replace(ended, message_type="Cancel"), way("lift orange"))
