"""A campaign's questions made into messages: which have none yet, and the words that each address is asked
with. Moments are milliseconds since 1970 UTC."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, func, insert, select, update

from gateway.directory.model import AddressKind
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    contacts,
    deliveries,
    notices,
    organisations,
    verifications,
)
from gateway.vocabulary import Audience, Language


class ToAsk(NamedTuple):
    """A question that has no message yet. `value` is whose address it is."""

    id: int
    organisation_id: int
    organisation: str
    audience: Audience
    area: str
    language: Language
    address_id: int
    kind: AddressKind
    value: str


class QuestionNotice(NamedTuple):
    """The words for one address; `messages` is JSON."""

    medium: str
    sha256: str
    title: str
    messages: str
    html: str | None


def to_ask(connection: Connection, campaign_id: int, addresses_at_most: int) -> list[ToAsk]:
    """The questions of the next addresses that have no message yet, by address and organisation."""
    next_addresses = (
        select(verifications.c.address_id)
        .distinct()
        .where(verifications.c.campaign_id == campaign_id, verifications.c.notice_id.is_(None))
        .order_by(verifications.c.address_id)
        .limit(addresses_at_most)
    )
    wanted = list(connection.execute(next_addresses).scalars())
    if not wanted:
        return []
    query = (
        select(
            verifications.c.id,
            organisations.c.id,
            organisations.c.name,
            organisations.c.audience,
            organisations.c.area,
            func.coalesce(contacts.c.language, "zh-CN"),
            addresses.c.id,
            addresses.c.kind,
            addresses.c.value,
        )
        .join(organisations, organisations.c.id == verifications.c.organisation_id)
        .join(addresses, addresses.c.id == verifications.c.address_id)
        .outerjoin(contacts, contacts.c.id == verifications.c.contact_id)
        .where(
            verifications.c.campaign_id == campaign_id,
            verifications.c.notice_id.is_(None),
            verifications.c.address_id.in_(wanted),
        )
        .order_by(verifications.c.address_id, verifications.c.id)
    )
    return [ToAsk(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]


def add_notice(connection: Connection, campaign_id: int, words: QuestionNotice) -> int:
    """Keep the words that one address is asked with; gives the notice's id."""
    identifier: int = connection.execute(
        insert(notices)
        .values(campaign_id=campaign_id, measures="[]", **words._asdict())
        .returning(notices.c.id)
    ).scalar_one()
    return identifier


def asked(
    connection: Connection, question_ids: Sequence[int], notice_id: int, token_sha256: str | None
) -> None:
    """Note with which notice these are asked, and what its link opens."""
    connection.execute(
        update(verifications)
        .where(verifications.c.id.in_(question_ids))
        .values(notice_id=notice_id, token_sha256=token_sha256)
    )


def take(connection: Connection, broadcast_id: int) -> None:
    """Keep a campaign's broadcast to this transaction: nobody else makes messages of it meanwhile."""
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(expanded_through=broadcasts.c.expanded_through + 1)
    )


def expanded(connection: Connection, broadcast_id: int, now: int) -> None:
    """Every question has its message."""
    connection.execute(update(broadcasts).where(broadcasts.c.id == broadcast_id).values(expanded_at=now))


def last_due(connection: Connection, lane_id: int, priority: int) -> int | None:
    """When the last message of a priority that is queued on a lane is due; None: there is none."""
    query = select(func.max(deliveries.c.due_at)).where(
        deliveries.c.lane_id == lane_id,
        deliveries.c.priority == priority,
        deliveries.c.due_at.is_not(None),
    )
    return connection.execute(query).scalar()
