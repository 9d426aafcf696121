"""When deliveries were accepted, delivered or failed: counted by the minute, in their rows' transaction.

A row says by how much a group's deliveries in a stage grew in a minute, so that the sum over all minutes is
what `counters` say now: one that a provider took and later reports as failed is taken off again. A live
page and a chart of a million deliveries read a few thousand rows.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import BigInteger, Connection, Text, bindparam, func, select, true

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import delivery_groups, minute_counters

Stage = Literal["accepted", "delivered", "failed"]
By = Literal["audience", "channel", "area"]
STAGES: dict[Stage, tuple[str, ...]] = {  # the states of deliveries that have come so far
    "accepted": ("accepted", "sent", "delivered", "read"),
    "delivered": ("delivered", "read"),
    "failed": ("failed",),
}
MINUTE = 60_000  # ms
MOST = 95  # per cent: who is told so many has told nearly everybody
_STAGES_OF = {
    state: tuple(stage for stage, states in STAGES.items() if state in states)
    for state in {state for states in STAGES.values() for state in states}
}

_columns = {
    "group_id": BigInteger,
    "stage": Text,
    "minute": BigInteger,
    "deliveries": BigInteger,
    "first_at": BigInteger,
    "last_at": BigInteger,
}
_new = rows(**_columns)
_insert = insert(minute_counters).from_select(
    list(_columns),
    select(*_new.c).where(true()),  # or SQLite reads ON CONFLICT as a join's ON
)
_add = _insert.on_conflict_do_update(
    index_elements=[minute_counters.c.group_id, minute_counters.c.stage, minute_counters.c.minute],
    set_={
        "deliveries": minute_counters.c.deliveries + _insert.excluded.deliveries,
        "last_at": _insert.excluded.last_at,
    },
)


class Minute(NamedTuple):
    """By how many the deliveries of `key` in a stage grew in a minute (minutes since 1970 UTC; below 0: they
    fell), and when the first and the last of them did (ms since 1970 UTC)."""

    key: str
    stage: Stage
    minute: int
    deliveries: int
    first_at: int
    last_at: int


class Times(NamedTuple):
    """When the first delivery reached a stage, and when `MOST` per cent of all had (ms since 1970 UTC, the
    second within its minute as if they had come evenly); None: not yet."""

    first_at: int | None
    most_at: int | None


def count(connection: Connection, moves: Mapping[tuple[int, str], int], now: int) -> None:
    """Count what `counters.move` moves at `now` (ms since 1970 UTC), in the same transaction, after it."""
    grown: Counter[tuple[int, str]] = Counter()
    for (group_id, state), change in moves.items():
        for stage in _STAGES_OF.get(state, ()):
            grown[group_id, stage] += change
    minute = now // MINUTE
    changed = [
        (group_id, stage, minute, change, now, now)
        for (group_id, stage), change in sorted(grown.items())  # two who count take rows in the same order
        if change
    ]
    if changed:
        connection.execute(_add, {"rows": pack(changed)})


def of_broadcast(
    connection: Connection,
    broadcast_id: int,
    by: By | None = None,
    *,
    limits: Collection[str] = (),
    only: Mapping[By, str] | None = None,
) -> list[Minute]:
    """A broadcast's minutes, by stage and then by time, for each audience, channel or area code (None: for
    all together, under ""), within these areas (none: everywhere), of what `only` names alone."""
    found = _read(connection, broadcast_id, () if by is None else (by,), limits, only or {})
    return [Minute(next(iter(keys), ""), *rest) for keys, rest in found]


def apart(
    connection: Connection,
    broadcast_id: int,
    by: Sequence[By],
    *,
    limits: Collection[str] = (),
    only: Mapping[By, str] | None = None,
) -> dict[By | None, list[Minute]]:
    """What `of_broadcast` gives for each of `by` and for None, in one go through the rows."""
    sums: dict[By | None, dict[tuple[str, Stage, int], Minute]] = {each: {} for each in (None, *by)}
    for keys, (stage, minute, deliveries, first, last) in _read(
        connection, broadcast_id, by, limits, only or {}
    ):
        for each, key in zip((None, *by), ("", *keys), strict=True):
            there = sums[each].get((key, stage, minute))
            sums[each][key, stage, minute] = (
                Minute(key, stage, minute, deliveries, first, last)
                if there is None
                else there._replace(
                    deliveries=there.deliveries + deliveries,
                    first_at=min(there.first_at, first),
                    last_at=max(there.last_at, last),
                )
            )
    return {each: list(found.values()) for each, found in sums.items()}


def _read(
    connection: Connection,
    broadcast_id: int,
    by: Sequence[By],
    limits: Collection[str],
    only: Mapping[By, str],
) -> list[tuple[tuple[str, ...], tuple[Stage, int, int, int, int]]]:
    own, keys = minute_counters.c, [delivery_groups.c[each] for each in by]
    query = (
        select(
            *keys,
            own.stage,
            own.minute,
            func.sum(own.deliveries),
            func.min(own.first_at),
            func.max(own.last_at),
        )
        .select_from(delivery_groups)
        .join(minute_counters, own.group_id == delivery_groups.c.id)
        .where(
            delivery_groups.c.broadcast_id == bindparam("broadcast"),
            reached(delivery_groups.c.area, limits),
            *(delivery_groups.c[column] == value for column, value in only.items()),
        )
        .group_by(*keys, own.stage, own.minute)
        .order_by(own.stage, own.minute)
    )
    return [
        (tuple(row[: len(by)]), (row[-5], row[-4], int(row[-3]), row[-2], row[-1]))
        for row in connection.execute(query, {"broadcast": broadcast_id}).all()
    ]


def times(
    minutes: Iterable[Minute], whole: Mapping[str, int], receipted: Mapping[str, int]
) -> dict[tuple[str, Stage], Times]:
    """By key and stage, of those that `minutes` (in order) know: when the first was there, and when
    `MOST` per cent of `whole`, which has by key how many deliveries there are; of those delivered, `MOST`
    per cent of `receipted`: how many of them are on channels with receipts (see
    `gateway.ledger.delivery.arrivals`)."""
    sorted_out: dict[tuple[str, Stage], list[Minute]] = defaultdict(list)
    for each in minutes:
        sorted_out[each.key, each.stage].append(each)
    of: dict[Stage, Mapping[str, int]] = {"accepted": whole, "delivered": receipted, "failed": whole}
    return {
        (key, stage): Times(first_at(of_stage), share_at(of_stage, of[stage].get(key, 0)))
        for (key, stage), of_stage in sorted_out.items()
    }


def first_at(minutes: Sequence[Minute]) -> int | None:
    """When the first came, of one key and stage (ms since 1970 UTC)."""
    return next((each.first_at for each in minutes if each.deliveries > 0), None)


def share_at(minutes: Sequence[Minute], whole: int, percent: int = MOST) -> int | None:
    """When so many per cent of `whole` were there, of one key and stage in their order (ms since 1970 UTC);
    None: they are not."""
    asked = -(-whole * percent // 100)
    there, at = 0, None
    for each in minutes:
        if there < asked <= there + each.deliveries:
            part = (asked - there) / each.deliveries
            at = each.first_at + round((each.last_at - each.first_at) * part)
        there += each.deliveries
        if there < asked:
            at = None
    return at
