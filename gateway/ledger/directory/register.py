"""The directory as a list for people: searched, filtered, sorted, page by page, limited to their areas."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, or_, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.keysets import paged
from gateway.ledger.directory import organisations as ledger
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    organisation_addresses,
    organisations,
)

_SORTS: Mapping[str, ColumnElement[object]] = {
    "code": organisations.c.code,
    "name": organisations.c.name,
    "area": organisations.c.area,
    "updated": organisations.c.updated_at,
}
_FEWEST = 4  # digits of a number that is looked for; a masked one shows as many


def page(
    connection: Connection,
    *,
    limits: Collection[str] = (),
    search: str | None = None,
    full: bool = True,
    audience: str | None = None,
    sector: str | None = None,
    grade: str | None = None,
    area: str | None = None,
    exercise: bool | None = None,
    active: bool | None = True,
    sort: str = "code",
    descending: bool = False,
    after: int | None = None,
    limit: int | None = None,
) -> list[Stored]:
    """Organisations within `limits` (codes; none: everywhere). `search` is part of a name or a code, or the
    end of a number, its own or a person's, of four digits at least; if `full`, also part of a person's name.
    Else it finds by nothing that is masked: by no person's name, and by four digits alone, as more would tell
    the number digit by digit. `area` also holds what lies in it;
    `sort`: code, name, area or updated.

    Raises `InputError` (ROW_UNKNOWN).
    """
    wanted = {"audience": audience, "sector": sector, "grade": grade, "exercise": exercise, "active": active}
    conditions = [organisations.c[name] == value for name, value in wanted.items() if value is not None]
    conditions.append(reached(organisations.c.area, limits))
    if area is not None:
        conditions.append(reached(organisations.c.area, (area,)))
    if search is not None:
        conditions.append(_found(search, full=full))
    query = paged(
        connection,
        select(organisations.c.id).where(*conditions),
        organisations.c.id,
        _SORTS[sort],
        descending=descending,
        after=after,
        limit=limit,
    )
    ids = list(connection.execute(query).scalars())
    found = {each.id: each for each in ledger.by_ids(connection, ids)}
    return [found[identifier] for identifier in ids]


def _found(search: str, *, full: bool) -> ColumnElement[bool]:
    words = [
        organisations.c.name.contains(search, autoescape=True),
        organisations.c.code.contains(search, autoescape=True),
    ]
    if full:
        named = select(contacts.c.organisation_id).where(
            contacts.c.active.is_(True), contacts.c.name.contains(search, autoescape=True)
        )
        words += [organisations.c.id.in_(named), organisations.c.contact.contains(search, autoescape=True)]
    enough = len(search) >= _FEWEST if full else len(search) == _FEWEST
    if search.isascii() and search.isdigit() and enough:
        ends = addresses.c.value.endswith(search, autoescape=True)
        theirs = (
            select(contacts.c.organisation_id)
            .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
            .join(addresses, addresses.c.id == contact_addresses.c.address_id)
            .where(contacts.c.active.is_(True), ends)
        )
        own = (
            select(organisation_addresses.c.organisation_id)
            .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
            .where(ends)
        )
        words += [organisations.c.id.in_(theirs), organisations.c.id.in_(own)]
    return or_(*words)
