"""Loops that do what is due, again and again. What is due stands in the ledger, for whoever comes first."""

import asyncio
import logging
from abc import ABC, abstractmethod

from gateway.bus.words import LOOK_SECONDS
from gateway.ledger.database import Clock, Ledger
from gateway.logs import Ration
from gateway.waking import woken

_UNREACHABLE = 1.0  # seconds until a ledger that cannot be read or written is asked again

_log = logging.getLogger(__name__)


class Rounds(ABC):
    """Does what is due, sleeps until more is, and again: `run` until cancelled or stopped.

    A fault ends its round and not the loop. It is logged as `<name>_failed`, with its kind alone and once a
    minute at most; what was due still is. A transaction that is cancelled is finished first.
    """

    def __init__(
        self, name: str, ledger: Ledger, clock: Clock, longest_sleep: float, shared: float = LOOK_SECONDS
    ) -> None:
        """`longest_sleep` (s): so soon it sees what came without a word. `shared`: the same, where other
        machines write the ledger too."""
        self._ledger = ledger
        self._clock = clock
        self._stopping = False
        self._name = name
        self._longest_sleep = shared if ledger.shared else longest_sleep
        self._news = asyncio.Event()
        self._ration = Ration()

    @abstractmethod
    async def _round(self) -> int | None:
        """Do all that is due; gives when the next is (ms since 1970 UTC; None: nothing that is known)."""

    def wake(self) -> None:
        """Something may be due."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end with the round at hand."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Do what is due until cancelled or stopped."""
        while not self._stopping:
            self._news.clear()
            try:
                next_due = await self._round()
            except Exception as error:
                self._failed(error)
                rest = min(_UNREACHABLE, self._longest_sleep)
            else:
                rest = self._longest_sleep if next_due is None else (next_due - self._clock()) / 1000
            await woken(self._news, min(max(rest, 0.0), self._longest_sleep))

    def _failed(self, error: Exception) -> None:
        if self._ration.left_out(self._name) is not None:
            _log.error("%s_failed", self._name, extra={"error": type(error).__name__})
