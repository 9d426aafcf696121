"""How long organisations took to sign a broadcast, counted; limited to areas."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.schema import acknowledgements, broadcasts, organisations

MINUTES = (5, 10, 15, 20, 30, 45, 60, 120)  # ends of the spans after the launch; the last span is open


@dataclass(frozen=True, slots=True)
class Span:
    """Organisations that signed in a span of minutes after the launch; `until` None: later than `since`."""

    since: int
    until: int | None
    signed: int
    by_then: int


@dataclass(frozen=True, slots=True)
class SigningTimes:
    """`asked` organisations, of which `signed` in the `spans`, and `in_time` by when they were to."""

    exercise: bool
    asked: int
    signed: int
    in_time: int
    spans: Sequence[Span]


def of_broadcast(
    connection: Connection, broadcast_id: int, limits: Collection[str] = ()
) -> SigningTimes | None:
    """The times of a launched broadcast's organisations within these areas (none: everywhere); None where it
    is not launched, or for limits that hold none of them."""
    head = connection.execute(
        select(broadcasts.c.exercise, broadcasts.c.launched_at).where(
            broadcasts.c.id == broadcast_id, broadcasts.c.launched_at.is_not(None)
        )
    ).one_or_none()
    if head is None:
        return None
    took = acknowledgements.c.signed_at - head.launched_at
    place = case(
        *((took <= minutes * 60_000, number) for number, minutes in enumerate(MINUTES)), else_=len(MINUTES)
    ).label("place")
    in_time = func.sum(case((acknowledgements.c.signed_at <= acknowledgements.c.due_at, 1), else_=0))
    query = (
        select(place, acknowledgements.c.signed_at.is_not(None).label("signed"), func.count(), in_time)
        .where(acknowledgements.c.broadcast_id == broadcast_id)
        .group_by("place", "signed")
    )
    if limits:
        query = query.join(organisations, organisations.c.id == acknowledgements.c.organisation_id).where(
            reached(organisations.c.area, limits)
        )
    rows = connection.execute(query).all()
    if limits and not rows:
        return None
    counted = {row[0]: int(row[2]) for row in rows if row[1]}
    spans, by_then = [], 0
    for number, since in enumerate((0, *MINUTES)):
        by_then += counted.get(number, 0)
        until = MINUTES[number] if number < len(MINUTES) else None
        spans.append(Span(since, until, counted.get(number, 0), by_then))
    asked = sum(int(row[2]) for row in rows)
    return SigningTimes(head.exercise, asked, by_then, sum(int(row[3]) for row in rows if row[1]), spans)
