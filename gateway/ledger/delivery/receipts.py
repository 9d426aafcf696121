"""Receipts that match no attempt yet; they wait for the answer that names their provider id."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, Text, bindparam, delete, func, insert, select

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.schema import attempts, lanes, unmatched_receipts

_found = rows(provider_id=Text)
_of_attempts = (
    select(attempts.c.provider_id, attempts.c.delivery_id, attempts.c.number)
    .select_from(_found)
    .join(attempts, attempts.c.provider_id == _found.c.provider_id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(lanes.c.account_id == bindparam("account"))
)
_waiting = (
    select(
        unmatched_receipts.c.id,
        unmatched_receipts.c.provider_id,
        unmatched_receipts.c.state,
        unmatched_receipts.c.reason,
        unmatched_receipts.c.vendor_code,
        unmatched_receipts.c.received_at,
    )
    .select_from(_found)
    .join(unmatched_receipts, unmatched_receipts.c.provider_id == _found.c.provider_id)
    .where(unmatched_receipts.c.account_id == bindparam("account"))
    .order_by(unmatched_receipts.c.id)
)
_matched = rows(id=BigInteger)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A receipt kept for later; `received_at` in milliseconds since 1970 UTC."""

    provider_id: str | None
    state: str
    reason: str | None
    vendor_code: str | None
    received_at: int


def attempts_of(
    connection: Connection, account_id: int, provider_ids: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """Delivery and attempt by provider id, where the account's answers have named it."""
    parameters = {"account": account_id, "rows": pack((name,) for name in provider_ids)}
    return {
        name: (delivery, number) for name, delivery, number in connection.execute(_of_attempts, parameters)
    }


def keep(connection: Connection, account_id: int, receipts: Sequence[Unmatched]) -> None:
    """Keep receipts that match nothing yet."""
    connection.execute(
        insert(unmatched_receipts),
        [
            {
                "account_id": account_id,
                "provider_id": each.provider_id,
                "state": each.state,
                "reason": each.reason,
                "vendor_code": each.vendor_code,
                "received_at": each.received_at,
            }
            for each in receipts
        ],
    )


def waiting(connection: Connection) -> int:
    """How many receipts match nothing yet."""
    return int(connection.execute(select(func.count()).select_from(unmatched_receipts)).scalar_one())


def discard(connection: Connection, before: int) -> int:
    """Throw away what has waited since before that moment (ms since 1970 UTC); gives how many."""
    old = delete(unmatched_receipts).where(unmatched_receipts.c.received_at < before)
    return connection.execute(old).rowcount


def take(connection: Connection, account_id: int, provider_ids: Sequence[str]) -> list[Unmatched]:
    """The receipts that waited for these provider ids, oldest first; they wait no longer."""
    parameters = {"account": account_id, "rows": pack((name,) for name in provider_ids)}
    found = connection.execute(_waiting, parameters).all()
    if found:
        done = delete(unmatched_receipts).where(unmatched_receipts.c.id.in_(select(_matched.c.id)))
        connection.execute(done, {"rows": pack((row.id,) for row in found)})
    return [Unmatched(*row[1:]) for row in found]
