"""What time columns cannot hold: parked lanes, marked repeats, stopped broadcasts. Append-only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select

from gateway.ledger.schema import events

_page = (
    select(
        events.c.id, events.c.at, events.c.kind, events.c.broadcast_id, events.c.delivery_id, events.c.detail
    )
    .where(events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `at` in milliseconds since 1970 UTC."""

    id: int
    at: int
    kind: str
    broadcast_id: int | None
    delivery_id: int | None
    detail: Mapping[str, object]


def append(
    connection: Connection,
    at: int,
    kind: str,
    *,
    broadcast_id: int | None = None,
    delivery_id: int | None = None,
    **detail: object,
) -> None:
    """Record an event. `detail` holds no number, name or key of anybody, but what a person
    said of themselves and their reason where they act on lanes."""
    connection.execute(
        insert(events),
        {
            "at": at,
            "kind": kind,
            "broadcast_id": broadcast_id,
            "delivery_id": delivery_id,
            "detail": json.dumps(detail, ensure_ascii=False) if detail else None,
        },
    )


def page(connection: Connection, after: int = 0, limit: int = 100) -> list[Event]:
    """Events in the order they were recorded, from the one after `after`."""
    rows = connection.execute(_page, {"after": after, "most": limit})
    return [
        Event(row.id, row.at, row.kind, row.broadcast_id, row.delivery_id, json.loads(row.detail or "{}"))
        for row in rows
    ]
