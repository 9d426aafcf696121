"""What was done to reach each organisation of a broadcast: messages, steps, calls, what it answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, and_, case, exists, func, select

from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    contacts,
    deliveries,
    delivery_groups,
    escalation_steps,
    lanes,
    organisations,
    recipients,
)


@dataclass(frozen=True, slots=True)
class Told:
    """An organisation that a broadcast was to tell. `acknowledgement_id` and what follows it are None
    where it is not asked to sign. Moments in milliseconds since 1970 UTC."""

    id: int
    code: str
    name: str
    audience: str
    sector: str | None
    area: str
    acknowledgement_id: int | None
    due_at: int | None
    opened_at: int | None
    signed_at: int | None
    signer: str | None
    role: str | None
    via: str | None
    objected_at: int | None
    objection: str | None
    done_at: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery; `address` is whose it is. `further`: escalation sent it, to nobody of the frozen list.
    `arrived_at`: when it is known to have come."""

    organisation_id: int
    channel: str
    address: str = field(repr=False)
    state: str
    reason: str | None
    attempts: int
    claimed_at: int | None
    arrived_at: int | None
    further: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an escalation, taken or ended."""

    acknowledgement_id: int
    kind: str
    contact: str | None
    taken_at: int | None
    ended_at: int | None
    ended_because: str | None


_accepted_for_good = case(  # nothing better is ever known there
    (
        and_(
            deliveries.c.state == "accepted",
            deliveries.c.lane_id.in_(select(lanes.c.id).where(lanes.c.final_on_accept.is_(True))),
        ),
        deliveries.c.accepted_at,
    )
)


def organisations_told(
    connection: Connection, broadcast_id: int, after: int, limit: int, area: str | None = None
) -> list[Told]:
    """Whom the broadcast was to tell, by id, from the one after `after`."""
    query = (
        select(
            organisations.c.id,
            organisations.c.code,
            organisations.c.name,
            organisations.c.audience,
            organisations.c.sector,
            organisations.c.area,
            acknowledgements.c.id,
            acknowledgements.c.due_at,
            acknowledgements.c.opened_at,
            acknowledgements.c.signed_at,
            acknowledgements.c.name,
            acknowledgements.c.role,
            acknowledgements.c.via,
            acknowledgements.c.objected_at,
            acknowledgements.c.objection,
            acknowledgements.c.done_at,
        )
        .outerjoin(
            acknowledgements,
            and_(
                acknowledgements.c.organisation_id == organisations.c.id,
                acknowledgements.c.broadcast_id == broadcast_id,
            ),
        )
        .where(
            organisations.c.id > after,
            exists().where(
                recipients.c.broadcast_id == broadcast_id,
                recipients.c.organisation_id == organisations.c.id,
            ),
        )
        .order_by(organisations.c.id)
        .limit(limit)
    )
    if area is not None:
        query = query.where(organisations.c.area.startswith(area, autoescape=True))
    return [Told(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]


def messages(
    connection: Connection, broadcast_id: int, organisation_ids: Sequence[int]
) -> dict[int, list[Message]]:
    """The messages of each organisation, the first part of each, in the order in which they were made."""
    found: dict[int, list[Message]] = defaultdict(list)
    frozen = exists().where(
        recipients.c.broadcast_id == broadcast_id,
        recipients.c.organisation_id == deliveries.c.organisation_id,
        recipients.c.address_id == deliveries.c.address_id,
    )
    for some in slices(organisation_ids):
        query = (
            select(
                deliveries.c.organisation_id,
                delivery_groups.c.channel,
                addresses.c.value,
                deliveries.c.state,
                deliveries.c.reason,
                deliveries.c.attempts,
                deliveries.c.claimed_at,
                func.coalesce(deliveries.c.delivered_at, deliveries.c.read_at, _accepted_for_good),
                ~frozen,
            )
            .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
            .join(addresses, addresses.c.id == deliveries.c.address_id)
            .where(
                deliveries.c.organisation_id.in_(some),
                deliveries.c.broadcast_id + 0 == broadcast_id,
                deliveries.c.part == 0,
            )
            .order_by(deliveries.c.id)
        )
        for row in connection.execute(query):
            found[row.organisation_id].append(Message(*cast(tuple[Any, ...], row)))
    return found


def steps(connection: Connection, acknowledgement_ids: Sequence[int]) -> dict[int, list[Step]]:
    """The steps of each acknowledgement, in their order."""
    found: dict[int, list[Step]] = defaultdict(list)
    for some in slices(acknowledgement_ids):
        query = (
            select(
                escalation_steps.c.acknowledgement_id,
                escalation_steps.c.kind,
                contacts.c.name,
                escalation_steps.c.taken_at,
                escalation_steps.c.ended_at,
                escalation_steps.c.ended_because,
            )
            .outerjoin(contacts, contacts.c.id == escalation_steps.c.contact_id)
            .where(escalation_steps.c.acknowledgement_id.in_(some))
            .order_by(escalation_steps.c.acknowledgement_id, escalation_steps.c.number)
        )
        for row in connection.execute(query):
            found[row.acknowledgement_id].append(Step(*cast(tuple[Any, ...], row)))
    return found
