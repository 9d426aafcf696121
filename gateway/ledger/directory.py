"""The directory as a whole: what an import changes, what it no longer names, who may be told something.

An organisation keeps its id whatever else changes. Organisations that a file does not name stay until
they are switched off.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from gateway.directory.model import (
    ADDRESS_KINDS,
    Change,
    ContactRole,
    Organisation,
    Recipient,
    StoredAddress,
)
from gateway.ledger import addresses as ledger_addresses
from gateway.ledger import changes as ledger_changes
from gateway.ledger import contacts as ledger_contacts
from gateway.ledger import organisations as ledger_organisations
from gateway.ledger.organisations import Stored
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    denied_addresses,
    organisation_addresses,
    organisation_groups,
    organisations,
)
from gateway.ledger.slices import slices

LOCAL = "(local)"
WATCHERS: tuple[ContactRole, ...] = ("supervisor", "grid_member")  # not the organisation's own people
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


def recipients(
    connection: Connection, exercise: bool, *, night: bool = False, on: date | None = None
) -> list[Recipient]:
    """Every active organisation of one kind, by id, with where it is told a decision: at its own
    addresses and at those of its first contact that has any, at `night` also of its first on night duty.
    Those who watch over it (supervisor, grid member) are for the escalation. A fixed line takes no
    message: one stands there only for an organisation that has nothing else, and has to be called.

    An address that was denied for it is left out, as if it were not there.

    Addresses stand by kind (SMS first), then id, each once. A grade that is not yet valid `on` that day
    (China Standard Time) is left out.
    """
    order = {kind: number for number, kind in enumerate(ADDRESS_KINDS)}
    found: dict[int, dict[int, StoredAddress]] = defaultdict(dict)
    for organisation_id, address_id, kind, language in connection.execute(_reached(exercise, night)):
        known = found[organisation_id].get(address_id)
        if known is None or known.language == "zh-CN":  # its own address may be that of a person
            found[organisation_id][address_id] = StoredAddress(address_id, kind, language)
    for organisation_id, address_id in connection.execute(_only_called(exercise)):
        if organisation_id not in found:
            found[organisation_id][address_id] = StoredAddress(address_id, "phone")
    english = set(connection.execute(_english).scalars())
    tagged: dict[int, list[str]] = defaultdict(list)
    for organisation_id, name in connection.execute(
        select(organisation_groups).order_by(organisation_groups.c.name)
    ):
        tagged[organisation_id].append(name)
    active = (
        select(
            organisations.c.id,
            organisations.c.code,
            organisations.c.name,
            organisations.c.audience,
            organisations.c.sector,
            organisations.c.area,
            organisations.c.grade,
            organisations.c.grade_valid_from,
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
            tuple(sorted(found[row.id].values(), key=lambda address: (order[address.kind], address.id))),
            row.grade if on is None or (row.grade_valid_from or "") <= on.isoformat() else None,
            tuple(tagged[row.id]),
            row.id in english,
        )
        for row in connection.execute(active)
    ]


_english = select(contacts.c.organisation_id).where(contacts.c.active.is_(True), contacts.c.language == "en")


def _reached(exercise: bool, night: bool) -> Any:
    """(organisation, address, kind, language) of whatever an organisation is told at; some stand twice."""
    own = (
        select(
            organisation_addresses.c.organisation_id,
            addresses.c.id,
            addresses.c.kind,
            literal("zh-CN", Text).label("language"),
        )
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(~_denied(organisation_addresses.c.organisation_id, organisation_addresses.c.address_id))
    )
    usable = (
        contact_addresses.c.contact_id == contacts.c.id,
        ~_denied(contacts.c.organisation_id, contact_addresses.c.address_id),
    )
    reachable = (
        select(
            contacts.c.id,
            contacts.c.organisation_id,
            contacts.c.role,
            contacts.c.position,
            contacts.c.language,
        )
        .where(
            contacts.c.active.is_(True),
            contacts.c.role.not_in(WATCHERS),
            select(literal(1))
            .join(addresses, addresses.c.id == contact_addresses.c.address_id)
            .where(*usable, addresses.c.kind != "phone")
            .exists(),
        )
        .subquery()
    )
    first = func.row_number().over(
        partition_by=reachable.c.organisation_id, order_by=(reachable.c.position, reachable.c.id)
    )
    chosen = [select(reachable.c.id, reachable.c.organisation_id, reachable.c.language, first.label("place"))]
    if night:
        chosen.append(chosen[0].where(reachable.c.role == "night_duty"))
    asked = [
        select(people.c.organisation_id, addresses.c.id, addresses.c.kind, people.c.language)
        .join(contact_addresses, contact_addresses.c.contact_id == people.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(
            people.c.place == 1,
            addresses.c.exercise == exercise,
            addresses.c.kind != "phone",
            ~_denied(people.c.organisation_id, contact_addresses.c.address_id),
        )
        for people in (each.subquery() for each in chosen)
    ]
    return union_all(own.where(addresses.c.exercise == exercise, addresses.c.kind != "phone"), *asked)


def _denied(organisation_id: ColumnElement[int], address_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whoever reads at the address has said that it is not this organisation's."""
    return exists().where(
        denied_addresses.c.organisation_id == organisation_id, denied_addresses.c.address_id == address_id
    )


def _only_called(exercise: bool) -> Any:
    """(organisation, address) of the fixed line that is called first, its own before its people's."""
    condition = and_(addresses.c.kind == "phone", addresses.c.exercise == exercise)
    own = (
        select(organisation_addresses.c.organisation_id, addresses.c.id, literal(-1).label("position"))
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(condition, ~_denied(organisation_addresses.c.organisation_id, addresses.c.id))
    )
    theirs = (
        select(contacts.c.organisation_id, addresses.c.id, contacts.c.position)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(
            condition,
            contacts.c.active.is_(True),
            contacts.c.role.not_in(WATCHERS),
            ~_denied(contacts.c.organisation_id, addresses.c.id),
        )
    )
    lines = union_all(own, theirs).subquery()
    first = func.row_number().over(
        partition_by=lines.c.organisation_id, order_by=(lines.c.position, lines.c.id)
    )
    placed = select(lines.c.organisation_id, lines.c.id, first.label("place")).subquery()
    return select(placed.c.organisation_id, placed.c.id).where(placed.c.place == 1)


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
