"""Deliveries that may have arrived: which to settle, what to ask about them, which wait for a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, and_, bindparam, exists, func, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.schema import (
    addresses,
    attempts,
    broadcasts,
    deliveries,
    delivery_groups,
    organisations,
    reason_counters,
    timers,
)


class Due(NamedTuple):
    """A delivery whose wait for a receipt is over; `since` in milliseconds since 1970 UTC."""

    delivery_id: int
    since: int


class Unclear(NamedTuple):
    """An attempt that may have arrived, with the names that its provider may know it by, and what was
    asked for. `started_at` in milliseconds since 1970 UTC."""

    delivery_id: int
    number: int
    lane_id: int
    provider_id: str | None
    started_at: int
    notice_id: int
    part: int
    broadcast_id: int
    organisation_id: int
    address: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A delivery on which only a person can decide; `since` in milliseconds since 1970 UTC.

    `address` is whose it is: mask it before it is shown. `may_repeat`: its broadcast may still send.
    """

    id: int
    broadcast_id: int
    organisation_code: str
    organisation: str
    audience: str
    channel: str
    address: str = field(repr=False)
    part: int
    reason: str | None
    attempts: int
    since: int
    may_repeat: bool


LEFT = "left_by_person"  # the reason of an unknown that a person has decided to leave so

_of_lanes = and_(
    timers.c.kind == "settle_unknown", deliveries.c.lane_id.in_(bindparam("lanes", expanding=True))
)
_timed = select(timers.c.subject_id, timers.c.due_at).join(deliveries, deliveries.c.id == timers.c.subject_id)
_due = (
    _timed.where(_of_lanes, timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.subject_id)
    .limit(bindparam("most"))
)
_next = (
    select(func.min(timers.c.due_at))
    .join(deliveries, deliveries.c.id == timers.c.subject_id)
    .where(_of_lanes)
)
_wanted = rows(id=BigInteger)
_unclear = (
    select(
        attempts.c.delivery_id,
        attempts.c.number,
        attempts.c.lane_id,
        attempts.c.provider_id,
        attempts.c.started_at,
        deliveries.c.notice_id,
        deliveries.c.part,
        deliveries.c.broadcast_id,
        func.coalesce(deliveries.c.organisation_id, 0),  # of a memo
        addresses.c.value,
    )
    .select_from(_wanted)
    .join(deliveries, and_(deliveries.c.id == _wanted.c.id, deliveries.c.state == "unknown"))
    .join(attempts, and_(attempts.c.delivery_id == deliveries.c.id, attempts.c.state == "unknown"))
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .order_by(attempts.c.delivery_id, attempts.c.number)
)
_settling = exists().where(timers.c.kind == "settle_unknown", timers.c.subject_id == deliveries.c.id)
_counted = and_(  # by reason: every unknown has one
    delivery_groups.c.broadcast_id == bindparam("broadcast"),
    delivery_groups.c.id == reason_counters.c.group_id,
    reason_counters.c.state == "unknown",
    reason_counters.c.reason != LEFT,
    reason_counters.c.deliveries > 0,
)
_for_a_person = and_(
    deliveries.c.broadcast_id == bindparam("broadcast"),
    deliveries.c.reason.in_(select(reason_counters.c.reason).where(_counted)),  # those alone are looked at
    deliveries.c.state == "unknown",
    ~_settling,
)
_count = select(func.coalesce(func.sum(reason_counters.c.deliveries), 0)).where(_counted)
_count_settling = (
    select(func.count())
    .select_from(timers)
    .join(deliveries, deliveries.c.id == timers.c.subject_id)
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .where(
        timers.c.kind == "settle_unknown",
        by_id(deliveries.c.broadcast_id == bindparam("broadcast")),  # the timers are fewer by far
        deliveries.c.state == "unknown",
        func.coalesce(deliveries.c.reason, "") != LEFT,
    )
)
_next_ids = (
    select(deliveries.c.id)
    .where(_for_a_person, deliveries.c.id > bindparam("after"))
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
)
_undecided = (
    select(
        deliveries.c.id,
        deliveries.c.broadcast_id,
        organisations.c.code,
        organisations.c.name,
        delivery_groups.c.audience,
        delivery_groups.c.channel,
        addresses.c.value,
        deliveries.c.part,
        deliveries.c.reason,
        deliveries.c.attempts,
        deliveries.c.claimed_at,
        and_(broadcasts.c.live, broadcasts.c.valid_until > bindparam("now")),
    )
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(deliveries.c.id.in_(_next_ids))
    .order_by(deliveries.c.id)
)


def due(connection: Connection, lane_ids: Collection[int], now: int, limit: int) -> list[Due]:
    """Deliveries on these lanes that are to be settled now, longest overdue first."""
    parameters = {"lanes": list(lane_ids), "now": now, "most": limit}
    return [Due(*row) for row in connection.execute(_due, parameters)]


def next_due(connection: Connection, lane_ids: Collection[int]) -> int | None:
    """When the next delivery on these lanes is to be settled."""
    return connection.execute(_next, {"lanes": list(lane_ids)}).scalar()


def attempts_of(connection: Connection, delivery_ids: Collection[int]) -> list[Unclear]:
    """The unclear attempts of those deliveries that are still unknown, in their order."""
    wanted = pack((each,) for each in sorted(delivery_ids))
    return [Unclear._make(row) for row in connection.execute(_unclear, {"rows": wanted})]


def undecided(
    connection: Connection, broadcast_id: int, now: int, after: int = 0, limit: int = 100
) -> Sequence[Undecided]:
    """A broadcast's deliveries that wait for a person, in the order of their ids from the one after
    `after`: the rule does not repeat them, and nobody has decided to leave them so."""
    parameters = {"broadcast": broadcast_id, "now": now, "after": after, "most": limit}
    return [Undecided(*tuple(row)) for row in connection.execute(_undecided, parameters)]


def count(connection: Connection, broadcast_id: int, limits: Collection[str] = ()) -> int:
    """How many deliveries of a broadcast within these areas (none: everywhere) wait for a person, as its
    counters say: those that are being settled do not."""
    of_it, here = {"broadcast": broadcast_id}, reached(delivery_groups.c.area, limits)
    unknown = int(connection.execute(_count.where(here), of_it).scalar_one())
    if not unknown:
        return 0
    return max(0, unknown - int(connection.execute(_count_settling.where(here), of_it).scalar_one()))
