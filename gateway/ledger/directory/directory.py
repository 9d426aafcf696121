"""The directory as a whole: what an import changes, what it no longer names, who may be told something.

An organisation keeps its id whatever else changes. Organisations that a file does not name stay until
they are switched off.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import (
    Connection,
    delete,
    insert,
    select,
    update,
)

from gateway.directory.model import (
    Change,
    Organisation,
)
from gateway.ledger.backends.slices import slices
from gateway.ledger.directory import addresses as ledger_addresses
from gateway.ledger.directory import changes as ledger_changes
from gateway.ledger.directory import contacts as ledger_contacts
from gateway.ledger.directory import organisations as ledger_organisations
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.schema import (
    organisation_addresses,
    organisation_groups,
    organisations,
)

LOCAL = "(local)"
FIELDS = frozenset(field.name for field in fields(Organisation)) - {"code", "exercise"}


@dataclass(frozen=True, slots=True)
class Missing:
    """An active organisation that a file of its audience does not name."""

    id: int
    code: str
    name: str


def compare(
    connection: Connection, rows: Sequence[Organisation], stated: Collection[str] = FIELDS
) -> list[Change]:
    """What `apply` would change, one word for each row; nothing is written.

    `refused`: the code stands for an organisation of the other kind. Exercise and real never turn
    into each other: a school would silently get no more warnings, or a drill would reach people.
    """
    known = ledger_organisations.by_codes(connection, [row.code for row in rows])
    return [_change(known.get(row.code), _merged(known.get(row.code), row, stated)) for row in rows]


def apply(
    connection: Connection,
    rows: Sequence[Organisation],
    now: int,
    stated: Collection[str] = FIELDS,
    actor: str = LOCAL,
) -> list[Change]:
    """Store `rows` by their codes, which differ; what each changed, as `compare` tells it.

    `stated` names the fields of `Organisation` that the rows speak of; what is stored of the others
    stays. A contact's address keeps the date of its verification where a row gives none. `now` is in
    milliseconds since 1970 UTC. An organisation that was switched off is active again.
    """
    known = ledger_organisations.by_codes(connection, [row.code for row in rows])
    merged = [_merged(known.get(row.code), row, stated) for row in rows]
    changes = [_change(known.get(row.code), row) for row in merged]
    stored = [row for row, change in zip(merged, changes, strict=True) if change in ("added", "changed")]
    if not stored:
        return changes
    ledger_organisations.put(connection, stored, {code: each.id for code, each in known.items()}, now)
    ids = ledger_organisations.ids(connection, [row.code for row in stored])
    _put_addresses(connection, stored, ids)
    _put_groups(connection, stored, ids)
    people = {
        ids[row.code]: row.contacts
        for row in stored
        if row.contacts or (row.code in known and known[row.code].organisation.contacts)
    }
    ledger_contacts.put(connection, people, {ids[row.code]: row.exercise for row in stored}, now)
    ledger_changes.append(
        connection,
        {
            ids[row.code]: ledger_changes.between(
                known[row.code].organisation, row, was_active=known[row.code].active
            )
            if row.code in known
            else {"active": [None, True]}
            for row in stored
        },
        actor,
        now,
    )
    return changes


def missing(
    connection: Connection, codes: Collection[str], audiences: Collection[str], exercise: bool
) -> list[Missing]:
    """Active organisations of these audiences whose code is not among `codes`: what would disappear if
    the file were the whole list. In the order of their codes."""
    rows = connection.execute(
        select(organisations.c.id, organisations.c.code, organisations.c.name)
        .where(
            organisations.c.active.is_(True),
            organisations.c.exercise == exercise,
            organisations.c.audience.in_(list(audiences)),
        )
        .order_by(organisations.c.code)
    )
    named = set(codes)
    return [Missing(*row) for row in rows if row.code not in named]


def switch_off(connection: Connection, codes: Iterable[str], now: int, actor: str) -> int:
    """Tell these organisations nothing more; whoever was exposed still gets what is owed. How many."""
    known = ledger_organisations.by_codes(connection, codes)
    ids = [each.id for each in known.values() if each.active]
    for some in slices(ids):
        connection.execute(
            update(organisations).where(organisations.c.id.in_(some)).values(active=False, updated_at=now)
        )
    ledger_changes.append(connection, {each: {"active": [True, False]} for each in ids}, actor, now)
    return len(ids)


def _merged(known: Stored | None, row: Organisation, stated: Collection[str]) -> Organisation:
    """The row with what it does not speak of as it is stored."""
    if known is None:
        return row
    before = known.organisation
    kept = {name: getattr(before, name) for name in FIELDS if name not in stated}
    return replace(row, **{"contacts": ledger_contacts.carry_over(before.contacts, row.contacts), **kept})


def _change(known: Stored | None, row: Organisation) -> Change:
    if known is None:
        return "added"
    if known.organisation.exercise != row.exercise:
        return "refused"
    return "unchanged" if known.active and _key(known.organisation) == _key(row) else "changed"


def _key(row: Organisation) -> tuple[Any, ...]:
    """What two equal organisations have in common: all but the order that the ledger does not keep."""
    return (
        ledger_organisations.columns(row, 0),
        set(row.addresses),
        set(row.groups),
        [(contact.name, contact.role, contact.language, set(contact.addresses)) for contact in row.contacts],
    )


def _put_addresses(connection: Connection, rows: Sequence[Organisation], ids: Mapping[str, int]) -> None:
    for some in slices(ids.values()):
        connection.execute(
            delete(organisation_addresses).where(organisation_addresses.c.organisation_id.in_(some))
        )
    address_ids = ledger_addresses.ids(
        connection, ((address, row.exercise) for row in rows for address in row.addresses)
    )
    links = [
        {"organisation_id": ids[row.code], "address_id": address_ids[address, row.exercise]}
        for row in rows
        for address in dict.fromkeys(row.addresses)
    ]
    if links:
        connection.execute(insert(organisation_addresses), links)


def _put_groups(connection: Connection, rows: Sequence[Organisation], ids: Mapping[str, int]) -> None:
    for some in slices(ids.values()):
        connection.execute(delete(organisation_groups).where(organisation_groups.c.organisation_id.in_(some)))
    links = [
        {"organisation_id": ids[row.code], "name": name} for row in rows for name in dict.fromkeys(row.groups)
    ]
    if links:
        connection.execute(insert(organisation_groups), links)
