"""Messages that a provider took and of which no receipt came: whom to ask about, and what is left unsaid.

A lane whose provider promises receipts waits `receipt_window` for them. Then the delivery stays what it
was, accepted or sent, with the reason `NO_RECEIPT`, which is counted. Rows are read by spans of ids, so
that nothing has to be kept about a message for the day on which nobody hears of it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, and_, bindparam, func, or_, select, update

from gateway.ledger import events
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.delivery import counters, spans
from gateway.ledger.delivery.counters import NO_RECEIPT
from gateway.ledger.delivery.spans import Span
from gateway.ledger.schema import (
    attempts,
    broadcasts,
    deliveries,
    delivery_groups,
    lanes,
    reason_counters,
)
from gateway.ledger.schema import counters as counters_table


class Silent(NamedTuple):
    """An attempt that was taken and not heard of since. `asks`: how often its provider was asked;
    `started_at` in milliseconds since 1970 UTC."""

    delivery_id: int
    number: int
    lane_id: int
    provider_id: str | None
    started_at: int
    asks: int


_TAKEN = ("accepted", "sent")
_said = (
    select(func.coalesce(func.sum(reason_counters.c.deliveries), 0))
    .where(
        reason_counters.c.group_id == counters_table.c.group_id,
        reason_counters.c.state == counters_table.c.state,
        reason_counters.c.reason == NO_RECEIPT,
    )
    .correlate(counters_table)
    .scalar_subquery()
)
_DAY = 86_400_000  # ms: what was under way when a broadcast ran out is decided long before
_every = (
    select(delivery_groups.c.broadcast_id)
    .distinct()
    .join(counters_table, counters_table.c.group_id == delivery_groups.c.id)
    .where(
        counters_table.c.state.in_(_TAKEN),
        counters_table.c.deliveries > _said,
        delivery_groups.c.channel.in_(
            select(lanes.c.channel).where(lanes.c.id.in_(bindparam("lanes", expanding=True)))
        ),
    )
    .order_by(delivery_groups.c.broadcast_id)
)
_lately = _every.where(
    delivery_groups.c.broadcast_id.in_(
        select(broadcasts.c.id).where(
            or_(
                broadcasts.c.valid_until
                > bindparam("now", type_=BigInteger)
                - _DAY
                - select(func.max(lanes.c.receipt_window)).scalar_subquery(),
                broadcasts.c.id.in_(bindparam("waited", expanding=True)),
            )
        )
    )
)
_of_span = and_(
    deliveries.c.id >= bindparam("first"),
    deliveries.c.id <= bindparam("last"),
    deliveries.c.broadcast_id + 0 == bindparam("broadcast"),  # by id
    deliveries.c.state.in_(_TAKEN),
    deliveries.c.reason.is_(None),
)
_silent = (
    select(
        deliveries.c.id,
        attempts.c.number,
        attempts.c.lane_id,
        attempts.c.provider_id,
        attempts.c.started_at,
        func.coalesce(attempts.c.asks, 0),
    )
    .join(attempts, attempts.c.delivery_id == deliveries.c.id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(
        _of_span,
        deliveries.c.claimed_at <= bindparam("before"),
        attempts.c.state.in_(_TAKEN),
        attempts.c.provider_id.is_not(None),
        attempts.c.lane_id.in_(bindparam("lanes", expanding=True)),
        or_(lanes.c.parked_until.is_(None), lanes.c.parked_until <= bindparam("now")),
        attempts.c.started_at + lanes.c.receipt_window > bindparam("now"),
    )
    .order_by(deliveries.c.id, attempts.c.number)
)
_asked = rows(delivery_id=BigInteger, number=BigInteger)
_count_asks = (
    update(attempts)
    .where(attempts.c.delivery_id == _asked.c.delivery_id, attempts.c.number == _asked.c.number)
    .values(asks=func.coalesce(attempts.c.asks, 0) + 1)
)
_unheard_of = (
    select(deliveries.c.id, deliveries.c.group_id, deliveries.c.state)
    .join(lanes, lanes.c.id == deliveries.c.lane_id)
    .where(
        _of_span,
        deliveries.c.lane_id.in_(bindparam("lanes", expanding=True)),
        lanes.c.final_on_accept.is_(False),
        deliveries.c.claimed_at + lanes.c.receipt_window <= bindparam("now"),
    )
    .order_by(deliveries.c.id)
)
_unheard = rows(id=BigInteger)
_mark = update(deliveries).where(deliveries.c.id == _unheard.c.id).values(reason=NO_RECEIPT)


def waiting(
    connection: Connection, lane_ids: Collection[int], now: int, waited: Collection[int] | None = None
) -> list[Span]:
    """The broadcasts on these lanes' channels of which receipts may still be missing; by their counters,
    whatever their size.

    `waited`: the ids of those that this gave before. Then nobody goes through the counters of years again:
    of what ran out so long ago that nothing can have been taken since, only those are looked at.
    """
    asked = {"lanes": list(lane_ids)}
    if waited is None:
        found = connection.execute(_every, asked)
    else:
        found = connection.execute(_lately, {**asked, "now": now, "waited": list(waited)})
    return [span for each in found.scalars().all() if (span := spans.of(connection, each)) is not None]


def silent(
    connection: Connection, span: Span, lane_ids: Collection[int], before: int, now: int
) -> list[Silent]:
    """What was claimed until `before` on these lanes, has a name at its provider, and still waits for its
    receipt within the lane's window. Lanes that rest are left alone."""
    parameters = {**_parameters(span, lane_ids, now), "before": before}
    return [Silent(*row) for row in connection.execute(_silent, parameters)]


def asked(connection: Connection, asked_about: Sequence[Silent]) -> None:
    """Note that the provider was asked about these attempts once more."""
    if asked_about:
        named = pack((each.delivery_id, each.number) for each in sorted(asked_about))
        connection.execute(_count_asks, {"rows": named})


def overdue(connection: Connection, span: Span, lane_ids: Collection[int], now: int) -> bool:
    """Whether `give_up` would find something."""
    return connection.execute(_unheard_of.limit(1), _parameters(span, lane_ids, now)).first() is not None


def give_up(connection: Connection, span: Span, lane_ids: Collection[int], now: int) -> int:
    """Say of a span's messages whose receipt window has passed that no receipt came; gives how many."""
    found = connection.execute(
        _unheard_of.with_for_update(of=deliveries), _parameters(span, lane_ids, now)
    ).all()
    if found:
        connection.execute(_mark, {"rows": pack((row.id,) for row in found)})
        counters.move_reasons(connection, Counter((row.group_id, row.state, NO_RECEIPT) for row in found))
        events.append(connection, now, NO_RECEIPT, broadcast_id=span.broadcast_id, deliveries=len(found))
    return len(found)


def _parameters(span: Span, lane_ids: Collection[int], now: int) -> dict[str, object]:
    return {
        "broadcast": span.broadcast_id,
        "first": span.first,
        "last": span.last,
        "lanes": list(lane_ids),
        "now": now,
    }
