"""The feed of 100 active alerts, requests a second on one core: the real server against a bare handler.

    python -m bench.feeds [--alerts 100] [--requests 20000] [--rounds 3] [--in-flight 32]

The server has a process and a core of its own, the client another core where there is one. Each round asks
both servers for the whole feed, for the packed feed, and with the name of the copy at hand (304).
"""

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from urllib.request import Request, urlopen

from aiohttp import web
from sqlalchemy import Connection

from bench.one_server import ask, serve_bare, serve_whole, serving
from bench.processes import cpu
from gateway.cli.loop import run
from gateway.ledger.database import Ledger
from gateway.settings import PublicSettings, Settings
from tests.exchange.messages import alert_of
from tests.exchange.released import put

PATH = "/cap/feed.atom"
NOBODY_WAITS = PublicSettings(per_second=1e9, burst=10**9)  # every request comes from one address


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
        run(_bare(options.folder) if options.server == "bare" else serve_whole(_settings(options.folder)))
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


def _settings(folder: Path) -> Settings:
    return Settings(data_folder=folder, host="127.0.0.1", port=0, public=NOBODY_WAITS)


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


# The bare server


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
    await serve_bare(app)


# The client


def _measured(
    server: str, folder: Path, core: int, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """The figures of each way of asking."""
    with serving("bench.feeds", server, folder, core) as (process, port):
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
            waits = sorted(run(ask(port, repeat(request, options.requests), status, options.in_flight)))
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


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
