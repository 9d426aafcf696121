"""A frozen list looked through: how many it tells, and the hash over it.

Of a million that takes seconds, for which nobody else could write. So whoever launches one looks before,
slice by slice, and in the launch only at what has come to it since: a frozen list only grows, at its end.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select

from gateway.ledger.backends.slices import by_id
from gateway.ledger.schema import broadcasts, recipients

SLICE = 100_000  # recipients of one read: some 100 ms
_TOGETHER = 5000  # rows in memory


@dataclass(frozen=True, slots=True)
class Listed:
    """What was seen of a broadcast's list so far, up to the recipient `last`."""

    broadcast_id: int
    recipients: int
    last: int
    _digest: Any = field(repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """The hash (hex) over organisation, address and text of each, in the list's order."""
        return str(self._digest.hexdigest())


_start = select(broadcasts.c.recipients_after).where(broadcasts.c.id == bindparam("broadcast"))
_next = (
    select(recipients.c.id, recipients.c.organisation_id, recipients.c.address_id, recipients.c.notice_id)
    .where(
        recipients.c.id > bindparam("after"),
        by_id(recipients.c.broadcast_id == bindparam("broadcast")),
    )
    .order_by(recipients.c.id)
    .limit(bindparam("most"))
    .execution_options(yield_per=_TOGETHER)
)


def look(connection: Connection, broadcast_id: int, before: Listed | None = None) -> Listed:
    """The whole list, or what has come to it since `before`; that of another broadcast counts for nothing."""
    seen, more = look_on(connection, broadcast_id, before)
    while more:
        seen, more = look_on(connection, broadcast_id, seen)
    return seen


def look_on(connection: Connection, broadcast_id: int, before: Listed | None = None) -> tuple[Listed, bool]:
    """The same one slice further, and whether more may follow."""
    if before is None or before.broadcast_id != broadcast_id:
        start = connection.execute(_start, {"broadcast": broadcast_id}).scalar_one()
        before = Listed(broadcast_id, 0, start, hashlib.sha256())
    asked = {"broadcast": broadcast_id, "after": before.last, "most": SLICE}
    digest = before._digest.copy()
    number, last = 0, before.last
    for last, whose, where, what in connection.execute(_next, asked):  # noqa: B007 -- the last of them stays
        digest.update(b"%d %d %d\n" % (whose, where, what))
        number += 1
    return Listed(broadcast_id, before.recipients + number, last, digest), number == SLICE
