"""Which lane a delivery waits on: the routes of its channel in their order, as they stand.

A route is a provider account that reaches the same addresses. Lanes whose breaker is closed come first,
then those on trial, then those at rest, and last what a person parked: there a message only waits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import BigInteger, Connection, bindparam, func, select, update

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.delivery.lanes import Lane, all_lanes, serving
from gateway.ledger.schema import attempts, deliveries, lanes

_COUNTED = 10_000  # messages waiting on a lane: more are not told apart

_waiting = select(func.count()).select_from(
    select(deliveries.c.id)
    .where(deliveries.c.lane_id == bindparam("lane"), deliveries.c.due_at.is_not(None))
    .limit(_COUNTED)
    .subquery()
)
_asked = rows(id=BigInteger)
_on_lanes = select(deliveries.c.id, deliveries.c.lane_id).join(_asked, _asked.c.id == deliveries.c.id)
_tried = (
    select(attempts.c.delivery_id, lanes.c.account_id)
    .distinct()
    .select_from(_asked)
    .join(attempts, attempts.c.delivery_id == _asked.c.id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(attempts.c.state != "deferred")
)
_moved = rows(id=BigInteger, lane_id=BigInteger)
_move = (
    update(deliveries)
    .where(deliveries.c.id == _moved.c.id, deliveries.c.due_at.is_not(None))
    .values(lane_id=_moved.c.lane_id)
)


class Choice:
    """The lanes for new deliveries at one moment; what it gives is counted, so that the lanes of an
    account fill evenly."""

    def __init__(self, connection: Connection, exercise: bool, now: int) -> None:
        """`now` in milliseconds since 1970 UTC."""
        self._connection = connection
        self._now = now
        self._serving = serving(connection, exercise)
        self._chosen: dict[tuple[str, str | None], Sequence[Lane]] = {}
        self._load: dict[int, int] = {}

    def lane(self, channel: str, address: str) -> int | None:
        """The lane that a new message to an address waits on; None where no lane reaches it.

        It is one of the first route that is open, the one with the least waiting.
        """
        known = self._serving.get(channel, ())
        only = address if any(lane.named_only for lane in known) else None
        if (channel, only) not in self._chosen:
            self._chosen[channel, only] = self._route([lane for lane in known if _reaches(lane, address)])
        chosen = self._chosen[channel, only]
        if len(chosen) < 2:
            return chosen[0].id if chosen else None
        least = min(chosen, key=lambda lane: self._load[lane.id])
        self._load[least.id] += 1
        return least.id

    def _route(self, known: Sequence[Lane]) -> Sequence[Lane]:
        route = best(known, self._now)
        if len(route) > 1:
            self._load.update(load(self._connection, route))
        return route


def best(known: Iterable[Lane], now: int) -> list[Lane]:
    """The lanes of the first route among those that stand best; in the order of their ids."""
    ranked: dict[tuple[int, int, int], list[Lane]] = defaultdict(list)
    for lane in known:
        ranked[_rank(lane, now), lane.route, lane.account_id].append(lane)
    return sorted(ranked[min(ranked)], key=lambda lane: lane.id) if ranked else []


def alternatives(lane: Lane, known: Iterable[Lane]) -> list[Lane]:
    """The other enabled lanes that reach what waits on a lane."""
    return [
        other
        for other in known
        if other.id != lane.id
        and other.enabled
        and (other.channel, other.exercise) == (lane.channel, lane.exercise)
        and (not lane.named_only or not other.named_only or other.name == lane.name)
    ]


def load(connection: Connection, known: Iterable[Lane]) -> dict[int, int]:
    """How many messages wait on each of these lanes, as far as that is counted."""
    return {lane.id: connection.execute(_waiting, {"lane": lane.id}).scalar_one() for lane in known}


def reroute(connection: Connection, delivery_ids: Collection[int], now: int) -> None:
    """Give repeats to another lane: of another account before one of the same. Where no other is open,
    they stay."""
    known = all_lanes(connection)
    targets: dict[int, int] = {}
    for lane in known:
        usable = [other for other in alternatives(lane, known) if _rank(other, now) < _AT_REST]
        elsewhere = [other for other in usable if other.account_id != lane.account_id]
        targets[lane.id] = next((other.id for other in best(elsewhere or usable, now)), lane.id)
    found = connection.execute(_on_lanes, {"rows": pack((each,) for each in sorted(delivery_ids))})
    put(connection, {identifier: targets[lane_id] for identifier, lane_id in found})


def untried(connection: Connection, delivery_ids: Collection[int], now: int) -> dict[int, int]:
    """The next route's lane for each of these deliveries; those that every account has tried, so that an
    answer or a doubt came of it, are left out."""
    if not delivery_ids:
        return {}
    known = all_lanes(connection)
    by_id = {lane.id: lane for lane in known}
    asked = {"rows": pack((each,) for each in sorted(delivery_ids))}
    tried: dict[int, set[int]] = defaultdict(set)
    for identifier, account_id in connection.execute(_tried, asked):
        tried[identifier].add(account_id)
    found: dict[int, int] = {}
    for identifier, lane_id in connection.execute(_on_lanes, asked).all():
        left = [
            other
            for other in alternatives(by_id[lane_id], known)
            if other.account_id not in tried[identifier] and other.parked_by is None
        ]
        if left:
            found[identifier] = best(left, now)[0].id
    return found


def put(connection: Connection, lane_of: Mapping[int, int]) -> None:
    """Let queued deliveries wait on these lanes from now on; those no longer queued stay where they are."""
    if lane_of:
        connection.execute(_move, {"rows": pack(sorted(lane_of.items()))})


_AT_REST = 2


def _rank(lane: Lane, now: int) -> int:
    if lane.parked_by is not None:
        return 3
    return {"closed": 0, "half_open": 1, "open": _AT_REST}[lane.standing(now)]


def _reaches(lane: Lane, address: str) -> bool:
    return not lane.named_only or lane.name == address
