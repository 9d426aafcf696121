"""Work that takes seconds of a processor: files (PDF, workbooks, archives), reading lists, previews.

It has threads of its own, so few that signatures, receipts and whether the server is well never wait for it;
and a bound for each person and token, so that one of them does not keep out the others.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from aiohttp import web

from gateway.errors import InputError
from gateway.web.access import LOCAL

AT_ONCE = 2  # in this process
OF_ONE = 2  # that one person or token has under way or waiting
WAITING = 16  # that wait for their turn
PATIENCE = 10.0  # seconds that they wait

P = ParamSpec("P")
R = TypeVar("R")


class Heavy:
    """Whose turn it is."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._threads = ThreadPoolExecutor(AT_ONCE, "heavy")
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._of: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait until it is somebody's turn; `who` as the audit trail names them.

        Raises `InputError`: TOO_MANY_AT_ONCE (theirs), TOO_BUSY (everybody's).
        """
        if self._of[who] >= OF_ONE and who != LOCAL.name:
            raise InputError(
                "TOO_MANY_AT_ONCE",
                "您有文件或预览还在生成，请等它完成再试",
                "files or previews of yours are still being made: wait for those, then try again",
            )
        self._of[who] += 1
        try:
            await self._wait()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._of[who] -= 1
            if not self._of[who]:
                del self._of[who]

    async def run(self, who: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it in a thread, when it is somebody's turn. Raises what `turn` raises, and what it does."""
        async with self.turn(who):
            return await self.aside(work, *args, **kwargs)

    async def aside(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it in one of the threads, for whoever has their turn or asks for one thing only."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))

    async def aclose(self, _app: web.Application | None = None) -> None:
        """Begin nothing more, and wait for what is under way: it may read the ledger."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _wait(self) -> None:
        if self._waiting >= WAITING:
            raise too_busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise too_busy() from None
        finally:
            self._waiting -= 1


HEAVY = web.AppKey("heavy", Heavy)


def too_busy() -> InputError:
    """Everybody's turns are taken."""
    return InputError(
        "TOO_BUSY",
        "正在生成的文件和预览太多，请稍后再试；发送和签收不受影响",
        "too many files and previews are being made: try again in a moment; sending and signing go on",
    )
