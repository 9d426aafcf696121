"""Escalation steps: what is tried next for a missing signature, one row a step; a timer says when.

A step is due, then taken, then ended. Moments are milliseconds since 1970 UTC.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import BigInteger, Connection, Text, and_, bindparam, exists, func, literal, select, update

from gateway.directory.model import AddressKind
from gateway.escalation_policy import StepKind
from gateway.ledger import timers
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import slices
from gateway.ledger.backends.upserts import insert
from gateway.ledger.delivery import queue
from gateway.ledger.delivery.queue import Closing
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    broadcasts,
    decisions,
    deliveries,
    duty_shifts,
    escalation_steps,
    notice_readers,
    notices,
    organisation_addresses,
    organisations,
    recipients,
)
from gateway.vocabulary import Audience, Language, Medium, Sector

Because = Literal["signed", "objected", "told", "superseded", "lifted", "stopped", "skipped"]

# whether it is the end for a dropped area, and who reads it in which medium and language
Reading = tuple[bool, Audience, Sector | None, Medium, Language]


@dataclass(frozen=True, slots=True)
class First:
    """The first step of an organisation that is asked to sign."""

    organisation_id: int
    kind: StepKind
    due_at: int


@dataclass(frozen=True, slots=True)
class Due:
    """A step whose moment has come, for an organisation that has still not signed. `dropped`: it reads
    the end for an area that a change leaves out."""

    id: int
    number: int
    kind: StepKind
    acknowledgement_id: int
    broadcast_id: int
    organisation_id: int
    audience: Audience
    sector: Sector | None
    area: str
    dropped: bool


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


_first = rows(organisation_id=BigInteger, kind=Text, due_at=BigInteger)
_begin = (
    insert(escalation_steps)
    .from_select(
        ["acknowledgement_id", "number", "kind", "due_at"],
        select(acknowledgements.c.id, literal(0), _first.c.kind, _first.c.due_at)
        .select_from(_first)
        .join(
            acknowledgements,
            and_(
                # by organisation, or the rows given would be read anew for each signature asked for
                acknowledgements.c.broadcast_id + 0 == bindparam("broadcast"),
                acknowledgements.c.organisation_id == _first.c.organisation_id,
            ),
        )
        .where(acknowledgements.c.signed_at.is_(None), acknowledgements.c.ended_at.is_(None)),
    )
    .on_conflict_do_nothing()
    .returning(escalation_steps.c.id, escalation_steps.c.due_at)
)
_waiting = and_(
    acknowledgements.c.signed_at.is_(None),
    acknowledgements.c.objected_at.is_(None),
    acknowledgements.c.ended_at.is_(None),
)
_reads_end = exists().where(
    recipients.c.broadcast_id == acknowledgements.c.broadcast_id,
    recipients.c.organisation_id == acknowledgements.c.organisation_id,
    notice_readers.c.notice_id == recipients.c.notice_id,
    notice_readers.c.purpose == "dropped",
)
_frozen = exists().where(
    recipients.c.broadcast_id == deliveries.c.broadcast_id,
    recipients.c.organisation_id == deliveries.c.organisation_id,
    recipients.c.address_id == deliveries.c.address_id,
)


def begin(connection: Connection, broadcast_id: int, first: Iterable[First]) -> None:
    """Set the first step of these organisations; who has one keeps it."""
    packed = pack((each.organisation_id, each.kind, each.due_at) for each in first)
    made = connection.execute(_begin, {"broadcast": broadcast_id, "rows": packed}).all()
    timers.put(connection, "escalation", [(row.id, row.due_at) for row in made])


def due(connection: Connection, step_ids: Sequence[int], now: int) -> list[Due]:
    """Those of these steps that are still to be taken, by broadcast, then id."""
    found: list[Due] = []
    for some in slices(step_ids):
        query = (
            select(
                escalation_steps.c.id,
                escalation_steps.c.number,
                escalation_steps.c.kind,
                acknowledgements.c.id,
                acknowledgements.c.broadcast_id,
                organisations.c.id,
                organisations.c.audience,
                organisations.c.sector,
                organisations.c.area,
                _reads_end,
            )
            .join(acknowledgements, acknowledgements.c.id == escalation_steps.c.acknowledgement_id)
            .join(broadcasts, broadcasts.c.id == acknowledgements.c.broadcast_id)
            .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
            .where(
                escalation_steps.c.id.in_(some),
                escalation_steps.c.taken_at.is_(None),
                escalation_steps.c.ended_at.is_(None),
                broadcasts.c.live.is_(True),
                broadcasts.c.valid_until > now,
                _waiting,
            )
            .order_by(acknowledgements.c.broadcast_id, escalation_steps.c.id)
        )
        found += [Due(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]
    return found


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


def taken(
    connection: Connection,
    step_id: int,
    now: int,
    *,
    contact_id: int | None = None,
    delivery_id: int | None = None,
    skipped: bool = False,
) -> None:
    """Note that a step was taken: whom it told by which message; `skipped`: there was nobody left."""
    connection.execute(
        update(escalation_steps)
        .where(escalation_steps.c.id == step_id)
        .values(
            taken_at=now,
            contact_id=contact_id,
            delivery_id=delivery_id,
            ended_at=now if skipped else None,
            ended_because="skipped" if skipped else None,
        )
    )


def follow(connection: Connection, new: Mapping[int, tuple[int, StepKind, int]]) -> None:
    """Set the next step, `(number, kind, due at)`, of these acknowledgements."""
    if not new:
        return
    made = connection.execute(
        insert(escalation_steps)
        .on_conflict_do_nothing()
        .returning(escalation_steps.c.id, escalation_steps.c.due_at),
        [
            {"acknowledgement_id": identifier, "number": number, "kind": kind, "due_at": due_at}
            for identifier, (number, kind, due_at) in new.items()
        ],
    )
    timers.put(connection, "escalation", [(row.id, row.due_at) for row in made])


def stop(connection: Connection, acknowledgement_id: int, because: Because, now: int) -> None:
    """Nothing more is tried for this signature: open steps end, what they queued never leaves."""
    of_it = escalation_steps.c.acknowledgement_id == acknowledgement_id
    ended = connection.execute(
        update(escalation_steps)
        .where(of_it, escalation_steps.c.ended_at.is_(None))
        .values(ended_at=now, ended_because=because)
        .returning(escalation_steps.c.id)
    )
    steps = list(ended.scalars())
    if not steps:
        return
    timers.remove(connection, "escalation", steps)
    waiting = connection.execute(
        select(deliveries.c.id, deliveries.c.group_id, deliveries.c.attempts)
        .join(
            acknowledgements,
            and_(
                acknowledgements.c.organisation_id == deliveries.c.organisation_id,
                acknowledgements.c.broadcast_id == deliveries.c.broadcast_id,
            ),
        )
        .where(acknowledgements.c.id == acknowledgement_id, deliveries.c.due_at.is_not(None), ~_frozen)
    ).all()
    if waiting:
        queue.close(connection, [Closing(*row, "cancelled") for row in waiting], now)


def end(
    connection: Connection,
    broadcast_ids: Collection[int],
    because: Literal["superseded", "lifted", "stopped"],
    now: int,
) -> None:
    """Nothing more is tried for any signature of these broadcasts."""
    for broadcast_id in broadcast_ids:
        ended = connection.execute(
            update(escalation_steps)
            .where(
                escalation_steps.c.acknowledgement_id.in_(
                    select(acknowledgements.c.id).where(acknowledgements.c.broadcast_id == broadcast_id)
                ),
                escalation_steps.c.ended_at.is_(None),
            )
            .values(ended_at=now, ended_because=because)
            .returning(escalation_steps.c.id)
        )
        timers.remove(connection, "escalation", list(ended.scalars()))
