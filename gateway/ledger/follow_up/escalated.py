"""Escalation as people follow it: the stages of a broadcast counted, and who was told when.

Moments are milliseconds since 1970 UTC.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select

from gateway.escalation_policy import StepKind
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.keysets import paged
from gateway.ledger.backends.slices import slices
from gateway.ledger.follow_up.escalation import Because
from gateway.ledger.follow_up.still_open import STILL_OPEN
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    contacts,
    deliveries,
    escalation_steps,
    organisations,
)
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Stage:
    """The steps of one kind that are due at one moment: `taken` of them told somebody, or put them on the
    list of calls, `skipped` found nobody, `spared` ended before their time, `waiting` are to come."""

    due_at: int
    kind: StepKind
    taken: int
    skipped: int
    spared: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step for one organisation. `taken_at` None: to come, unless it has ended. `contact`: the person
    who was told, None for the organisation itself; `channel`: how."""

    id: int
    acknowledgement_id: int
    organisation_id: int
    organisation: str
    audience: Audience
    area: str
    kind: StepKind
    due_at: int
    taken_at: int | None
    ended_at: int | None
    because: Because | None
    contact: str | None
    channel: str | None

    @property
    def skipped(self) -> bool:
        """Whether it found nobody to tell."""
        return self.because == "skipped"


_skipped = func.coalesce(escalation_steps.c.ended_because, "") == "skipped"
_taken = escalation_steps.c.taken_at.is_not(None)
_steps = (
    select(
        escalation_steps.c.id,
        escalation_steps.c.acknowledgement_id,
        organisations.c.id,
        organisations.c.name,
        organisations.c.audience,
        organisations.c.area,
        escalation_steps.c.kind,
        escalation_steps.c.due_at,
        escalation_steps.c.taken_at,
        escalation_steps.c.ended_at,
        escalation_steps.c.ended_because,
        contacts.c.name,
        addresses.c.kind,
    )
    .join(acknowledgements, acknowledgements.c.id == escalation_steps.c.acknowledgement_id)
    .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
    .outerjoin(contacts, contacts.c.id == escalation_steps.c.contact_id)
    .outerjoin(deliveries, deliveries.c.id == escalation_steps.c.delivery_id)
    .outerjoin(addresses, addresses.c.id == deliveries.c.address_id)
)


def stages(connection: Connection, broadcast_id: int, limits: Collection[str] = ()) -> list[Stage]:
    """The stages of a broadcast in the order of their moments; of the organisations within these areas."""

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    ended = escalation_steps.c.ended_at.is_not(None)
    query = (
        select(
            escalation_steps.c.due_at,
            escalation_steps.c.kind,
            number(and_(_taken, ~_skipped)),
            number(_skipped),
            number(and_(~_taken, ended)),
            number(and_(~_taken, ~ended)),
        )
        .join(acknowledgements, acknowledgements.c.id == escalation_steps.c.acknowledgement_id)
        .where(acknowledgements.c.broadcast_id == broadcast_id)
        .group_by(escalation_steps.c.due_at, escalation_steps.c.kind)
        .order_by(escalation_steps.c.due_at, escalation_steps.c.kind)
    )
    rows = connection.execute(_limited(query, limits))
    return [Stage(due_at, kind, *map(int, numbers)) for due_at, kind, *numbers in rows]


def waiting(connection: Connection, broadcast_id: int, limits: Collection[str] = ()) -> dict[Audience, int]:
    """How many organisations of each audience have neither signed nor objected, while it is waited for."""
    query = (
        select(organisations.c.audience, func.count())
        .select_from(acknowledgements)
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .where(
            acknowledgements.c.broadcast_id == broadcast_id,
            STILL_OPEN,
            reached(organisations.c.area, limits),
        )
        .group_by(organisations.c.audience)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def page(
    connection: Connection,
    broadcast_id: int,
    *,
    kind: StepKind | None = None,
    after: int | None = None,
    limit: int = 50,
    limits: Collection[str] = (),
) -> list[Step]:
    """The steps that were taken, the last first, from the one after the step `after`.

    Raises `InputError` (ROW_UNKNOWN).
    """
    query = (
        select(escalation_steps.c.id)
        .join(acknowledgements, acknowledgements.c.id == escalation_steps.c.acknowledgement_id)
        .where(acknowledgements.c.broadcast_id == broadcast_id, _taken)
    )
    if kind is not None:
        query = query.where(escalation_steps.c.kind == kind)
    query = paged(
        connection,
        _limited(query, limits),
        escalation_steps.c.id,
        escalation_steps.c.taken_at,
        descending=True,
        after=after,
        limit=limit,
    )
    ids = list(connection.execute(query).scalars())
    found = {step.id: step for step in _read(connection, escalation_steps.c.id, ids)}
    return [found[identifier] for identifier in ids]


def of_acknowledgements(connection: Connection, identifiers: Iterable[int]) -> dict[int, list[Step]]:
    """All the steps of these acknowledgements, in their order; those without any are left out."""
    found: dict[int, list[Step]] = defaultdict(list)
    for step in _read(connection, escalation_steps.c.acknowledgement_id, identifiers):
        found[step.acknowledgement_id].append(step)
    return dict(found)


def _read(connection: Connection, column: ColumnElement[int], values: Iterable[int]) -> list[Step]:
    return [
        Step(*cast(tuple[Any, ...], row))
        for some in slices(values)
        for row in connection.execute(_steps.where(column.in_(some)).order_by(escalation_steps.c.number))
    ]


def _limited(query: Select[Any], limits: Collection[str]) -> Select[Any]:
    if not limits:
        return query
    return query.join(organisations, organisations.c.id == acknowledgements.c.organisation_id).where(
        reached(organisations.c.area, limits)
    )
