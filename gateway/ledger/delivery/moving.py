"""Moves what is queued on a lane that sends nothing to a route that does, a slice at a time.

Only an account's owner moves rows off its lanes, under its epoch; off a lane that left the settings
anybody does. A moved row is queued before and after: whoever claims it at that moment has it, or finds
it on the other lane.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, or_, select

from gateway.ledger.delivery import routes
from gateway.ledger.delivery.lanes import Lane, all_lanes
from gateway.ledger.schema import accounts, attempts, deliveries, lanes

PROBES = 3  # messages that go to a lane on trial at a time

_owned = (
    select(accounts.c.id)
    .where(accounts.c.id == bindparam("account"), accounts.c.epoch == bindparam("epoch"))
    .with_for_update(read=True)
)
_queued_there = exists().where(deliveries.c.lane_id == lanes.c.id, deliveries.c.due_at.is_not(None))
_with_queue = select(lanes.c.id).where(_queued_there)
_tried_on = lanes.alias("tried_on")
# what that account refused it would refuse again
_never_refused = or_(
    deliveries.c.attempts == 0,
    ~exists().where(
        attempts.c.delivery_id == deliveries.c.id,
        attempts.c.state.in_(("refused", "failed")),
        attempts.c.lane_id == _tried_on.c.id,
        _tried_on.c.account_id == bindparam("target"),
    ),
)
_on_lane = and_(deliveries.c.lane_id == bindparam("lane"), deliveries.c.due_at.is_not(None), _never_refused)


def _some(*which: ColumnElement[bool]) -> Select[int]:
    return (
        select(deliveries.c.id)
        .where(_on_lane, *which)
        .order_by(deliveries.c.priority, deliveries.c.due_at, deliveries.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_first = _some()
_last_class = select(func.max(deliveries.c.priority)).where(
    deliveries.c.lane_id == bindparam("lane"), deliveries.c.due_at.is_not(None)
)
_least_urgent = _some(deliveries.c.priority == bindparam("class"), deliveries.c.due_at <= bindparam("now"))


class Move(NamedTuple):
    """What waits on `source` is to wait on `targets`, lanes of one account. `epoch` is that of the
    source's owner, None for a lane that left the settings. `probe`: only a few, the least urgent that are
    due, to see whether the target works again."""

    source: Lane
    targets: Sequence[Lane]
    epoch: int | None
    probe: bool


class Plan(NamedTuple):
    """What to move now, and whether time alone may call for more."""

    moves: list[Move]
    unsettled: bool


def plan(connection: Connection, epochs: Mapping[int, int], now: int) -> Plan:
    """What the owner of these accounts (id to epoch) moves at `now` (ms since 1970 UTC).

    Off a lane that is open goes everything, to the first route that is closed: never to one on trial or
    at rest, so that nothing goes to and fro while all of them fail. A lane on trial whose own queue is
    empty gets a few messages of another.
    """
    known = all_lanes(connection)
    waiting = set(connection.execute(_with_queue).scalars())
    # whose standing time may change
    doubted = [lane for lane in known if lane.enabled and lane.parked_by is None and lane.breaker != "closed"]
    moves: list[Move] = []
    unsettled = False
    for lane in known:
        if lane.id not in waiting or (lane.enabled and lane.account_id not in epochs):
            continue
        standing, epoch = lane.standing(now), epochs[lane.account_id] if lane.enabled else None
        others = routes.alternatives(lane, known if standing == "open" else doubted)
        unsettled |= bool(others)
        if standing == "half_open":
            continue  # it is tried with its own
        for other in others:
            if other.standing(now) == "half_open" and other.id not in waiting:
                waiting.add(other.id)
                moves.append(Move(lane, [other], epoch, True))
        closed = [other for other in others if other.standing(now) == "closed"]
        if closed:
            moves.append(Move(lane, routes.best(closed, now), epoch, False))
    return Plan(moves, unsettled)


def move(connection: Connection, which: Move, limit: int, now: int) -> int:
    """Move the next slice; gives how many rows, fewer than `limit` when no more can be moved now.

    Each target gets as many as evens out what waits on them. Nothing is moved under another epoch than
    the account's.
    """
    source = {"lane": which.source.id, "target": which.targets[0].account_id}
    if which.epoch is not None:
        owner = {"account": which.source.account_id, "epoch": which.epoch}
        if connection.execute(_owned, owner).first() is None:
            return 0
    if which.probe:
        urgency = connection.execute(_last_class, {"lane": which.source.id}).scalar()
        few = {**source, "class": urgency, "now": now, "most": min(PROBES, limit)}
        found = [] if urgency is None else list(connection.execute(_least_urgent, few).scalars())
    else:
        found = list(connection.execute(_first, {**source, "most": limit}).scalars())
    if not found:
        return 0
    waiting = routes.load(connection, which.targets)
    lane_of: dict[int, int] = {}
    for identifier in found:
        least = min(waiting, key=lambda lane_id: (waiting[lane_id], lane_id))
        waiting[least] += 1
        lane_of[identifier] = least
    routes.put(connection, lane_of)
    return len(found)
