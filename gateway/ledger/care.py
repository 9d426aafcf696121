"""What deliveries tell about addresses: which refuse us, which are dead."""

from sqlalchemy import Connection, bindparam, case, func, select

from gateway.directory.care import Entry
from gateway.directory.model import Address
from gateway.ledger import organisations
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    deliveries,
    delivery_groups,
    inventory_lines,
    reason_counters,
)

FAULTS_OF_NUMBERS = ("invalid_address", "unreachable", "no_route", "blocked")
_RECENT = 20  # broadcasts: about a season's, and few enough to be read at once

_with_reason = (
    select(delivery_groups.c.broadcast_id)
    .distinct()
    .join(reason_counters, reason_counters.c.group_id == delivery_groups.c.id)
    .where(reason_counters.c.reason == bindparam("reason"), reason_counters.c.deliveries > 0)
)


def opted_out(connection: Connection, exercise: bool) -> set[int]:
    """Addresses that refuse our messages: the last word of their provider was that they opted out."""
    refused = (
        select(deliveries.c.address_id, func.max(deliveries.c.id).label("last"))
        .where(
            deliveries.c.broadcast_id.in_(_with_reason),
            deliveries.c.exercise == exercise,
            deliveries.c.state == "failed",
            deliveries.c.reason == "opted_out",
        )
        .group_by(deliveries.c.address_id)
        .subquery()
    )
    found = connection.execute(select(refused.c.address_id, refused.c.last), {"reason": "opted_out"}).all()
    if not found:
        return set()
    arrived = {
        row.address_id: row.last
        for row in connection.execute(
            select(deliveries.c.address_id, func.max(deliveries.c.id).label("last"))
            .where(
                deliveries.c.address_id.in_(select(refused.c.address_id)),
                deliveries.c.state.in_(("delivered", "read")),
            )
            .group_by(deliveries.c.address_id),
            {"reason": "opted_out"},
        )
    }
    return {address_id for address_id, last in found if arrived.get(address_id, 0) < last}


def dead(connection: Connection, exercise: bool, *, last: int = 2) -> dict[Address, str]:
    """Addresses whose last messages (so many at least) all failed by a fault of the number, with the last
    one's reason. Looks at what was launched lately: 20 broadcasts."""
    recent = (
        select(broadcasts.c.id)
        .where(broadcasts.c.exercise == exercise, broadcasts.c.launched_at.is_not(None))
        .order_by(broadcasts.c.launched_at.desc(), broadcasts.c.id.desc())
        .limit(_RECENT)
    )
    suspects = select(deliveries.c.address_id).where(
        deliveries.c.broadcast_id.in_(recent),
        deliveries.c.state == "failed",
        deliveries.c.reason.in_(FAULTS_OF_NUMBERS),
    )
    settled = (
        select(
            deliveries.c.address_id,
            deliveries.c.state,
            deliveries.c.reason,
            func.row_number()
            .over(partition_by=deliveries.c.address_id, order_by=deliveries.c.id.desc())
            .label("place"),
        )
        .where(
            deliveries.c.broadcast_id.in_(recent),
            deliveries.c.address_id.in_(suspects),
            deliveries.c.part == 0,  # a long text counts once
            deliveries.c.state.in_(("failed", "sent", "delivered", "read")),
        )
        .subquery()
    )
    at_fault = (settled.c.state == "failed") & settled.c.reason.in_(FAULTS_OF_NUMBERS)
    found = connection.execute(
        select(
            addresses.c.kind,
            addresses.c.value,
            func.max(case((settled.c.place == 1, settled.c.reason))).label("reason"),
        )
        .join(addresses, addresses.c.id == settled.c.address_id)
        .where(settled.c.place <= last)
        .group_by(addresses.c.id, addresses.c.kind, addresses.c.value)
        .having(func.sum(case((at_fault, 1), else_=0)) >= last)
    )
    return {Address(row.kind, row.value): row.reason for row in found}


def entries(connection: Connection, exercise: bool) -> list[Entry]:
    """Every active organisation of one kind, for the check, in the order of their ids."""
    listed = set(
        connection.execute(
            select(inventory_lines.c.organisation_id).distinct().where(inventory_lines.c.list == "industrial")
        ).scalars()
    )
    return [
        Entry(each.id, each.organisation, each.id in listed)
        for each in organisations.active(connection, exercise)
    ]
