"""The ledger looked over: its counters against its rows, its integrity, and what waits for a person.

Each question is a read of its own, so that none holds up a server's log for long.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, exists, func, select

from gateway.ledger.database import Ledger
from gateway.ledger.delivery import opted_out, spans
from gateway.ledger.delivery.counters import EXPLAINED
from gateway.ledger.delivery.minutes import STAGES
from gateway.ledger.delivery.unclear import LEFT
from gateway.ledger.schema import (
    addresses,
    attempts,
    broadcasts,
    counters,
    decisions,
    deliveries,
    delivery_groups,
    events,
    metadata,
    minute_counters,
    organisation_addresses,
    organisations,
    reason_counters,
    recipients,
    timers,
)


@dataclass(frozen=True, slots=True)
class Miscount:
    """A figure of a broadcast that does not say what the rows do. `state` is one of deliveries, with its
    reason in brackets where they are counted by that; a stage where the minutes do not sum up to it
    (`accepted by the minute`); or, without a group, `recipients`, or the first or last id of its
    deliveries."""

    broadcast_id: int
    group_id: int | None
    state: str
    counted: int
    rows: int


_ids = select(broadcasts.c.id).order_by(broadcasts.c.id)
_rows = (
    select(
        deliveries.c.group_id,
        deliveries.c.state,
        deliveries.c.reason,
        func.count(),
        func.min(deliveries.c.id),
        func.max(deliveries.c.id),
    )
    .where(deliveries.c.broadcast_id == bindparam("broadcast"))
    .group_by(deliveries.c.group_id, deliveries.c.state, deliveries.c.reason)
)
_explained = (
    select(
        reason_counters.c.group_id,
        reason_counters.c.state,
        reason_counters.c.reason,
        reason_counters.c.deliveries,
    )
    .join(delivery_groups, delivery_groups.c.id == reason_counters.c.group_id)
    .where(delivery_groups.c.broadcast_id == bindparam("broadcast"), reason_counters.c.deliveries != 0)
)
_listed = select(
    broadcasts.c.recipients,
    select(func.count()).where(recipients.c.broadcast_id == broadcasts.c.id).scalar_subquery(),
).where(broadcasts.c.id == bindparam("broadcast"), broadcasts.c.recipients.is_not(None))
_counted = (
    select(counters.c.group_id, counters.c.state, counters.c.deliveries)
    .join(delivery_groups, delivery_groups.c.id == counters.c.group_id)
    .where(delivery_groups.c.broadcast_id == bindparam("broadcast"), counters.c.deliveries != 0)
)
_by_minute = (
    select(minute_counters.c.group_id, minute_counters.c.stage, func.sum(minute_counters.c.deliveries))
    .join(delivery_groups, delivery_groups.c.id == minute_counters.c.group_id)
    .where(delivery_groups.c.broadcast_id == bindparam("broadcast"))
    .group_by(minute_counters.c.group_id, minute_counters.c.stage)
)
_settling = exists().where(timers.c.kind == "settle_unknown", timers.c.subject_id == deliveries.c.id)
_for_a_person = (
    select(deliveries.c.broadcast_id, func.count())
    .where(deliveries.c.state == "unknown", func.coalesce(deliveries.c.reason, "") != LEFT, ~_settling)
    .group_by(deliveries.c.broadcast_id)
    .order_by(deliveries.c.broadcast_id)
)
_named = (
    select(addresses.c.value)
    .distinct()
    .join(organisation_addresses, organisation_addresses.c.address_id == addresses.c.id)
    .join(organisations, organisations.c.id == organisation_addresses.c.organisation_id)
    .where(addresses.c.kind == bindparam("kind"), organisations.c.active.is_(True))
    .where(addresses.c.exercise == bindparam("exercise"))
    .order_by(addresses.c.value)
)
_homes = _named.with_only_columns(addresses.c.value, organisations.c.area)
_moments = (
    select(func.max(events.c.at)),
    select(func.max(decisions.c.recorded_at)),
    select(func.max(broadcasts.c.launched_at)),
    select(func.max(attempts.c.started_at)),
)


def miscounts(ledger: Ledger) -> Iterator[Miscount]:
    """Every counter of every broadcast recounted, each broadcast in one snapshot."""
    for broadcast_id in ledger.read_now(lambda connection: connection.execute(_ids).scalars().all()):
        yield from ledger.read_now(_recount, broadcast_id)


def _recount(connection: Connection, broadcast_id: int) -> list[Miscount]:
    asked = {"broadcast": broadcast_id}
    read = connection.execute(_rows, asked).all()
    rows: Counter[tuple[int, str]] = Counter()
    for group, state, _, number, *_ in read:
        rows[group, state] += number
    reasons = {
        (group, f"{state} ({reason})"): number
        for group, state, reason, number, *_ in read
        if reason is not None and state in EXPLAINED
    }
    explained = {
        (group, f"{state} ({reason})"): number
        for group, state, reason, number in connection.execute(_explained, asked)
    }
    counted = {(group, state): number for group, state, number in connection.execute(_counted, asked)}
    by_minute = {
        (group, f"{stage} by the minute"): int(number)
        for group, stage, number in connection.execute(_by_minute, asked)
    }
    staged = {
        (group, f"{stage} by the minute"): sum(rows.get((group, state), 0) for state in states)
        for group in {group for group, _ in rows}
        for stage, states in STAGES.items()
    }
    figures = [("recipients", *row) for row in connection.execute(_listed, asked)]
    span = spans.of(connection, broadcast_id)
    figures += [
        ("first id", 0 if span is None else span.first, min((row[4] for row in read), default=0)),
        ("last id", 0 if span is None else span.last, max((row[5] for row in read), default=0)),
    ]
    return [
        Miscount(broadcast_id, group, state, said.get((group, state), 0), true.get((group, state), 0))
        for said, true in ((counted, rows), (explained, reasons), (by_minute, staged))
        for group, state in sorted(said.keys() | true.keys())
        if said.get((group, state), 0) != true.get((group, state), 0)
    ] + [Miscount(broadcast_id, None, name, said, true) for name, said, true in figures if said != true]


def misheard(connection: Connection) -> int:
    """At how many addresses what is kept of refusals is not what the deliveries say."""
    kept, true = opted_out.kept(connection), opted_out.recounted(connection)
    return sum(kept.get(each) != true.get(each) for each in kept.keys() | true.keys())


def damages(ledger: Ledger) -> Iterator[str]:
    """What SQLite says of tables whose pages, indexes or foreign keys do not hold; no values of rows.

    PostgreSQL checks foreign keys as they are written, and its pages by their checksums as they are read.
    """
    if ledger.shared:
        return
    for table in metadata.sorted_tables:
        yield from ledger.read_now(_damages_of, table.name)


def unsafe(connection: Connection) -> list[str]:
    """Settings of the PostgreSQL server with which a crash may lose what was committed."""
    needed = ("fsync", "full_page_writes")
    return [each for each in needed if connection.exec_driver_sql(f"show {each}").scalar_one() != "on"]


def _damages_of(connection: Connection, table: str) -> list[str]:
    said = connection.exec_driver_sql(f"pragma integrity_check({table})").scalars().all()
    orphans = connection.exec_driver_sql(f"pragma foreign_key_check({table})").all()
    return [f"{table}: {each}" for each in said if each != "ok"] + [
        f"{table}: {len(orphans)} rows refer to nothing" for _ in orphans[:1]
    ]


def newest(connection: Connection) -> int | None:
    """The newest moment that the ledger knows of, in ms since 1970 UTC."""
    found = [connection.execute(each).scalar() for each in _moments]
    return max((moment for moment in found if moment is not None), default=None)


def for_a_person(connection: Connection) -> dict[int, int]:
    """Deliveries by broadcast that stay unknown until a person decides."""
    return dict(connection.execute(_for_a_person).all())


def named(connection: Connection, kind: Literal["wecom", "push"], exercise: bool) -> list[str]:
    """The WeCom groups, or the systems that take alerts, which the directory names."""
    return list(connection.execute(_named, {"kind": kind, "exercise": exercise}).scalars())


def receivers_at(connection: Connection, exercise: bool) -> list[tuple[str, str]]:
    """The systems that take alerts, with the area code of each organisation that names one."""
    found = connection.execute(_homes, {"kind": "push", "exercise": exercise})
    return [(name, area) for name, area in found]
