"""What deliveries tell about addresses: which refuse us, which are dead."""

from sqlalchemy import Connection, bindparam, func, select

from gateway.ledger.schema import deliveries, delivery_groups, reason_counters

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
    arrived = dict(
        connection.execute(
            select(deliveries.c.address_id, func.max(deliveries.c.id))
            .where(
                deliveries.c.address_id.in_(select(refused.c.address_id)),
                deliveries.c.state.in_(("delivered", "read")),
            )
            .group_by(deliveries.c.address_id),
            {"reason": "opted_out"},
        )
        .tuples()
        .all()
    )
    return {address_id for address_id, last in found if arrived.get(address_id, 0) < last}
