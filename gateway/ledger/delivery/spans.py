"""Between which ids a broadcast's deliveries lie: kept as they are stored, so that nobody looks for the ends.

They are stored slice by slice, so that few of others lie between; a question that goes through them by their
ids begins at the first and stops at the last.
"""

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, select

from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import delivery_spans


class Span(NamedTuple):
    """The ids of a broadcast's deliveries, both included; others' may lie between them."""

    broadcast_id: int
    first: int
    last: int


_known = delivery_spans.c
_new = insert(delivery_spans)
_widen = _new.on_conflict_do_update(
    index_elements=[_known.broadcast_id],
    set_={
        "first_id": case(
            (_new.excluded.first_id < _known.first_id, _new.excluded.first_id), else_=_known.first_id
        ),
        "last_id": case(
            (_new.excluded.last_id > _known.last_id, _new.excluded.last_id), else_=_known.last_id
        ),
    },
)
_of = select(_known.broadcast_id, _known.first_id, _known.last_id).where(
    _known.broadcast_id == bindparam("broadcast")
)


def widen(connection: Connection, span: Span) -> None:
    """Deliveries with these ids were just stored."""
    connection.execute(
        _widen, {"broadcast_id": span.broadcast_id, "first_id": span.first, "last_id": span.last}
    )


def of(connection: Connection, broadcast_id: int) -> Span | None:
    """The span of a broadcast; None where it has no deliveries."""
    found = connection.execute(_of, {"broadcast": broadcast_id}).one_or_none()
    return None if found is None else Span(*found)
