"""Deliveries as the engine sees them: where their attempts have brought them, and where they go next."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Text, bindparam, case, exists, select, update

from gateway.ledger.backends import locks
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.delivery import counters, minutes, opted_out
from gateway.ledger.schema import (
    attempts,
    broadcasts,
    decisions,
    deliveries,
    delivery_groups,
    lanes,
    notice_readers,
    opted_out_addresses,
)


class Course(NamedTuple):
    """A delivery as answers and receipts find it; `attempts` maps number to state. `opted_out`: the delivery
    of which its address's provider said last that they opted out, if any."""

    id: int
    group_id: int
    state: str
    reason: str | None
    due_at: int | None
    opted_out: int | None
    live: bool
    launched_at: int
    valid_until: int
    attempts: dict[int, str]


class DeliveryChange(NamedTuple):
    """A delivery's new state; `due_at` only when it is queued."""

    id: int
    state: str
    due_at: int | None
    reason: str | None


class Taken(NamedTuple):
    """A delivery that `accept` found; `live`: whether its broadcast still is."""

    group_id: int
    live: bool


class Stake(NamedTuple):
    """What a delivery is part of; a campaign's `action` is `verify`, a memo's `tell`. `idempotent`: its
    lane's repeats are known by their id."""

    action: str
    level: str | None
    audience: str
    idempotent: bool


_wanted = rows(id=BigInteger)
_accept = (
    update(deliveries)
    .where(
        deliveries.c.id == _wanted.c.id,
        deliveries.c.state == "sending",
        deliveries.c.attempts == 1,
    )
    .values(state="accepted", accepted_at=bindparam("now"))
    .returning(deliveries.c.id, deliveries.c.group_id, deliveries.c.broadcast_id)
)
_lives = (
    select(broadcasts.c.id, broadcasts.c.live, broadcasts.c.launched_at, broadcasts.c.valid_until)
    .where(broadcasts.c.id.in_(bindparam("broadcasts", expanding=True)))
    .order_by(broadcasts.c.id)
)
_courses = (
    select(
        deliveries.c.id,
        deliveries.c.group_id,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.due_at,
        opted_out_addresses.c.delivery_id,
        deliveries.c.broadcast_id,
        attempts.c.number,
        attempts.c.state,
    )
    .select_from(_wanted)
    .join(deliveries, deliveries.c.id == _wanted.c.id)
    .join(attempts, attempts.c.delivery_id == deliveries.c.id)
    .outerjoin(opted_out_addresses, opted_out_addresses.c.address_id == deliveries.c.address_id)
)
_change = rows(id=BigInteger, state=Text, due_at=BigInteger, reason=Text)
_moments = {
    "accepted_at": ("accepted",),
    "sent_at": ("sent",),
    "delivered_at": ("delivered",),
    "read_at": ("read",),
    "ended_at": ("failed", "expired", "cancelled"),
}
_store = (
    update(deliveries)
    .where(deliveries.c.id == _change.c.id)
    .values(
        state=_change.c.state,
        due_at=_change.c.due_at,
        reason=_change.c.reason,
        **{
            column: case(
                (_change.c.state.in_(states), bindparam("now", type_=BigInteger)), else_=deliveries.c[column]
            )
            for column, states in _moments.items()
        },
    )
)


_ends = exists().where(
    notice_readers.c.notice_id == deliveries.c.notice_id, notice_readers.c.purpose == "dropped"
)
_stakes = (
    select(
        deliveries.c.id,
        case(
            (_ends, "lift"),  # for a dropped area
            (broadcasts.c.campaign_id.is_not(None), "verify"),
            (broadcasts.c.memo_id.is_not(None), "tell"),
            else_=decisions.c.action,
        ),
        decisions.c.level,
        delivery_groups.c.audience,
        lanes.c.idempotent,
    )
    .select_from(_wanted)
    .join(deliveries, deliveries.c.id == _wanted.c.id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .outerjoin(decisions, decisions.c.id == broadcasts.c.decision_id)  # a campaign or memo has none
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(lanes, lanes.c.id == deliveries.c.lane_id)
)


def load(connection: Connection, delivery_ids: Collection[int]) -> dict[int, Course]:
    """Deliveries with the states of their attempts; those never attempted are left out.

    They are the caller's alone until it commits, and their broadcasts stay live, or not, so long: they
    are held before they are read, or what another transaction did meanwhile would be read by halves.
    """
    if not delivery_ids:
        return {}
    found: dict[int, Course] = {}
    _hold(connection, delivery_ids)
    read = connection.execute(_courses, _rows(delivery_ids)).all()
    lives = _lives_of(connection, {row.broadcast_id for row in read})
    for *head, broadcast_id, number, attempt_state in read:
        course = found.get(head[0])
        if course is None:
            course = found[head[0]] = Course._make((*head, *lives[broadcast_id], {}))
        course.attempts[number] = attempt_state
    return found


def accept(
    connection: Connection, delivery_ids: Collection[int], now: int, *, besides: Collection[int]
) -> dict[int, Taken]:
    """Make those accepted whose first request is under way, as nearly all are that a provider takes; gives
    which they were. `store` counts them.

    They are held as `load` holds them, and so are `besides`, which the caller loads afterwards: all at
    once, or two who hold some and then others could wait for each other.
    """
    if not delivery_ids:
        return {}
    _hold(connection, {*delivery_ids, *besides})
    taken = connection.execute(_accept, {"now": now, **_rows(delivery_ids)}).all()
    lives = _lives_of(connection, {row.broadcast_id for row in taken})
    return {row.id: Taken(row.group_id, lives[row.broadcast_id][0]) for row in taken}


def store(
    connection: Connection,
    courses: Mapping[int, Course],
    changes: Sequence[DeliveryChange],
    now: int,
    taken: Iterable[Taken] = (),
) -> None:
    """Write new states with their moments, count them and what was `taken` before, and keep which addresses
    refuse us; `courses` holds the states before."""
    moves = counters.moved((each.group_id for each in taken), "sending", "accepted")
    reasons: Counter[tuple[int, str, str | None]] = Counter()
    for change in changes:
        course = courses[change.id]
        moves[course.group_id, course.state] -= 1
        moves[course.group_id, change.state] += 1
        reasons[course.group_id, course.state, course.reason] -= 1
        reasons[course.group_id, change.state, change.reason] += 1
    if changes:
        connection.execute(_store, {"now": now, "rows": pack(sorted(changes))})
    counters.move(connection, moves)
    counters.move_reasons(connection, reasons)
    minutes.count(connection, moves, now)
    refused = [each.id for each in changes if each.state == "failed" and each.reason == "opted_out"]
    opted_out.put(connection, refused)
    arrived = [each.id for each in changes if each.state in minutes.STAGES["delivered"]]
    opted_out.take_away(connection, [each for each in arrived if refused or courses[each].opted_out])


def _hold(connection: Connection, delivery_ids: Collection[int]) -> None:
    locks.keep_words(connection)
    locks.deliveries_of(connection, _rows(delivery_ids)["rows"])


def _rows(delivery_ids: Iterable[int]) -> dict[str, str]:
    return {"rows": pack((each,) for each in sorted(delivery_ids))}


def _lives_of(connection: Connection, broadcast_ids: Collection[int]) -> dict[int, tuple[bool, int, int]]:
    """Whether broadcasts are live, when they were launched, and until when they are valid."""
    found = connection.execute(_lives, {"broadcasts": sorted(broadcast_ids)})
    return {identifier: (live, launched_at, until) for identifier, live, launched_at, until in found}


def stakes(connection: Connection, delivery_ids: Collection[int]) -> dict[int, Stake]:
    """What is at stake, by delivery; of those that have a lane."""
    found = connection.execute(_stakes, _rows(delivery_ids))
    return {identifier: Stake(*stake) for identifier, *stake in found}
