"""What deliveries and calls tell about addresses: which are dead, and what the check of a directory reads."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, null, or_, select

from gateway.directory.campaign import day_of
from gateway.directory.care import Entry, Heard
from gateway.directory.model import DIALLED, Address
from gateway.ledger.directory import candidates, denied_addresses, organisations, proposed_contacts
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    broadcasts,
    calls,
    contact_addresses,
    contacts,
    deliveries,
    delivery_spans,
    inventory_lines,
    organisation_addresses,
)
from gateway.ledger.schema import organisations as organisations_table

FAULTS_OF_NUMBERS = ("invalid_address", "unreachable", "no_route", "blocked")
_HARD = ("invalid_address",)  # there is no such number: once is enough
WRONG_NUMBER = "wrong_number"  # who was called is somebody else
_RECENT = 20  # broadcasts: about a season's, and few enough to be read at once


def dead(connection: Connection, exercise: bool, *, last: int = 2) -> dict[Address, str]:
    """Addresses whose last messages (so many at least) all failed by a fault of the number, or whose very
    last found no such number, with that one's reason. Looks at what was launched lately, warnings and
    questions: 20 broadcasts."""
    recent = (
        select(broadcasts.c.id)
        .where(
            broadcasts.c.exercise == exercise,
            broadcasts.c.launched_at.is_not(None),
            broadcasts.c.memo_id.is_(None),
        )
        .order_by(broadcasts.c.launched_at.desc(), broadcasts.c.id.desc())
        .limit(_RECENT)
    )
    looked_at = list(connection.execute(recent).scalars())
    place = func.row_number().over(partition_by=deliveries.c.address_id, order_by=deliveries.c.id.desc())
    faults = (
        select(deliveries.c.address_id, deliveries.c.id, deliveries.c.reason, place.label("place"))
        .where(
            deliveries.c.broadcast_id.in_(looked_at),
            deliveries.c.state == "failed",
            deliveries.c.reason.in_(FAULTS_OF_NUMBERS),
            deliveries.c.part == 0,  # a long text counts once
        )
        .subquery()
    )
    decides = or_(faults.c.place == last, (faults.c.place == 1) & faults.c.reason.in_(_HARD))
    found = connection.execute(
        select(
            addresses.c.kind,
            addresses.c.value,
            func.max(case((faults.c.place == 1, faults.c.reason))).label("reason"),
        )
        .join(addresses, addresses.c.id == faults.c.address_id)
        .where(faults.c.place <= last)
        .group_by(addresses.c.id, addresses.c.kind, addresses.c.value)
        .having(func.sum(case((decides & _worked_since(faults, looked_at).is_(None), 1), else_=0)) > 0)
    )
    return {Address(row.kind, row.value): row.reason for row in found}


def _worked_since(faults: Subquery, looked_at: Sequence[int]) -> ColumnElement[int | None]:
    """A later message that came further at the address than a fault of its number, or failed for another
    reason; null: none did. Looked for by the address in each broadcast that has later ones."""
    return (
        select(deliveries.c.id)
        .select_from(delivery_spans)
        .join(deliveries, deliveries.c.broadcast_id == delivery_spans.c.broadcast_id)
        .where(
            delivery_spans.c.broadcast_id.in_(looked_at),
            delivery_spans.c.last_id > faults.c.id,
            deliveries.c.address_id == faults.c.address_id,
            deliveries.c.id > faults.c.id,
            deliveries.c.part == 0,
            or_(
                deliveries.c.state.in_(("sent", "delivered", "read")),
                (deliveries.c.state == "failed") & deliveries.c.reason.not_in(FAULTS_OF_NUMBERS),
            ),
        )
        .limit(1)
        .correlate(faults)
        .scalar_subquery()
    )


def wrong_numbers(connection: Connection, exercise: bool) -> dict[Address, str]:
    """Numbers at which the last call found somebody else, with the reason `wrong_number`.

    One that was confirmed, or whose contact was changed, since that day is left out.
    """
    place = func.row_number().over(
        partition_by=(acknowledgements.c.organisation_id, calls.c.contact_id), order_by=calls.c.id.desc()
    )
    newest = (
        select(
            acknowledgements.c.organisation_id,
            calls.c.contact_id,
            calls.c.result,
            calls.c.at,
            place.label("place"),
        )
        .join(acknowledgements, acknowledgements.c.id == calls.c.acknowledgement_id)
        .where(acknowledgements.c.exercise.is_(exercise))
        .subquery()
    )
    wrong = (newest.c.place == 1, newest.c.result == "wrong_number")
    theirs = (
        select(addresses.c.kind, addresses.c.value, newest.c.at, contact_addresses.c.verified_on)
        .join(contacts, contacts.c.id == newest.c.contact_id)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(*wrong, contacts.c.updated_at <= newest.c.at)
    )
    own = (
        select(addresses.c.kind, addresses.c.value, newest.c.at, null().label("verified_on"))
        .join(organisations_table, organisations_table.c.id == newest.c.organisation_id)
        .join(organisation_addresses, organisation_addresses.c.organisation_id == newest.c.organisation_id)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(*wrong, newest.c.contact_id.is_(None), organisations_table.c.updated_at <= newest.c.at)
    )
    confirmed = candidates.confirmed_values(connection)
    found: dict[Address, str] = {}
    for query in (theirs, own):
        for kind, value, at, verified_on in connection.execute(query):
            address = Address(kind, value)
            last = max(filter(None, (verified_on, confirmed.get(address))), default="")
            if kind in DIALLED and last < day_of(at).isoformat():
                found[address] = WRONG_NUMBER
    return found


def heard(connection: Connection, exercise: bool) -> dict[int, Heard]:
    """What was answered about the addresses of organisations, by their ids."""
    denied = denied_addresses.values_of(connection)
    changed: dict[int, dict[Address, date]] = {}
    for each in proposed_contacts.waiting(connection, exercise):
        address = Address(each.kind, each.address)
        changed.setdefault(each.organisation_id, {})[address] = day_of(each.answered_at or 0)
    return {
        identifier: Heard(denied.get(identifier, {}), changed.get(identifier, {}))
        for identifier in denied.keys() | changed.keys()
    }


def entries(connection: Connection, exercise: bool) -> list[Entry]:
    """Every active organisation of one kind, for the check, in the order of their ids."""
    listed = _listed(connection)
    return [
        Entry(each.id, each.organisation, each.id in listed)
        for each in organisations.active(connection, exercise)
    ]


def entries_after(connection: Connection, exercise: bool, after: int, limit: int) -> list[Entry]:
    """The same of at most so many, from the one after that id: no read keeps the ledger for long."""
    found = list(
        connection.execute(
            select(organisations_table.c.id)
            .where(
                organisations_table.c.id > after,
                organisations_table.c.active.is_(True),
                organisations_table.c.exercise.is_(exercise),
            )
            .order_by(organisations_table.c.id)
            .limit(limit)
        ).scalars()
    )
    if not found:
        return []
    listed = _listed(connection, inventory_lines.c.organisation_id.between(found[0], found[-1]))
    return [
        Entry(each.id, each.organisation, each.id in listed)
        for each in organisations.by_ids(connection, found)
    ]


def _listed(connection: Connection, *among: ColumnElement[bool]) -> set[int]:
    """The organisations on the industrial inventory."""
    query = select(inventory_lines.c.organisation_id).distinct()
    return set(connection.execute(query.where(inventory_lines.c.list == "industrial", *among)).scalars())
