"""Questions whether an address is still right, and their answers. Moments are milliseconds since 1970 UTC."""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from gateway.directory.model import Address, AddressKind
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    campaigns,
    contact_addresses,
    contacts,
    deliveries,
    organisation_addresses,
    organisations,
    verifications,
)

Answer = Literal["confirmed", "denied", "changed"]
Via = Literal["link", "sms", "api", "phone"]


@dataclass(frozen=True, slots=True)
class Verification:
    """One question and its answer. `contact` None: the organisation's own address. `asked_at`: when its
    message left. `address` and what was proposed are personal: mask them before they are shown."""

    id: int
    campaign_id: int | None
    organisation_id: int
    code: str
    organisation: str
    contact_id: int | None
    contact: str | None = field(repr=False)
    address_id: int
    kind: AddressKind
    address: str = field(repr=False)
    exercise: bool
    asked_at: int | None
    state: str | None
    answered_at: int | None
    answer: Answer | None
    via: Via | None
    proposed_name: str | None = field(repr=False)
    proposed_number: str | None = field(repr=False)


def asked_at() -> Any:
    """When the message of a question left, in a query that reads `verifications`; null: not yet."""
    return _of_delivery(deliveries.c.claimed_at)


def _of_delivery(column: Any) -> Any:
    return (
        select(func.max(column))
        .join(broadcasts, deliveries.c.broadcast_id == broadcasts.c.id)
        .where(
            broadcasts.c.campaign_id == verifications.c.campaign_id,
            deliveries.c.address_id == verifications.c.address_id,
        )
        .correlate(verifications)
        .scalar_subquery()
    )


QUESTIONS = (  # as `read` takes their rows
    select(
        verifications.c.id,
        verifications.c.campaign_id,
        verifications.c.organisation_id,
        organisations.c.code,
        organisations.c.name,
        verifications.c.contact_id,
        contacts.c.name,
        verifications.c.address_id,
        addresses.c.kind,
        addresses.c.value,
        addresses.c.exercise,
        asked_at(),
        _of_delivery(deliveries.c.state),
        verifications.c.answered_at,
        verifications.c.answer,
        verifications.c.via,
        verifications.c.proposed_name,
        verifications.c.proposed_number,
    )
    .join(organisations, organisations.c.id == verifications.c.organisation_id)
    .join(addresses, addresses.c.id == verifications.c.address_id)
    .outerjoin(contacts, contacts.c.id == verifications.c.contact_id)
)


def by_token(connection: Connection, token_sha256: str, now: int) -> list[Verification]:
    """What the link of this token asks; nothing where it has run out, or its campaign has ended.

    It is looked up by the token's hash, so that how long that takes tells nothing about a token.
    """
    query = (
        QUESTIONS.add_columns(verifications.c.token_sha256)
        .join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            verifications.c.token_sha256 == token_sha256,
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
        )
        .order_by(verifications.c.id)
    )
    rows = connection.execute(query).all()
    return [read(row[:-1]) for row in rows if hmac.compare_digest(row[-1], token_sha256)]


def newest_open(connection: Connection, address_id: int, now: int) -> list[Verification]:
    """What the newest message at an address asks that nobody has answered yet."""
    newest = (
        select(func.max(campaigns.c.id))
        .join(broadcasts, broadcasts.c.campaign_id == campaigns.c.id)
        .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
        .where(
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
            deliveries.c.address_id == address_id,
            deliveries.c.claimed_at.is_not(None),
        )
        .scalar_subquery()
    )
    query = QUESTIONS.where(
        verifications.c.campaign_id == newest,
        verifications.c.address_id == address_id,
        verifications.c.answered_at.is_(None),
    )
    return [read(row) for row in connection.execute(query.order_by(verifications.c.id))]


def answer(
    connection: Connection,
    questions: Sequence[Verification],
    said: Answer,
    via: Via,
    caller: str,
    now: int,
    proposed: tuple[str, str] | None = None,
) -> None:
    """Write down an answer to these; the last one counts. `proposed`: name and number of `changed`."""
    name, number = proposed or (None, None)
    connection.execute(
        update(verifications)
        .where(verifications.c.id.in_([each.id for each in questions]))
        .values(
            answer=said,
            answered_at=now,
            via=via,
            caller=caller,
            proposed_name=name,
            proposed_number=number,
            settled_at=None,
        )
    )


def add(
    connection: Connection, organisation_id: int, contact_id: int | None, address_id: int
) -> Verification:
    """Make a question outside of any campaign, for an answer that came by telephone."""
    identifier = connection.execute(
        insert(verifications)
        .values(organisation_id=organisation_id, contact_id=contact_id, address_id=address_id)
        .returning(verifications.c.id)
    ).scalar_one()
    return one(connection, identifier)


def one(connection: Connection, identifier: int) -> Verification:
    """The question of that id, which is there."""
    return read(connection.execute(QUESTIONS.where(verifications.c.id == identifier)).one())


def running_at(
    connection: Connection, organisation_id: int, address_id: int, now: int
) -> Verification | None:
    """The newest question about an organisation's address in a campaign that still runs."""
    query = (
        QUESTIONS.join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
            verifications.c.organisation_id == organisation_id,
            verifications.c.address_id == address_id,
        )
        .order_by(verifications.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else read(row)


def page(
    connection: Connection,
    campaign_id: int,
    *,
    answer: Answer | Literal["open"] | None = None,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> list[Verification]:
    """The questions of a campaign by id, from the one after `after`; about organisations within `limits`
    (none: everywhere)."""
    query = QUESTIONS.where(
        verifications.c.campaign_id == campaign_id,
        verifications.c.id > after,
        reached(organisations.c.area, limits),
    )
    if answer == "open":
        query = query.where(verifications.c.answer.is_(None))
    elif answer is not None:
        query = query.where(verifications.c.answer == answer)
    return [read(row) for row in connection.execute(query.order_by(verifications.c.id).limit(limit))]


def addresses_of(connection: Connection, organisation_id: int) -> Mapping[Address, tuple[int, int | None]]:
    """An organisation's addresses with their ids, and the contact whose they are (None: its own)."""
    own: Select[Any] = (
        select(addresses.c.kind, addresses.c.value, addresses.c.id)
        .join(organisation_addresses, organisation_addresses.c.address_id == addresses.c.id)
        .where(organisation_addresses.c.organisation_id == organisation_id)
    )
    people: Select[Any] = (
        select(addresses.c.kind, addresses.c.value, addresses.c.id, contacts.c.id)
        .join(contact_addresses, contact_addresses.c.address_id == addresses.c.id)
        .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
        .where(contacts.c.organisation_id == organisation_id, contacts.c.active.is_(True))
        .order_by(contacts.c.position.desc())
    )
    found: dict[Address, tuple[int, int | None]] = {}
    for kind, value, address_id in connection.execute(own):
        found[Address(kind, value)] = (address_id, None)
    for kind, value, address_id, contact_id in connection.execute(people):
        found[Address(kind, value)] = (address_id, contact_id)
    return found


def renew_tokens(connection: Connection, sha256: Callable[[int], str], now: int) -> None:
    """With another key (the old one was lost), let the links that are still to be sent open what is asked.

    `sha256`: of the token of a notice.
    """
    waiting = (
        select(verifications.c.id, verifications.c.notice_id)
        .join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
            verifications.c.token_sha256.is_not(None),
            asked_at().is_(None),
        )
    )
    for some in slices(connection.execute(waiting).all()):
        connection.execute(
            update(verifications)
            .where(verifications.c.id == bindparam("known_id"))
            .values(token_sha256=bindparam("fresh")),
            [{"known_id": row.id, "fresh": sha256(row.notice_id)} for row in some],
        )


def read(row: Any) -> Verification:
    """A row of `QUESTIONS`."""
    return Verification(*cast(tuple[Any, ...], row))
