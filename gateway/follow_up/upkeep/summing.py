"""The receipt summary of a broadcast, written into the audit trail once all is final."""

from hashlib import sha256

from sqlalchemy import Connection

from gateway.ledger import timers
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import completion, counters, deliveries
from gateway.ledger.trail import audit

_AGAIN_AFTER = 60_000  # ms until it is asked again whether all is final
_SLICE = 50_000  # deliveries of one read: some 100 ms


async def sum_receipts(ledger: Ledger, broadcast_id: int, now: int) -> bool:
    """Sum up a broadcast if it is complete, else set a timer for later; whether it was. It is summed up once,
    however many processes see that it is due."""
    if not await ledger.read(completion.complete, broadcast_id, now):
        await ledger.write(_later, broadcast_id, now)
        return False
    summary = await _summary(ledger, broadcast_id)
    await ledger.write(_store, broadcast_id, summary, now)
    return True


def _later(connection: Connection, broadcast_id: int, now: int) -> None:
    timers.remove(connection, "sum_receipts", [broadcast_id])
    timers.put(connection, "sum_receipts", [(broadcast_id, now + _AGAIN_AFTER)])


async def _summary(ledger: Ledger, broadcast_id: int) -> dict[str, object]:
    """Counts by state, and a hash over every delivery's number and state; read slice by slice."""
    totals: dict[str, int] = {}
    for group in await ledger.read(counters.by_group, broadcast_id):
        totals[group.state] = totals.get(group.state, 0) + group.deliveries
    digest = sha256()
    after = 0
    while found := await ledger.read(deliveries.states, broadcast_id, after, _SLICE):
        after = found[-1][0]
        for identifier, state in found:
            digest.update(f"{identifier} {state}\n".encode())
    return {"counts": totals, "deliveries_sha256": digest.hexdigest()}


def _store(connection: Connection, broadcast_id: int, summary: dict[str, object], now: int) -> None:
    if not timers.take(connection, "sum_receipts", broadcast_id, now):
        return  # another process just has
    audit.append(connection, now, "(airwarn)", "receipts_summed", f"broadcast:{broadcast_id}", summary)
