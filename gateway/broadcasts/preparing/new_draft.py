"""What a new draft begins with: what is in force, where it changes, ends or mends that.

People complete it and decide; nothing here is more than what stands in the decision before it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.texts import mending
from gateway.decisions.model import Correction, Decision
from gateway.errors import InputError
from gateway.ledger.decisions import episodes
from gateway.ledger.decisions.episodes import Launched
from gateway.moments import local, moment
from gateway.plans.model import Plan
from gateway.vocabulary import LEVELS, Action, rank

NEW: tuple[Action, ...] = ("issue", "hint", "tip")  # begin something of their own
_ENDED = 5  # episodes that are over and may still be mended


def to_change(connection: Connection, plan: Plan, exercise: bool) -> list[Launched]:
    """The decisions that count now, and the last ones of what is over, newest last."""
    found = [
        *episodes.closed(connection, plan.id, exercise, _ENDED),
        *episodes.standing(connection, plan.id, exercise),
    ]
    newest = {each.id: each.newest for each in found}
    return [each for each in newest.values() if each is not None]


def begun(plan: Plan, exercise: bool, action: Action, now: int, area: list[str]) -> dict[str, Any]:
    """A document that opens something of its own; `now` in ms, `area` as far as it is clear already."""
    document: dict[str, Any] = {"plan": plan.id, "action": action, "exercise": exercise}
    if area:
        document["area"] = area
    return document | {"decided_at": _written(now), "issuer": plan.issuing_body.name}


def following(
    connection: Connection, plan: Plan, exercise: bool, action: Action, previous: str, now: int
) -> dict[str, Any]:
    """A document that changes, ends or mends the decision `previous`.

    Raises `InputError`: PREVIOUS_UNKNOWN where it does not count any more, ACTION_MISMATCH where that
    action cannot follow it.
    """
    found = (each for each in to_change(connection, plan, exercise) if each.decision_id == previous)
    launched = next(found, None)
    if launched is None:
        raise InputError(
            "PREVIOUS_UNKNOWN",
            "这份决定已不再生效，请重新选择",
            "this decision does not count any more: choose again",
            field="previous",
        )
    if action not in standing.actions_for(launched):
        raise InputError(
            "ACTION_MISMATCH",
            "对这份决定不能做这个动作，请重新选择",
            "this cannot be done to that decision: choose again",
            field="action",
        )
    stated = standing.document(launched)
    document = dict(_content(stated, action))
    document |= {"plan": plan.id, "action": action, "exercise": exercise, "decided_at": _written(now)}
    document["issuer"] = stated.issuer or plan.issuing_body.name
    if launched.kind != "hint" or action != "issue":
        document["previous"] = previous
    document.pop("approvals", None)
    return document


def _content(stated: Decision, action: Action) -> Mapping[str, Any]:
    """What of the decision before it holds for an action too: all for what mends it, place for what ends
    it, place and forecast for what changes it; the level as it may be."""
    if action in ("correct", "retract"):
        mended = mending(stated, action, Correction(wrong="-"))
        return {key: value for key, value in _plain(mended).items() if key != "corrects"}
    document: dict[str, Any] = {"area": list(stated.area)}
    if action == "lift":
        return document
    kept = ("forecast", "basis", "scope", "weather", "open_ended", "expected_end_at")
    document |= {key: value for key, value in _plain(stated).items() if key in kept}
    step = {"raise": 1, "lower": -1}.get(action, 0)
    if stated.level is not None:
        document["level"] = LEVELS[min(max(rank(stated.level) - 1 + step, 0), len(LEVELS) - 1)]
    if action == "extend" and stated.expected_end_at is not None:
        document["starts_at"] = document.pop("expected_end_at")
    return document


def _plain(decision: Decision) -> dict[str, Any]:
    return decision.model_dump(mode="json", exclude_defaults=True, exclude_none=True)


def _written(now: int) -> str:
    return local(moment(now)).replace(second=0, microsecond=0).isoformat(timespec="seconds")
