"""Shares the provider accounts out among the workers on one ledger.

A worker takes accounts that are free or whose lease has ended, up to its share (accounts by workers seen
within a lease, rounded up), renews its leases three times a lease, and gives back what is beyond its
share. There is no leader: each looks for itself, and the ledger's rows decide.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from math import ceil
from typing import Any

from gateway.delivery.account import AccountWork
from gateway.ledger import ownership
from gateway.ledger.database import Clock, Ledger
from gateway.logs import Ration
from gateway.waking import woken

_log = logging.getLogger(__name__)

_LOOKS = 3  # renewals a lease: two may fail

# account, epoch, lease's end (ms since 1970 UTC)
Begin = Callable[[str, int, int], Coroutine[Any, Any, AccountWork]]
End = Callable[[AccountWork], Coroutine[Any, Any, None]]


class Ownership:
    """Takes accounts and gives back what is too much; `run` until `stop`. What it owns then is the caller's
    to release.

    `lease` in milliseconds. `begin` starts an account's work; `end` finishes it and records every answer.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        *,
        worker: str,
        accounts: Sequence[str],
        lease: int,
        begin: Begin,
        end: End,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._worker = worker
        self._accounts = accounts
        self._lease = lease
        self._begin = begin
        self._end = end
        self._owned: dict[str, AccountWork] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._ration = Ration()
        self._news = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """An account may be free."""
        self._news.set()

    def stop(self) -> None:
        """Take nothing more."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Look a few times a lease, and when another gives an account back."""
        while not self._stopping:
            self._news.clear()
            try:
                await self.look()
            except Exception as error:  # leases run out where it goes on
                if self._ration.left_out("ownership") is not None:
                    _log.error("ownership_failed", extra={"error": type(error).__name__})
            await woken(self._news, self._lease / _LOOKS / 1000)
        await asyncio.gather(*self._ending)

    async def look(self) -> None:
        """Renew, drop what was lost, take or give back one's share."""
        now = self._clock()
        await self._renew(now + self._lease)
        alive = await self._ledger.write_beside(ownership.present, self._worker, now, self._lease)
        share = ceil(len(self._accounts) / alive)
        if len(self._owned) < share:
            await self._take(share - len(self._owned))
        elif len(self._owned) > share:
            await self._give_back(next(iter(self._owned.values())))

    async def _renew(self, until: int) -> None:
        epochs = {name: work.epoch for name, work in self._owned.items()}
        if not epochs:
            return
        kept = await self._ledger.write_beside(ownership.renew, epochs, until)
        for name in epochs:
            if name in kept:
                self._owned[name].lease.until = until
            else:
                self._lose(self._owned.pop(name))

    def _lose(self, work: AccountWork) -> None:
        """Another has taken it: what is claimed and has not left stays here."""
        work.lease.lose()
        _log.warning("account_lost", extra={"account": work.name, "epoch": work.epoch})
        task = asyncio.create_task(self._end(work), name=f"{work.name} lost")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _take(self, most: int) -> None:
        now = self._clock()
        until = now + self._lease
        taken = await self._ledger.write_beside(
            ownership.take, self._accounts, self._worker, now, until, most
        )
        for name, epoch in taken.items():
            self._owned[name] = await self._begin(name, epoch, until)
        if taken:
            _log.info("accounts_owned", extra={"epochs": taken})

    async def _give_back(self, work: AccountWork) -> None:
        await self._end(work)
        if self._owned.pop(work.name, None) is not None:
            await self._ledger.write_beside(ownership.release, {work.name: work.epoch})
            _log.info("accounts_released", extra={"accounts": [work.name]})
