"""What happens by time alone: dead broadcasts are swept out of the queue, and what nobody claims is thrown
away."""

import logging

from gateway.ledger import timers
from gateway.ledger.accounts import sign_ins
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import closing, receipts
from gateway.rounds import Rounds

_log = logging.getLogger(__name__)

_SLICE = 1000  # rows a transaction, so that claims are never held up for long
_LONGEST_SLEEP = 60.0  # seconds; a timer set meanwhile wakes us anyway
_HOUR = 3_600_000  # ms
_KEPT = 7 * 24 * _HOUR  # how long a receipt that matches nothing waits for its message


class Clockwork(Rounds):
    """Does what is due; a sweep stops between two slices. Any machine may: what is done is done once."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        super().__init__("timers", ledger, clock, _LONGEST_SLEEP, shared=_LONGEST_SLEEP)
        self._tidied_at = 0

    async def _round(self) -> int | None:
        await self._sweep()
        await self._tidy()
        return await self._ledger.read(timers.next_due, "sweep_broadcast")

    async def _sweep(self) -> None:
        """Close what dead broadcasts left in the queue."""
        for broadcast_id in await self._ledger.read(timers.due, "sweep_broadcast", self._clock(), 100):
            start: int | None = 0
            while start is not None and not self._stopping:
                start = await self._ledger.write_beside(
                    closing.sweep, broadcast_id, start, _SLICE, self._clock()
                )
            if self._stopping:
                return  # the timer stays: the next start sweeps on
            await self._ledger.write_beside(closing.finish_sweep, broadcast_id, self._clock())
            _log.info("queue_swept", extra={"broadcast": broadcast_id})  # superseded or run out

    async def _tidy(self) -> None:
        """Throw receipts away that nothing has matched for a week: no answer will name them any more. And
        forget who signed in where, long ago."""
        now = self._clock()
        if now < self._tidied_at + _HOUR:
            return
        thrown = await self._ledger.write_beside(receipts.discard, now - _KEPT)
        await self._ledger.write_beside(sign_ins.discard, now)
        self._tidied_at = now
        if thrown:
            _log.warning("receipts_discarded", extra={"receipts": thrown})
