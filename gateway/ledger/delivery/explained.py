"""The deliveries of a broadcast that have a reason (failed, unknown, without a receipt, not sent): whom they
were for, one reason at a time. Served by an index of such rows alone: nobody goes through the rest."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, func, select

from gateway.directory.model import AddressKind
from gateway.ledger.backends.areas import reached
from gateway.ledger.schema import addresses, deliveries, delivery_groups, organisations
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Explained:
    """A delivery with a reason. `address` is whose it is: mask it before it is shown; `at`: when it last
    left or ended, in milliseconds since 1970 UTC, None: it never left."""

    id: int
    organisation_id: int
    organisation: str
    audience: Audience
    area: str
    channel: AddressKind
    address: str = field(repr=False)
    state: str
    reason: str
    attempts: int
    at: int | None


_rows = (
    select(
        deliveries.c.id,
        organisations.c.id,
        organisations.c.name,
        organisations.c.audience,
        organisations.c.area,
        delivery_groups.c.channel,
        addresses.c.value,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.attempts,
        func.coalesce(deliveries.c.ended_at, deliveries.c.claimed_at),
    )
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
)


def page(
    connection: Connection,
    broadcast_id: int,
    reason: str,
    *,
    state: str | None = None,
    channel: str | None = None,
    after: int = 0,
    limit: int = 50,
    limits: Collection[str] = (),
) -> list[Explained]:
    """Deliveries with this reason, in the order of their ids from the one after `after`; of organisations
    within these areas. `state` and `channel` bound them further."""
    query = _rows.where(
        deliveries.c.broadcast_id == broadcast_id,
        deliveries.c.reason == reason,
        deliveries.c.id > after,
        reached(organisations.c.area, limits),
    )
    if state is not None:
        query = query.where(deliveries.c.state == state)
    if channel is not None:
        query = query.where(delivery_groups.c.channel == channel)
    rows = connection.execute(query.order_by(deliveries.c.id).limit(limit))
    return [Explained(*cast(tuple[Any, ...], row)) for row in rows]
