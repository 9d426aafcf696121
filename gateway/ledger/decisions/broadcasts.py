"""Broadcasts: the frozen recipients, the live switch, and what is expanded into deliveries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, bindparam, exists, func, insert, select, update

from gateway.ledger.backends import locks
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    decisions,
    notice_readers,
    notices,
    organisations,
    recipients,
)
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class FrozenRecipient:
    """One organisation told one text at one address."""

    organisation_id: int
    address_id: int
    notice_id: int


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A frozen recipient with what expansion needs: `messages` is JSON, `kind` the address's, `language`
    that of what they read. `dropped`:
    they are told the end for an area that a change leaves out. `reply_minutes`: they are asked to sign
    so soon (None: they are not asked)."""

    id: int
    organisation_id: int
    address_id: int
    notice_id: int
    audience: Audience
    area: str
    kind: str
    value: str
    messages: str
    language: str
    reply_minutes: int | None
    dropped: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A live broadcast that is not yet wholly made into deliveries."""

    id: int
    episode_id: str
    document: str
    expanded_through: int
    launched_at: int
    valid_until: int


_wanted = rows(id=BigInteger)
_texts = (
    select(
        notices.c.id,
        notices.c.messages,
        notices.c.language,
        notices.c.reply_minutes,
        exists().where(notice_readers.c.notice_id == notices.c.id, notice_readers.c.purpose == "dropped"),
    )
    .select_from(_wanted)
    .join(notices, notices.c.id == _wanted.c.id)
)

_next = (
    select(recipients)
    .where(
        recipients.c.id > bindparam("after"),
        by_id(recipients.c.broadcast_id == bindparam("broadcast")),
    )
    .order_by(recipients.c.id)
    .limit(bindparam("most"))
    .subquery("next")  # or all that are left would be joined first
)
_slice = (
    select(
        _next.c.id,
        _next.c.organisation_id,
        _next.c.address_id,
        _next.c.notice_id,
        organisations.c.audience,
        organisations.c.area,
        addresses.c.kind,
        addresses.c.value,
    )
    .join(organisations, organisations.c.id == _next.c.organisation_id)
    .join(addresses, addresses.c.id == _next.c.address_id)
    .order_by(_next.c.id)
)

_listed = select(_wanted.c.id).where(
    _wanted.c.id.in_(
        select(recipients.c.address_id).where(recipients.c.broadcast_id == bindparam("broadcast"))
    )
)


def add_recipients(connection: Connection, broadcast_id: int, frozen: Iterable[FrozenRecipient]) -> int:
    """Store the frozen list in its order; gives how many."""
    rows = [
        {
            "broadcast_id": broadcast_id,
            "organisation_id": each.organisation_id,
            "address_id": each.address_id,
            "notice_id": each.notice_id,
        }
        for each in frozen
    ]
    if rows:
        connection.execute(insert(recipients), rows)
    return len(rows)


def listed(connection: Connection, broadcast_id: int, address_ids: Iterable[int]) -> set[int]:
    """Those of these addresses that are on a frozen list, of whichever organisation."""
    asked = pack((each,) for each in sorted(set(address_ids)))
    found = connection.execute(_listed, {"broadcast": broadcast_id, "rows": asked})
    return set(found.scalars())


def tells(connection: Connection, broadcast_id: int, kinds: Collection[str]) -> bool:
    """Whether a frozen list has an address of one of these kinds: the first that is found will do."""
    after = select(broadcasts.c.recipients_after).where(broadcasts.c.id == broadcast_id)
    found = (
        select(recipients.c.id)
        .join(addresses, addresses.c.id == recipients.c.address_id)
        .where(recipients.c.id > after.scalar_subquery(), addresses.c.kind.in_(list(kinds)))
        .where(by_id(recipients.c.broadcast_id == broadcast_id))
        .order_by(recipients.c.id)
        .limit(1)
    )
    return connection.execute(found).first() is not None


def frozen_kinds(connection: Connection, broadcast_id: int) -> set[str]:
    """The kinds of address of a frozen list."""
    rows = connection.execute(
        select(addresses.c.kind)
        .distinct()
        .join(recipients, recipients.c.address_id == addresses.c.id)
        .where(recipients.c.broadcast_id == broadcast_id)
    )
    return set(rows.scalars())


def launch(connection: Connection, broadcast_id: int, *, now: int, valid_until: int, recipients: int) -> None:
    """Switch a frozen broadcast live; `recipients`: how many its list tells, which grows no more."""
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(live=True, launched_at=now, valid_until=valid_until, recipients=recipients)
    )


def stop_others(connection: Connection, episode_id: str, broadcast_id: int, now: int) -> list[int]:
    """Switch every other live broadcast of the episode off, superseded by this one; gives their ids."""
    others = (
        (broadcasts.c.episode_id == episode_id)
        & (broadcasts.c.id != broadcast_id)
        & broadcasts.c.live.is_(True)
    )
    locks.change_words(connection)
    stopped = list(connection.execute(select(broadcasts.c.id).where(others)).scalars())
    connection.execute(
        update(broadcasts).where(others).values(live=False, stopped_at=now, superseded_by=broadcast_id)
    )
    return stopped


def launched(connection: Connection, broadcast_id: int) -> bool | None:
    """Whether a broadcast was launched; None where there is none of this id."""
    query = select(broadcasts.c.launched_at.is_not(None)).where(broadcasts.c.id == broadcast_id)
    return connection.execute(query).scalar_one_or_none()


def stop(connection: Connection, broadcast_id: int, now: int) -> bool:
    """Switch a broadcast off; False where it was off already."""
    locks.change_words(connection)
    on = (broadcasts.c.id == broadcast_id) & broadcasts.c.live.is_(True)
    return connection.execute(update(broadcasts).where(on).values(live=False, stopped_at=now)).rowcount == 1


def follows(connection: Connection, broadcast_id: int) -> int | None:
    """The broadcast that was in force when this one was frozen."""
    identifier: int | None = connection.execute(
        select(broadcasts.c.follows_id).where(broadcasts.c.id == broadcast_id)
    ).scalar_one()
    return identifier


def pending(connection: Connection) -> list[Pending]:
    """Live broadcasts that still have recipients to expand, oldest first."""
    rows = connection.execute(
        select(
            broadcasts.c.id,
            broadcasts.c.episode_id,
            broadcasts.c.expanded_through,
            broadcasts.c.launched_at,
            broadcasts.c.valid_until,
            decisions.c.document,
        )
        .join(decisions, decisions.c.id == broadcasts.c.decision_id)
        .where(broadcasts.c.live.is_(True), broadcasts.c.expanded_at.is_(None))
        .order_by(broadcasts.c.id)
    )
    return [
        Pending(row.id, row.episode_id, row.document, row.expanded_through, row.launched_at, row.valid_until)
        for row in rows
    ]


def hold_unexpanded(connection: Connection, broadcast_id: int) -> int | None:
    """The last recipient of a broadcast that was made into deliveries. Until the caller commits nobody
    else expands it or stops it. None where nothing of it is to be expanded any more."""
    locks.keep_words(connection)
    query = (
        select(broadcasts.c.expanded_through)
        .where(
            broadcasts.c.id == broadcast_id, broadcasts.c.live.is_(True), broadcasts.c.expanded_at.is_(None)
        )
        .with_for_update()
    )
    return connection.execute(query).scalar_one_or_none()


def next_recipients(connection: Connection, broadcast_id: int, after: int, limit: int) -> list[RecipientRow]:
    """The next slice of the frozen list."""
    slice_ = {"broadcast": broadcast_id, "after": after, "most": limit}
    found = connection.execute(_slice, slice_).all()
    # many read the same text: it is fetched once for all of them
    wanted = pack((each,) for each in sorted({row.notice_id for row in found}))
    read = {row.id: row[1:] for row in connection.execute(_texts, {"rows": wanted})}
    return [RecipientRow(*row, *read[row.notice_id]) for row in found]


def expanded(connection: Connection, broadcast_id: int, through: int, finished_at: int | None) -> None:
    """Move the cursor; with `finished_at` the whole list is expanded."""
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(expanded_through=through, expanded_at=finished_at)
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """One broadcast for a list; times in milliseconds since 1970 UTC."""

    id: int
    decision_id: str
    episode_id: str
    exercise: bool
    plan: str
    action: str
    level: str | None
    document_number: str | None
    live: bool
    launched_at: int | None
    valid_until: int | None
    expanded_at: int | None
    superseded_by: int | None
    recipients: int


def summaries(connection: Connection, broadcast_id: int | None = None) -> list[Summary]:
    """All broadcasts, or the one asked for, oldest first."""
    counted = select(func.count()).where(recipients.c.broadcast_id == broadcasts.c.id).scalar_subquery()
    query = (
        select(
            broadcasts.c.id,
            broadcasts.c.decision_id,
            broadcasts.c.episode_id,
            broadcasts.c.exercise,
            decisions.c.plan,
            decisions.c.action,
            decisions.c.level,
            decisions.c.document_number,
            broadcasts.c.live,
            broadcasts.c.launched_at,
            broadcasts.c.valid_until,
            broadcasts.c.expanded_at,
            broadcasts.c.superseded_by,
            func.coalesce(broadcasts.c.recipients, counted).label("recipients"),
        )
        .join(decisions, decisions.c.id == broadcasts.c.decision_id)
        .order_by(broadcasts.c.id)
    )
    if broadcast_id is not None:
        query = query.where(broadcasts.c.id == broadcast_id)
    return [Summary(**row) for row in connection.execute(query).mappings()]
