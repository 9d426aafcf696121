"""Closing what may not leave: rows of the queue whose broadcast is dead or has run out."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    and_,
    bindparam,
    select,
    update,
)

from gateway.ledger import events, timers
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.delivery import counters, spans
from gateway.ledger.schema import (
    attempts,
    broadcasts,
    deliveries,
    lanes,
)


class Closing(NamedTuple):
    """A queued row that may not leave, and what it becomes."""

    delivery_id: int
    group_id: int
    attempts: int
    state: Literal["cancelled", "expired"]


_chosen = rows(id=BigInteger)
_unclear = (
    select(attempts.c.delivery_id)
    .distinct()
    .join(_chosen, and_(attempts.c.delivery_id == _chosen.c.id, attempts.c.state == "unknown"))
    .join(lanes, and_(lanes.c.id == attempts.c.lane_id, lanes.c.idempotent.is_(False)))
)
_closing = rows(id=BigInteger, state=Text)
_close = (
    update(deliveries)
    .where(deliveries.c.id == _closing.c.id)
    .values(state=_closing.c.state, due_at=None, ended_at=bindparam("now"))
)
_reasons = select(_chosen.c.id, deliveries.c.reason).join(deliveries, deliveries.c.id == _chosen.c.id)
_queued = (
    select(deliveries.c.id, deliveries.c.group_id, deliveries.c.attempts)
    .where(
        deliveries.c.id >= bindparam("start"),
        deliveries.c.id <= bindparam("last"),  # or all that came after would be gone through
        by_id(deliveries.c.broadcast_id == bindparam("broadcast")),
        deliveries.c.due_at.is_not(None),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=deliveries)
)
_life = select(broadcasts.c.live, broadcasts.c.valid_until).where(broadcasts.c.id == bindparam("broadcast"))


def unclear_of(connection: Connection, delivery_ids: Collection[int]) -> set[int]:
    """Those that somebody may read twice because an earlier attempt may have arrived."""
    return set(connection.execute(_unclear, {"rows": pack((each,) for each in delivery_ids)}).scalars())


def close(connection: Connection, closing: Sequence[Closing], now: int) -> None:
    """Take rows out of the queue. One that waited for its repeat may have arrived: it stays unknown."""
    unclear = unclear_of(connection, [row.delivery_id for row in closing if row.attempts])
    ends = [(row, "unknown" if row.delivery_id in unclear else row.state) for row in sorted(closing)]
    values = pack((row.delivery_id, state) for row, state in ends)
    connection.execute(_close, {"now": now, "rows": values})
    moves: Counter[tuple[int, str]] = Counter()
    for row, state in ends:
        moves[row.group_id, "queued"] -= 1
        moves[row.group_id, state] += 1
    counters.move(connection, moves)
    if unclear:
        groups = {row.delivery_id: row.group_id for row in closing}
        found = connection.execute(_reasons, {"rows": pack((each,) for each in sorted(unclear))})
        stay = Counter((groups[identifier], "unknown", reason) for identifier, reason in found)
        counters.move_reasons(connection, stay)


def sweep(connection: Connection, broadcast_id: int, start: int, limit: int, now: int) -> int | None:
    """Close queued rows of a broadcast that is dead or has run out, from the id `start` on.

    Gives where the next slice starts; None when nothing is left, or the broadcast may still send.
    """
    live, valid_until = connection.execute(_life, {"broadcast": broadcast_id}).one()
    span = spans.of(connection, broadcast_id)
    if (live and valid_until > now) or span is None:
        return None
    state: Literal["cancelled", "expired"] = "expired" if live else "cancelled"
    within = {"start": max(start, span.first), "last": span.last}
    found = connection.execute(_queued, {**within, "broadcast": broadcast_id, "most": limit}).all()
    if found:
        close(connection, [Closing(*row, state) for row in found], now)
    return int(found[-1].id) + 1 if len(found) == limit else None


def finish_sweep(connection: Connection, broadcast_id: int, now: int) -> None:
    """Note that a sweep is done, once: several machines may have swept at the same time. A broadcast that may
    still send is swept again when it has run out."""
    if not timers.take(connection, "sweep_broadcast", broadcast_id, now):
        return
    live, valid_until = connection.execute(_life, {"broadcast": broadcast_id}).one()
    if live and valid_until > now:
        timers.put(connection, "sweep_broadcast", [(broadcast_id, valid_until)])
    else:
        events.append(connection, now, "expired" if live else "stopped", broadcast_id=broadcast_id)
