"""What the live page reads, once a second and within milliseconds whatever a broadcast's size: counters."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select, true

from gateway.ledger.backends.areas import reached
from gateway.ledger.delivery import arrivals, counters
from gateway.ledger.delivery.counters import Count, ReasonCount
from gateway.ledger.delivery.ownership import HELD
from gateway.ledger.schema import accounts, broadcasts, decisions, delivery_groups, lanes
from gateway.ledger.schema import counters as counters_table


@dataclass(frozen=True, slots=True)
class Head:
    """What a launched broadcast is; moments in milliseconds since 1970 UTC."""

    id: int
    decision_id: str
    exercise: bool
    plan: str
    action: str
    level: str | None
    document_number: str | None
    live: bool
    launched_at: int
    valid_until: int
    expanded_at: int | None
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class ParkedLane:
    """A lane that rests, or is on trial after its rest (`until`, in milliseconds since 1970 UTC, has then
    passed); `by` the person who parked it."""

    channel: str
    account: str
    name: str
    reason: str
    until: int
    by: str | None


@dataclass(frozen=True, slots=True)
class Worked:
    """An account of a ledger that several machines share: who works it (None: nobody), since when."""

    channel: str
    account: str
    worker: str | None
    since: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A broadcast at one moment: its counts, why messages failed, its channels' lanes that rest, who works
    their accounts (none where one process has the whole ledger), and which channels give no receipts."""

    head: Head
    counts: tuple[Count, ...]
    reasons: tuple[ReasonCount, ...]
    parked: tuple[ParkedLane, ...]
    worked: tuple[Worked, ...]
    without_receipts: frozenset[str]


_heads = (
    select(
        broadcasts.c.id,
        broadcasts.c.decision_id,
        broadcasts.c.exercise,
        decisions.c.plan,
        decisions.c.action,
        decisions.c.level,
        decisions.c.document_number,
        broadcasts.c.live,
        broadcasts.c.launched_at,
        broadcasts.c.valid_until,
        broadcasts.c.expanded_at,
        broadcasts.c.superseded_by,
    )
    .join(decisions, decisions.c.id == broadcasts.c.decision_id)
    .where(broadcasts.c.launched_at.is_not(None))
)
_document = (
    select(decisions.c.document)
    .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
    .where(broadcasts.c.id == bindparam("broadcast"))
)
_one = _heads.where(broadcasts.c.id == bindparam("broadcast"))
_newest = _heads.order_by(broadcasts.c.launched_at.desc(), broadcasts.c.id.desc()).limit(bindparam("most"))
_totals = (
    select(delivery_groups.c.broadcast_id, counters_table.c.state, func.sum(counters_table.c.deliveries))
    .join(counters_table, counters_table.c.group_id == delivery_groups.c.id)
    .where(
        delivery_groups.c.broadcast_id.in_(bindparam("broadcasts", expanding=True)),
        counters_table.c.deliveries != 0,
    )
    .group_by(delivery_groups.c.broadcast_id, counters_table.c.state)
)
_channels = select(delivery_groups.c.channel).where(delivery_groups.c.broadcast_id == bindparam("broadcast"))
_parked = (
    select(
        lanes.c.channel,
        accounts.c.name,
        lanes.c.name,
        func.coalesce(lanes.c.parked_reason, lanes.c.breaker_reason, ""),
        func.coalesce(lanes.c.parked_until, 0),
        lanes.c.parked_by,
    )
    .join(accounts, accounts.c.id == lanes.c.account_id)
    .where(
        lanes.c.enabled.is_(True),
        or_(lanes.c.parked_until > bindparam("now"), lanes.c.breaker == "open"),
        lanes.c.exercise == bindparam("exercise"),
        lanes.c.channel.in_(_channels),
    )
    .order_by(lanes.c.channel, accounts.c.name, lanes.c.name)
)
_worked = (
    select(lanes.c.channel, accounts.c.name, accounts.c.owner, accounts.c.owned_since, accounts.c.lease_until)
    .distinct()
    .join(accounts, accounts.c.id == lanes.c.account_id)
    .where(
        lanes.c.enabled.is_(True),
        lanes.c.exercise == bindparam("exercise"),
        lanes.c.channel.in_(_channels),
        accounts.c.lease_until < HELD,
    )
    .order_by(lanes.c.channel, accounts.c.name)
)


def picture(
    connection: Connection, broadcast_id: int, now: int, limits: Collection[str] = ()
) -> Picture | None:
    """A launched broadcast as it stands within these areas (none: everywhere); None where there is none of
    this id, or nothing of it within them."""
    found = connection.execute(_one.where(_within(limits)), {"broadcast": broadcast_id}).first()
    if found is None:
        return None
    head = Head(*tuple(found))
    of_it = {"broadcast": broadcast_id, "exercise": head.exercise}
    parked = connection.execute(_parked, {**of_it, "now": now})
    worked = connection.execute(_worked, of_it)
    return Picture(
        head,
        tuple(counters.by_group(connection, broadcast_id, limits)),
        tuple(counters.by_reason(connection, broadcast_id, limits)),
        tuple(ParkedLane(*row) for row in parked),
        tuple(
            Worked(channel, account, *((owner, since) if until > now else (None, None)))
            for channel, account, owner, since, until in worked
        ),
        arrivals.without_receipts(connection, broadcast_id),
    )


def concerned(connection: Connection, broadcast_id: int) -> list[str]:
    """The codes of the areas that a broadcast's decision names; none where there is no such broadcast."""
    found = connection.execute(_document, {"broadcast": broadcast_id}).scalar()
    return [] if found is None else list(json.loads(found)["area"])


def newest(
    connection: Connection, most: int, limits: Collection[str] = ()
) -> list[tuple[Head, dict[str, int]]]:
    """The broadcasts launched last, newest first, with their deliveries by state: those of which anything
    lies within these areas (none: everywhere), counted there."""
    heads = [Head(*tuple(row)) for row in connection.execute(_newest.where(_within(limits)), {"most": most})]
    totals: dict[int, dict[str, int]] = {head.id: {} for head in heads}
    counted = _totals.where(reached(delivery_groups.c.area, limits))
    for broadcast_id, state, deliveries in connection.execute(counted, {"broadcasts": list(totals)}):
        totals[broadcast_id][state] = deliveries
    return [(head, totals[head.id]) for head in heads]


def reaching(connection: Connection, broadcast_ids: Collection[int], limits: Collection[str]) -> set[int]:
    """Those of these broadcasts of which anything lies within these areas (none: everywhere)."""
    query = select(broadcasts.c.id).where(broadcasts.c.id.in_(broadcast_ids), _within(limits))
    return set(connection.execute(query).scalars())


def _within(limits: Collection[str]) -> ColumnElement[bool]:
    """Whether anything of a broadcast lies within these areas, or may still: until its list is expanded
    nobody knows."""
    if not limits:
        return true()
    there = exists().where(
        delivery_groups.c.broadcast_id == broadcasts.c.id, reached(delivery_groups.c.area, limits)
    )
    return or_(broadcasts.c.expanded_at.is_(None), there)
