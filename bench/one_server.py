"""A server in a process and on a core of its own, and one client that asks it over kept connections."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from aiohttp import web

from gateway.settings import Settings
from gateway.web.serving.running import running

_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


@contextmanager
def serving(module: str, server: str, folder: Path, core: int) -> Iterator[tuple[int, int]]:
    """`python -m module --server … --folder …`, which says its port; gives its process and that port."""
    command = [sys.executable, "-m", module, "--server", server, "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(process.pid, {core})  # before its threads begin, which inherit it
    try:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


async def serve_whole(settings: Settings) -> None:
    """Everything that `airwarn serve` runs, until SIGTERM."""
    async with running(settings, "bench") as process:
        print(urlsplit(process.url).port, flush=True)
        await asked_to_stop()


async def serve_bare(app: web.Application) -> None:
    """A handler alone, until SIGTERM."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asked_to_stop()
    await runner.cleanup()


async def asked_to_stop() -> None:
    """Wait for SIGTERM."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    await asked.wait()


async def ask(port: int, requests: Iterable[bytes], status: int, in_flight: int) -> list[float]:
    """Send all over kept connections, one at a time on each; gives the seconds until each whole answer."""
    loop = asyncio.get_running_loop()
    turns = iter(requests)
    opening = [
        loop.create_connection(partial(_Caller, turns, status, loop.create_future()), "127.0.0.1", port)
        for _ in range(in_flight)
    ]
    callers = [caller for _, caller in await asyncio.gather(*opening)]
    for caller in callers:
        caller.next()
    await asyncio.gather(*(caller.done for caller in callers))
    return [wait for caller in callers for wait in caller.waits]


class _Caller(asyncio.Protocol):
    """A connection that sends the next request as soon as it has the whole answer, of the right status."""

    def __init__(self, turns: Iterator[bytes], status: int, done: "asyncio.Future[None]") -> None:
        self._turns = turns
        self._status = f"HTTP/1.1 {status} ".encode()
        self._head = b""
        self._left = 0  # bytes of the body, once its headers are there
        self._asked_at = 0.0
        self.done = done
        self.waits: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not derived from it

    def next(self) -> None:
        request = next(self._turns, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._asked_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if not self._left:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._head.startswith(self._status), self._head[:200]
            length = _LENGTH.search(self._head, 0, end + 2)
            self._left = (int(length[1]) if length else 0) - (len(self._head) - end - 4)
            self._head = b""
        else:
            self._left -= len(data)
        if not self._left:
            self.waits.append(time.perf_counter() - self._asked_at)
            self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed a connection"))
