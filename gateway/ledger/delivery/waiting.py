"""What would leave if the lanes were open, by broadcast; and not letting it leave after all."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, or_, select, update

from gateway.ledger import events, timers
from gateway.ledger.backends import locks
from gateway.ledger.schema import broadcasts, counters, decisions, delivery_groups, recipients


@dataclass(frozen=True, slots=True)
class Waiting:
    """A live broadcast of which something may still leave; moments in milliseconds since 1970 UTC.

    `unknown` may be sent once more; `unexpanded` are recipients not yet made into deliveries.
    """

    broadcast_id: int
    exercise: bool
    plan: str
    action: str
    level: str | None
    document_number: str | None
    launched_at: int
    valid_until: int
    queued: int
    unknown: int
    unexpanded: int


def _count(state: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((counters.c.state == state, counters.c.deliveries))), 0)


_counted = (
    select(
        delivery_groups.c.broadcast_id,
        (_count("queued") + _count("sending")).label("queued"),
        _count("unknown").label("unknown"),
    )
    .join(counters, counters.c.group_id == delivery_groups.c.id)
    .group_by(delivery_groups.c.broadcast_id)
    .subquery()
)
_unexpanded = (
    select(func.count())
    .where(
        recipients.c.broadcast_id == broadcasts.c.id,
        recipients.c.id > broadcasts.c.expanded_through,
        broadcasts.c.expanded_at.is_(None),
    )
    .scalar_subquery()
)
_waiting = (
    select(
        broadcasts.c.id,
        broadcasts.c.exercise,
        decisions.c.plan,
        decisions.c.action,
        decisions.c.level,
        decisions.c.document_number,
        broadcasts.c.launched_at,
        broadcasts.c.valid_until,
        func.coalesce(_counted.c.queued, 0),
        func.coalesce(_counted.c.unknown, 0),
        _unexpanded,
    )
    .join(decisions, decisions.c.id == broadcasts.c.decision_id)
    .outerjoin(_counted, _counted.c.broadcast_id == broadcasts.c.id)
    .where(
        broadcasts.c.live.is_(True),
        broadcasts.c.valid_until > bindparam("now"),
        or_(
            and_(broadcasts.c.expanded_at.is_(None), _unexpanded > 0),
            _counted.c.queued + _counted.c.unknown > 0,
        ),
    )
    .order_by(broadcasts.c.id)
)


def waiting(connection: Connection, now: int) -> list[Waiting]:
    """The broadcasts of which something may still leave, oldest first."""
    return [Waiting(*row) for row in connection.execute(_waiting, {"now": now})]


def drop(connection: Connection, broadcast_id: int, now: int) -> bool:
    """Let nothing more of a broadcast leave: it runs out now, and stays in force. False: it had ended."""
    locks.change_words(connection)
    ended = connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.live.is_(True), broadcasts.c.valid_until > now)
        .values(valid_until=now)
    )
    if ended.rowcount == 0:
        return False
    timers.put(connection, "sweep_broadcast", [(broadcast_id, now)])
    events.append(connection, now, "dropped", broadcast_id=broadcast_id)
    return True
