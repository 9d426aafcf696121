"""Numbers and mailboxes of the directory that get less than others, or nothing, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, null, select

from gateway.directory.model import AddressKind
from gateway.ledger.backends.slices import slices
from gateway.ledger.delivery import opted_out
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    denied_addresses,
    organisation_addresses,
    organisations,
)

Why = Literal["opted_out", "denied", "quiet"]


@dataclass(frozen=True, slots=True)
class Unused:
    """An address of an active organisation that gets less. `contact` None: its own; `detail`: since which
    ISO day it is denied, or its quiet hours. `contact` and `address` are personal."""

    organisation_id: int
    code: str
    name: str
    area: str
    contact: str | None = field(repr=False)
    kind: AddressKind
    address: str = field(repr=False)
    why: Why
    detail: str | None


def unused(connection: Connection, exercise: bool) -> list[Unused]:
    """Whoever opted out, numbers that were denied, and hours in which people want no quiet news; by
    organisation."""
    found = list(_denied(connection, exercise))
    for some in slices(sorted(opted_out.of(connection, exercise))):
        chosen = addresses.c.id.in_(some)
        for row in _rows(connection, exercise, chosen):
            found.append(_unused(row, "opted_out"))
    quiet = _people(exercise).add_columns(contact_addresses.c.quiet_from, contact_addresses.c.quiet_until)
    for row in connection.execute(quiet.where(contact_addresses.c.quiet_from.is_not(None))):
        found.append(_unused(row, "quiet", f"{row.quiet_from}—{row.quiet_until}"))
    return sorted(found, key=lambda each: (each.organisation_id, each.why, each.kind, each.address))


def _unused(row: Any, why: Why, detail: str | None = None) -> Unused:
    identifier, code, name, area, contact, kind, address, *_ = row
    return Unused(identifier, code, name, area, contact, kind, address, why, detail)


def _denied(connection: Connection, exercise: bool) -> Iterator[Unused]:
    since = {
        (row.organisation_id, row.address_id): row.denied_on
        for row in connection.execute(select(denied_addresses))
    }
    for some in slices(sorted({address_id for _, address_id in since})):
        for row in _rows(connection, exercise, addresses.c.id.in_(some)):
            on = since.get((row[0], row[7]))
            if on is not None:
                yield _unused(row, "denied", on)


def _rows(connection: Connection, exercise: bool, chosen: ColumnElement[bool]) -> Iterable[Any]:
    for query in (_own(exercise), _people(exercise)):
        yield from connection.execute(query.add_columns(addresses.c.id).where(chosen))


def _own(exercise: bool) -> Select[Any]:
    return (
        select(*_HEAD, null().label("contact"), *_ADDRESS)
        .join(organisation_addresses, organisation_addresses.c.organisation_id == organisations.c.id)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(organisations.c.active.is_(True), organisations.c.exercise.is_(exercise))
    )


def _people(exercise: bool) -> Select[Any]:
    return (
        select(*_HEAD, contacts.c.name.label("contact"), *_ADDRESS)
        .join(contacts, contacts.c.organisation_id == organisations.c.id)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(
            organisations.c.active.is_(True),
            organisations.c.exercise.is_(exercise),
            contacts.c.active.is_(True),
        )
    )


_HEAD = (organisations.c.id, organisations.c.code, organisations.c.name, organisations.c.area)
_ADDRESS = (addresses.c.kind, addresses.c.value)
