"""Memos: what the office tells its own people, such as whose turn it is to approve, and how it answers a
reply that it cannot take. Their messages are a broadcast without a decision, whose life is the memo's.
Moments are milliseconds since 1970 UTC.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import Connection, func, insert, select, update

from gateway.directory.model import AddressKind
from gateway.ledger import timers
from gateway.ledger.backends import locks
from gateway.ledger.backends.upserts import insert as insert_or
from gateway.ledger.schema import addresses, broadcasts, deliveries, memo_readers, memos, notices, users

# turn: nobody has looked yet whose it is; nothing: nobody is to do anything
# several: a number that was told for several organisations at once, and answered for none of them
Kind = Literal["turn", "approve", "launch", "returned", "refused", "nothing", "proof", "moved", "several"]


@dataclass(frozen=True, slots=True)
class Memo:
    """One memo; `place` is of the step of the decision's chain that is to be given, `user_id` whose address
    a code proves. `rounds`: how often people were told."""

    id: int
    exercise: bool
    kind: Kind
    decision_id: str | None
    place: int | None
    user_id: str | None
    rounds: int
    made_at: int
    ended_at: int | None


class MemoNotice(NamedTuple):
    """The words of one medium; `messages` is JSON."""

    medium: str
    language: str
    sha256: str
    title: str
    messages: str
    html: str | None


class Reader(NamedTuple):
    """Whom a round told, and where."""

    user_id: str
    address_id: int
    notice_id: int


@dataclass(frozen=True, slots=True)
class Told:
    """How one person was told at one address; `state` is the delivery's. `value` is whose it is: mask it
    before it is shown."""

    memo_id: int
    kind: Kind
    round: int
    user_id: str
    person: str
    address_kind: AddressKind
    value: str = field(repr=False)
    at: int
    state: str
    reason: str | None


_columns = select(
    memos.c.id,
    memos.c.exercise,
    memos.c.kind,
    memos.c.decision_id,
    memos.c.place,
    memos.c.user_id,
    memos.c.rounds,
    memos.c.made_at,
    memos.c.ended_at,
)


def turn(connection: Connection, decision_id: str, exercise: bool, now: int, *, after: int = 0) -> None:
    """A decision has come a step further: whoever was to act no longer is, and `after` so many ms it is
    looked whose turn it is now (`gateway.follow_up.obligations.turns`). In the transaction of the step."""
    end(connection, decision_id, now)
    identifier = _add(connection, exercise, "turn", now, decision_id=decision_id)
    timers.put(connection, "memo", [(identifier, now + after)])


def to_one(
    connection: Connection, kind: Literal["proof", "moved"], user_id: str, exercise: bool, now: int
) -> Memo:
    """A memo to one person: what brings a code, or says that they are told elsewhere from now on."""
    found = one(connection, _add(connection, exercise, kind, now, user_id=user_id))
    assert found is not None  # noqa: S101 -- it was just made
    return found


def of_several(connection: Connection, decision_id: str, exercise: bool, now: int) -> Memo:
    """A memo to a number at which several organisations read the same decision."""
    found = one(connection, _add(connection, exercise, "several", now, decision_id=decision_id))
    assert found is not None  # noqa: S101 -- it was just made
    return found


def was_told_of_several(connection: Connection, decision_id: str, address_id: int) -> bool:
    """Whether a number was told once that it is to say which organisation it means."""
    query = (
        select(deliveries.c.id)
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
        .join(memos, memos.c.id == broadcasts.c.memo_id)
        .where(
            memos.c.decision_id == decision_id,
            memos.c.kind == "several",
            deliveries.c.address_id == address_id,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def _add(connection: Connection, exercise: bool, kind: Kind, now: int, **of: str) -> int:
    made = insert(memos).values(exercise=exercise, kind=kind, rounds=0, made_at=now, **of)
    return int(connection.execute(made.returning(memos.c.id)).scalar_one())


def end(connection: Connection, decision_id: str, now: int) -> None:
    """Nobody is to act on a decision: what is still queued of its memos does not leave."""
    _end(connection, memos.c.decision_id == decision_id, now)


def end_one(connection: Connection, identifier: int, now: int) -> None:
    """One memo is done."""
    _end(connection, memos.c.id == identifier, now)


def end_all(connection: Connection, now: int) -> None:
    """For a restored ledger: its memos may have left the ledger itself since, and been acted on."""
    _end(connection, memos.c.id.is_not(None), now)


def _end(connection: Connection, which: Any, now: int) -> None:
    ended = update(memos).where(which, memos.c.ended_at.is_(None)).values(ended_at=now)
    ids = list(connection.execute(ended.returning(memos.c.id)).scalars())
    if not ids:
        return
    timers.remove(connection, "memo", ids)
    live = (broadcasts.c.memo_id.in_(ids), broadcasts.c.live.is_(True))
    living = list(connection.execute(select(broadcasts.c.id).where(*live)).scalars())
    if living:
        locks.change_words(connection)
        connection.execute(
            update(broadcasts).where(broadcasts.c.id.in_(living)).values(live=False, stopped_at=now)
        )
        timers.put(connection, "sweep_broadcast", [(each, now) for each in living])


def one(connection: Connection, identifier: int) -> Memo | None:
    """The memo of that id."""
    row = connection.execute(_columns.where(memos.c.id == identifier)).one_or_none()
    return None if row is None else Memo(*cast(tuple[Any, ...], row))


def newest(connection: Connection, decision_id: str) -> Memo | None:
    """The last memo about whose turn it is with a decision; None where it is older than memos are."""
    of_it = (memos.c.decision_id == decision_id, memos.c.kind != "several")
    query = _columns.where(*of_it).order_by(memos.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else Memo(*cast(tuple[Any, ...], row))


def asked_since(connection: Connection, user_id: str, since: int) -> int:
    """How many codes somebody asked for since then."""
    query = select(func.count()).where(
        memos.c.user_id == user_id, memos.c.kind == "proof", memos.c.made_at > since
    )
    return int(connection.execute(query).scalar_one())


def settle(connection: Connection, identifier: int, kind: Kind, place: int | None) -> None:
    """Note whose turn it was found to be."""
    connection.execute(update(memos).where(memos.c.id == identifier).values(kind=kind, place=place))


def begin_round(connection: Connection, memo: Memo, now: int, valid_until: int) -> int:
    """Count a further round; gives the broadcast that its messages are of, made with the first."""
    connection.execute(update(memos).where(memos.c.id == memo.id).values(rounds=memo.rounds + 1))
    known = connection.execute(select(broadcasts.c.id).where(broadcasts.c.memo_id == memo.id)).scalar()
    if known is not None:
        return int(known)
    made = insert(broadcasts).values(
        memo_id=memo.id,
        exercise=memo.exercise,
        live=True,
        launched_at=now,
        valid_until=valid_until,
        expanded_through=0,
        expanded_at=now,
    )
    return int(connection.execute(made.returning(broadcasts.c.id)).scalar_one())


def add_notice(connection: Connection, memo_id: int, words: MemoNotice) -> int:
    """Keep the words of a round in one medium and language; gives the notice's id."""
    made = insert(notices).values(memo_id=memo_id, measures="[]", **words._asdict())
    return int(connection.execute(made.returning(notices.c.id)).scalar_one())


def add_readers(connection: Connection, memo: Memo, readers: Collection[Reader], now: int) -> None:
    """Note whom the round after `memo.rounds` tells."""
    rows = [{"memo_id": memo.id, "round": memo.rounds + 1, "at": now, **each._asdict()} for each in readers]
    if rows:
        connection.execute(insert_or(memo_readers).on_conflict_do_nothing(), rows)


def told(connection: Connection, decision_id: str) -> list[Told]:
    """Who was told of a decision, the newest memo first, each of its rounds in order."""
    query = (
        select(
            memos.c.id,
            memos.c.kind,
            memo_readers.c.round,
            memo_readers.c.user_id,
            users.c.person,
            addresses.c.kind,
            addresses.c.value,
            memo_readers.c.at,
            deliveries.c.state,
            deliveries.c.reason,
        )
        .select_from(memos)
        .join(memo_readers, memo_readers.c.memo_id == memos.c.id)
        .join(users, users.c.id == memo_readers.c.user_id)
        .join(addresses, addresses.c.id == memo_readers.c.address_id)
        .join(broadcasts, broadcasts.c.memo_id == memos.c.id)
        .join(
            deliveries,
            (deliveries.c.broadcast_id == broadcasts.c.id)
            & (deliveries.c.address_id == memo_readers.c.address_id)
            & (deliveries.c.notice_id == memo_readers.c.notice_id),
        )
        .where(memos.c.decision_id == decision_id)
        .order_by(memos.c.id.desc(), memo_readers.c.round, users.c.name, deliveries.c.id)
    )
    return [Told(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]


def state_of(connection: Connection, identifier: int) -> str | None:
    """How far the one message of a memo has come; None where there is none."""
    query = (
        select(deliveries.c.state)
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
        .where(broadcasts.c.memo_id == identifier)
        .limit(1)
    )
    return connection.execute(query).scalar()
