"""Deliveries: stored when a broadcast is expanded, and read by people."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Text,
    bindparam,
    exists,
    select,
    true,
)

from gateway.ledger import timers
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.backends.upserts import insert as insert_into
from gateway.ledger.delivery import counters, spans
from gateway.ledger.delivery.spans import Span
from gateway.ledger.schema import (
    addresses,
    attempts,
    broadcasts,
    deliveries,
    delivery_groups,
    organisations,
)


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One message of a notice to one address. Without a lane it is suppressed, with a reason; without an
    organisation it is a memo's.

    `priority` 0 leaves first; `due_at` (ms since 1970 UTC) is when it may leave at the earliest.
    """

    broadcast_id: int
    exercise: bool
    audience: str
    channel: str
    area: str
    organisation_id: int | None
    address_id: int
    notice_id: int
    part: int
    lane_id: int | None
    priority: int
    due_at: int
    state: Literal["queued", "suppressed"] = "queued"
    reason: str | None = None


_columns = {
    "broadcast_id": BigInteger,
    "exercise": Boolean,
    "group_id": BigInteger,
    "organisation_id": BigInteger,
    "address_id": BigInteger,
    "notice_id": BigInteger,
    "part": BigInteger,
    "lane_id": BigInteger,
    "state": Text,
    "priority": BigInteger,
    "due_at": BigInteger,
    "attempts": BigInteger,
    "reason": Text,
    "ended_at": BigInteger,
}
_new = rows(**_columns)
_insert = (
    insert_into(deliveries)
    .from_select(list(_columns), select(*_new.c).where(true()))  # or SQLite reads ON CONFLICT as a join's ON
    .on_conflict_do_nothing()
    .returning(deliveries.c.group_id, deliveries.c.state, deliveries.c.reason, deliveries.c.id)
)
_ends = select(broadcasts.c.valid_until).where(broadcasts.c.id == bindparam("broadcast"))


def insert(connection: Connection, new: Sequence[NewDelivery]) -> int:
    """Store a slice of one broadcast's deliveries (some thousand) with its counters; gives how many.

    What is there already (same address, notice and part) stays as it is and is not counted again.
    The sweep at the end of the broadcast's life is set with it.
    """
    if not new:
        return 0
    broadcast_id = new[0].broadcast_id
    groups = [(each.audience, each.channel, each.area) for each in new]
    ids = counters.group_ids(connection, broadcast_id, groups)
    valid_until = connection.execute(_ends, {"broadcast": broadcast_id}).scalar_one()
    timers.put(connection, "sweep_broadcast", [(broadcast_id, valid_until)])
    values = pack(
        (
            each.broadcast_id,
            each.exercise,
            ids[group],
            each.organisation_id,
            each.address_id,
            each.notice_id,
            each.part,
            each.lane_id,
            each.state,
            each.priority,
            each.due_at if each.state == "queued" else None,
            0,
            each.reason,
            None if each.state == "queued" else each.due_at,
        )
        for each, group in zip(new, groups, strict=True)
    )
    stored = connection.execute(_insert, {"rows": values}).all()
    if not stored:
        return 0
    spans.widen(connection, Span(broadcast_id, min(row.id for row in stored), max(row.id for row in stored)))
    counters.move(connection, Counter((row.group_id, row.state) for row in stored))
    counters.move_reasons(connection, Counter((row.group_id, row.state, row.reason) for row in stored))
    return len(stored)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as people ask for it; moments in milliseconds since 1970 UTC.

    `address` is whose it is: mask it before it is shown. `repeated`: it was sent once more although
    the first may have arrived.
    """

    id: int
    organisation_code: str
    organisation: str
    audience: str
    area: str
    channel: str
    address: str = field(repr=False)
    part: int
    state: str
    reason: str | None
    attempts: int
    repeated: bool
    due_at: int | None
    claimed_at: int | None
    accepted_at: int | None
    sent_at: int | None
    delivered_at: int | None
    read_at: int | None
    ended_at: int | None


_tried = attempts.alias("tried")
_page = (
    select(
        deliveries.c.id,
        organisations.c.code,
        organisations.c.name,
        delivery_groups.c.audience,
        delivery_groups.c.area,
        delivery_groups.c.channel,
        addresses.c.value,
        deliveries.c.part,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.attempts,
        exists().where(_tried.c.delivery_id == deliveries.c.id, _tried.c.repeat.is_(True)),
        deliveries.c.due_at,
        deliveries.c.claimed_at,
        deliveries.c.accepted_at,
        deliveries.c.sent_at,
        deliveries.c.delivered_at,
        deliveries.c.read_at,
        deliveries.c.ended_at,
    )
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(
        deliveries.c.id > bindparam("after"),
        deliveries.c.id <= bindparam("last"),  # or all that came after would be gone through
        by_id(deliveries.c.broadcast_id == bindparam("broadcast")),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
)


def page(
    connection: Connection,
    broadcast_id: int,
    *,
    state: str | None = None,
    audience: str | None = None,
    channel: str | None = None,
    area: str | None = None,
    reason: str | None = None,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> list[Delivery]:
    """A broadcast's deliveries within these areas (none: everywhere) in the order of their ids, from the one
    after `after`."""
    span = spans.of(connection, broadcast_id)
    if span is None:
        return []
    query = _page.where(reached(delivery_groups.c.area, limits))
    if state is not None:
        query = query.where(deliveries.c.state == state)
    if audience is not None:
        query = query.where(delivery_groups.c.audience == audience)
    if channel is not None:
        query = query.where(delivery_groups.c.channel == channel)
    if area is not None:
        query = query.where(delivery_groups.c.area == area)
    if reason is not None:
        query = query.where(deliveries.c.reason == reason)
    within = {"after": max(after, span.first - 1), "last": span.last}
    found = connection.execute(query, {**within, "broadcast": broadcast_id, "most": limit})
    return [Delivery(*cast(tuple[Any, ...], row)) for row in found]


def states(
    connection: Connection, broadcast_id: int, after: int = 0, limit: int = 100
) -> list[tuple[int, str]]:
    """The number and state of a broadcast's deliveries, by number, from the one after `after`."""
    span = spans.of(connection, broadcast_id)
    if span is None:
        return []
    query = (
        select(deliveries.c.id, deliveries.c.state)
        .where(
            deliveries.c.id > max(after, span.first - 1),
            deliveries.c.id <= span.last,
            by_id(deliveries.c.broadcast_id == broadcast_id),
        )
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    return [(row.id, row.state) for row in connection.execute(query)]
