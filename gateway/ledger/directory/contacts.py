"""People of organisations, in the order in which they are tried, and where each is reached.

A contact keeps its id as long as its organisation names it: shifts and calls refer to
it. One that is no longer named is switched off, and is itself again once it is named again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    select,
    true,
    update,
)

from gateway.directory.model import Address, Contact, ContactAddress
from gateway.ledger.backends.slices import slices
from gateway.ledger.directory import addresses as ledger_addresses
from gateway.ledger.schema import addresses, contact_addresses, contacts, organisation_addresses

_date = lru_cache(maxsize=1000)(date.fromisoformat)  # few days, of many addresses


@dataclass(frozen=True, slots=True)
class StoredContact:
    """A contact of the ledger. `address_ids` are those of its addresses, in the same order."""

    id: int
    organisation_id: int
    contact: Contact
    address_ids: tuple[int, ...]
    active: bool


def of_organisations(
    connection: Connection, organisation_ids: Iterable[int], *, active_only: bool = True
) -> dict[int, list[StoredContact]]:
    """The contacts of each organisation in their order; those without any are left out."""
    found: dict[int, list[StoredContact]] = {}
    for some in slices(organisation_ids):
        found |= _read(connection, contacts.c.organisation_id.in_(some), active_only=active_only)
    return found


def of_chosen(connection: Connection, chosen: Select[tuple[int]]) -> dict[int, list[StoredContact]]:
    """The same of the organisations whose ids a query gives: all of them in two statements."""
    return _read(connection, contacts.c.organisation_id.in_(chosen), active_only=True)


def _read(
    connection: Connection, of: ColumnElement[bool], *, active_only: bool
) -> dict[int, list[StoredContact]]:
    condition = and_(of, contacts.c.active.is_(True) if active_only else true())
    reached: dict[int, list[tuple[int, ContactAddress]]] = defaultdict(list)
    linked = (
        select(
            contact_addresses.c.contact_id,
            contact_addresses.c.address_id,
            addresses.c.kind,
            addresses.c.value,
            contact_addresses.c.verified_on,
            contact_addresses.c.quiet_from,
            contact_addresses.c.quiet_until,
        )
        .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(condition)
        .order_by(addresses.c.id)
    )
    for contact_id, address_id, kind, value, verified_on, *quiet in connection.execute(linked):
        verified = _date(verified_on) if verified_on else None
        reached[contact_id].append((address_id, ContactAddress(Address(kind, value), verified, *quiet)))
    found: dict[int, list[StoredContact]] = defaultdict(list)
    rows = (
        select(
            contacts.c.id,
            contacts.c.organisation_id,
            contacts.c.name,
            contacts.c.role,
            contacts.c.language,
            contacts.c.active,
        )
        .where(condition)
        .order_by(contacts.c.position, contacts.c.id)
    )
    for identifier, organisation_id, name, role, language, active in connection.execute(rows):
        own = reached.get(identifier, ())
        found[organisation_id].append(
            StoredContact(
                identifier,
                organisation_id,
                Contact(name, role, tuple([each for _, each in own]), language),
                tuple([address_id for address_id, _ in own]),
                active,
            )
        )
    return found


def one(connection: Connection, identifier: int) -> StoredContact | None:
    """The contact of that id, in use or not."""
    query = select(contacts.c.organisation_id).where(contacts.c.id == identifier)
    organisation_id = connection.execute(query).scalar_one_or_none()
    if organisation_id is None:
        return None
    all_of_them = of_organisations(connection, [organisation_id], active_only=False)[organisation_id]
    return next(each for each in all_of_them if each.id == identifier)


def quiet_hours(connection: Connection, address_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The quiet hours (from, until) of those addresses that are people's own and always state them."""
    found: dict[int, tuple[str, str] | None] = {}
    for some in slices(address_ids):
        rows = connection.execute(
            select(contact_addresses)
            .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
            .where(
                contact_addresses.c.address_id.in_(some),
                contacts.c.active.is_(True),
                contact_addresses.c.address_id.not_in(select(organisation_addresses.c.address_id)),
            )
        )
        for row in rows:
            stated = (row.quiet_from, row.quiet_until) if row.quiet_from and row.quiet_until else None
            found[row.address_id] = stated if found.get(row.address_id, stated) == stated else None
    return {address_id: hours for address_id, hours in found.items() if hours is not None}


def carry_over(known: Sequence[Contact], stated: Sequence[Contact]) -> tuple[Contact, ...]:
    """`stated` with the dates of verification that `known` holds and a file does not speak of."""
    verified = {
        (contact.name, each.address): each.verified_on for contact in known for each in contact.addresses
    }
    return tuple(
        replace(
            contact,
            addresses=tuple(
                replace(each, verified_on=each.verified_on or verified.get((contact.name, each.address)))
                for each in contact.addresses
            ),
        )
        for contact in stated
    )


def put(
    connection: Connection, stated: Mapping[int, Sequence[Contact]], exercises: Mapping[int, bool], now: int
) -> None:
    """Make the contacts of each organisation (by id) what is stated.

    `exercises`: which of the organisations are of exercises. `now` in milliseconds since 1970 UTC.
    """
    known = of_organisations(connection, stated, active_only=False)
    address_ids = ledger_addresses.ids(
        connection,
        (
            (each.address, exercises[organisation_id])
            for organisation_id, people in stated.items()
            for contact in people
            for each in contact.addresses
        ),
    )
    kept: dict[tuple[int, int], StoredContact] = {}  # by organisation and place in its list
    for organisation_id, people in stated.items():
        kept |= _matched(organisation_id, people, known.get(organisation_id, []))
    named = {each.id for each in kept.values()}
    gone = [each.id for people in known.values() for each in people if each.active and each.id not in named]
    for some in slices(gone):
        connection.execute(
            update(contacts).where(contacts.c.id.in_(some)).values(active=False, updated_at=now)
        )
    for some in slices([*gone, *named]):
        connection.execute(delete(contact_addresses).where(contact_addresses.c.contact_id.in_(some)))
    ids = {place: each.id for place, each in kept.items()}
    if kept:
        connection.execute(
            update(contacts).where(contacts.c.id == bindparam("known_id")),
            [
                _columns(stated[place[0]][place[1]], place, now) | {"known_id": each.id}
                for place, each in kept.items()
            ],
        )
    new = [
        (organisation_id, number)
        for organisation_id, people in stated.items()
        for number in range(len(people))
        if (organisation_id, number) not in kept
    ]
    if new:
        connection.execute(
            insert(contacts), [_columns(stated[place[0]][place[1]], place, now) for place in new]
        )
        for some in slices({organisation_id for organisation_id, _ in new}):
            rows = connection.execute(
                select(contacts.c.organisation_id, contacts.c.position, contacts.c.id).where(
                    contacts.c.organisation_id.in_(some), contacts.c.active.is_(True)
                )
            )
            ids |= {(row.organisation_id, row.position): row.id for row in rows}
    links = [
        {
            "contact_id": ids[organisation_id, number],
            "address_id": address_ids[each.address, exercises[organisation_id]],
            "verified_on": each.verified_on.isoformat() if each.verified_on else None,
            "quiet_from": each.quiet_from,
            "quiet_until": each.quiet_until,
        }
        for organisation_id, people in stated.items()
        for number, contact in enumerate(people)
        for each in {each.address: each for each in contact.addresses}.values()
    ]
    if links:
        connection.execute(insert(contact_addresses), links)


def verify(connection: Connection, contact_id: int, address_id: int, on: date) -> None:
    """Note that a contact said on that day that the address is theirs."""
    connection.execute(
        update(contact_addresses)
        .where(contact_addresses.c.contact_id == contact_id, contact_addresses.c.address_id == address_id)
        .values(verified_on=on.isoformat())
    )


def _matched(
    organisation_id: int, people: Sequence[Contact], known: Sequence[StoredContact]
) -> dict[tuple[int, int], StoredContact]:
    """Who of the stated is known already: by name and role, else by name alone; those in use first."""
    left = sorted(known, key=lambda each: not each.active)
    found: dict[tuple[int, int], StoredContact] = {}
    for with_role in (True, False):
        for number, contact in enumerate(people):
            if (organisation_id, number) in found:
                continue
            same = next(
                (
                    each
                    for each in left
                    if each.contact.name == contact.name
                    and (not with_role or each.contact.role == contact.role)
                ),
                None,
            )
            if same is not None:
                left.remove(same)
                found[organisation_id, number] = same
    return found


def _columns(contact: Contact, place: tuple[int, int], now: int) -> dict[str, object]:
    return {
        "organisation_id": place[0],
        "name": contact.name,
        "role": contact.role,
        "position": place[1],
        "language": contact.language,
        "active": True,
        "updated_at": now,
    }
