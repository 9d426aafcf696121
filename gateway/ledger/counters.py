"""Deliveries counted by broadcast, audience, channel, area and state; kept with the rows they count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from gateway.ledger.schema import counters, delivery_groups

Group = tuple[str, str, str]  # audience, channel, area

_new = insert(counters).values(
    group_id=bindparam("group"), state=bindparam("in_state"), deliveries=bindparam("change")
)
_move = _new.on_conflict_do_update(
    index_elements=[counters.c.group_id, counters.c.state],
    set_={"deliveries": counters.c.deliveries + _new.excluded.deliveries},
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


@dataclass(frozen=True, slots=True)
class Count:
    """How many deliveries of a group are in a state; never 0."""

    audience: str
    channel: str
    area: str
    state: str
    deliveries: int


def by_group(connection: Connection, broadcast_id: int) -> list[Count]:
    """The counts of a broadcast, by audience, channel, area and state."""
    return [Count(*row) for row in connection.execute(_counts, {"broadcast": broadcast_id})]


def move(connection: Connection, changes: Mapping[tuple[int, str], int]) -> None:
    """Add to counters: `(group id, state)` to a difference."""
    moved = [
        {"group": group, "in_state": state, "change": change}
        for (group, state), change in sorted(changes.items())
        if change
    ]
    if moved:
        connection.execute(_move, moved)


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
