"""Which of the accounts this process works.

On a ledger of its own all of them, for as long as it lives. On a shared one the workers share them out: each
takes what is free or whose lease has ended, up to its part, renews its leases three times a lease, and gives
back what is beyond its part. There is no leader: each looks for itself, and the ledger's rows decide.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Concatenate, ParamSpec

from sqlalchemy import Connection

from gateway.bus.words import LOOK_SECONDS
from gateway.delivery.account import AccountWork
from gateway.delivery.lease import Lease
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import ownership
from gateway.logs import Ration
from gateway.waking import woken

_log = logging.getLogger(__name__)
P = ParamSpec("P")

_RENEWALS = 3  # a lease: two may fail
_AGAIN = 0.2  # seconds until a renewal that failed is tried again
# seconds until an account whose work ended by a fault is worked again, after the first, the second, …
_PAUSES = (1.0, 5.0, 30.0, 300.0)
_CALM = 600.0  # seconds of work after which a fault is a first one again

# account, epoch, lease, and the work of an earlier epoch that this process may still be ending
Make = Callable[[str, int, Lease, AccountWork | None], AccountWork]


class Ownership:
    """Takes accounts and has them worked; `start`, then `finish`.

    `lease` in milliseconds; `worker` is how others see this process. A `guest`, such as a command that
    sends, works accounts only where no worker was there before it. `make` gives the work of an account, to
    be run. `freed` is called when an account was given back.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        *,
        worker: str,
        guest: bool,
        accounts: Sequence[str],
        lease: int,
        make: Make,
        freed: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._worker = worker
        self._guest = guest
        self._accounts = accounts
        self._lease = lease
        self._make = make
        self._freed = freed
        self._owned: dict[str, AccountWork] = {}  # the leases that are renewed
        self._leaving: set[AccountWork] = set()  # of them, those being given back
        self._earlier: dict[str, AccountWork] = {}  # lost, with requests that may still be under way
        self._running: dict[AccountWork, asyncio.Task[None]] = {}
        self._givings: set[asyncio.Task[None]] = set()
        self._faults: dict[str, int] = {}  # without a calm time in between
        self._begun_at: dict[str, float] = {}  # by this process's own clock
        self._returns: set[asyncio.Task[None]] = set()  # to accounts whose work ended by a fault
        self._tasks: list[asyncio.Task[None]] = []
        self._ration = Ration()
        self._news = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()

    @property
    def works(self) -> Collection[AccountWork]:
        """What this process owns now."""
        return self._owned.values()

    async def start(self) -> None:
        """Own what is free, and begin to work it: ends when what earlier owners left is settled, or when
        that takes longer than a lease."""
        if self._ledger.shared:
            self._tasks = [
                asyncio.create_task(self._keep(), name="leases"),
                asyncio.create_task(self._run(), name="ownership"),
            ]
            await self._try_look()
        else:
            self._begin(
                await self._ledger.write_beside(ownership.hold, self._accounts, self._worker), ownership.HELD
            )
        for work in list(self._owned.values()):
            await woken(work.begun, self._lease / 1000)

    def wake(self) -> None:
        """An account may be free."""
        self._news.set()

    async def finish(self) -> None:
        """Let what is under way get its answer and be recorded, and give each account back as soon as it
        has; leases are renewed meanwhile."""
        self._stopping = True
        self._news.set()
        for work in self._owned.values():
            work.stop()
        for returning in self._returns:
            returning.cancel()
        await asyncio.gather(*self._tasks[1:])
        for work in list(self._owned.values()):
            self._give_back(work)
        await asyncio.gather(*self._givings, *self._running.values(), *self._returns, return_exceptions=True)
        self._ended.set()
        await asyncio.gather(*self._tasks)
        if self._tasks:
            self._tasks = []
            await self._tell(ownership.leave, self._worker)
            self._freed()

    async def _run(self) -> None:
        while not self._stopping:
            await woken(self._news, min(LOOK_SECONDS, self._lease / _RENEWALS / 1000))
            self._news.clear()
            if not self._stopping:
                await self._try_look()

    async def _try_look(self) -> None:
        try:
            await self._look()
        except Exception as error:  # whoever finds nothing looks again
            self._failed(error)

    async def _look(self) -> None:
        """Take or give back one's part."""
        now = self._clock()
        mine = [work for work in self._owned.values() if work not in self._leaving]
        beyond = len(mine) - await self._part(now)
        if beyond < 0:
            until = now + self._lease
            others = [name for name in self._accounts if name not in self._owned]
            taken = await self._ledger.write_beside(ownership.take, others, self._worker, now, until, -beyond)
            self._begin(taken, until)
        for work in mine[len(mine) - max(beyond, 0) :]:
            self._give_back(work)

    async def _part(self, now: int) -> int:
        """How many accounts are this process's to work."""
        if self._guest:
            alive = await self._ledger.read(ownership.alive, now, self._lease)
            if alive and alive[0] != self._worker:
                if self._worker in alive:  # two came at once
                    await self._ledger.write_beside(ownership.leave, self._worker)
                return 0
        alive = await self._ledger.write_beside(ownership.present, self._worker, now, self._lease)
        return part(len(self._accounts), alive.index(self._worker), len(alive))

    def _begin(self, epochs: dict[str, int], until: int) -> None:
        for name, epoch in epochs.items():
            work = self._make(name, epoch, Lease(until), self._earlier.get(name))
            self._owned[name] = work
            self._begun_at[name] = time.monotonic()
            self._running[work] = asyncio.create_task(work.run(), name=name)
            self._running[work].add_done_callback(partial(self._done, work))
        if epochs:
            _log.info("accounts_owned", extra={"epochs": epochs})

    def _done(self, work: AccountWork, task: asyncio.Task[None]) -> None:
        del self._running[work]
        if self._earlier.get(work.name) is work:
            del self._earlier[work.name]
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        again = self._pause(work.name)
        _log.error(
            "account_failed",
            extra={"account": work.name, "error": type(error).__name__, "seconds": again},
        )
        work.lease.lose()
        if self._stopping or work in self._leaving or self._owned.get(work.name) is not work:
            return
        del self._owned[work.name]
        returning = asyncio.create_task(self._return(work, again), name=f"{work.name} returning")
        self._returns.add(returning)
        returning.add_done_callback(self._returns.discard)

    def _pause(self, name: str) -> float:
        """Seconds that an account whose work just ended by a fault is left alone."""
        if time.monotonic() - self._begun_at[name] > _CALM:
            self._faults.pop(name, None)
        earlier = self._faults.get(name, 0)
        self._faults[name] = earlier + 1
        return _PAUSES[min(earlier, len(_PAUSES) - 1)]

    async def _return(self, work: AccountWork, seconds: float) -> None:
        """Work an account again after a pause, from what is in the ledger; on a shared one, whoever finds it
        free by then."""
        await self._tell(ownership.fail, work.name, work.epoch, self._clock() + int(seconds * 1000))
        while not self._ledger.shared:
            await asyncio.sleep(seconds)
            try:
                epochs = await self._ledger.write_beside(ownership.hold, [work.name], self._worker)
            except Exception as error:  # the account is still there
                self._failed(error)
            else:
                self._begin(epochs, ownership.HELD)
                return

    async def _keep(self) -> None:
        """Renew leases until all is given back."""
        while not self._ended.is_set():
            rest = self._lease / _RENEWALS / 1000
            try:
                await self._renew()
            except Exception as error:  # leases run out where it goes on
                self._failed(error)
                rest = min(rest, _AGAIN)
            await woken(self._ended, rest)

    async def _renew(self) -> None:
        epochs = {name: work.epoch for name, work in self._owned.items()}
        if not epochs:
            return
        until = self._clock() + self._lease
        kept = await self._ledger.write_beside(ownership.renew, epochs, until)
        for name, epoch in epochs.items():
            work = self._owned.get(name)
            if work is None or work.epoch != epoch:  # given back or taken again meanwhile
                continue
            if name in kept:
                work.lease.until = until
            else:
                self._lose(work)

    def _lose(self, work: AccountWork) -> None:
        """Another may have taken it: what is claimed and has not left stays here."""
        _log.warning("account_lost", extra={"account": work.name, "epoch": work.epoch})
        work.lease.lose()
        work.stop()
        del self._owned[work.name]
        if work in self._running:
            self._earlier[work.name] = work

    def _give_back(self, work: AccountWork) -> None:
        if work not in self._leaving:
            self._leaving.add(work)
            giving = asyncio.create_task(self._given_back(work), name=f"{work.name} leaving")
            self._givings.add(giving)
            giving.add_done_callback(self._givings.discard)

    async def _given_back(self, work: AccountWork) -> None:
        work.stop()
        if work in self._running:
            await asyncio.wait([self._running[work]])
        self._leaving.discard(work)
        if self._owned.get(work.name) is not work:
            return  # lost meanwhile
        del self._owned[work.name]
        await self._tell(ownership.release, {work.name: work.epoch})
        _log.info("accounts_released", extra={"accounts": [work.name]})
        self._freed()

    async def _tell(
        self, function: Callable[Concatenate[Connection, P], None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Say what time would tell as well: leases run out, and who is not seen is not there."""
        try:
            await self._ledger.write_beside(function, *args, **kwargs)
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if self._ration.left_out("ownership") is not None:
            _log.error("ownership_failed", extra={"error": type(error).__name__})


def part(accounts: int, place: int, workers: int) -> int:
    """How many accounts the worker at that place has, from 0: none has two more than another, and who was
    there first has the odd ones, so that a newcomer moves no more than it needs."""
    return accounts // workers + (place < accounts % workers)
