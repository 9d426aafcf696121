"""A frozen list looked through: how many it tells, at which kinds of address, and the hash over it.

Of a million that takes seconds, for which nobody else could write. So whoever launches one looks before,
slice by slice, and in the launch only at what has come to it since: a frozen list only grows, at its end.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select

from gateway.ledger.schema import addresses, broadcasts, recipients
from gateway.ledger.slices import by_id

SLICE = 50_000  # recipients of one read: some 100 ms


@dataclass(frozen=True, slots=True)
class Listed:
    """What was seen of a broadcast's list so far, up to the recipient `last`."""

    broadcast_id: int
    recipients: int
    kinds: frozenset[str]
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
)
_kinds = (
    select(addresses.c.kind)
    .distinct()
    .join(recipients, recipients.c.address_id == addresses.c.id)
    .where(
        recipients.c.broadcast_id + 0 == bindparam("broadcast"),
        recipients.c.id.between(bindparam("first"), bindparam("last")),
    )
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
        before = Listed(broadcast_id, 0, frozenset(), start, hashlib.sha256())
    asked = {"broadcast": broadcast_id, "after": before.last, "most": SLICE}
    found = connection.execute(_next, asked).all()
    if not found:
        return before, False
    digest = before._digest.copy()
    digest.update(b"".join([b"%d %d %d\n" % (whose, where, what) for _, whose, where, what in found]))
    first, last = found[0].id, found[-1].id
    kinds = connection.execute(_kinds, {"broadcast": broadcast_id, "first": first, "last": last}).scalars()
    number = before.recipients + len(found)
    return Listed(broadcast_id, number, before.kinds.union(kinds), last, digest), len(found) == SLICE
