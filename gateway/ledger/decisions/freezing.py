"""Lists that are being frozen: recipients stored a slice at a time, before any decision has them.

A list of a million takes seconds to store, and for so long nobody else could write. So it hangs on a
broadcast that has no decision yet, which nobody sees; the decision takes it when it is whole. What a
killed submission leaves, and what was frozen before and is frozen anew, is cleared away in slices.
"""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, select, update

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.schema import broadcasts, notices, recipients

SLICE = 5000  # recipients in one transaction: some 50 ms
ABANDONED = 10 * 60_000  # ms: whoever freezes adds the next slice long before

_new = rows(organisation_id=BigInteger, address_id=BigInteger, notice_id=BigInteger)
_add = insert(recipients).from_select(
    ["broadcast_id", "organisation_id", "address_id", "notice_id"],
    select(bindparam("broadcast", type_=BigInteger), *_new.c),
)
_unclaimed = (
    broadcasts.c.decision_id.is_(None),
    broadcasts.c.campaign_id.is_(None),
    broadcasts.c.memo_id.is_(None),
)
_held = (*_unclaimed, broadcasts.c.frozen_at > 0)
_left = select(broadcasts.c.id, broadcasts.c.recipients_after).where(
    *_unclaimed, broadcasts.c.frozen_at <= bindparam("before")
)
_next = (
    select(recipients.c.id)
    .where(
        by_id(recipients.c.broadcast_id == bindparam("broadcast")),
        recipients.c.id > bindparam("after"),
    )
    .order_by(recipients.c.id)
    .limit(SLICE)
)


def begin(connection: Connection, exercise: bool, now: int) -> int:
    """A broadcast without a decision, with an empty list; gives its id."""
    last = connection.execute(select(func.max(recipients.c.id))).scalar() or 0
    broadcast = insert(broadcasts).values(
        exercise=exercise, live=False, frozen_at=now, recipients_after=last, expanded_through=last
    )
    return int(connection.execute(broadcast.returning(broadcasts.c.id)).scalar_one())


def add(connection: Connection, broadcast_id: int, more: Iterable[tuple[int, int, int]], now: int) -> None:
    """Store the next of a list that is `held`: organisation, address, notice; of another nothing."""
    growing = update(broadcasts).where(broadcasts.c.id == broadcast_id, *_held).values(frozen_at=now)
    if connection.execute(growing).rowcount == 1:
        connection.execute(_add, {"broadcast": broadcast_id, "rows": pack(more)})


def held(connection: Connection, broadcast_id: int) -> bool:
    """Whether a list still waits for its decision; False where it is being cleared away."""
    waiting = select(broadcasts.c.id).where(broadcasts.c.id == broadcast_id, *_held)
    return connection.execute(waiting).first() is not None


def take(
    connection: Connection,
    broadcast_id: int,
    decision_id: str,
    *,
    episode_id: str,
    follows: int | None,
    notice_ids: Iterable[int],
) -> None:
    """Give a list that is held, and its texts, to a decision."""
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(decision_id=decision_id, episode_id=episode_id, follows_id=follows, frozen_at=None)
    )
    connection.execute(
        update(notices).where(notices.c.id.in_(list(notice_ids))).values(decision_id=decision_id)
    )


def let_go(connection: Connection, broadcast_id: int) -> None:
    """A list that is held is of no use any more: it is cleared away at the next occasion."""
    connection.execute(
        update(broadcasts).where(broadcasts.c.id == broadcast_id, *_unclaimed).values(frozen_at=0)
    )


def give_up(connection: Connection, decision_id: str) -> None:
    """Take from a decision the list that it had, which never left."""
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.decision_id == decision_id)
        .values(decision_id=None, episode_id=None, follows_id=None, frozen_at=0)
    )


def let_all_go(connection: Connection) -> None:
    """For the one process of a ledger, when it starts: nobody adds to any list."""
    connection.execute(
        update(broadcasts).where(*_unclaimed, broadcasts.c.frozen_at.is_not(None)).values(frozen_at=0)
    )


def clear(connection: Connection, now: int) -> bool:
    """Clear away a slice of a list that nobody has, and nobody adds to any more; False: there is none.

    The broadcast itself and its texts stay, a few rows without a decision: whether something refers to a
    text could only be found by reading every delivery there ever was.
    """
    left = connection.execute(_left, {"before": now - ABANDONED}).first()
    if left is None:
        return False
    ids = list(connection.execute(_next, {"broadcast": left.id, "after": left.recipients_after}).scalars())
    if ids:
        connection.execute(
            delete(recipients).where(
                recipients.c.id.between(ids[0], ids[-1]), recipients.c.broadcast_id + 0 == left.id
            )
        )
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == left.id)
        .values(
            frozen_at=0 if len(ids) == SLICE else None,
            recipients_after=ids[-1] if ids else left.recipients_after,
        )
    )
    return True
