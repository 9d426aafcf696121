"""Messages that may have arrived and that no rule repeats: a person looks, asks or calls, and decides."""

from collections.abc import Collection
from typing import Any, Literal, cast

from sqlalchemy import Connection

from gateway.directory.masking import mask
from gateway.directory.model import AddressKind
from gateway.errors import InputError
from gateway.ledger import events
from gateway.ledger.delivery import courses, routes, unclear
from gateway.ledger.delivery.courses import DeliveryChange
from gateway.ledger.delivery.unclear import LEFT, Undecided
from gateway.ledger.trail import audit
from gateway.moments import iso

Act = Literal["resend", "leave"]
MOST = 10_000  # deliveries decided on at a time


def listed(
    connection: Connection, broadcast_id: int, now: int, after: int = 0, limit: int = 100
) -> list[dict[str, Any]]:
    """A broadcast's deliveries that wait for a person, in the order of their ids; addresses masked.

    `may_resend`: its broadcast may still send. Times are ISO 8601 with +08:00.
    """
    found = unclear.undecided(connection, broadcast_id, now, after, limit)
    return [_as_json(each) for each in found]


def decide(
    connection: Connection,
    broadcast_id: int,
    act: Act,
    delivery_ids: Collection[int] | None,
    by: str,
    reason: str,
    now: int,
    caller: str = "(local)",
) -> int:
    """Send undecided deliveries once more, marked as repeats, or leave them as they are; gives how many.

    `delivery_ids` None: all of the broadcast's (at most `MOST` at a time). `by` decides, through `caller`:
    a token's name, or (local). Raises `InputError`: DELIVERY_DECIDED where one of them does not wait for
    a person, BROADCAST_STOPPED where nothing of the broadcast may leave any more.
    """
    waiting = {each.id: each for each in unclear.undecided(connection, broadcast_id, now, 0, MOST)}
    chosen = sorted(waiting if delivery_ids is None else set(delivery_ids))
    strange = [each for each in chosen if each not in waiting]
    if strange:
        raise InputError(
            "DELIVERY_DECIDED",
            f"消息 {strange[0]} 不在任务 {broadcast_id} 待人处理的结果不明之列",
            f"delivery {strange[0]} is not among those of broadcast {broadcast_id} that wait for a person",
            field="deliveries",
        )
    if act == "resend" and any(not waiting[each].may_repeat for each in chosen):
        raise InputError(
            "BROADCAST_STOPPED",
            f"任务 {broadcast_id} 已停发、被取代或过期，不能再发",
            f"nothing of broadcast {broadcast_id} may leave any more: stopped, superseded or run out",
            field="broadcast",
        )
    found = courses.load(connection, chosen)
    changes = [
        DeliveryChange(course.id, "queued", now, course.reason)
        if act == "resend"
        else DeliveryChange(course.id, "unknown", None, LEFT)
        for course in found.values()
        if course.state == "unknown"
    ]
    if not changes:
        return 0
    courses.store(connection, found, changes, now)
    decided = [change.id for change in changes]
    if act == "resend":
        routes.reroute(connection, decided, now)
    kind = "unknown_resent_by_hand" if act == "resend" else "unknown_left_by_hand"
    events.append(
        connection, now, kind, broadcast_id=broadcast_id, deliveries=len(decided), by=by, reason=reason
    )
    detail: dict[str, object] = {
        "by": by,
        "reason": reason,
        "number": len(decided),
        "deliveries": decided[:1000],
    }
    audit.append(connection, now, caller, kind, f"broadcast:{broadcast_id}", detail)
    return len(decided)


def _as_json(each: Undecided) -> dict[str, Any]:
    return {
        "id": each.id,
        "organisation": {"code": each.organisation_code, "name": each.organisation},
        "audience": each.audience,
        "channel": each.channel,
        "address": mask(cast(AddressKind, each.channel), each.address),
        "part": each.part,
        "reason": each.reason,
        "attempts": each.attempts,
        "claimed_at": iso(each.since),
        "may_resend": each.may_repeat,
    }
