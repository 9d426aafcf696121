"""What came back by SMS, as it came; a provider may tell of one reply several times."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from gateway.directory.model import ContactRole
from gateway.ledger.backends.upserts import insert
from gateway.ledger.follow_up.acknowledgements import LINK_OUTLIVES
from gateway.ledger.schema import (
    accounts,
    addresses,
    broadcasts,
    contact_addresses,
    contacts,
    deliveries,
    organisations,
    replies,
)

# unclear: a word that signs or objects, where what was said last at the number asks for neither
Meaning = Literal["sign", "object", "wrong_number", "confirm", "unclear", "other"]
_NEVER_LEFT = ("queued", "failed", "expired", "cancelled", "suppressed")


@dataclass(frozen=True, slots=True)
class Told:
    """A message that left for a number: for whom (None: one of the office's own people), of a warning or of
    a question whether the number is right, and when (milliseconds since 1970 UTC)."""

    broadcast_id: int
    organisation_id: int | None
    campaign_id: int | None
    at: int


def told_last(connection: Connection, address_id: int, now: int) -> list[Told]:
    """Whom a number was told for by the last two broadcasts there, each with its last message, the newest
    first; of those that people may still answer."""
    # each broadcast by its own index: an address alone is in none
    newest = (
        select(func.max(deliveries.c.claimed_at))
        .where(
            deliveries.c.broadcast_id == broadcasts.c.id,
            deliveries.c.address_id == address_id,
            deliveries.c.state.not_in(_NEVER_LEFT),
        )
        .correlate(broadcasts)
        .scalar_subquery()
    )
    recent = (
        select(broadcasts.c.id, broadcasts.c.campaign_id, newest.label("at"))
        .where(broadcasts.c.valid_until > now - LINK_OUTLIVES)
        .subquery()
    )
    ids = select(recent).where(recent.c.at.is_not(None)).order_by(recent.c.at.desc()).limit(2)
    last = connection.execute(ids).all()
    rows = connection.execute(
        select(deliveries.c.broadcast_id, deliveries.c.organisation_id, func.max(deliveries.c.claimed_at))
        .where(
            deliveries.c.broadcast_id.in_([row.id for row in last]),
            deliveries.c.address_id == address_id,
            deliveries.c.claimed_at.is_not(None),
            deliveries.c.state.not_in(_NEVER_LEFT),
        )
        .group_by(deliveries.c.broadcast_id, deliveries.c.organisation_id)
        .order_by(func.max(deliveries.c.claimed_at).desc(), func.max(deliveries.c.id).desc())
    ).all()
    campaigns = {row.id: row.campaign_id for row in last}
    return [Told(row[0], row[1], campaigns[row[0]], row[2]) for row in rows]


def sender(connection: Connection, account_id: int, number: str) -> int | None:
    """The id of the address that wrote to an account; exercises and the real thing stay apart."""
    query = (
        select(addresses.c.id)
        .join(accounts, accounts.c.exercise == addresses.c.exercise)
        .where(accounts.c.id == account_id, addresses.c.kind == "sms", addresses.c.value == number)
    )
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found


def keep(
    connection: Connection,
    account_id: int,
    provider_id: str | None,
    address_id: int | None,
    text: str,
    meaning: Meaning,
    acknowledgement_id: int | None,
    now: int,
    verification_id: int | None = None,
) -> None:
    """Keep a reply; `acknowledgement_id`: what it signed or objected to;
    `verification_id`: the question that it answered."""
    connection.execute(
        insert(replies),
        {
            "account_id": account_id,
            "provider_id": provider_id,
            "address_id": address_id,
            "text": text,
            "meaning": meaning,
            "acknowledgement_id": acknowledgement_id,
            "verification_id": verification_id,
            "received_at": now,
        },
    )


def known(connection: Connection, account_id: int, provider_id: str) -> bool:
    """Whether the provider has told of this reply before."""
    query = select(replies.c.id).where(
        replies.c.account_id == account_id, replies.c.provider_id == provider_id
    )
    return connection.execute(query).first() is not None


def writer(
    connection: Connection, organisation_id: int, address_id: int
) -> tuple[str | None, ContactRole | None]:
    """Name and role of an organisation's contact at an address; else the organisation's own contact."""
    person = (
        select(contacts.c.name, contacts.c.role)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .where(
            contacts.c.organisation_id == organisation_id,
            contacts.c.active.is_(True),
            contact_addresses.c.address_id == address_id,
        )
        .order_by(contacts.c.position)
        .limit(1)
    )
    found = connection.execute(person).first()
    if found is not None:
        return found.name, found.role
    named = select(organisations.c.contact).where(organisations.c.id == organisation_id)
    return connection.execute(named).scalar_one(), None
