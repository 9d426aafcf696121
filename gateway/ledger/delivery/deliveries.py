"""Deliveries: stored when a broadcast is expanded, and read by people."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Text,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
)

from gateway.ledger import timers
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.backends.upserts import insert as insert_into
from gateway.ledger.delivery import counters, spans
from gateway.ledger.delivery.attempts import at_work, at_work_until
from gateway.ledger.delivery.spans import Span
from gateway.ledger.follow_up.unsigned import REACHED_BY_CALL
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    attempts,
    broadcasts,
    calls,
    deliveries,
    delivery_groups,
    lanes,
    minute_counters,
    organisations,
    reason_counters,
    recipients,
)
from gateway.ledger.schema import counters as counters_table
from gateway.ledger.schema import timers as timers_table


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One message of a notice to one address. Without a lane it is suppressed, with a reason; without an
    organisation it is a memo's.

    `priority` 0 leaves first; `due_at` (ms since 1970 UTC) is when it may leave at the earliest.
    """

    broadcast_id: int
    exercise: bool
    audience: str
    channel: str
    area: str
    organisation_id: int | None
    address_id: int
    notice_id: int
    part: int
    lane_id: int | None
    priority: int
    due_at: int
    state: Literal["queued", "suppressed"] = "queued"
    reason: str | None = None


_columns = {
    "broadcast_id": BigInteger,
    "exercise": Boolean,
    "group_id": BigInteger,
    "organisation_id": BigInteger,
    "address_id": BigInteger,
    "notice_id": BigInteger,
    "part": BigInteger,
    "lane_id": BigInteger,
    "state": Text,
    "priority": BigInteger,
    "due_at": BigInteger,
    "attempts": BigInteger,
    "reason": Text,
    "ended_at": BigInteger,
}
_new = rows(**_columns)
_insert = (
    insert_into(deliveries)
    .from_select(list(_columns), select(*_new.c).where(true()))  # or SQLite reads ON CONFLICT as a join's ON
    .on_conflict_do_nothing()
    .returning(deliveries.c.group_id, deliveries.c.state, deliveries.c.reason, deliveries.c.id)
)
_ends = select(broadcasts.c.valid_until).where(broadcasts.c.id == bindparam("broadcast"))


def insert(connection: Connection, new: Sequence[NewDelivery]) -> int:
    """Store a slice of one broadcast's deliveries (some thousand) with its counters; gives how many.

    What is there already (same address, notice and part) stays as it is and is not counted again.
    The sweep at the end of the broadcast's life is set with it.
    """
    if not new:
        return 0
    broadcast_id = new[0].broadcast_id
    groups = [(each.audience, each.channel, each.area) for each in new]
    ids = counters.group_ids(connection, broadcast_id, groups)
    valid_until = connection.execute(_ends, {"broadcast": broadcast_id}).scalar_one()
    timers.put(connection, "sweep_broadcast", [(broadcast_id, valid_until)])
    values = pack(
        (
            each.broadcast_id,
            each.exercise,
            ids[group],
            each.organisation_id,
            each.address_id,
            each.notice_id,
            each.part,
            each.lane_id,
            each.state,
            each.priority,
            each.due_at if each.state == "queued" else None,
            0,
            each.reason,
            None if each.state == "queued" else each.due_at,
        )
        for each, group in zip(new, groups, strict=True)
    )
    stored = connection.execute(_insert, {"rows": values}).all()
    if not stored:
        return 0
    spans.widen(connection, Span(broadcast_id, min(row.id for row in stored), max(row.id for row in stored)))
    counters.move(connection, Counter((row.group_id, row.state) for row in stored))
    counters.move_reasons(connection, Counter((row.group_id, row.state, row.reason) for row in stored))
    return len(stored)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as people ask for it; moments in milliseconds since 1970 UTC.

    `address` is whose it is: mask it before it is shown. `repeated`: it was sent once more although
    the first may have arrived.
    """

    id: int
    organisation_code: str
    organisation: str
    audience: str
    area: str
    channel: str
    address: str = field(repr=False)
    part: int
    state: str
    reason: str | None
    attempts: int
    repeated: bool
    due_at: int | None
    claimed_at: int | None
    accepted_at: int | None
    sent_at: int | None
    delivered_at: int | None
    read_at: int | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Exposed:
    """An organisation's address that a warning of the episode has, or may have, reached."""

    organisation_id: int
    address_id: int
    organisation_code: str
    audience: str
    sector: str | None
    area: str
    channel: str
    value: str = field(repr=False)


_tried = attempts.alias("tried")
_page = (
    select(
        deliveries.c.id,
        organisations.c.code,
        organisations.c.name,
        delivery_groups.c.audience,
        delivery_groups.c.area,
        delivery_groups.c.channel,
        addresses.c.value,
        deliveries.c.part,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.attempts,
        exists().where(_tried.c.delivery_id == deliveries.c.id, _tried.c.repeat.is_(True)),
        deliveries.c.due_at,
        deliveries.c.claimed_at,
        deliveries.c.accepted_at,
        deliveries.c.sent_at,
        deliveries.c.delivered_at,
        deliveries.c.read_at,
        deliveries.c.ended_at,
    )
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(
        deliveries.c.id > bindparam("after"),
        by_id(deliveries.c.broadcast_id == bindparam("broadcast")),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
)
_may_have_arrived = attempts.c.state.not_in(("deferred", "refused"))
_told_by_telephone = exists().where(
    calls.c.acknowledgement_id == acknowledgements.c.id,
    acknowledgements.c.broadcast_id == deliveries.c.broadcast_id,
    acknowledgements.c.organisation_id == deliveries.c.organisation_id,
    calls.c.result.in_(REACHED_BY_CALL),
)
_exposed = (
    select(
        deliveries.c.organisation_id,
        deliveries.c.address_id,
        organisations.c.code,
        delivery_groups.c.audience,
        organisations.c.sector,
        delivery_groups.c.area,
        delivery_groups.c.channel,
        addresses.c.value,
    )
    .distinct()
    .select_from(broadcasts)
    .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(
        broadcasts.c.episode_id == bindparam("episode"),
        or_(
            and_(
                deliveries.c.claimed_at.is_not(None),
                exists().where(attempts.c.delivery_id == deliveries.c.id, _may_have_arrived),
            ),
            and_(delivery_groups.c.channel == "phone", _told_by_telephone),
        ),
    )
    .order_by(deliveries.c.organisation_id, deliveries.c.address_id)
)
_on_list = exists().where(
    recipients.c.broadcast_id == bindparam("list"),
    recipients.c.organisation_id == deliveries.c.organisation_id,
    recipients.c.address_id == deliveries.c.address_id,
)
_asked = rows(address_id=BigInteger)
_in_flight = (
    select(deliveries.c.address_id, func.max(attempts.c.started_at + lanes.c.request_timeout))
    .select_from(attempts)
    .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(
        attempts.c.answered_at.is_(None),
        broadcasts.c.episode_id == bindparam("episode"),
        deliveries.c.address_id.in_(select(_asked.c.address_id)),
    )
    .group_by(deliveries.c.address_id)
)
_at_work = (
    select(deliveries.c.address_id, func.max(at_work_until))
    .select_from(_asked)
    .join(deliveries, deliveries.c.address_id == _asked.c.address_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(attempts, attempts.c.delivery_id == deliveries.c.id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(
        broadcasts.c.episode_id == bindparam("episode"),
        or_(and_(attempts.c.answered_at.is_(None), lanes.c.idempotent.is_(True)), at_work),
    )
    .group_by(deliveries.c.address_id)
)
_of_broadcast = broadcasts.c.id == bindparam("broadcast")
_unexpanded = select(broadcasts.c.id).where(broadcasts.c.live.is_(True), broadcasts.c.expanded_at.is_(None))
_states = (
    select(counters_table.c.state)
    .distinct()
    .join(delivery_groups, delivery_groups.c.id == counters_table.c.group_id)
    .join(broadcasts, broadcasts.c.id == delivery_groups.c.broadcast_id)
    .where(counters_table.c.deliveries != 0)
)
_within_window = deliveries.c.claimed_at + lanes.c.receipt_window > bindparam("now")
_to_be_settled = exists().where(
    timers_table.c.kind == "settle_unknown", timers_table.c.subject_id == deliveries.c.id
)
_with_lanes = (
    select(deliveries.c.id)
    .select_from(broadcasts)
    .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
    .join(lanes, lanes.c.id == deliveries.c.lane_id)
    .limit(1)
)
_receipt_may_come = _with_lanes.where(
    deliveries.c.state.in_(("accepted", "sent")), lanes.c.final_on_accept.is_(False), _within_window
)
_accepted_lately = (  # or no receipt can come: then nobody goes through the rows
    select(minute_counters.c.minute)
    .join(delivery_groups, delivery_groups.c.id == minute_counters.c.group_id)
    .join(broadcasts, broadcasts.c.id == delivery_groups.c.broadcast_id)
    .where(
        minute_counters.c.stage == "accepted",
        minute_counters.c.last_at
        > bindparam("now") - select(func.max(lanes.c.receipt_window)).scalar_subquery(),
    )
    .limit(1)
)
_unknown_may_turn = _with_lanes.where(
    deliveries.c.state == "unknown",
    deliveries.c.reason.in_(  # every unknown has a reason: those that are counted alone are looked at
        select(reason_counters.c.reason)
        .join(delivery_groups, delivery_groups.c.id == reason_counters.c.group_id)
        .where(
            delivery_groups.c.broadcast_id == broadcasts.c.id,
            reason_counters.c.state == "unknown",
            reason_counters.c.deliveries > 0,
        )
        .correlate(broadcasts)
    ),
    or_(_within_window, _to_be_settled),
)


def page(
    connection: Connection,
    broadcast_id: int,
    *,
    state: str | None = None,
    audience: str | None = None,
    channel: str | None = None,
    area: str | None = None,
    reason: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Delivery]:
    """A broadcast's deliveries in the order of their ids, from the one after `after`."""
    span = spans.of(connection, broadcast_id)
    if span is None:
        return []
    query = _page
    if state is not None:
        query = query.where(deliveries.c.state == state)
    if audience is not None:
        query = query.where(delivery_groups.c.audience == audience)
    if channel is not None:
        query = query.where(delivery_groups.c.channel == channel)
    if area is not None:
        query = query.where(delivery_groups.c.area == area)
    if reason is not None:
        query = query.where(deliveries.c.reason == reason)
    found = connection.execute(
        query, {"broadcast": broadcast_id, "after": max(after, span.first - 1), "most": limit}
    )
    return [Delivery(*cast(tuple[Any, ...], row)) for row in found]


def exposed(connection: Connection, episode_id: str, unlisted_in: int | None = None) -> list[Exposed]:
    """Whom the episode's messages have reached or may have: claimed for sending, not certainly refused; or
    who was told by telephone, having nothing but a fixed line. Whoever stands on the frozen list of the
    broadcast `unlisted_in` is left out: of a million nearly all do."""
    query = _exposed
    if unlisted_in is not None:
        query = query.where(~_on_list)
    found = connection.execute(query, {"episode": episode_id, "list": unlisted_in})
    return [Exposed(*row) for row in found]


def in_flight_addresses(
    connection: Connection, episode_id: str, address_ids: Collection[int]
) -> dict[int, int]:
    """Addresses with a request of the episode under way, and the latest moment its answer may come."""
    asked = pack((each,) for each in address_ids)
    found = connection.execute(_in_flight, {"episode": episode_id, "rows": asked})
    return dict(found.all())


def working_addresses(
    connection: Connection, episode_id: str, address_ids: Collection[int]
) -> dict[int, int]:
    """Those of a few addresses whose system may still be at work on a request of the episode, and until when:
    one that did not answer in time may have begun it."""
    if not address_ids:
        return {}
    asked = pack((each,) for each in address_ids)
    return dict(connection.execute(_at_work, {"episode": episode_id, "rows": asked}).all())


def complete(connection: Connection, broadcast_id: int | None, now: int) -> bool:
    """Whether every delivery of a broadcast (None: of all) is final or past its lane's receipt window.

    Accepted is final where the lane's provider never says more. Unknown is waited for until it is
    settled. A live broadcast that is not wholly expanded is not complete.
    """
    chosen = () if broadcast_id is None else (_of_broadcast,)
    values = {"broadcast": broadcast_id, "now": now}
    if connection.execute(_unexpanded.where(*chosen), values).first() is not None:
        return False
    states = set(connection.execute(_states.where(*chosen), values).scalars())
    if states & {"queued", "sending"}:
        return False
    looks = [_unknown_may_turn] if "unknown" in states else []
    if states & {"accepted", "sent"} and connection.execute(_accepted_lately.where(*chosen), values).first():
        looks.append(_receipt_may_come)
    return all(connection.execute(look.where(*chosen), values).first() is None for look in looks)


def states(connection: Connection, broadcast_id: int) -> Iterator[tuple[int, str]]:
    """The number and state of every delivery of a broadcast, by number; read as they come."""
    query = (
        select(deliveries.c.id, deliveries.c.state)
        .where(deliveries.c.broadcast_id == broadcast_id)
        .order_by(deliveries.c.id)
        .execution_options(yield_per=5000)
    )
    for row in connection.execute(query):
        yield row.id, row.state
