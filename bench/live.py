"""What a hundred viewers of the live page cost the recording of answers.

    python -m bench.live [--messages 30000] [--viewers 100] [--rounds 3]

One process serves the page and records answers as fast as it can, first without and then with viewers;
these are in a process of their own, on another core where there is one, and read every event.
"""

import argparse
import asyncio
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Connection, select

from bench.ledger import expand, prepare, settings_for
from channels.contract import Accepted
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer
from gateway.ledger import lanes, queue
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.lanes import Lane
from gateway.ledger.schema import accounts
from gateway.metrics import Metrics
from gateway.web.running import running

TOKEN = "bench-token"
GROUP = 100  # answers put together, as a busy lane does


class Recorded(NamedTuple):
    """Answers recorded a second, and CPU seconds of the whole process for each."""

    per_second: float
    cpu: float


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--messages", type=int, default=30_000, help="recorded on each side of a round")
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.watch:
        asyncio.run(_watch(options.watch, options.viewers))
        sys.exit()
    return asyncio.run(_measure(options.messages, options.viewers, options.rounds))


async def _measure(messages: int, viewers: int, rounds: int) -> dict[str, object]:
    logging.disable(logging.WARNING)  # that the recorder is behind is what is wanted here
    cores = sorted(os.sched_getaffinity(0))
    alone: list[Recorded] = []
    watched: list[Recorded] = []
    events = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = Ledger(folder)
        prepare(ledger, settings_for(folder, "http://127.0.0.1:9", 1), 2 * rounds * messages)
        expand(ledger)
        groups = ledger.write_now(_claim_all)
        ledger.close()
        settings = settings_for(folder, "http://127.0.0.1:9", 1).model_copy(
            update={"accounts": {}, "port": 0, "api_token": SecretStr(TOKEN)}
        )
        share = len(groups) // (2 * rounds)
        os.sched_setaffinity(0, {cores[0]})
        async with running(settings, "bench") as process:
            for each in range(rounds):
                start = 2 * each * share
                alone.append(await _record(process.ledger, groups[start : start + share]))
                people = _viewers(process.url, viewers)
                os.sched_setaffinity(people.pid, {cores[-1]})
                assert people.stdout is not None
                await asyncio.to_thread(people.stdout.readline)  # everybody has seen something
                watched.append(await _record(process.ledger, groups[start + share : start + 2 * share]))
                said, _ = await asyncio.to_thread(people.communicate, b"")
                events += json.loads(said)["events"]
        os.sched_setaffinity(0, cores)
    pairs = list(zip(alone, watched, strict=True))
    return {
        "messages": messages,
        "viewers": viewers,
        "rounds": rounds,
        "alone_per_second": round(statistics.median(each.per_second for each in alone)),
        "watched_per_second": round(statistics.median(each.per_second for each in watched)),
        "events_read": events,
        "slowdown_percent": _percent([1 - seen.per_second / unseen.per_second for unseen, seen in pairs]),
        "viewers_cpu_percent": _percent([seen.cpu / unseen.cpu - 1 for unseen, seen in pairs]),
    }


def _percent(shares: list[float]) -> float:
    return round(100 * statistics.median(shares), 1)


def _viewers(url: str, viewers: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bench.live", "--watch", url, "--viewers", str(viewers)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _claim_all(connection: Connection) -> list[list[Answer]]:
    """Everything is being sent; gives the answers that will come, in groups."""
    lane = lanes.all_lanes(connection)[0]
    epoch = connection.execute(select(accounts.c.epoch)).scalar_one()
    groups: list[list[Answer]] = []
    while True:
        claim = queue.claim(
            connection,
            lane_id=lane.id,
            account_id=lane.account_id,
            epoch=epoch,
            now=system_clock(),
            limit=GROUP,
            paid_from=0.0,
            interval=0.0,
            known={},
        )
        if not claim.messages:
            return groups
        groups.append([_answer(each.delivery_id, each.attempt, lane) for each in claim.messages])


def _answer(delivery_id: int, attempt: int, lane: Lane) -> Answer:
    return Answer(delivery_id, attempt, lane.id, lane.account_id, Accepted(f"SM{delivery_id}"))


async def _record(ledger: Ledger, groups: list[list[Answer]]) -> Recorded:
    """Record answers as fast as they are taken."""
    recorder = Recorder(ledger, system_clock, {}, lambda: None, Metrics())
    task = asyncio.create_task(recorder.run())
    started, cpu = time.perf_counter(), time.process_time()
    for group in groups:
        await recorder.kept_up()
        recorder.put(group)
        await asyncio.sleep(0)
    recorder.stop()
    await task
    answers = sum(map(len, groups))
    spent = time.process_time() - cpu
    return Recorded(answers / (time.perf_counter() - started), spent / answers)


async def _watch(url: str, viewers: int) -> None:
    """Read every event until stdin ends; print how many there were."""
    events = 0
    everybody = asyncio.Event()
    waiting: set[asyncio.Task[None] | None] = set()

    async def read(session: aiohttp.ClientSession) -> None:
        nonlocal events
        async with session.get(f"{url}/live/1/events") as stream:
            assert stream.status == 200
            async for line in stream.content:
                if line.startswith(b"id:"):
                    events += 1
                    waiting.discard(asyncio.current_task())
                    if not waiting:
                        everybody.set()

    timeout = aiohttp.ClientTimeout(total=None)
    connector = aiohttp.TCPConnector(limit=0)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector, cookie_jar=jar) as session:
        async with session.post(f"{url}/sign-in/token", data={"token": TOKEN}) as answer:
            assert answer.status == 200
        reading = [asyncio.create_task(read(session)) for _ in range(viewers)]
        waiting.update(reading)
        await everybody.wait()
        print(flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    print(json.dumps({"events": events}))


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
