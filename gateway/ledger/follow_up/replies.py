"""What came back by SMS, as it came; a provider may tell of one reply several times."""

from typing import Literal

from sqlalchemy import Connection, select

from gateway.directory.model import ContactRole
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import accounts, addresses, contact_addresses, contacts, organisations, replies

Meaning = Literal["sign", "object", "wrong_number", "confirm", "other"]


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
