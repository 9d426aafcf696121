"""One step: the lift, correction or retraction of a launched decision, built from it and frozen at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.recorded import asked
from gateway.broadcasts.approving.submit import Submitted, submit
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.launch import launch
from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.groundwork import judge
from gateway.broadcasts.preparing.standing import Link
from gateway.broadcasts.preparing.texts import STANDARD
from gateway.decisions.checks import Check
from gateway.decisions.model import Approval, Correction, Decision
from gateway.decisions.reading import read
from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import decisions
from gateway.ledger.decisions.listed import Listed
from gateway.moments import moment
from gateway.vocabulary import ACTION_WORDS, Action

FollowAction = Literal["lift", "retract", "correct"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person states of a follow-up; the rest comes from the decision that it ends or mends.

    `document_number`: "" while nobody has stated one. `at`: when it takes effect; None for now,
    `schedule` for the announced end (a lift only). `corrects`: what was wrong and what is true; None for
    the standard words. `changes`: parts of a decision document that replace the earlier one's (observed,
    special_reason; of a correction also area, times and forecast).
    """

    document_number: str
    at: datetime | Literal["schedule"] | None = None
    corrects: Correction | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    approvals: Sequence[Approval] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a follow-up would be if it were submitted now: its document, where it belongs, and what the
    checks say of everything but its approvals."""

    decision: Decision
    link: Link
    check: Check


def follow(
    connection: Connection,
    desk: Desk,
    decision_id: str,
    action: FollowAction,
    wish: Wish,
    now: int,
    actor: Actor,
    *,
    may_launch: bool,
) -> Submitted:
    """Submit the follow-up of a launched decision, and launch it where no approval is left to be given.

    Its words count as approved where they were prepared and approved with the decision and nothing of
    them has changed but time and number; then only what the plan asks for this action is left. Asked
    again with the same number, the same follow-up goes on. Raises what `submit` and `launch` raise, and
    `InputError` (DECISION_NOT_LAUNCHED, END_UNKNOWN, CHANGES_NOT_ALLOWED, …).
    """
    decision = follow_up(connection, decision_id, action, wish, now)
    submitted = submit(connection, desk, decision, now, actor)
    return go_on(connection, desk, submitted, now, actor, may_launch=may_launch)


async def follow_aside(
    ledger: Ledger,
    desk: Desk,
    decision_id: str,
    action: FollowAction,
    wish: Wish,
    now: int,
    actor: Actor,
    *,
    may_launch: bool,
) -> Submitted:
    """The same while the ledger goes on."""
    return await submit_aside(
        ledger,
        desk,
        lambda connection: follow_up(connection, decision_id, action, wish, now),
        now,
        actor,
        then=lambda connection, submitted, seen: go_on(
            connection, desk, submitted, now, actor, may_launch=may_launch, seen=seen
        ),
    )


def follow_up(
    connection: Connection, decision_id: str, action: FollowAction, wish: Wish, now: int
) -> Decision:
    """The document of the follow-up; the one that was built before where the same was asked for."""
    episode_id = _launched_in(connection, decision_id, action)
    decision = _built(connection, decision_id, action, wish, now)
    return _pressed_before(connection, episode_id, decision, wish) or decision


def outlook(
    connection: Connection, desk: Desk, decision_id: str, action: FollowAction, wish: Wish, now: int
) -> Outlook:
    """What would leave were it submitted now; nothing is stored. A wish without a number is looked at as
    far as it goes. Raises `InputError` as `follow` does."""
    _launched_in(connection, decision_id, action)
    decision = _built(connection, decision_id, action, wish, now)
    plan = desk.catalogue.load(decision.plan).plan
    link = standing.find(connection, plan, decision)
    return Outlook(decision, link, steps.without_approvals(judge(plan, decision, link, now)))


def go_on(
    connection: Connection,
    desk: Desk,
    submitted: Submitted,
    now: int,
    actor: Actor,
    *,
    may_launch: bool,
    seen: Listed | None = None,
) -> Submitted:
    """Launch what was submitted where no approval is left to be given; `seen` of its list before."""
    recorded = submitted.recorded
    if not may_launch or submitted.prepared is None or submitted.prepared.steps:
        return submitted
    launched = launch(connection, desk, recorded.id, recorded.manifest, now, actor, seen)
    return Submitted(launched, submitted.prepared)


def _launched_in(connection: Connection, decision_id: str, action: FollowAction) -> str:
    """The episode of a decision that was launched."""
    of = asked(connection, decision_id)
    if not of.launched:
        raise InputError(
            "DECISION_NOT_LAUNCHED",
            f"该决定没有发布，无从{ACTION_WORDS[action]}；不再需要时请撤件",
            f"this decision was not launched: there is nothing to {action}; withdraw it instead",
            field="id",
        )
    return of.episode_id


def _built(connection: Connection, decision_id: str, action: FollowAction, wish: Wish, now: int) -> Decision:
    earlier = Decision.model_validate_json(decisions.document(connection, decision_id))
    return _build(earlier, decision_id, action, wish, moment(now))


def _pressed_before(
    connection: Connection, episode_id: str, decision: Decision, wish: Wish
) -> Decision | None:
    """The same follow-up as it was built when it was asked for before: a second press changes nothing.

    What was launched under this number is found whatever was stated besides.
    """
    for each in decisions.of_episode(connection, episode_id):
        known = Decision.model_validate_json(each.document)
        named = (known.action, known.previous, known.document_number)
        if named != (decision.action, decision.previous, decision.document_number):
            continue
        built_at = {"decided_at": known.decided_at}
        if wish.at is None and decision.action != "correct":
            built_at["starts_at"] = known.starts_at
        same = decision.model_copy(update=built_at).fingerprint == known.fingerprint
        in_time = known.starts_at >= decision.decided_at or decision.action != "lift"
        if each.state == "launched" or (same and in_time and each.state in ("submitted", "approved")):
            return known
    return None


def _build(earlier: Decision, decision_id: str, action: FollowAction, wish: Wish, now: datetime) -> Decision:
    document = {
        **_carried(earlier, action),
        **_allowed(action, wish.changes),
        "plan": earlier.plan,
        "action": action,
        "exercise": earlier.exercise,
        "decided_at": now.isoformat(),
        "issuer": wish.changes.get("issuer", earlier.issuer),
        "document_number": wish.document_number or None,
        "previous": decision_id,
        "approvals": [each.model_dump(mode="json") for each in wish.approvals],
    }
    if action != "correct":
        document["starts_at"] = _takes_effect(earlier, action, wish, now).isoformat()
    if action != "lift":
        corrects = wish.corrects or STANDARD[action]
        document["corrects"] = corrects.model_dump(mode="json", exclude_none=True)
    return read(json.dumps(document, ensure_ascii=False, default=str), None)


_LIFT_STATES = ("area", "issuer", "observed", "forecast", "weather", "basis", "special_reason")
_RETRACT_STATES = ("issuer", "special_reason")
_FIXED = {
    *("plan", "action", "level", "exercise", "decided_at", "document_number", "previous"),
    *("approvals", "corrects", "context"),
}


def _carried(earlier: Decision, action: FollowAction) -> dict[str, Any]:
    """What the follow-up takes over: a lift only the area, what mends a message its whole content."""
    if action == "lift":
        return {"area": earlier.area}
    stated = earlier.stated_facts()
    return {key: value for key, value in stated.items() if key not in _FIXED - {"level"} | {"special_reason"}}


def _allowed(action: FollowAction, changes: Mapping[str, Any]) -> dict[str, Any]:
    states = {"lift": _LIFT_STATES, "retract": _RETRACT_STATES}.get(action)
    for name in changes:
        if name in _FIXED or (states is not None and name not in states):
            raise InputError(
                "CHANGES_NOT_ALLOWED",
                f"{ACTION_WORDS[action]}不能另写“{name}”",
                f"a {action} made from the earlier decision cannot state {name!r} otherwise",
                field=f"changes.{name}",
            )
    return dict(changes)


def _takes_effect(earlier: Decision, action: Action, wish: Wish, now: datetime) -> datetime:
    if wish.at == "schedule":
        if earlier.expected_end_at is None:
            raise InputError(
                "END_UNKNOWN",
                "原决定没有写明预计解除时间，不能按计划解除；请写明时间",
                "the earlier decision states no expected end; state the time",
                field="at",
            )
        return earlier.expected_end_at
    if wish.at is not None:
        return wish.at
    minute = now.replace(second=0, microsecond=0)
    return minute if minute == now else minute + timedelta(minutes=1)
