"""One life of a process: it serves or works until it is told to end, stopped, or killed."""

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any, Literal

from gateway import logs
from gateway.settings import Settings
from gateway.web.serving.running import Running, running
from gateway.web.serving.working import Working, working
from tests.chaos.change import follow

Kind = Literal["serve", "work"]


def live(
    kind: Kind,
    settings: Mapping[str, Any],
    started: Path,
    orders: Path,
    log: Path,
    step: "Synchronized[int]",
) -> None:
    """Run until SIGTERM. `started` appears when it is up, `log` takes what it says. SIGUSR1: launch what
    `orders` holds, and say in a file beside it when. `step`: by how many ms its machine's clock is
    wrong, as far as Python has it from `time`: it must not matter where the database's is read."""
    logs.configure("info", stream=log.open("a"))
    _set_wrong(step)
    asyncio.run(_live(kind, Settings.model_validate(settings), started, orders))


def _set_wrong(step: "Synchronized[int]") -> None:
    right, right_ns = time.time, time.time_ns
    setattr(time, "time", lambda: right() + step.value / 1000)  # noqa: B010 - mypy knows it as a function
    setattr(time, "time_ns", lambda: right_ns() + step.value * 1_000_000)  # noqa: B010


async def _live(kind: Kind, settings: Settings, started: Path, orders: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    process: AbstractAsyncContextManager[Running | Working]
    process = working(settings) if kind == "work" else running(settings, "chaos")
    async with process as made:

        async def obey() -> None:
            assert isinstance(made, Running)
            moment = await follow(made.ledger, orders.read_text())
            made.wake()
            orders.with_suffix(".done").write_text(str(moment))

        tasks: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, lambda: tasks.append(loop.create_task(obey())))
        started.touch()
        await stop.wait()
