"""What taking a step of escalation needs to know: the broadcast, its texts, and at which addresses an
organisation is told and might be told. Moments are milliseconds since 1970 UTC."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, func, select

from gateway.directory.model import AddressKind
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    decisions,
    deliveries,
    duty_shifts,
    notice_readers,
    notices,
    organisation_addresses,
    recipients,
)
from gateway.vocabulary import Audience, Language, Medium, Sector

# whether it is the end for a dropped area, and who reads it in which medium and language
Reading = tuple[bool, Audience, Sector | None, Medium, Language]


@dataclass(frozen=True, slots=True)
class Source:
    """The broadcast that steps belong to, with what making further deliveries needs."""

    id: int
    decision_id: str
    episode_id: str
    document: str
    launched_at: int


@dataclass(frozen=True, slots=True)
class Reach:
    """An address of an organisation's own, with its value, which is whose it is."""

    address_id: int
    kind: AddressKind
    value: str


def source(connection: Connection, broadcast_id: int) -> Source:
    """The broadcast of that id."""
    row = connection.execute(
        select(
            broadcasts.c.id,
            broadcasts.c.decision_id,
            broadcasts.c.episode_id,
            decisions.c.document,
            broadcasts.c.launched_at,
        )
        .join(decisions, decisions.c.id == broadcasts.c.decision_id)
        .where(broadcasts.c.id == broadcast_id)
    ).one()
    return Source(*cast(tuple[Any, ...], row))


def readings(connection: Connection, decision_id: str) -> dict[Reading, tuple[int, str]]:
    """What each reader of a decision reads: the notice's id and its messages (JSON)."""
    rows_found = connection.execute(
        select(
            notice_readers.c.purpose,
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.language,
            notices.c.id,
            notices.c.messages,
        )
        .join(notices, notices.c.id == notice_readers.c.notice_id)
        .where(
            notice_readers.c.decision_id == decision_id,
            notice_readers.c.purpose.in_(("now", "dropped")),
        )
    )
    return {
        (purpose == "dropped", audience, sector or None, medium, language): (identifier, messages)
        for purpose, audience, sector, medium, language, identifier, messages in rows_found
    }


def own_addresses(
    connection: Connection, organisation_ids: Iterable[int], exercise: bool
) -> dict[int, list[Reach]]:
    """The organisations' own addresses, by id of the address."""
    found: dict[int, list[Reach]] = defaultdict(list)
    for some in slices(organisation_ids):
        query = (
            select(
                organisation_addresses.c.organisation_id,
                addresses.c.id,
                addresses.c.kind,
                addresses.c.value,
            )
            .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
            .where(
                organisation_addresses.c.organisation_id.in_(some),
                addresses.c.exercise == exercise,
            )
            .order_by(addresses.c.id)
        )
        for organisation_id, *reach in connection.execute(query):
            found[organisation_id].append(Reach(*reach))
    return found


def told(
    connection: Connection, broadcast_id: int, organisation_ids: Iterable[int]
) -> dict[int, dict[int, AddressKind]]:
    """For each organisation the addresses at which it is told the broadcast, with their kind."""
    found: dict[int, dict[int, AddressKind]] = defaultdict(dict)
    for some in slices(organisation_ids):
        of_them = (
            select(deliveries.c.organisation_id, addresses.c.id, addresses.c.kind)
            .join(addresses, addresses.c.id == deliveries.c.address_id)
            .where(deliveries.c.broadcast_id + 0 == broadcast_id, deliveries.c.organisation_id.in_(some))
        )
        frozen = (
            select(recipients.c.organisation_id, addresses.c.id, addresses.c.kind)
            .join(addresses, addresses.c.id == recipients.c.address_id)
            .where(recipients.c.broadcast_id == broadcast_id, recipients.c.organisation_id.in_(some))
        )
        for query in (of_them, frozen):
            for organisation_id, address_id, kind in connection.execute(query):
                found[organisation_id][address_id] = kind
    return found


def on_shift(connection: Connection, contact_ids: Iterable[int], now: int) -> set[int]:
    """Those of these contacts who are on duty now."""
    found: set[int] = set()
    for some in slices(contact_ids):
        query = select(duty_shifts.c.contact_id).where(
            duty_shifts.c.contact_id.in_(some), duty_shifts.c.starts_at <= now, duty_shifts.c.ends_at > now
        )
        found.update(connection.execute(query).scalars())
    return found


def first_deliveries(
    connection: Connection, broadcast_id: int, reached: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """The first delivery of the broadcast to each of these organisations at its address (both by id)."""
    wanted = set(reached)
    found: dict[tuple[int, int], int] = {}
    for some in slices(organisation_id for organisation_id, _ in wanted):
        query = (
            select(deliveries.c.organisation_id, deliveries.c.address_id, func.min(deliveries.c.id))
            .where(deliveries.c.broadcast_id + 0 == broadcast_id, deliveries.c.organisation_id.in_(some))
            .group_by(deliveries.c.organisation_id, deliveries.c.address_id)
        )
        for organisation_id, address_id, identifier in connection.execute(query):
            found[organisation_id, address_id] = identifier
    return found
