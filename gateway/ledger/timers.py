"""What happens later: rows that are due at a moment. A timer is taken away when its work is recorded."""

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from sqlalchemy import Connection, bindparam, delete, func, select

from gateway.ledger.backends.slices import slices
from gateway.ledger.backends.upserts import insert, least
from gateway.ledger.schema import timers

Kind = Literal[
    "settle_unknown",
    "sweep_broadcast",
    "obligation",
    "sum_receipts",
    "escalation",
    "renew_alert",
    "order_answer",
    "memo",
]

_new = insert(timers)
_earliest = _new.on_conflict_do_update(
    index_elements=[timers.c.kind, timers.c.subject_id],
    set_={"due_at": least(timers.c.due_at, _new.excluded.due_at)},
)
_due = (
    select(timers.c.subject_id)
    .where(timers.c.kind == bindparam("of_kind"), timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.subject_id)
    .limit(bindparam("most"))
)
_next = select(func.min(timers.c.due_at)).where(timers.c.kind == bindparam("of_kind"))
# by their key, each: where so many were just set, PostgreSQL knows nothing of them yet, and would go through
# all of them for each that is named by a subquery
_remove = delete(timers).where(
    timers.c.kind == bindparam("of_kind"), timers.c.subject_id.in_(bindparam("subjects", expanding=True))
)


def put(connection: Connection, kind: Kind, due: Iterable[tuple[int, int]]) -> None:
    """Set timers, `(subject id, due at)`; one that is already set keeps the earlier moment."""
    values = [{"kind": kind, "subject_id": subject, "due_at": at} for subject, at in due]
    if values:
        connection.execute(_earliest, values)


def due(connection: Connection, kind: Kind, now: int, limit: int) -> list[int]:
    """Subjects whose moment has come, longest overdue first."""
    parameters = {"of_kind": kind, "now": now, "most": limit}
    return list(connection.execute(_due, parameters).scalars())


def next_due(connection: Connection, *kinds: Kind) -> int | None:
    """When the next timer of one of these kinds (of any, where none is named) is due."""
    soonest = (connection.execute(_next, {"of_kind": kind}).scalar() for kind in kinds or get_args(Kind))
    return min((at for at in soonest if at is not None), default=None)


def take(connection: Connection, kind: Kind, subject: int, now: int) -> bool:
    """Take a timer away whose moment has come; False where another process just has."""
    gone = delete(timers).where(timers.c.kind == kind, timers.c.subject_id == subject, timers.c.due_at <= now)
    return connection.execute(gone).rowcount == 1


def remove(connection: Connection, kind: Kind, subjects: Sequence[int]) -> None:
    """Take timers away."""
    for some in slices(subjects):
        connection.execute(_remove, {"of_kind": kind, "subjects": some})
