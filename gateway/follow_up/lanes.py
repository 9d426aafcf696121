"""How each lane stands."""

from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.overview import iso
from gateway.ledger import lanes
from gateway.ledger.lanes import UNTIL_OPENED, Lane


def states(connection: Connection, now: int) -> list[dict[str, Any]]:
    """Every lane, by account and name, and how much waits on it.

    `open`: it takes messages now; `parked_until` (ISO 8601 with +08:00) is null while it is parked
    until somebody opens it, and `parked_by` null where the engine parked it itself.
    """
    queued = lanes.queued(connection)
    return [_as_json(lane, queued.get(lane.id, 0), now) for lane in lanes.all_lanes(connection)]


def _as_json(lane: Lane, queued: int, now: int) -> dict[str, Any]:
    parked = lane.parked_until is not None and lane.parked_until > now
    until = lane.parked_until if parked and lane.parked_until != UNTIL_OPENED else None
    return {
        "id": lane.id,
        "account": lane.account,
        "provider": lane.provider,
        "name": lane.name,
        "channel": lane.channel,
        "exercise": lane.exercise,
        "enabled": lane.enabled,
        "open": lane.enabled and not parked,
        "parked_until": iso(until),
        "parked_reason": lane.parked_reason if parked else None,
        "parked_by": lane.parked_by if parked else None,
        "queued": queued,
    }
