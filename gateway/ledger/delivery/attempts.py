"""Attempts as answers and receipts change them, and those that are still unanswered."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Text, and_, bindparam, func, select, update

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.schema import accounts, attempts, lanes


class AttemptChange(NamedTuple):
    """An attempt's new state. None for the rest: as it was. Moments in ms since 1970 UTC."""

    delivery_id: int
    number: int
    state: str
    provider_id: str | None
    reason: str | None
    vendor_code: str | None
    answered_at: int | None


class Unanswered(NamedTuple):
    """An attempt whose answer was never recorded."""

    delivery_id: int
    number: int
    lane_id: int


# A system that did not answer in time may have begun all the same: so long it may be at work. Only where
# repeats are known by their id; elsewhere a provider's queue, not time, decides what is read first.
at_work = and_(lanes.c.idempotent.is_(True), attempts.c.state == "unknown")
at_work_until = attempts.c.started_at + 2 * lanes.c.request_timeout

_change = rows(
    delivery_id=BigInteger,
    number=BigInteger,
    state=Text,
    provider_id=Text,
    reason=Text,
    vendor_code=Text,
    answered_at=BigInteger,
)
_store = (
    update(attempts)
    .where(attempts.c.delivery_id == _change.c.delivery_id, attempts.c.number == _change.c.number)
    .values(
        state=_change.c.state,
        provider_id=func.coalesce(attempts.c.provider_id, _change.c.provider_id),
        reason=func.coalesce(_change.c.reason, attempts.c.reason),
        vendor_code=func.coalesce(_change.c.vendor_code, attempts.c.vendor_code),
        answered_at=func.coalesce(attempts.c.answered_at, _change.c.answered_at),
    )
)
_yes = rows(delivery_id=BigInteger, provider_id=Text)
_accept = (
    update(attempts)
    .where(attempts.c.delivery_id == _yes.c.delivery_id, attempts.c.number == 1)
    .values(
        state="accepted",
        provider_id=func.coalesce(attempts.c.provider_id, _yes.c.provider_id),
        answered_at=bindparam("now"),
    )
)
_unanswered = (
    select(attempts.c.delivery_id, attempts.c.number, attempts.c.lane_id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .join(accounts, and_(accounts.c.id == lanes.c.account_id, accounts.c.name == bindparam("account")))
    .where(attempts.c.answered_at.is_(None), attempts.c.epoch < bindparam("epoch"))
    .order_by(attempts.c.delivery_id)
    .limit(bindparam("most"))
)
_under_way = (
    select(attempts.c.delivery_id, attempts.c.number, attempts.c.lane_id)
    .where(
        attempts.c.lane_id == bindparam("lane"),
        attempts.c.answered_at.is_(None),
        attempts.c.epoch == bindparam("epoch"),
    )
    .order_by(attempts.c.delivery_id)
)


def store(connection: Connection, changes: Iterable[AttemptChange]) -> None:
    """Write changes, in the order of deliveries. The first answer and the first provider id stay."""
    values = sorted(changes, key=lambda change: change[:2])
    if values:
        connection.execute(_store, {"rows": pack(values)})


def accept(connection: Connection, provider_ids: Sequence[tuple[int, str | None]], now: int) -> None:
    """Write that a provider took the first attempts of these deliveries, and what it calls them."""
    if provider_ids:
        connection.execute(_accept, {"now": now, "rows": pack(sorted(provider_ids))})


def unanswered(connection: Connection, account: str, epoch: int, limit: int) -> Sequence[Unanswered]:
    """Attempts of an account's earlier owners whose answer nobody recorded, in the order of deliveries."""
    parameters = {"account": account, "epoch": epoch, "most": limit}
    return [Unanswered(*row) for row in connection.execute(_unanswered, parameters)]


def under_way(connection: Connection, lane_id: int, epoch: int) -> Sequence[Unanswered]:
    """A lane's attempts of this epoch whose answer is not recorded yet, in the order of deliveries."""
    found = connection.execute(_under_way, {"lane": lane_id, "epoch": epoch})
    return [Unanswered(*row) for row in found]
