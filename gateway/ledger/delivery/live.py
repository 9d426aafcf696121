"""What the live page reads, once a second and within milliseconds whatever a broadcast's size: counters."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, or_, select

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


def picture(connection: Connection, broadcast_id: int, now: int) -> Picture | None:
    """A launched broadcast as it stands; None where there is none of this id."""
    found = connection.execute(_one, {"broadcast": broadcast_id}).first()
    if found is None:
        return None
    head = Head(*tuple(found))
    of_it = {"broadcast": broadcast_id, "exercise": head.exercise}
    parked = connection.execute(_parked, {**of_it, "now": now})
    worked = connection.execute(_worked, of_it)
    return Picture(
        head,
        tuple(counters.by_group(connection, broadcast_id)),
        tuple(counters.by_reason(connection, broadcast_id)),
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


def newest(connection: Connection, most: int) -> list[tuple[Head, dict[str, int]]]:
    """The broadcasts launched last, newest first, with their deliveries by state."""
    heads = [Head(*tuple(row)) for row in connection.execute(_newest, {"most": most})]
    totals: dict[int, dict[str, int]] = {head.id: {} for head in heads}
    for broadcast_id, state, deliveries in connection.execute(_totals, {"broadcasts": list(totals)}):
        totals[broadcast_id][state] = deliveries
    return [(head, totals[head.id]) for head in heads]
