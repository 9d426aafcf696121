"""The receipt summary of a broadcast, written into the audit trail once all is final."""

from hashlib import sha256

from sqlalchemy import Connection

from gateway.ledger import timers
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import completion, counters, deliveries
from gateway.ledger.trail import audit

_AGAIN_AFTER = 60_000  # ms until it is asked again whether all is final


async def sum_receipts(ledger: Ledger, broadcast_id: int, now: int) -> bool:
    """Sum up a broadcast if it is complete, else set a timer for later; whether it was."""
    if not await ledger.read(completion.complete, broadcast_id, now):
        await ledger.write(_later, broadcast_id, now)
        return False
    summary = await ledger.read(_summary, broadcast_id)
    await ledger.write(_store, broadcast_id, summary, now)
    return True


def _later(connection: Connection, broadcast_id: int, now: int) -> None:
    timers.remove(connection, "sum_receipts", [broadcast_id])
    timers.put(connection, "sum_receipts", [(broadcast_id, now + _AGAIN_AFTER)])


def _summary(connection: Connection, broadcast_id: int) -> dict[str, object]:
    """Counts by state, and a hash over every delivery's number and state."""
    totals: dict[str, int] = {}
    for group in counters.by_group(connection, broadcast_id):
        totals[group.state] = totals.get(group.state, 0) + group.deliveries
    digest = sha256()
    for identifier, state in deliveries.states(connection, broadcast_id):
        digest.update(f"{identifier} {state}\n".encode())
    return {"counts": totals, "deliveries_sha256": digest.hexdigest()}


def _store(connection: Connection, broadcast_id: int, summary: dict[str, object], now: int) -> None:
    timers.remove(connection, "sum_receipts", [broadcast_id])
    audit.append(connection, now, "(airwarn)", "receipts_summed", f"broadcast:{broadcast_id}", summary)
