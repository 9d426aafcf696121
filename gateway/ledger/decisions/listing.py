"""Who may be told a decision, and where: the directory as it is read for one, a slice at a time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    select,
    union_all,
)

from gateway.directory.model import ADDRESS_KINDS, ContactRole, Recipient, StoredAddress
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    denied_addresses,
    organisation_addresses,
    organisation_groups,
    organisations,
)
from gateway.vocabulary import ENGLISH_AUDIENCES

WATCHERS: tuple[ContactRole, ...] = ("supervisor", "grid_member")  # not the organisation's own people
SLICE = 1000  # organisations
_ORDER = {kind: number for number, kind in enumerate(ADDRESS_KINDS)}


@dataclass(frozen=True, slots=True)
class Listing:
    """Every active organisation of one kind, by id, with where it is told a decision: at its own
    addresses and at those of its first contact that has any, at `night` also of its first on night duty.
    Those who watch over it (supervisor, grid member) are for the escalation. A fixed line takes no
    message: one stands there only for an organisation that has nothing else, and has to be called.

    An address that was denied for it is left out, as if it were not there.

    Addresses stand by kind (SMS first), then id, each once. A grade that is not yet valid `on` that day
    (China Standard Time) is left out.
    """

    exercise: bool
    night: bool = False
    on: date | None = None

    def slice_after(self, connection: Connection, after: int, limit: int = SLICE) -> list[Recipient]:
        """At most so many of them, from the one after the id `after`; none: there are no more."""
        found = connection.execute(_active(self.exercise), {"after": after, "most": limit}).all()
        return self._with_addresses(connection, found) if found else []

    def one(self, connection: Connection, organisation_id: int) -> Recipient | None:
        """The one of this id."""
        found = self.slice_after(connection, organisation_id - 1, 1)
        return found[0] if found and found[0].organisation_id == organisation_id else None

    def english_after(self, connection: Connection) -> list[int]:
        """After which ids the slices begin that hold somebody who reads English, of the audiences that
        there are English texts for."""
        ids = connection.execute(_english_organisations(self.exercise)).scalars()
        return sorted({(identifier - 1) // SLICE * SLICE for identifier in ids})

    def _with_addresses(self, connection: Connection, rows: Any) -> list[Recipient]:
        span = {"first": rows[0].id, "last": rows[-1].id}
        found: dict[int, dict[int, StoredAddress]] = defaultdict(dict)
        for organisation_id, address_id, kind, language in connection.execute(
            _reached(self.exercise, self.night), span
        ):
            known = found[organisation_id].get(address_id)
            if known is None or known.language == "zh-CN":  # its own address may be that of a person
                found[organisation_id][address_id] = StoredAddress(address_id, kind, language)
        for organisation_id, address_id in connection.execute(_only_called(self.exercise), span):
            if organisation_id not in found:
                found[organisation_id][address_id] = StoredAddress(address_id, "phone")
        english = set(connection.execute(_english, span).scalars())
        tagged: dict[int, list[str]] = defaultdict(list)
        for organisation_id, name in connection.execute(_groups, span):
            tagged[organisation_id].append(name)
        return [
            Recipient(
                row.id,
                row.code,
                row.name,
                row.audience,
                row.sector,
                row.area,
                tuple(sorted(found[row.id].values(), key=lambda address: (_ORDER[address.kind], address.id))),
                row.grade if self.on is None or (row.grade_valid_from or "") <= self.on.isoformat() else None,
                tuple(tagged[row.id]),
                row.id in english,
            )
            for row in rows
        ]


def _within(organisation_id: ColumnElement[int]) -> ColumnElement[bool]:
    return organisation_id.between(bindparam("first"), bindparam("last"))


_groups = (
    select(organisation_groups)
    .where(_within(organisation_groups.c.organisation_id))
    .order_by(organisation_groups.c.organisation_id, organisation_groups.c.name)
)
_english = select(contacts.c.organisation_id).where(
    _within(contacts.c.organisation_id), contacts.c.active.is_(True), contacts.c.language == "en"
)


def _active(exercise: bool) -> Any:
    return (
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
        .where(
            organisations.c.id > bindparam("after"),
            organisations.c.active.is_(True),
            organisations.c.exercise == exercise,
        )
        .order_by(organisations.c.id)
        .limit(bindparam("most"))
    )


def _english_organisations(exercise: bool) -> Any:
    return (
        select(organisations.c.id)
        .distinct()
        .join(contacts, contacts.c.organisation_id == organisations.c.id)
        .where(
            contacts.c.active.is_(True),
            contacts.c.language == "en",
            organisations.c.active.is_(True),
            organisations.c.exercise == exercise,
            organisations.c.audience.in_(ENGLISH_AUDIENCES),
        )
        .order_by(organisations.c.id)
    )


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
        .where(
            _within(organisation_addresses.c.organisation_id),
            ~_denied(organisation_addresses.c.organisation_id, organisation_addresses.c.address_id),
        )
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
            _within(contacts.c.organisation_id),
            contacts.c.active.is_(True),
            contacts.c.role.not_in(WATCHERS),
            # looked up for each: as `exists`, PostgreSQL reads every number of the directory for each slice
            select(addresses.c.id)
            .join(contact_addresses, addresses.c.id == contact_addresses.c.address_id)
            .where(*usable, addresses.c.kind != "phone")
            .limit(1)
            .scalar_subquery()
            .is_not(None),
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
    said = exists().where(
        denied_addresses.c.organisation_id == organisation_id, denied_addresses.c.address_id == address_id
    )
    return said.correlate_except(denied_addresses)  # of this organisation, however deep the question stands


def _only_called(exercise: bool) -> Any:
    """(organisation, address) of the fixed line that is called first, its own before its people's."""
    # by organisation: not every fixed line there is, for each slice
    condition = and_(addresses.c.kind.concat("") == "phone", addresses.c.exercise == exercise)
    own = (
        select(organisation_addresses.c.organisation_id, addresses.c.id, literal(-1).label("position"))
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(
            _within(organisation_addresses.c.organisation_id),
            condition,
            ~_denied(organisation_addresses.c.organisation_id, addresses.c.id),
        )
    )
    theirs = (
        select(contacts.c.organisation_id, addresses.c.id, contacts.c.position)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(
            _within(contacts.c.organisation_id),
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
