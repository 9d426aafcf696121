"""Processes of ours, which may be stopped and killed; none of them outlives the run that started it."""

import asyncio
import itertools
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

from tests.chaos.life import Kind, live
from tests.processes import never_outlives

START_SECONDS = 60.0  # to start, to launch, or to end

_numbers = itertools.count()
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.chaos.life"])


class Life:
    """A process of ours, which works in `folder` and writes its `life.log` there."""

    def __init__(self, kind: Kind, settings: dict[str, Any], folder: Path) -> None:
        self.kind = kind
        self.step = processes.Value("q", 0)  # by how many ms its machine's clock is wrong
        self._started = folder / f"started-{next(_numbers)}"
        self._orders = self._started.with_suffix(".order")
        self._process = processes.Process(
            target=live,
            args=(kind, settings, self._started, self._orders, folder / "life.log", self.step),
            daemon=True,
        )

    @property
    def running(self) -> bool:
        return self._process.is_alive()

    async def start(self) -> None:
        """Start it, and return when it is up."""
        self._process.start()
        assert self._process.pid is not None
        never_outlives(self._process.pid)
        async with asyncio.timeout(START_SECONDS):
            while not self._started.exists():
                assert self.running, f"{self.kind} did not start"
                await asyncio.sleep(0.005)

    def signal(self, number: int) -> None:
        """SIGSTOP: it stands still; SIGCONT: it goes on."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def follow(self, action: str) -> int:
        """Have it launch the next decision; gives the moment at which the earlier was stopped."""
        done = self._orders.with_suffix(".done")
        done.unlink(missing_ok=True)
        self._orders.write_text(action)
        self.signal(signal.SIGUSR1)
        async with asyncio.timeout(START_SECONDS):
            while not done.exists() or not done.read_text():
                assert self.running
                await asyncio.sleep(0.005)
        return int(done.read_text())

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._process.kill()
        await self._gone()

    async def end(self) -> bool:
        """SIGTERM; gives whether it ended well."""
        self._process.terminate()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._gone()
        except TimeoutError:
            await self.kill()
        return self._process.exitcode == 0

    async def _gone(self) -> None:
        while self.running:
            await asyncio.sleep(0.005)
