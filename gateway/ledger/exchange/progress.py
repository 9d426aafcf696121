"""What systems that take alerts tell of sending them on, and how the handing over stands.

Append-only: figures that fall stay visible. Times are milliseconds since 1970 UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, and_, bindparam, func, select

from channels.contract import Progress
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import (
    addresses,
    alerts,
    attempts,
    broadcasts,
    deliveries,
    delivery_groups,
    lanes,
    organisations,
)
from gateway.ledger.schema import progress as progress_table
from gateway.moments import milliseconds

Taken = Literal["stored", "known", "not_theirs", "other_alert", "too_many"]
MOST = 2000  # reports of one alert by one receiver: a network that reports each second for half an hour


@dataclass(frozen=True, slots=True)
class Reported:
    """One report; `operator` is empty where the receiver speaks of itself. `at` is the receiver's time, or
    ours where its clock is ahead."""

    operator: str
    state: Literal["accepted", "running", "finished", "refused"]
    targeted: int | None
    sent: int | None
    failed: int | None
    message: str | None
    at: int
    received_at: int


@dataclass(frozen=True, slots=True)
class Handed:
    """An alert on its way to one receiver, and what came of it. `claimed_at`: the last try."""

    delivery_id: int
    receiver: str
    organisation_id: int
    organisation_code: str
    organisation: str
    audience: str
    state: str
    reason: str | None
    attempts: int
    claimed_at: int | None
    accepted_at: int | None
    delivered_at: int | None
    ended_at: int | None


_signer = (
    select(lanes.c.name)
    .join(attempts, attempts.c.lane_id == lanes.c.id)
    .where(attempts.c.delivery_id == bindparam("delivery"), attempts.c.number == bindparam("number"))
)
_handed_over = (  # renewals are public alone
    select(alerts.c.identifier)
    .join(broadcasts, broadcasts.c.decision_id == alerts.c.decision_id)
    .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
    .where(deliveries.c.id == bindparam("delivery"), alerts.c.kind.in_(("decision", "all_clear")))
)
_number = (
    select(func.count())
    .select_from(progress_table)
    .where(progress_table.c.delivery_id == bindparam("delivery"))
)
_store = insert(progress_table).on_conflict_do_nothing()
_of_receivers = and_(  # receivers are few: a broadcast's other messages are not looked at
    deliveries.c.broadcast_id == bindparam("broadcast"),
    deliveries.c.address_id.in_(select(addresses.c.id).where(addresses.c.kind == "push")),
    delivery_groups.c.channel == "push",
)
_handed = (
    select(
        deliveries.c.id,
        addresses.c.value,
        organisations.c.id,
        organisations.c.code,
        organisations.c.name,
        delivery_groups.c.audience,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.attempts,
        deliveries.c.claimed_at,
        deliveries.c.accepted_at,
        deliveries.c.delivered_at,
        deliveries.c.ended_at,
    )
    .select_from(delivery_groups)
    .join(deliveries, deliveries.c.group_id == delivery_groups.c.id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(_of_receivers)
    .order_by(addresses.c.value, deliveries.c.id)
)
_newest = select(func.max(delivery_groups.c.broadcast_id)).where(delivery_groups.c.channel == "push")
_reported = (
    select(progress_table)
    .join(deliveries, deliveries.c.id == progress_table.c.delivery_id)
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .where(_of_receivers)
    .order_by(progress_table.c.delivery_id, progress_table.c.at, progress_table.c.id)
)


def take(connection: Connection, attempt: tuple[int, int], report: Progress, now: int) -> Taken:
    """Store a report on an attempt (delivery and number). It is `not_theirs` unless the attempt left by the
    lane whose key signed the report, of an `other_alert` where it names none that this delivery hands over,
    and `known` where the receiver has sent it before."""
    delivery_id, number = attempt
    signer = connection.execute(_signer, {"delivery": delivery_id, "number": number}).scalar()
    if signer != report.receiver:
        return "not_theirs"
    if report.alert not in connection.execute(_handed_over, {"delivery": delivery_id}).scalars().all():
        return "other_alert"
    if connection.execute(_number, {"delivery": delivery_id}).scalar_one() >= MOST:
        return "too_many"
    stored = connection.execute(
        _store,
        {
            "delivery_id": delivery_id,
            "report": report.id,
            "operator": report.operator,
            "state": report.state,
            "targeted": report.targeted,
            "sent": report.sent,
            "failed": report.failed,
            "message": report.message,
            "at": min(milliseconds(report.at), now),
            "received_at": now,
        },
    )
    return "stored" if stored.rowcount == 1 else "known"


def handed(connection: Connection, broadcast_id: int) -> Sequence[Handed]:
    """A broadcast's alerts by receiver, in the order of their names."""
    return [Handed(*tuple(row)) for row in connection.execute(_handed, {"broadcast": broadcast_id})]


def newest_handed(connection: Connection) -> int | None:
    """The newest broadcast that has an alert for anybody; None where there is none."""
    return connection.execute(_newest).scalar()


def of_broadcast(connection: Connection, broadcast_id: int) -> dict[int, list[Reported]]:
    """The reports on a broadcast, by delivery, in the order of the receivers' times."""
    found: dict[int, list[Reported]] = {}
    for row in connection.execute(_reported, {"broadcast": broadcast_id}):
        found.setdefault(row.delivery_id, []).append(
            Reported(
                row.operator,
                row.state,
                row.targeted,
                row.sent,
                row.failed,
                row.message,
                row.at,
                row.received_at,
            )
        )
    return found
