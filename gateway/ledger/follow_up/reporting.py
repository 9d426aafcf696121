"""What a report asks of the ledger beyond its rows: the words that left, and when they had left."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from gateway.ledger.delivery import counters
from gateway.ledger.delivery.arrivals import with_receipts, without_receipts
from gateway.ledger.delivery.counters import Count
from gateway.ledger.schema import deliveries, notice_readers, notices


@dataclass(frozen=True, slots=True)
class SentText:
    """A text of a decision and one of its readers; `sha256` is of its words as approved."""

    audience: str
    sector: str | None
    medium: str
    language: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Moments:
    """When the first delivery had come so far, and when 95 % of the `whole` had; ms since 1970 UTC, None: not
    yet."""

    first: int | None
    most: int | None
    whole: int


_SHARE = 0.95
_left = func.coalesce(deliveries.c.accepted_at, deliveries.c.sent_at, deliveries.c.delivered_at)
_arrived = func.coalesce(deliveries.c.delivered_at, deliveries.c.read_at)
_of_broadcast = deliveries.c.broadcast_id == bindparam("broadcast")
_texts = (
    select(
        notice_readers.c.audience,
        notice_readers.c.sector,
        notice_readers.c.medium,
        notice_readers.c.language,
        notices.c.title,
        notices.c.sha256,
    )
    .join(notices, notices.c.id == notice_readers.c.notice_id)
    .where(
        notice_readers.c.decision_id == bindparam("decision"),
        notice_readers.c.purpose.in_(("now", "dropped")),
    )
    .order_by(
        notice_readers.c.purpose.desc(),
        notice_readers.c.audience,
        notice_readers.c.sector,
        notice_readers.c.medium,
        notice_readers.c.language,
    )
)


def sent_texts(connection: Connection, decision_id: str) -> list[SentText]:
    """The texts that a decision sends, once for each reader; last those for what a change drops."""
    rows = connection.execute(_texts, {"decision": decision_id})
    return [
        SentText(audience, sector or None, medium, language, title, sha256)
        for audience, sector, medium, language, title, sha256 in rows
    ]


def left(connection: Connection, broadcast_id: int) -> Moments:
    """When a provider had taken the first message, and 95 % of all of the broadcast's."""
    return _moments(connection, broadcast_id, _left, counters.by_group(connection, broadcast_id))


def arrived(connection: Connection, broadcast_id: int) -> Moments:
    """When the first recipient had been reached by receipt, and 95 % of those on channels with receipts."""
    counts = counters.by_group(connection, broadcast_id)
    receipted = with_receipts(counts, without_receipts(connection, broadcast_id))
    return _moments(connection, broadcast_id, _arrived, receipted)


def _moments(
    connection: Connection, broadcast_id: int, moment: ColumnElement[int], counts: Iterable[Count]
) -> Moments:
    number = sum(each.deliveries for each in counts)
    in_order = select(moment).where(_of_broadcast, moment.is_not(None)).order_by(moment).limit(1)
    places = (0, max(0, math.ceil(_SHARE * number) - 1))
    first, most = (
        connection.execute(in_order.offset(place), {"broadcast": broadcast_id}).scalar() for place in places
    )
    return Moments(first, most, number)
