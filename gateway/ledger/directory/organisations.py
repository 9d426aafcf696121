"""Organisations as they are stored: looked up by code or id, listed, counted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    distinct,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from gateway.directory.model import ADDRESS_KINDS, Address, AddressKind, Contact, Organisation
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.slices import slices
from gateway.ledger.directory import contacts as ledger_contacts
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    organisation_addresses,
    organisation_groups,
    organisations,
)


@dataclass(frozen=True, slots=True)
class Count:
    """Active organisations of one audience, and their and their contacts' different addresses by kind."""

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


def by_codes(connection: Connection, codes: Iterable[str]) -> dict[str, Stored]:
    """The organisations with these codes, active or not."""
    found: dict[str, Stored] = {}
    for some in slices(codes):
        found |= {each.organisation.code: each for each in _read(connection, organisations.c.code.in_(some))}
    return found


def by_ids(connection: Connection, identifiers: Iterable[int]) -> list[Stored]:
    """The organisations of these ids, active or not, in the order of the ids."""
    return [
        each
        for some in slices(sorted(identifiers))
        for each in _read(connection, organisations.c.id.in_(some))
    ]


def by_id(connection: Connection, identifier: int) -> Stored | None:
    """The organisation of that id, active or not."""
    return next(iter(_read(connection, organisations.c.id == identifier)), None)


def active(connection: Connection, exercise: bool) -> list[Stored]:
    """Every active organisation of one kind, in the order of their ids."""
    return _read(connection, (organisations.c.active.is_(True)) & (organisations.c.exercise == exercise))


def places(connection: Connection, exercise: bool) -> dict[int, str]:
    """The area of every active organisation of one kind, by id."""
    rows = connection.execute(
        select(organisations.c.id, organisations.c.area).where(
            organisations.c.active.is_(True), organisations.c.exercise == exercise
        )
    )
    return {row.id: row.area for row in rows}


def changed_since(connection: Connection, identifiers: Iterable[int], at: int) -> set[int]:
    """Those of the organisations that were changed after a moment (milliseconds since 1970 UTC)."""
    found: set[int] = set()
    for some in slices(sorted(identifiers)):
        rows = connection.execute(
            select(organisations.c.id).where(organisations.c.id.in_(some), organisations.c.updated_at > at)
        )
        found |= set(rows.scalars())
    return found


def codes_of_credit(connection: Connection, credit_codes: Iterable[str]) -> dict[str, list[str]]:
    """The codes of the organisations that have each of these credit codes, in their order."""
    found: dict[str, list[str]] = defaultdict(list)
    for some in slices(credit_codes):
        rows = connection.execute(
            select(organisations.c.credit_code, organisations.c.code)
            .where(organisations.c.credit_code.in_(some))
            .order_by(organisations.c.code)
        )
        for credit_code, code in rows:
            found[credit_code].append(code)
    return found


def ids(connection: Connection, codes: Iterable[str]) -> dict[str, int]:
    """The id of every organisation that there is of these codes."""
    found: dict[str, int] = {}
    for some in slices(codes):
        rows = connection.execute(
            select(organisations.c.code, organisations.c.id).where(organisations.c.code.in_(some))
        )
        found |= {row.code: row.id for row in rows}
    return found


def page(
    connection: Connection,
    *,
    audience: str | None = None,
    sector: str | None = None,
    area: str | None = None,
    grade: str | None = None,
    group: str | None = None,
    exercise: bool | None = None,
    active: bool | None = None,
    query: str | None = None,
    after: int = 0,
    limit: int | None = 100,
    limits: Collection[str] = (),
) -> list[Stored]:
    """Organisations within these areas (none: everywhere) in the order of their ids, from the one after
    `after`.

    `area` is also that of its streets and towns; `query` is looked for in names and codes.
    """
    wanted = {"audience": audience, "sector": sector, "grade": grade, "exercise": exercise, "active": active}
    conditions: list[ColumnElement[bool]] = [
        organisations.c[name] == value for name, value in wanted.items() if value is not None
    ]
    conditions.append(reached(organisations.c.area, limits))
    if area is not None:
        conditions.append(organisations.c.area.startswith(area, autoescape=True))
    if group is not None:
        conditions.append(
            organisations.c.id.in_(
                select(organisation_groups.c.organisation_id).where(organisation_groups.c.name == group)
            )
        )
    if query:
        conditions.append(
            or_(
                organisations.c.name.contains(query, autoescape=True),
                organisations.c.code.contains(query, autoescape=True),
            )
        )
    found = connection.execute(
        select(organisations.c.id)
        .where(organisations.c.id > after, *conditions)
        .order_by(organisations.c.id)
        .limit(limit)
    ).scalars()
    return [each for some in slices(found) for each in _read(connection, organisations.c.id.in_(some))]


def nobody(connection: Connection) -> bool:
    """Whether there is no organisation at all, as in a new office."""
    return connection.execute(select(organisations.c.id).limit(1)).first() is None


def counts(connection: Connection, limits: Collection[str] = ()) -> list[Count]:
    """How many active organisations within these areas (none: everywhere) and addresses each audience has,
    real ones first."""
    group = (organisations.c.exercise, organisations.c.audience)
    active = and_(organisations.c.active.is_(True), reached(organisations.c.area, limits))
    by_kind: dict[tuple[bool, str], dict[AddressKind, int]] = defaultdict(
        lambda: dict.fromkeys(ADDRESS_KINDS, 0)
    )
    had = union(
        select(organisation_addresses.c.organisation_id, organisation_addresses.c.address_id),
        select(contacts.c.organisation_id, contact_addresses.c.address_id)
        .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
        .where(contacts.c.active.is_(True)),
    ).subquery()
    for exercise, audience, kind, number in connection.execute(
        select(*group, addresses.c.kind, func.count(distinct(addresses.c.id)))
        .join(had, had.c.organisation_id == organisations.c.id)
        .join(addresses, addresses.c.id == had.c.address_id)
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


def groups(connection: Connection, limits: Collection[str] = ()) -> dict[str, int]:
    """Every group and how many active organisations within these areas (none: everywhere) are in it, by
    name."""
    rows = connection.execute(
        select(organisation_groups.c.name, func.count().label("members"))
        .join(organisations, organisations.c.id == organisation_groups.c.organisation_id)
        .where(organisations.c.active.is_(True), reached(organisations.c.area, limits))
        .group_by(organisation_groups.c.name)
        .order_by(organisation_groups.c.name)
    )
    return {row.name: row.members for row in rows}


def put(connection: Connection, rows: Sequence[Organisation], known: Mapping[str, int], now: int) -> None:
    """Store the columns of new organisations and of those whose id is `known` by code, not what hangs
    on them. `now` in milliseconds since 1970 UTC."""
    new = [row for row in rows if row.code not in known]
    old = [row for row in rows if row.code in known]
    if new:
        connection.execute(insert(organisations), [columns(row, now) | {"code": row.code} for row in new])
    if old:
        connection.execute(
            update(organisations).where(organisations.c.id == bindparam("known_id")),
            [columns(row, now) | {"known_id": known[row.code]} for row in old],
        )


def columns(row: Organisation, now: int) -> dict[str, Any]:
    """The columns of an active organisation without its code."""
    return {
        "name": row.name,
        "audience": row.audience,
        "sector": row.sector,
        "area": row.area,
        "contact": row.contact,
        "credit_code": row.credit_code,
        "meter_number": row.meter_number,
        "industry": row.industry,
        "grade": row.grade,
        "grade_valid_from": _iso(row.grade_valid_from),
        "location": row.location,
        "own_plan_filed_on": _iso(row.own_plan_filed_on),
        "exercise": row.exercise,
        "active": True,
        "updated_at": now,
    }


def _read(connection: Connection, condition: ColumnElement[bool]) -> list[Stored]:
    rows = connection.execute(select(organisations).where(condition).order_by(organisations.c.id)).all()
    linked: dict[int, list[Address]] = defaultdict(list)
    tagged: dict[int, list[str]] = defaultdict(list)
    chosen = select(organisations.c.id).where(condition)
    for organisation_id, kind, value in connection.execute(
        select(organisation_addresses.c.organisation_id, addresses.c.kind, addresses.c.value)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(organisation_addresses.c.organisation_id.in_(chosen))
        .order_by(addresses.c.id)
    ):
        linked[organisation_id].append(Address(kind, value))
    for organisation_id, name in connection.execute(
        select(organisation_groups.c.organisation_id, organisation_groups.c.name)
        .where(organisation_groups.c.organisation_id.in_(chosen))
        .order_by(organisation_groups.c.name)
    ):
        tagged[organisation_id].append(name)
    people = ledger_contacts.of_chosen(connection, chosen)
    return [
        Stored(
            row.id,
            _organisation(
                row,
                tuple(linked.get(row.id, ())),
                tuple(tagged.get(row.id, ())),
                tuple([each.contact for each in people.get(row.id, ())]),
            ),
            row.active,
            row.updated_at,
        )
        for row in rows
    ]


def _organisation(
    row: Row[Any], own: tuple[Address, ...], tags: tuple[str, ...], people: tuple[Contact, ...]
) -> Organisation:
    return Organisation(
        row.code,
        row.name,
        row.audience,
        row.sector,
        row.area,
        row.contact,
        own,
        row.exercise,
        row.credit_code,
        row.meter_number,
        row.industry,
        row.grade,
        _date(row.grade_valid_from),
        row.location,
        _date(row.own_plan_filed_on),
        tags,
        people,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
