"""The feed of 100 active alerts, requests a second on one core: the real server against a bare handler.

    python -m bench.feeds [--alerts 100] [--requests 20000] [--rounds 3] [--in-flight 32]

The server has a process and a core of its own, the client another core where there is one. Each round asks
both servers for the whole feed, for the packed feed, and with the name of the copy at hand (304).
"""

import argparse
import asyncio
import json
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from aiohttp import web
from sqlalchemy import Connection

from bench.processes import cpu
from gateway.cli.loop import run
from gateway.ledger.database import Ledger
from gateway.settings import PublicSettings, Settings
from gateway.web.serving.running import running
from tests.exchange.messages import alert_of
from tests.exchange.released import put

PATH = "/cap/feed.atom"
NOBODY_WAITS = PublicSettings(per_second=1e9, burst=10**9)  # every request comes from one address
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.feeds", description=__doc__)
    parser.add_argument("--alerts", type=int, default=100)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--server", choices=("bare", "whole"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.server:
        run(_bare(options.folder) if options.server == "bare" else _whole(options.folder))
        sys.exit()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    found: dict[str, list[dict[str, float]]] = {}
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _prepare(folder, options.alerts)
            for _ in range(options.rounds):
                for server in ("whole", "bare"):
                    for asked, measured in _measured(server, folder, cores[0], options).items():
                        found.setdefault(f"{server}_{asked}", []).append(measured)
            size = (folder / "feed.atom").stat().st_size
            packed = (folder / "feed.gz").stat().st_size
    finally:
        os.sched_setaffinity(0, cores)
    return {
        "alerts": options.alerts,
        "feed_bytes": size,
        "packed_bytes": packed,
        "requests": options.requests,
        "rounds": options.rounds,
        "in_flight": options.in_flight,
        **{
            f"{which}_{name}": value
            for which, rounds in found.items()
            for name, value in _figures(rounds).items()
        },
    }


def _figures(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    def median(name: str) -> float:
        return statistics.median(each[name] for each in rounds)

    return {
        "per_second": round(median("per_second")),
        "per_core_second": round(1 / median("cpu_each")),
        "p99_ms": round(median("p99_ms"), 1),
    }


def _prepare(folder: Path, alerts: int) -> None:
    """A ledger with so many warnings in force, each of an event of its own."""
    ledger = Ledger(folder)
    now = datetime.now(UTC).replace(microsecond=0)
    alert = alert_of(
        "issue orange",
        sent=now,
        starts_at=now + timedelta(hours=1),
        expected_end_at=now + timedelta(hours=48),
    )

    def store(connection: Connection) -> None:
        for number in range(alerts):
            name = f"{alert.identifier.rpartition('_')[0]}_{number + 1}"
            put(connection, replace(alert, identifier=name, incidents=name))

    ledger.write_now(store)
    ledger.close()


# The servers


async def _whole(folder: Path) -> None:
    settings = Settings(data_folder=folder, host="127.0.0.1", port=0, public=NOBODY_WAITS)
    async with running(settings, "bench") as process:
        print(urlsplit(process.url).port, flush=True)
        await _asked_to_stop()


async def _bare(folder: Path) -> None:
    """A handler that answers with the bytes and headers that the other server gave."""
    content, packed = (folder / "feed.atom").read_bytes(), (folder / "feed.gz").read_bytes()
    given = json.loads((folder / "headers.json").read_text("utf-8"))
    plain, of_packed = given["plain"], given["packed"]

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == plain["ETag"]:
            return web.Response(status=304, headers=plain)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=packed, headers=of_packed)
        return web.Response(body=content, headers=plain)

    app = web.Application()
    app.router.add_get(PATH, answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await _asked_to_stop()
    await runner.cleanup()


async def _asked_to_stop() -> None:
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    await asked.wait()


# The client


def _measured(
    server: str, folder: Path, core: int, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """The figures of each way of asking."""
    with _serving(server, folder, core) as (process, port):
        if server == "whole":
            _keep(folder, port, options.alerts)
        tag = json.loads((folder / "headers.json").read_text("utf-8"))["plain"]["ETag"]
        ways = {
            "feed": ("", 200),
            "packed": ("Accept-Encoding: gzip\r\n", 200),
            "unchanged": (f"If-None-Match: {tag}\r\n", 304),
        }
        found = {}
        for name, (header, status) in ways.items():
            request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n".encode()
            spent, started = cpu(process), time.perf_counter()
            waits = sorted(run(_ask(port, request, status, options.requests, options.in_flight)))
            found[name] = {
                "per_second": options.requests / (time.perf_counter() - started),
                "cpu_each": max(cpu(process) - spent, 0.01) / options.requests,  # it is counted in 1/100 s
                "p99_ms": waits[math.ceil(len(waits) * 0.99) - 1] * 1000,
            }
        return found


def _keep(folder: Path, port: int, alerts: int) -> None:
    """What the server answers, for the bare handler to answer too."""
    headers = {}
    for name, file, accepted in (("plain", "feed.atom", "identity"), ("packed", "feed.gz", "gzip")):
        asked = Request(f"http://127.0.0.1:{port}{PATH}", headers={"Accept-Encoding": accepted})
        with urlopen(asked) as answer:
            (folder / file).write_bytes(answer.read())
            left_out = ("date", "content-length", "connection")
            headers[name] = {
                key: value for key, value in answer.headers.items() if key.lower() not in left_out
            }
            headers[name]["ETag"] = answer.headers["ETag"]
    assert (folder / "feed.atom").read_bytes().count(b"<entry>") == alerts
    (folder / "headers.json").write_text(json.dumps(headers), "utf-8")


@contextmanager
def _serving(server: str, folder: Path, core: int) -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-m", "bench.feeds", "--server", server, "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(process.pid, {core})  # before its threads begin, which inherit it
    try:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


async def _ask(port: int, request: bytes, status: int, many: int, in_flight: int) -> list[float]:
    """Ask over kept connections, one at a time on each; gives the seconds until each whole answer."""
    loop = asyncio.get_running_loop()
    turns = repeat(request, many)
    opening = [
        loop.create_connection(partial(_Reader, turns, status, loop.create_future()), "127.0.0.1", port)
        for _ in range(in_flight)
    ]
    readers = [reader for _, reader in await asyncio.gather(*opening)]
    for reader in readers:
        reader.next()
    await asyncio.gather(*(reader.done for reader in readers))
    return [wait for reader in readers for wait in reader.waits]


class _Reader(asyncio.Protocol):
    """A connection that asks again as soon as it has the whole answer."""

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


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
