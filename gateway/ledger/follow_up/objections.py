"""What organisations answered beside their signatures: objections, and replies by SMS, as lists."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, func, select, union

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.keysets import paged
from gateway.ledger.backends.slices import slices
from gateway.ledger.follow_up.calls import settled_by_call
from gateway.ledger.follow_up.replies import Meaning
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    broadcasts,
    contact_addresses,
    contacts,
    organisation_addresses,
    organisations,
    replies,
)
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Objection:
    """An organisation that objected to what a broadcast asks. `waits`: nobody has spoken to it since, and it
    still counts. Moments in milliseconds since 1970 UTC."""

    id: int
    broadcast_id: int
    organisation: str
    audience: Audience
    area: str
    exercise: bool
    objected_at: int
    objection: str
    name: str | None
    signed_at: int | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back by SMS. `address` None: from a number that nobody has; `organisation` is one that
    reads there."""

    id: int
    text: str
    meaning: Meaning
    received_at: int
    address: str | None
    organisation_id: int | None
    organisation: str | None
    acknowledgement_id: int | None


_waits = and_(acknowledgements.c.ended_at.is_(None), broadcasts.c.live.is_(True), ~settled_by_call)
_objected = acknowledgements.c.objected_at.is_not(None)


def objections(
    connection: Connection,
    *,
    limits: Collection[str] = (),
    waits: bool | None = None,
    broadcast_id: int | None = None,
    exercise: bool | None = None,
    descending: bool = True,
    after: int | None = None,
    limit: int | None = None,
) -> list[Objection]:
    """Objections by when they came, of organisations within these areas (none: everywhere). `waits`: those
    that wait for somebody to call, or the others. Raises `InputError` (ROW_UNKNOWN)."""
    conditions: list[ColumnElement[bool]] = [_objected, reached(organisations.c.area, limits)]
    if waits is not None:
        conditions.append(_waits if waits else ~_waits)
    if broadcast_id is not None:
        conditions.append(acknowledgements.c.broadcast_id == broadcast_id)
    if exercise is not None:
        conditions.append(acknowledgements.c.exercise == exercise)
    query = (
        select(
            acknowledgements.c.id,
            acknowledgements.c.broadcast_id,
            organisations.c.name.label("organisation"),
            organisations.c.audience,
            organisations.c.area,
            acknowledgements.c.exercise,
            acknowledgements.c.objected_at,
            func.coalesce(acknowledgements.c.objection, "").label("objection"),
            acknowledgements.c.name,
            acknowledgements.c.signed_at,
            _waits.label("waits"),
        )
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .join(broadcasts, broadcasts.c.id == acknowledgements.c.broadcast_id)
        .where(*conditions)
    )
    found = connection.execute(
        paged(
            connection,
            query,
            acknowledgements.c.id,
            acknowledgements.c.objected_at,
            descending=descending,
            after=after,
            limit=limit,
        )
    )
    return [Objection(**row) for row in found.mappings()]


def waiting(connection: Connection, limits: Collection[str] = ()) -> int:
    """How many objections of the real thing wait for somebody to call."""
    query = (
        select(func.count())
        .select_from(acknowledgements)
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .join(broadcasts, broadcasts.c.id == acknowledgements.c.broadcast_id)
        .where(
            _objected, _waits, acknowledgements.c.exercise.is_(False), reached(organisations.c.area, limits)
        )
    )
    return int(connection.execute(query).scalar_one())


def received(
    connection: Connection,
    *,
    limits: Collection[str] = (),
    meaning: Meaning | None = None,
    search: str | None = None,
    descending: bool = True,
    after: int | None = None,
    limit: int | None = None,
) -> list[Reply]:
    """Replies by when they came. With `limits` those of numbers at which an organisation of these areas
    reads. Raises `InputError` (ROW_UNKNOWN)."""
    conditions: list[ColumnElement[bool]] = []
    if limits:
        own = _readers(reached(organisations.c.area, limits)).subquery()
        conditions.append(replies.c.address_id.in_(select(own.c.address_id)))
    if meaning is not None:
        conditions.append(replies.c.meaning == meaning)
    if search is not None:
        conditions.append(replies.c.text.contains(search, autoescape=True))
    query = (
        select(
            replies.c.id,
            replies.c.text,
            replies.c.meaning,
            replies.c.received_at,
            replies.c.address_id,
            addresses.c.value,
            replies.c.acknowledgement_id,
        )
        .outerjoin(addresses, addresses.c.id == replies.c.address_id)
        .where(*conditions)
    )
    found = connection.execute(
        paged(connection, query, replies.c.id, replies.c.id, descending=descending, after=after, limit=limit)
    ).all()
    names = _names(connection, [row.address_id for row in found if row.address_id is not None], limits)
    told: list[Reply] = []
    for row in found:
        identifier, name = names.get(row.address_id, (None, None))
        told.append(
            Reply(
                row.id,
                row.text,
                row.meaning,
                row.received_at,
                row.value,
                identifier,
                name,
                row.acknowledgement_id,
            )
        )
    return told


def _readers(condition: ColumnElement[bool]) -> CompoundSelect[Any]:
    """(address, organisation, its name): who reads at an address, itself or through one of its people."""
    columns = (organisations.c.id, organisations.c.name)
    return union(
        select(organisation_addresses.c.address_id, *columns)
        .join(organisations, organisations.c.id == organisation_addresses.c.organisation_id)
        .where(condition),
        select(contact_addresses.c.address_id, *columns)
        .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
        .join(organisations, organisations.c.id == contacts.c.organisation_id)
        .where(condition),
    )


def _names(
    connection: Connection, address_ids: Collection[int], limits: Collection[str]
) -> dict[int, tuple[int, str]]:
    """An organisation that reads at each of these addresses, the first of them."""
    found: dict[int, tuple[int, str]] = {}
    for some in slices(dict.fromkeys(address_ids)):
        readers = _readers(reached(organisations.c.area, limits)).subquery()
        query = select(readers).where(readers.c.address_id.in_(some)).order_by(readers.c.id.desc())
        found |= {address: (identifier, name) for address, identifier, name in connection.execute(query)}
    return found
