"""Exercises that were launched, with their figures, as a list for people; limited to their areas."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select, true

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.keysets import paged
from gateway.ledger.schema import (
    acknowledgements,
    broadcasts,
    counters,
    decisions,
    delivery_groups,
    organisations,
)

ARRIVED = ("delivered", "read")
FAILED = ("failed", "expired", "suppressed")
_NONE = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Drill:
    """A launched exercise. `messages`: those that its list made, of which `arrived` and `failed`; `asked`:
    organisations that were to sign, of which `signed`, and `in_time` by when they were to. Moments in
    milliseconds since 1970 UTC."""

    id: int
    decision_id: str
    plan: str
    action: str
    level: str | None
    document_number: str | None
    launched_at: int
    messages: int
    arrived: int
    failed: int
    asked: int
    signed: int
    in_time: int


def page(
    connection: Connection,
    *,
    limits: Collection[str] = (),
    plan: str | None = None,
    descending: bool = True,
    after: int | None = None,
    limit: int | None = None,
) -> list[Drill]:
    """Exercises by launch, the last first unless told otherwise. `limits`: the codes of the areas that are
    counted, and of which something must have been told (none: everywhere).

    Raises `InputError` (ROW_UNKNOWN).
    """
    here = reached(delivery_groups.c.area, limits)
    told = exists().where(delivery_groups.c.broadcast_id == broadcasts.c.id, here) if limits else true()
    query = (
        select(
            broadcasts.c.id,
            broadcasts.c.decision_id,
            decisions.c.plan,
            decisions.c.action,
            decisions.c.level,
            decisions.c.document_number,
            broadcasts.c.launched_at,
        )
        .join(decisions, decisions.c.id == broadcasts.c.decision_id)
        .where(broadcasts.c.exercise.is_(True), broadcasts.c.launched_at.is_not(None), told)
    )
    if plan is not None:
        query = query.where(decisions.c.plan == plan)
    ordered = paged(
        connection,
        query,
        broadcasts.c.id,
        broadcasts.c.launched_at,
        descending=descending,
        after=after,
        limit=limit,
    )
    rows = connection.execute(ordered).all()
    ids = [row.id for row in rows]
    sent, signed = _sent(connection, ids, limits), _signed(connection, ids, limits)
    found: list[tuple[Any, ...]] = [
        (*row, *sent.get(row.id, _NONE), *signed.get(row.id, _NONE)) for row in rows
    ]
    return [Drill(*each) for each in found]


def _sent(
    connection: Connection, ids: Collection[int], limits: Collection[str]
) -> dict[int, tuple[int, int, int]]:
    """Messages, arrived, failed."""

    def number(states: tuple[str, ...]) -> ColumnElement[int]:
        return func.sum(case((counters.c.state.in_(states), counters.c.deliveries), else_=0))

    rows = connection.execute(
        select(
            delivery_groups.c.broadcast_id,
            func.sum(counters.c.deliveries),
            number(ARRIVED),
            number(FAILED),
        )
        .join(counters, counters.c.group_id == delivery_groups.c.id)
        .where(delivery_groups.c.broadcast_id.in_(ids), reached(delivery_groups.c.area, limits))
        .group_by(delivery_groups.c.broadcast_id)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}


def _signed(
    connection: Connection, ids: Collection[int], limits: Collection[str]
) -> dict[int, tuple[int, int, int]]:
    """Asked, signed, signed in time."""
    in_time = case((acknowledgements.c.signed_at <= acknowledgements.c.due_at, 1), else_=0)
    query = (
        select(
            acknowledgements.c.broadcast_id,
            func.count(),
            func.count(acknowledgements.c.signed_at),
            func.sum(in_time),
        )
        .where(acknowledgements.c.broadcast_id.in_(ids))
        .group_by(acknowledgements.c.broadcast_id)
    )
    if limits:
        query = query.join(organisations, organisations.c.id == acknowledgements.c.organisation_id).where(
            reached(organisations.c.area, limits)
        )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(query)}
