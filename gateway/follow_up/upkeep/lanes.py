"""How each lane stands."""

from typing import Any

from sqlalchemy import Connection

from gateway.ledger.delivery import lanes, ownership, routes
from gateway.ledger.delivery.lanes import UNTIL_OPENED, Lane, Standing
from gateway.ledger.delivery.ownership import Tenure
from gateway.moments import iso


def states(connection: Connection, now: int) -> list[dict[str, Any]]:
    """Every lane, by account and name, and how much waits on it.

    `open`: it takes messages now; `parked_until` (ISO 8601 with +08:00) is null while it is parked
    until somebody opens it, and `parked_by` null where the engine parked it itself. `route` is its
    account's place in the order of its channel, from 0. `breaker` (closed, half_open, open) says how far
    it is trusted, since when, and why it opened last. `moves_to` is the account by which its queue leaves
    while it is open; null: the queue waits, or the lane sends it. `again_at`: the account's work ended by a
    fault of the program and begins again then; null: it did not. On a shared ledger `worker` has the
    account (null: nobody), `worker_since` then, and until `lease_until` without saying so again.
    """
    queued = lanes.queued(connection)
    known = lanes.all_lanes(connection)
    owned = ownership.tenures(connection, now)
    return [_as_json(lane, known, queued.get(lane.id, 0), owned[lane.account], now) for lane in known]


def working(connection: Connection, now: int) -> list[dict[str, Any]]:
    """Who works each account that serves, of a ledger that several machines share: `{account, worker,
    worker_since}`, null for nobody."""
    owned = ownership.tenures(connection, now)
    served = sorted({lane.account for lane in lanes.all_lanes(connection) if lane.enabled})
    return [
        {"account": name, "worker": owned[name].owner, "worker_since": iso(owned[name].since)}
        for name in served
    ]


def _as_json(lane: Lane, known: list[Lane], queued: int, tenure: Tenure, now: int) -> dict[str, Any]:
    parked = lane.parked_until is not None and lane.parked_until > now
    until = lane.parked_until if parked and lane.parked_until != UNTIL_OPENED else None
    standing = lane.standing(now)
    closed = [each for each in routes.alternatives(lane, known) if each.standing(now) == "closed"]
    return {
        "id": lane.id,
        "account": lane.account,
        "provider": lane.provider,
        "name": lane.name,
        "channel": lane.channel,
        "exercise": lane.exercise,
        "enabled": lane.enabled,
        "route": lane.route,
        "open": lane.enabled and not parked and tenure.again_at is None,
        "parked_until": iso(until),
        "parked_reason": lane.parked_reason if parked else None,
        "parked_by": lane.parked_by if parked else None,
        "breaker": standing,
        "breaker_since": iso(_since(lane, standing)),
        "breaker_reason": lane.breaker_reason,
        "moves_to": routes.best(closed, now)[0].account if standing == "open" and closed else None,
        "queued": queued,
        "again_at": iso(tenure.again_at),
        "worker": tenure.owner,
        "worker_since": iso(tenure.since),
        "lease_until": iso(tenure.lease_until),
    }


def _since(lane: Lane, standing: Standing) -> int | None:
    """When its breaker came to stand so; None: it never opened, or a person parked the lane."""
    if standing == "half_open":
        return lane.parked_until or lane.breaker_since
    return lane.breaker_since or None if lane.parked_by is None else None
