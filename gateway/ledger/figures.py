"""The ledger's state in figures, for whoever watches the process."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from gateway.ledger.delivery import ownership
from gateway.ledger.delivery.lanes import Standing, all_lanes
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import overdue
from gateway.ledger.follow_up.overdue import Owing, PastEnd
from gateway.ledger.schema import broadcasts, counters, deliveries, delivery_groups

RECENT = 48 * 3_600_000  # ms: broadcasts launched longer ago are no news


@dataclass(frozen=True, slots=True)
class StateCount:
    """Deliveries of recent broadcasts that are in a state."""

    exercise: bool
    audience: str
    channel: str
    state: str
    deliveries: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What is queued on a lane with one priority; `overdue`: ms since the first of it was due."""

    account: str
    lane_id: int
    priority: int
    deliveries: int
    overdue: int


@dataclass(frozen=True, slots=True)
class LaneState:
    """An enabled lane; `parked_reason` is None unless it rests now. `standing`: see `Lane.standing`."""

    account: str
    id: int
    channel: str
    exercise: bool
    parked_reason: str | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Figures:
    """The state at one moment. `worked`: whether somebody sends on each account that has lanes (a worker has
    it, or its work has not ended by a fault). `orders_waiting`: those of other levels that wait for people,
    by `exercise`."""

    deliveries: list[StateCount]
    queues: list[Queue]
    lanes: list[LaneState]
    owing: list[Owing]
    past_their_end: list[PastEnd]
    worked: dict[str, bool]
    orders_waiting: dict[bool, int]


_states = (
    select(
        broadcasts.c.exercise,
        delivery_groups.c.audience,
        delivery_groups.c.channel,
        counters.c.state,
        func.sum(counters.c.deliveries),
    )
    .select_from(broadcasts)
    .join(delivery_groups, delivery_groups.c.broadcast_id == broadcasts.c.id)
    .join(counters, counters.c.group_id == delivery_groups.c.id)
    .where(broadcasts.c.launched_at > bindparam("since"), broadcasts.c.decision_id.is_not(None))
    .group_by(broadcasts.c.exercise, delivery_groups.c.audience, delivery_groups.c.channel, counters.c.state)
)
_queued = (
    select(deliveries.c.lane_id, deliveries.c.priority, func.count(), func.min(deliveries.c.due_at))
    .where(deliveries.c.due_at.is_not(None))
    .group_by(deliveries.c.lane_id, deliveries.c.priority)
)


def figures(connection: Connection, now: int) -> Figures:
    """The state at `now`, in milliseconds since 1970 UTC. Reads counters, the queue's index and
    what is owed."""
    known = all_lanes(connection)
    account_of = {lane.id: lane.account for lane in known}
    return Figures(
        deliveries=[StateCount(*row) for row in connection.execute(_states, {"since": now - RECENT})],
        queues=[
            Queue(account_of[lane_id], lane_id, priority, count, max(0, now - first))
            for lane_id, priority, count, first in connection.execute(_queued)
        ],
        lanes=[
            LaneState(
                lane.account,
                lane.id,
                lane.channel,
                lane.exercise,
                lane.parked_reason if (lane.parked_until or 0) > now else None,
                lane.standing(now),
            )
            for lane in sorted(known, key=lambda each: each.id)
            if lane.enabled
        ],
        owing=overdue.owing(connection, now),
        past_their_end=overdue.past_their_end(connection, now),
        orders_waiting=orders.how_many_wait(connection),
        worked=_worked(connection, {lane.account for lane in known if lane.enabled}, now),
    )


def _worked(connection: Connection, served: set[str], now: int) -> dict[str, bool]:
    tenures = ownership.tenures(connection, now)
    if connection.dialect.name == "sqlite":
        return {name: tenures[name].again_at is None for name in sorted(served)}
    return {name: tenures[name].owner is not None for name in sorted(served)}
