"""Escalation steps: what is tried next for a missing signature, one row a step; a timer says when.

A step is due, then taken, then ended. Moments are milliseconds since 1970 UTC.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import BigInteger, Connection, Text, and_, bindparam, exists, literal, select, update

from gateway.escalation_policy import StepKind
from gateway.ledger import timers
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import slices
from gateway.ledger.backends.upserts import insert
from gateway.ledger.delivery import closing
from gateway.ledger.delivery.closing import Closing
from gateway.ledger.follow_up.still_open import STILL_OPEN
from gateway.ledger.schema import (
    acknowledgements,
    broadcasts,
    deliveries,
    escalation_steps,
    notice_readers,
    organisations,
    recipients,
)
from gateway.vocabulary import Audience, Sector

Because = Literal["signed", "objected", "told", "superseded", "lifted", "stopped", "skipped"]


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
                STILL_OPEN,
            )
            .order_by(acknowledgements.c.broadcast_id, escalation_steps.c.id)
        )
        found += [Due(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]
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
        .order_by(deliveries.c.id)
        .with_for_update(of=deliveries)  # what is just being claimed is no longer queued then
    ).all()
    if waiting:
        closing.close(connection, [Closing(*row, "cancelled") for row in waiting], now)


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
