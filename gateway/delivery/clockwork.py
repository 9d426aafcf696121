"""What happens by time alone: unknowns are settled, and dead broadcasts are swept out of the queue."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from channels.contract import Channel, Receipt, Reference
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Told, settle
from gateway.ledger import courses, queue, timers
from gateway.ledger.courses import Unclear
from gateway.ledger.database import Clock, Ledger
from gateway.logs import Ration
from gateway.waking import woken

_log = logging.getLogger(__name__)

_SLICE = 1000  # rows a transaction, so that claims are never held up for long
_ASKED_AT_ONCE = 50  # references a poll
_LONGEST_SLEEP = 60.0  # seconds; a timer set meanwhile wakes us anyway
_UNREACHABLE = 1.0  # seconds until a ledger that cannot be written is asked again


class Clockwork:
    """Does what is due; `run` until `stop`. `requeued` is called when something was queued again."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        recorder: Recorder,
        channels: Mapping[int, tuple[int, Channel]],
        addresses: CallbackAddresses,
        clock: Clock,
        requeued: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._recorder = recorder
        self._channels = channels  # by lane: account id and channel
        self._addresses = addresses
        self._clock = clock
        self._requeued = requeued
        self._ration = Ration()
        self._news = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """A timer may have been set."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end after the slice at hand."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Do what is due, then sleep until the next timer."""
        while not self._stopping:
            self._news.clear()
            try:
                await self._sweep()
                await self._settle()
                next_due = await self._ledger.read(timers.next_due, "sweep_broadcast", "settle_unknown")
            except Exception as error:  # the timers are still there
                if self._ration.left_out("timers") is not None:
                    _log.error("timers_failed", extra={"error": type(error).__name__})
                next_due = self._clock() + int(_UNREACHABLE * 1000)
            rest = _LONGEST_SLEEP if next_due is None else (next_due - self._clock()) / 1000
            await woken(self._news, min(max(rest, 0.0), _LONGEST_SLEEP))

    async def _sweep(self) -> None:
        """Close what dead broadcasts left in the queue."""
        for broadcast_id in await self._ledger.read(timers.due, "sweep_broadcast", self._clock(), 100):
            start = await self._ledger.read(queue.first_of, broadcast_id)
            while start is not None and not self._stopping:
                start = await self._ledger.write(queue.sweep, broadcast_id, start, _SLICE, self._clock())
            if self._stopping:
                return  # the timer stays: the next start sweeps on
            await self._ledger.write(queue.finish_sweep, broadcast_id, self._clock())
            _log.info("queue_swept", extra={"broadcast": broadcast_id})  # superseded or run out

    async def _settle(self) -> None:
        """Ask providers about unknowns whose time has come, then decide."""
        while not self._stopping:
            due = await self._ledger.read(timers.due, "settle_unknown", self._clock(), _SLICE)
            if not due:
                return
            await self._poll(await self._ledger.read(courses.unclear, due))
            if await self._ledger.write(settle, due, self._clock()):
                self._requeued()
            _log.info("unknowns_settled", extra={"deliveries": len(due)})

    async def _poll(self, unclear: Sequence[Unclear]) -> None:
        by_lane: dict[int, list[Unclear]] = defaultdict(list)
        for attempt in unclear:
            by_lane[attempt.lane_id].append(attempt)
        for lane_id, attempts in by_lane.items():
            if lane_id not in self._channels:
                continue
            account_id, channel = self._channels[lane_id]
            for first in range(0, len(attempts), _ASKED_AT_ONCE):
                asked = [self._reference(each) for each in attempts[first : first + _ASKED_AT_ONCE]]
                try:
                    found = await channel.poll(asked)
                except Exception as error:  # an adapter must not raise; we then know what we knew
                    _log.error("poll_failed", extra={"lane": lane_id, "error": type(error).__name__})
                    break
                if found:
                    await self._recorder.tell([self._told(account_id, receipt) for receipt in found])

    def _reference(self, attempt: Unclear) -> Reference:
        message_id = self._addresses.message_id(attempt.delivery_id)
        return Reference(attempt.provider_id, message_id, attempt.number)

    def _told(self, account_id: int, receipt: Receipt) -> Told:
        reference = receipt.reference
        if reference.message_id is None or reference.attempt is None:
            return Told(account_id, receipt, None)
        delivery_id = self._addresses.delivery_id(reference.message_id)
        return Told(account_id, receipt, None if delivery_id is None else (delivery_id, reference.attempt))
