"""Stops a running broadcast by hand: nothing more of it leaves. What it said stays in force.

Whoever was told learns the end of it by a lift or a retraction, as ever; only the words stop.
"""

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.ledger import events, timers
from gateway.ledger.decisions import broadcasts as ledger_broadcasts
from gateway.ledger.exchange import alerts
from gateway.ledger.follow_up import escalation
from gateway.ledger.trail import audit


def stop(connection: Connection, broadcast_id: int, by: str, reason: str, now: int, actor: Actor) -> bool:
    """Let nothing more of a broadcast leave, beyond the requests in flight; also while it is expanded.

    `by`: who says so. False: it had stopped before, and nothing changes. Raises `InputError`
    (BROADCAST_UNKNOWN, BROADCAST_NOT_LAUNCHED).
    """
    launched = ledger_broadcasts.launched(connection, broadcast_id)
    if launched is None:
        raise InputError(
            "BROADCAST_UNKNOWN",
            f"没有发布任务 {broadcast_id}",
            f"there is no broadcast {broadcast_id}",
            field="broadcast",
        )
    if not launched:
        raise InputError(
            "BROADCAST_NOT_LAUNCHED",
            f"任务 {broadcast_id} 还没有发布，不必停发；如不再发布，请撤回这份决定",
            f"broadcast {broadcast_id} was never launched; withdraw its decision where it is not wanted",
            field="broadcast",
        )
    if not ledger_broadcasts.stop(connection, broadcast_id, now):
        return False
    timers.put(connection, "sweep_broadcast", [(broadcast_id, now)])
    alerts.end_renewals(connection, broadcast_id)
    escalation.end(connection, [broadcast_id], "stopped", now)
    events.append(connection, now, "stopped_by_hand", broadcast_id=broadcast_id, by=by, reason=reason)
    detail: dict[str, object] = {"by": by, "reason": reason}
    audit.append(connection, now, actor.name, "stopped", f"broadcast:{broadcast_id}", detail)
    return True
