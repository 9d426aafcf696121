"""The frozen list of a broadcast as people read it before they approve."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, select

from gateway.directory.model import AddressKind
from gateway.ledger.backends.slices import by_id
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    contact_addresses,
    contacts,
    notice_readers,
    notices,
    organisations,
    recipients,
)
from gateway.vocabulary import Audience, Language, Sector


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation at one address. `address` is whose it is: mask it before it is shown. `language`:
    of what it reads; `english`: a person there reads English. `dropped`: it is told the end for an area
    that a change leaves out."""

    id: int
    organisation_id: int
    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    kind: AddressKind
    address: str
    title: str
    language: Language
    english: bool
    dropped: bool


_first = select(broadcasts.c.recipients_after).where(broadcasts.c.id == bindparam("broadcast"))


def page(
    connection: Connection,
    broadcast_id: int,
    *,
    audience: str | None = None,
    area: str | None = None,
    after: int = 0,
    limit: int | None = 100,
) -> list[Listed]:
    """Recipients in the order in which they were frozen, from the one after `after`; of one audience, of
    one area with its streets, or all."""
    first = connection.execute(_first, {"broadcast": broadcast_id}).scalar()
    if first is None:
        return []
    query = (
        select(
            recipients.c.id,
            recipients.c.organisation_id,
            organisations.c.code,
            organisations.c.name,
            organisations.c.audience,
            organisations.c.sector,
            organisations.c.area,
            addresses.c.kind,
            addresses.c.value.label("address"),
            notices.c.title,
            notices.c.language,
            exists()
            .where(
                contact_addresses.c.address_id == recipients.c.address_id,
                contacts.c.id == contact_addresses.c.contact_id,
                contacts.c.organisation_id == recipients.c.organisation_id,
                contacts.c.active.is_(True),
                contacts.c.language == "en",
                addresses.c.kind != "phone",
            )
            .label("english"),
            exists()
            .where(notice_readers.c.notice_id == notices.c.id, notice_readers.c.purpose == "dropped")
            .label("dropped"),
        )
        .join(organisations, organisations.c.id == recipients.c.organisation_id)
        .join(addresses, addresses.c.id == recipients.c.address_id)
        .join(notices, notices.c.id == recipients.c.notice_id)
        .where(by_id(recipients.c.broadcast_id == broadcast_id), recipients.c.id > max(after, first))
        .order_by(recipients.c.id)
        .limit(limit)
    )
    if audience is not None:
        query = query.where(organisations.c.audience == audience)
    if area is not None:
        query = query.where(organisations.c.area.startswith(area, autoescape=True))
    return [Listed(**row) for row in connection.execute(query).mappings()]
