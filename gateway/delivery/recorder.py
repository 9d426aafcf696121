"""Writes answers and receipts in group commits: whoever waits for one is told after it is durable."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.exc import OperationalError

from gateway.delivery.recording import Entry, Told, record
from gateway.ledger.database import Clock, Ledger
from gateway.metrics import Metrics
from gateway.waking import woken

_log = logging.getLogger(__name__)

_GATHER = 0.05  # seconds that answers wait for company, so that a commit holds many
_HURRY = 0.01  # seconds that a callback waits for company: its provider waits for us
_MOST = 500  # entries a commit
_BEHIND = 2000  # entries waiting: nothing is claimed and no callback is read in until they are fewer
_PATIENCE = (0.1, 0.5, 2.0, 5.0)  # seconds between tries while the ledger cannot be written


class RecorderStopped(Exception):
    """Nothing can be recorded any more: the provider is to call the next process."""


class _Waiting(NamedTuple):
    entries: Sequence[Entry]
    done: asyncio.Future[None] | None


class Recorder:
    """The one way of answers and receipts into the ledger. `requeued` is called after such a commit."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        waits: Mapping[int, int],
        requeued: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waits = waits
        self._requeued = requeued
        self._metrics = metrics
        self._waiting: list[_Waiting] = []
        self._entries = 0
        self._some = asyncio.Event()
        self._full = asyncio.Event()
        self._kept_up = asyncio.Event()
        self._kept_up.set()
        self._hurry: asyncio.TimerHandle | None = None
        self._stopping = False

    @property
    def behind(self) -> bool:
        """Whether so much waits to be written, or cannot be, that nothing more should be begun."""
        return not self._kept_up.is_set()

    async def kept_up(self) -> None:
        """Return when the recorder is no longer behind."""
        await self._kept_up.wait()

    def put(self, entries: Sequence[Entry]) -> None:
        """Have entries written; they are not lost while this process lives."""
        self._add(_Waiting(entries, None))

    async def tell(self, receipts: Sequence[Told]) -> None:
        """Have receipts written; returns once they are durable.

        Raises `RecorderStopped`, and what the ledger raised if it refused them for what they are.
        """
        await self._kept_up.wait()
        if self._stopping:
            raise RecorderStopped
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._add(_Waiting(receipts, done))
        if self._hurry is None:
            self._hurry = loop.call_later(_HURRY, self._full.set)
        await done  # whoever no longer waits cancels this, not the writing

    async def settled(self) -> None:
        """Return when everything that was put so far is durable."""
        done = asyncio.get_running_loop().create_future()
        self._add(_Waiting((), done))
        self._full.set()
        await done

    async def run(self) -> None:
        """Write until `stop`, and what is waiting then."""
        while True:
            await self._some.wait()
            if not self._waiting:
                return  # stopped, and nothing is left
            if self._entries < _MOST and not self._stopping:
                await self._gathered()
            batch = self._next_batch()
            await self._write(batch)
            if self.behind and self._entries <= _BEHIND // 2:
                self._kept_up.set()
                self._metrics.recorder_behind.set(0)
                _log.info("recorder_caught_up")

    def stop(self) -> None:
        """Let `run` end when all is written; receipts are no longer taken."""
        self._stopping = True
        self._kept_up.set()
        self._some.set()
        self._full.set()

    def _add(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._entries += len(waiting.entries)
        self._some.set()
        if self._entries >= _MOST:
            self._full.set()
        if self._entries > _BEHIND and not self.behind:
            self._fall_behind()
            _log.warning("recorder_behind", extra={"entries": self._entries})

    def _fall_behind(self) -> None:
        self._kept_up.clear()
        self._metrics.recorder_behind.set(1)

    async def _gathered(self) -> None:
        await woken(self._full, _GATHER)

    def _next_batch(self) -> list[_Waiting]:
        entries = taken = 0
        while taken < len(self._waiting) and entries < _MOST:
            entries += len(self._waiting[taken].entries)
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        self._entries -= entries
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None
        if not self._waiting and not self._stopping:  # what is left over waits no longer
            self._some.clear()
            self._full.clear()
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """Write a batch, however long the ledger cannot be reached; what it refuses is singled out."""
        tries = 0
        entries = [entry for waiting in batch for entry in waiting.entries]
        while True:
            started = time.perf_counter()
            try:
                requeued = await self._ledger.write_beside(record, entries, self._waits, self._clock())
            except OperationalError as error:  # disk full, locked, gone: the fault is not the entries'
                self._fall_behind()
                if tries == 0:
                    _log.error("ledger_unreachable", extra={"error": type(error.orig).__name__})
                await asyncio.sleep(_PATIENCE[min(tries, len(_PATIENCE) - 1)])
                tries += 1
            except Exception as error:
                if len(batch) > 1:
                    for waiting in batch:
                        await self._write([waiting])
                else:
                    self._refused(batch[0], error)
                return
            else:
                break
        self._metrics.recorded(len(entries), time.perf_counter() - started)
        if tries:
            _log.warning("ledger_reachable_again", extra={"tries": tries})
        for waiting in batch:
            if waiting.done is not None and not waiting.done.done():
                waiting.done.set_result(None)
        if requeued:
            self._requeued()

    def _refused(self, waiting: _Waiting, error: Exception) -> None:
        """Its attempts stay `sending`, so the next start finds them unknown; its callback is asked again."""
        _log.error("record_refused", extra={"error": type(error).__name__})
        if waiting.done is not None and not waiting.done.done():
            waiting.done.set_exception(error)
