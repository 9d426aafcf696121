"""Addresses that may not be used for an organisation: somebody denied them, and nobody has confirmed them
since. Days are China Standard Time."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from gateway.directory.model import Address
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    denied_addresses,
)


def everywhere(connection: Connection) -> dict[tuple[int, int], date]:
    """The addresses that may not be used for an organisation: (organisation, address) and since when."""
    return {
        (row.organisation_id, row.address_id): date.fromisoformat(row.denied_on)
        for row in connection.execute(select(denied_addresses))
    }


def ids_of(connection: Connection, organisation_ids: Iterable[int]) -> dict[int, set[int]]:
    """The same of these organisations: the ids of addresses by organisation."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in slices(organisation_ids):
        rows = connection.execute(
            select(denied_addresses).where(denied_addresses.c.organisation_id.in_(some))
        )
        for row in rows:
            found[row.organisation_id].add(row.address_id)
    return found


def values_of(
    connection: Connection, organisation_ids: Iterable[int] | None = None
) -> dict[int, dict[Address, date]]:
    """The same of these organisations (None: of all), with the addresses themselves."""
    found: dict[int, dict[Address, date]] = defaultdict(dict)
    query = select(denied_addresses, addresses.c.kind, addresses.c.value).join(
        addresses, addresses.c.id == denied_addresses.c.address_id
    )
    own = denied_addresses.c.organisation_id
    for some in (None,) if organisation_ids is None else slices(organisation_ids):
        for row in connection.execute(query if some is None else query.where(own.in_(some))):
            found[row.organisation_id][Address(row.kind, row.value)] = date.fromisoformat(row.denied_on)
    return dict(found)


def use(connection: Connection, organisation_ids: Iterable[int], address_id: int, on: date) -> list[int]:
    """Somebody confirmed the address on that day; gives the organisations for which it was out of use."""
    ids = list(organisation_ids)
    connection.execute(
        update(contact_addresses)
        .where(
            contact_addresses.c.address_id == address_id,
            contact_addresses.c.contact_id.in_(
                select(contacts.c.id).where(contacts.c.organisation_id.in_(ids))
            ),
        )
        .values(verified_on=on.isoformat())
    )
    refused = delete(denied_addresses).where(
        denied_addresses.c.organisation_id.in_(ids), denied_addresses.c.address_id == address_id
    )
    return list(connection.execute(refused.returning(denied_addresses.c.organisation_id)).scalars())


def refuse(connection: Connection, organisation_ids: Iterable[int], address_id: int, on: date) -> list[int]:
    """Use the address no more for these organisations; gives those for which it was in use."""
    ids = set(organisation_ids)
    known = connection.execute(
        select(denied_addresses.c.organisation_id).where(
            denied_addresses.c.organisation_id.in_(ids), denied_addresses.c.address_id == address_id
        )
    ).scalars()
    fresh = sorted(ids - set(known))
    if fresh:
        connection.execute(
            insert(denied_addresses),
            [
                {"organisation_id": each, "address_id": address_id, "denied_on": on.isoformat()}
                for each in fresh
            ],
        )
    return fresh
