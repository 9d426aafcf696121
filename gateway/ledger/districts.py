"""How far a broadcast is in each district, counted; limited to areas."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, select

from gateway.ledger.areas import reached
from gateway.ledger.minutes import STAGES
from gateway.ledger.schema import (
    acknowledgements,
    broadcasts,
    counters,
    delivery_groups,
    lanes,
    organisations,
)


@dataclass(frozen=True, slots=True)
class District:
    """An area (a code, maybe a street's): its `messages`, of which `sent` were taken by a provider and
    `arrived`; the organisations `asked` to sign, of which `signed`. What only ever is accepted, because its
    channel has no receipts, counts as arrived."""

    area: str
    messages: int
    sent: int
    arrived: int
    asked: int
    signed: int


def of_broadcast(
    connection: Connection, broadcast_id: int, limits: Collection[str] = ()
) -> list[District] | None:
    """A launched broadcast's districts within these areas (none: everywhere), by code; None where there is
    no such broadcast, or nothing of it within them."""
    exercise = connection.execute(
        select(broadcasts.c.exercise).where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.launched_at.is_not(None),
            broadcasts.c.decision_id.is_not(None),
        )
    ).scalar()
    if exercise is None:
        return None
    told = _told(connection, broadcast_id, limits, exercise=exercise)
    if limits and not told:
        return None
    signed = _signed(connection, broadcast_id, limits)
    return [
        District(area, *told.get(area, (0, 0, 0)), *signed.get(area, (0, 0)))
        for area in sorted(told.keys() | signed.keys())
    ]


def _told(
    connection: Connection, broadcast_id: int, limits: Collection[str], *, exercise: bool
) -> dict[str, tuple[int, int, int]]:
    without_receipts = (
        select(lanes.c.channel)
        .where(lanes.c.exercise == exercise, lanes.c.enabled.is_(True))
        .group_by(lanes.c.channel)
        .having(func.min(case((lanes.c.final_on_accept.is_(True), 1), else_=0)) == 1)
    )
    state, channel = counters.c.state, delivery_groups.c.channel

    def number(*conditions: tuple[ColumnElement[bool], ColumnElement[int]]) -> ColumnElement[int]:
        return func.sum(case(*conditions, else_=0))

    one = counters.c.deliveries
    rows = connection.execute(
        select(
            delivery_groups.c.area,
            func.sum(one),
            number((state.in_(STAGES["accepted"]), one)),
            number(
                (state.in_(STAGES["delivered"]), one),
                (state.in_(STAGES["accepted"]) & channel.in_(without_receipts), one),
            ),
        )
        .join(counters, counters.c.group_id == delivery_groups.c.id)
        .where(delivery_groups.c.broadcast_id == broadcast_id, reached(delivery_groups.c.area, limits))
        .group_by(delivery_groups.c.area)
    )
    return {area: (int(messages), int(sent), int(arrived)) for area, messages, sent, arrived in rows}


def _signed(connection: Connection, broadcast_id: int, limits: Collection[str]) -> dict[str, tuple[int, int]]:
    rows = connection.execute(
        select(organisations.c.area, func.count(), func.count(acknowledgements.c.signed_at))
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .where(acknowledgements.c.broadcast_id == broadcast_id, reached(organisations.c.area, limits))
        .group_by(organisations.c.area)
    )
    return {area: (int(asked), int(signed)) for area, asked, signed in rows}
