"""Whom a campaign may ask: every address, and when it was last confirmed or asked about."""

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection, func, or_, select

from gateway.directory.campaign import Candidate, day_of
from gateway.directory.model import Address
from gateway.ledger.directory.verifications import asked_at
from gateway.ledger.schema import (
    addresses,
    campaigns,
    contact_addresses,
    contacts,
    organisation_addresses,
    organisation_groups,
    organisations,
    verifications,
)
from gateway.vocabulary import Language

_NOBODY: tuple[None, None, Language, None] = (None, None, "zh-CN", None)


def everybody(connection: Connection, exercise: bool) -> list[Candidate]:
    """Every address of every active organisation of one kind, by organisation: its own, then its
    contacts' in their order."""
    tagged: dict[int, list[str]] = defaultdict(list)
    for organisation_id, name in connection.execute(
        select(organisation_groups).order_by(organisation_groups.c.name)
    ):
        tagged[organisation_id].append(name)
    confirmed = _confirmed_on(connection)
    head = (organisations.c.id, organisations.c.code, organisations.c.name)
    place = (organisations.c.audience, organisations.c.sector, organisations.c.area)
    address = (addresses.c.id, addresses.c.kind, addresses.c.value)
    active = (organisations.c.active.is_(True), organisations.c.exercise.is_(exercise))
    own = (
        select(*head, *place, *address)
        .join(organisation_addresses, organisation_addresses.c.organisation_id == organisations.c.id)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(*active)
        .order_by(organisations.c.id, addresses.c.id)
    )
    people = (
        select(
            *head,
            *place,
            *address,
            contacts.c.id,
            contacts.c.name,
            contacts.c.language,
            contact_addresses.c.verified_on,
        )
        .join(contacts, contacts.c.organisation_id == organisations.c.id)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(*active, contacts.c.active.is_(True))
        .order_by(organisations.c.id, contacts.c.position, addresses.c.id)
    )
    found: list[Candidate] = []
    for query in (own, people):
        for row in connection.execute(query):
            organisation_id, code, name, audience, sector, area, address_id, kind, value, *person = row
            contact_id, contact, language, stated = person or _NOBODY
            days = filter(None, (stated, confirmed.get((organisation_id, address_id))))
            last = max(days, default=None)
            found.append(
                Candidate(
                    organisation_id,
                    code,
                    name,
                    audience,
                    sector,
                    area,
                    tuple(tagged[organisation_id]),
                    contact_id,
                    contact,
                    language,
                    address_id,
                    kind,
                    value,
                    None if last is None else date.fromisoformat(last),
                )
            )
    return found


def _confirmed_on(connection: Connection) -> dict[tuple[int, int], str]:
    """The ISO day on which each address of an organisation was last confirmed by an answer."""
    rows = connection.execute(
        select(
            verifications.c.organisation_id,
            verifications.c.address_id,
            func.max(verifications.c.answered_at),
        )
        .where(verifications.c.answer == "confirmed")
        .group_by(verifications.c.organisation_id, verifications.c.address_id)
    )
    return {(organisation_id, address_id): day_of(at).isoformat() for organisation_id, address_id, at in rows}


def confirmed_values(connection: Connection) -> dict[Address, str]:
    """The ISO day on which each address was last confirmed by an answer."""
    rows = connection.execute(
        select(addresses.c.kind, addresses.c.value, func.max(verifications.c.answered_at))
        .join(addresses, addresses.c.id == verifications.c.address_id)
        .where(verifications.c.answer == "confirmed")
        .group_by(addresses.c.id, addresses.c.kind, addresses.c.value)
    )
    return {Address(kind, value): day_of(at).isoformat() for kind, value, at in rows}


def asked_since(connection: Connection, exercise: bool, since: int) -> dict[int, int]:
    """The addresses that a campaign has asked since a moment, or still will, and when it began."""
    rows = connection.execute(
        select(verifications.c.address_id, func.max(campaigns.c.at))
        .join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            campaigns.c.exercise.is_(exercise),
            campaigns.c.at > since,
            or_(campaigns.c.ended_at.is_(None), asked_at().is_not(None)),
        )
        .group_by(verifications.c.address_id)
    )
    return {row[0]: row[1] for row in rows}
