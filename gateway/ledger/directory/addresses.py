"""Addresses: rows of their own whose value never changes, shared by whoever has them."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from gateway.directory.model import Address, AddressKind
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import addresses, contact_addresses, contacts

Owned = tuple[Address, bool]  # an address, and whether it is for exercises


def ids(connection: Connection, wanted: Iterable[Owned]) -> dict[Owned, int]:
    """The id of every address; new ones are stored."""
    each_once = dict.fromkeys(wanted)
    known = _known(connection, each_once)
    new = [each for each in each_once if each not in known]
    if new:
        connection.execute(
            insert(addresses),
            [
                {"kind": address.kind, "value": address.value, "exercise": exercise}
                for address, exercise in new
            ],
        )
        known |= _known(connection, new)
    return known


def values(connection: Connection, address_ids: Iterable[int]) -> set[str]:
    """What these addresses are: numbers, mailboxes, names of systems."""
    found: set[str] = set()
    for some in slices(address_ids):
        found.update(connection.execute(select(addresses.c.value).where(addresses.c.id.in_(some))).scalars())
    return found


def reading_english(connection: Connection, address_ids: Iterable[int]) -> set[int]:
    """Those of the addresses at which a person reads English."""
    found: set[int] = set()
    for some in slices(address_ids):
        found.update(
            connection.execute(
                select(contact_addresses.c.address_id)
                .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
                .where(
                    contact_addresses.c.address_id.in_(some),
                    contacts.c.active.is_(True),
                    contacts.c.language == "en",
                )
            ).scalars()
        )
    return found


def _known(connection: Connection, wanted: Iterable[Owned]) -> dict[Owned, int]:
    values: dict[tuple[AddressKind, bool], list[str]] = defaultdict(list)
    for address, exercise in wanted:
        values[address.kind, exercise].append(address.value)
    found: dict[Owned, int] = {}
    for (kind, exercise), all_values in values.items():
        for some in slices(all_values):
            for identifier, value in connection.execute(
                select(addresses.c.id, addresses.c.value).where(
                    addresses.c.kind == kind,
                    addresses.c.exercise == exercise,
                    addresses.c.value.in_(some),
                )
            ):
                found[Address(kind, value), exercise] = identifier
    return found
