"""Organisations and their addresses: what an import changes, and who may be told something.

An address is a row of its own whose value never changes, shared by the organisations that have it;
an organisation keeps its id whatever else changes. Organisations that a file does not name stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, distinct, func, insert, select, update

from gateway.directory.model import (
    ADDRESS_KINDS,
    Address,
    AddressKind,
    Change,
    Organisation,
    Recipient,
    StoredAddress,
)
from gateway.ledger.schema import addresses, organisation_addresses, organisations

_SLICE = 500  # values in one IN list


@dataclass(frozen=True, slots=True)
class Count:
    """Active organisations of one audience, and their different addresses by kind."""

    audience: str
    exercise: bool
    organisations: int
    addresses: dict[AddressKind, int]


@dataclass(frozen=True, slots=True)
class Stored:
    """An organisation in the ledger; `updated_at` in milliseconds since 1970 UTC."""

    id: int
    organisation: Organisation
    active: bool
    updated_at: int


def compare(connection: Connection, rows: Sequence[Organisation]) -> list[Change]:
    """What storing `rows` would change, one word for each; nothing is written.

    `refused`: the code stands for an organisation of the other kind. Exercise and real never turn
    into each other: a school would silently get no more warnings, or a drill would reach people.
    """
    known = _known(connection, [row.code for row in rows])
    return [_change(known.get(row.code), row) for row in rows]


def apply(connection: Connection, rows: Sequence[Organisation], now: int) -> list[Change]:
    """Store `rows` by their codes, which differ; what each changed, as `compare` tells it.

    `now` is in milliseconds since 1970 UTC. An organisation that was switched off is active again.
    """
    known = _known(connection, [row.code for row in rows])
    changes = [_change(known.get(row.code), row) for row in rows]
    added = [row for row, change in zip(rows, changes, strict=True) if change == "added"]
    changed = [row for row, change in zip(rows, changes, strict=True) if change == "changed"]
    if added:
        connection.execute(insert(organisations), [_columns(row, now) | {"code": row.code} for row in added])
    if changed:
        connection.execute(
            update(organisations).where(organisations.c.id == bindparam("known_id")),
            [_columns(row, now) | {"known_id": known[row.code].id} for row in changed],
        )
        for ids in _slices([known[row.code].id for row in changed]):
            connection.execute(
                delete(organisation_addresses).where(organisation_addresses.c.organisation_id.in_(ids))
            )
    stored = [*added, *changed]
    organisation_ids = _organisation_ids(connection, [row.code for row in stored])
    address_ids = _address_ids(connection, stored)
    links = [
        {
            "organisation_id": organisation_ids[row.code],
            "address_id": address_ids[address, row.exercise],
        }
        for row in stored
        for address in row.addresses
    ]
    if links:
        connection.execute(insert(organisation_addresses), links)
    return changes


def recipients(connection: Connection, exercise: bool) -> list[Recipient]:
    """Every active organisation of one kind, by id; its addresses by kind (SMS first), then id."""
    order = {kind: number for number, kind in enumerate(ADDRESS_KINDS)}
    found: dict[int, list[StoredAddress]] = defaultdict(list)
    linked = (
        select(organisation_addresses.c.organisation_id, addresses.c.id, addresses.c.kind)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(addresses.c.exercise == exercise)
        .order_by(addresses.c.id)
    )
    for organisation_id, address_id, kind in connection.execute(linked):
        found[organisation_id].append(StoredAddress(address_id, kind))
    active = (
        select(
            organisations.c.id,
            organisations.c.code,
            organisations.c.name,
            organisations.c.audience,
            organisations.c.sector,
            organisations.c.area,
        )
        .where(organisations.c.active.is_(True), organisations.c.exercise == exercise)
        .order_by(organisations.c.id)
    )
    return [
        Recipient(
            row.id,
            row.code,
            row.name,
            row.audience,
            row.sector,
            row.area,
            tuple(sorted(found[row.id], key=lambda address: order[address.kind])),
        )
        for row in connection.execute(active)
    ]


def page(
    connection: Connection,
    *,
    audience: str | None = None,
    sector: str | None = None,
    area: str | None = None,
    exercise: bool | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Stored]:
    """Organisations, active or not, in the order of their ids, from the one after `after`."""
    wanted = {"audience": audience, "sector": sector, "area": area, "exercise": exercise}
    query = select(organisations.c.code).where(
        organisations.c.id > after,
        *(organisations.c[name] == value for name, value in wanted.items() if value is not None),
    )
    codes = connection.execute(query.order_by(organisations.c.id).limit(limit)).scalars()
    return sorted(_known(connection, list(codes)).values(), key=lambda each: each.id)


def counts(connection: Connection) -> list[Count]:
    """How many active organisations and addresses each audience has, real ones first."""
    group = (organisations.c.exercise, organisations.c.audience)
    active = organisations.c.active.is_(True)
    by_kind: dict[tuple[bool, str], dict[AddressKind, int]] = defaultdict(
        lambda: dict.fromkeys(ADDRESS_KINDS, 0)
    )
    for exercise, audience, kind, number in connection.execute(
        select(*group, addresses.c.kind, func.count(distinct(addresses.c.id)))
        .join(organisation_addresses, organisation_addresses.c.organisation_id == organisations.c.id)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(active)
        .group_by(*group, addresses.c.kind)
    ):
        by_kind[exercise, audience][kind] = number
    return [
        Count(audience, exercise, number, by_kind[exercise, audience])
        for exercise, audience, number in connection.execute(
            select(*group, func.count()).where(active).group_by(*group).order_by(*group)
        )
    ]


def _change(known: Stored | None, row: Organisation) -> Change:
    if known is None:
        return "added"
    if known.organisation.exercise != row.exercise:
        return "refused"
    return "unchanged" if known.active and _same(known.organisation, row) else "changed"


def _same(one: Organisation, other: Organisation) -> bool:
    """Equal but for the order of the addresses, which the ledger does not keep."""
    return _columns(one, 0) == _columns(other, 0) and set(one.addresses) == set(other.addresses)


def _columns(row: Organisation, now: int) -> dict[str, Any]:
    return {
        "name": row.name,
        "audience": row.audience,
        "sector": row.sector,
        "area": row.area,
        "contact": row.contact,
        "exercise": row.exercise,
        "active": True,
        "updated_at": now,
    }


def _known(connection: Connection, codes: Iterable[str]) -> dict[str, Stored]:
    known: dict[str, Stored] = {}
    for some in _slices(list(codes)):
        linked: dict[int, list[Address]] = defaultdict(list)
        of_these = organisations.c.code.in_(some)
        for organisation_id, kind, value in connection.execute(
            select(organisations.c.id, addresses.c.kind, addresses.c.value)
            .join(organisation_addresses, organisation_addresses.c.organisation_id == organisations.c.id)
            .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
            .where(of_these)
        ):
            linked[organisation_id].append(Address(kind, value))
        for row in connection.execute(select(organisations).where(of_these)):
            organisation = Organisation(
                row.code,
                row.name,
                row.audience,
                row.sector,
                row.area,
                row.contact,
                tuple(linked[row.id]),
                row.exercise,
            )
            known[row.code] = Stored(row.id, organisation, row.active, row.updated_at)
    return known


def _organisation_ids(connection: Connection, codes: list[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for some in _slices(codes):
        for code, identifier in connection.execute(
            select(organisations.c.code, organisations.c.id).where(organisations.c.code.in_(some))
        ):
            ids[code] = identifier
    return ids


def _address_ids(connection: Connection, rows: Iterable[Organisation]) -> dict[tuple[Address, bool], int]:
    """The id of every address of `rows` by address and exercise; new ones are stored."""
    wanted = dict.fromkeys((address, row.exercise) for row in rows for address in row.addresses)
    ids = _stored_ids(connection, wanted)
    new = [each for each in wanted if each not in ids]
    if new:
        connection.execute(
            insert(addresses),
            [
                {"kind": address.kind, "value": address.value, "exercise": exercise}
                for address, exercise in new
            ],
        )
        ids |= _stored_ids(connection, new)
    return ids


def _stored_ids(
    connection: Connection, wanted: Iterable[tuple[Address, bool]]
) -> dict[tuple[Address, bool], int]:
    values: dict[tuple[AddressKind, bool], list[str]] = defaultdict(list)
    for address, exercise in wanted:
        values[address.kind, exercise].append(address.value)
    ids: dict[tuple[Address, bool], int] = {}
    for (kind, exercise), all_values in values.items():
        for some in _slices(all_values):
            for identifier, value in connection.execute(
                select(addresses.c.id, addresses.c.value).where(
                    addresses.c.kind == kind,
                    addresses.c.exercise == exercise,
                    addresses.c.value.in_(some),
                )
            ):
                ids[Address(kind, value), exercise] = identifier
    return ids


def _slices(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _SLICE):
        yield values[start : start + _SLICE]
