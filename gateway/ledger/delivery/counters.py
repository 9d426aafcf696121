"""Deliveries counted by broadcast, audience, channel, area and state, and by reason; kept with their rows.

Why deliveries failed is asked for while a broadcast of a million runs: it is counted as it happens, so
nobody has to go through the rows. A broadcast in which nothing fails pays nothing for it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import counters, delivery_groups, reason_counters

Group = tuple[str, str, str]  # audience, channel, area
NO_RECEIPT = "no_receipt"  # the reason of what was accepted or sent, and never heard of in its time
# the states that are counted by reason too: accepted and sent have none but `NO_RECEIPT`
EXPLAINED = ("failed", "unknown", "suppressed", "accepted", "sent")

_new = insert(counters).values(
    group_id=bindparam("group"), state=bindparam("in_state"), deliveries=bindparam("change")
)
_move = _new.on_conflict_do_update(
    index_elements=[counters.c.group_id, counters.c.state],
    set_={"deliveries": counters.c.deliveries + _new.excluded.deliveries},
)
_new_reason = insert(reason_counters).values(
    group_id=bindparam("group"),
    state=bindparam("in_state"),
    reason=bindparam("why"),
    deliveries=bindparam("change"),
)
_move_reason = _new_reason.on_conflict_do_update(
    index_elements=[reason_counters.c.group_id, reason_counters.c.state, reason_counters.c.reason],
    set_={"deliveries": reason_counters.c.deliveries + _new_reason.excluded.deliveries},
)
_open = insert(delivery_groups).on_conflict_do_nothing()
_groups = select(
    delivery_groups.c.id, delivery_groups.c.audience, delivery_groups.c.channel, delivery_groups.c.area
).where(delivery_groups.c.broadcast_id == bindparam("broadcast"))
_counts = (
    select(
        delivery_groups.c.audience,
        delivery_groups.c.channel,
        delivery_groups.c.area,
        counters.c.state,
        counters.c.deliveries,
    )
    .join(counters, counters.c.group_id == delivery_groups.c.id)
    .where(delivery_groups.c.broadcast_id == bindparam("broadcast"), counters.c.deliveries != 0)
    .order_by(delivery_groups.c.audience, delivery_groups.c.channel, delivery_groups.c.area, counters.c.state)
)
_reasons = (
    select(
        reason_counters.c.state,
        reason_counters.c.reason,
        delivery_groups.c.channel,
        func.sum(reason_counters.c.deliveries),
    )
    .join(delivery_groups, delivery_groups.c.id == reason_counters.c.group_id)
    .where(delivery_groups.c.broadcast_id == bindparam("broadcast"), reason_counters.c.deliveries != 0)
    .group_by(reason_counters.c.state, reason_counters.c.reason, delivery_groups.c.channel)
    .order_by(reason_counters.c.state, reason_counters.c.reason, delivery_groups.c.channel)
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many deliveries of a group are in a state; never 0."""

    audience: str
    channel: str
    area: str
    state: str
    deliveries: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many deliveries of a channel are in a state of `EXPLAINED` for a reason; never 0."""

    state: str
    reason: str
    channel: str
    deliveries: int


def by_group(connection: Connection, broadcast_id: int, limits: Collection[str] = ()) -> list[Count]:
    """The counts of a broadcast within these areas (none: everywhere), by audience, channel, area, state."""
    query = _counts.where(reached(delivery_groups.c.area, limits))
    return [Count(*row) for row in connection.execute(query, {"broadcast": broadcast_id})]


def by_reason(connection: Connection, broadcast_id: int, limits: Collection[str] = ()) -> list[ReasonCount]:
    """Why a broadcast's deliveries within these areas (none: everywhere) failed, are unknown, were suppressed
    or have no receipt."""
    query = _reasons.where(reached(delivery_groups.c.area, limits))
    return [ReasonCount(*row) for row in connection.execute(query, {"broadcast": broadcast_id})]


def moved(group_ids: Iterable[int], before: str, after: str) -> Counter[tuple[int, str]]:
    """What `move` takes, where one delivery of each of these groups (one named twice: two) goes from a
    state to another."""
    moves: Counter[tuple[int, str]] = Counter()
    for group_id, times in Counter(group_ids).items():
        moves[group_id, before] = -times
        moves[group_id, after] = times
    return moves


def move(connection: Connection, changes: Mapping[tuple[int, str], int]) -> None:
    """Add to counters: `(group id, state)` to a difference."""
    moved = [
        {"group": group, "in_state": state, "change": change}
        for (group, state), change in sorted(changes.items())
        if change
    ]
    if moved:
        connection.execute(_move, moved)


def move_reasons(connection: Connection, changes: Mapping[tuple[int, str, str | None], int]) -> None:
    """Add to the counters by reason: `(group id, state, reason)` to a difference.

    Other states than `EXPLAINED` are passed over, and so is what has no reason.
    """
    moved = [
        {"group": group, "in_state": state, "why": reason, "change": change}
        for (group, state, reason), change in sorted(changes.items(), key=lambda each: str(each[0]))
        if change and reason is not None and state in EXPLAINED
    ]
    if moved:
        connection.execute(_move_reason, moved)


def group_ids(connection: Connection, broadcast_id: int, groups: Sequence[Group]) -> dict[Group, int]:
    """The ids of a broadcast's groups; what is not there yet is made."""
    known = _group_ids(connection, broadcast_id)
    missing = [group for group in groups if group not in known]
    if not missing:
        return known
    connection.execute(
        _open,
        [
            {"broadcast_id": broadcast_id, "audience": audience, "channel": channel, "area": area}
            for audience, channel, area in dict.fromkeys(missing)
        ],
    )
    return _group_ids(connection, broadcast_id)


def _group_ids(connection: Connection, broadcast_id: int) -> dict[Group, int]:
    rows = connection.execute(_groups, {"broadcast": broadcast_id})
    return {(audience, channel, area): group_id for group_id, audience, channel, area in rows}
