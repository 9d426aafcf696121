"""How far a broadcast is in each district, counted; limited to areas."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.delivery import arrivals
from gateway.ledger.delivery.minutes import STAGES
from gateway.ledger.schema import (
    acknowledgements,
    broadcasts,
    counters,
    delivery_groups,
    organisations,
)


@dataclass(frozen=True, slots=True)
class District:
    """An area (a code, maybe a street's): its `messages`, of which `sent` were taken by a provider; those on
    channels with receipts, of which `arrived`; the organisations `asked` to sign, of which `signed`."""

    area: str
    messages: int
    sent: int
    receipted: int
    arrived: int
    asked: int
    signed: int


def of_broadcast(
    connection: Connection, broadcast_id: int, limits: Collection[str] = ()
) -> list[District] | None:
    """A launched broadcast's districts within these areas (none: everywhere), by code; None where there is
    no such broadcast, or nothing of it within them."""
    launched = connection.execute(
        select(broadcasts.c.id).where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.launched_at.is_not(None),
            broadcasts.c.decision_id.is_not(None),
        )
    ).scalar()
    if launched is None:
        return None
    told = _told(connection, broadcast_id, limits)
    if limits and not told:
        return None
    signed = _signed(connection, broadcast_id, limits)
    return [
        District(area, *told.get(area, (0, 0, 0, 0)), *signed.get(area, (0, 0)))
        for area in sorted(told.keys() | signed.keys())
    ]


def _told(
    connection: Connection, broadcast_id: int, limits: Collection[str]
) -> dict[str, tuple[int, int, int, int]]:
    receipted = delivery_groups.c.channel.not_in(arrivals.without_receipts(connection, broadcast_id))
    state, one = counters.c.state, counters.c.deliveries

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, one), else_=0))

    rows = connection.execute(
        select(
            delivery_groups.c.area,
            func.sum(one),
            number(state.in_(STAGES["accepted"])),
            number(receipted),
            number(state.in_(STAGES["delivered"])),
        )
        .join(counters, counters.c.group_id == delivery_groups.c.id)
        .where(delivery_groups.c.broadcast_id == broadcast_id, reached(delivery_groups.c.area, limits))
        .group_by(delivery_groups.c.area)
    )
    return {
        area: (int(messages), int(sent), int(receipted), int(arrived))
        for area, messages, sent, receipted, arrived in rows
    }


def _signed(connection: Connection, broadcast_id: int, limits: Collection[str]) -> dict[str, tuple[int, int]]:
    rows = connection.execute(
        select(organisations.c.area, func.count(), func.count(acknowledgements.c.signed_at))
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .where(acknowledgements.c.broadcast_id == broadcast_id, reached(organisations.c.area, limits))
        .group_by(organisations.c.area)
    )
    return {area: (int(asked), int(signed)) for area, asked, signed in rows}
