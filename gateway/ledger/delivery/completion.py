"""When a broadcast is complete: nothing of it will change any more."""

from sqlalchemy import (
    Connection,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from gateway.ledger.schema import (
    broadcasts,
    deliveries,
    delivery_groups,
    lanes,
    minute_counters,
    reason_counters,
)
from gateway.ledger.schema import counters as counters_table
from gateway.ledger.schema import timers as timers_table

_of_broadcast = broadcasts.c.id == bindparam("broadcast")
_unexpanded = select(broadcasts.c.id).where(broadcasts.c.live.is_(True), broadcasts.c.expanded_at.is_(None))
_states = (
    select(counters_table.c.state)
    .distinct()
    .join(delivery_groups, delivery_groups.c.id == counters_table.c.group_id)
    .join(broadcasts, broadcasts.c.id == delivery_groups.c.broadcast_id)
    .where(counters_table.c.deliveries != 0)
)
_within_window = deliveries.c.claimed_at + lanes.c.receipt_window > bindparam("now")
_to_be_settled = exists().where(
    timers_table.c.kind == "settle_unknown", timers_table.c.subject_id == deliveries.c.id
)
_with_lanes = (
    select(deliveries.c.id)
    .select_from(broadcasts)
    .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
    .join(lanes, lanes.c.id == deliveries.c.lane_id)
    .limit(1)
)
_receipt_may_come = _with_lanes.where(
    deliveries.c.state.in_(("accepted", "sent")), lanes.c.final_on_accept.is_(False), _within_window
)
_accepted_lately = (  # or no receipt can come: then nobody goes through the rows
    select(minute_counters.c.minute)
    .join(delivery_groups, delivery_groups.c.id == minute_counters.c.group_id)
    .join(broadcasts, broadcasts.c.id == delivery_groups.c.broadcast_id)
    .where(
        minute_counters.c.stage == "accepted",
        minute_counters.c.last_at
        > bindparam("now") - select(func.max(lanes.c.receipt_window)).scalar_subquery(),
    )
    .limit(1)
)
_unknown_may_turn = _with_lanes.where(
    deliveries.c.state == "unknown",
    deliveries.c.reason.in_(  # every unknown has a reason: those that are counted alone are looked at
        select(reason_counters.c.reason)
        .join(delivery_groups, delivery_groups.c.id == reason_counters.c.group_id)
        .where(
            delivery_groups.c.broadcast_id == broadcasts.c.id,
            reason_counters.c.state == "unknown",
            reason_counters.c.deliveries > 0,
        )
        .correlate(broadcasts)
    ),
    or_(_within_window, _to_be_settled),
)


def complete(connection: Connection, broadcast_id: int | None, now: int) -> bool:
    """Whether every delivery of a broadcast (None: of all) is final or past its lane's receipt window.

    Accepted is final where the lane's provider never says more. Unknown is waited for until it is
    settled. A live broadcast that is not wholly expanded is not complete.
    """
    chosen = () if broadcast_id is None else (_of_broadcast,)
    values = {"broadcast": broadcast_id, "now": now}
    if connection.execute(_unexpanded.where(*chosen), values).first() is not None:
        return False
    states = set(connection.execute(_states.where(*chosen), values).scalars())
    if states & {"queued", "sending"}:
        return False
    looks = [_unknown_may_turn] if "unknown" in states else []
    if states & {"accepted", "sent"} and connection.execute(_accepted_lately.where(*chosen), values).first():
        looks.append(_receipt_may_come)
    return all(connection.execute(look.where(*chosen), values).first() is None for look in looks)
