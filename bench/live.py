"""What viewers of the live page take from the recording of receipts, and what they cost alone.

    python -m bench.live [--messages 100000] [--viewers 200] [--rounds 3] [--quiet 10]

One process serves the page and records answers and receipts as fast as it can, without and with viewers in
each round, in turns one first and then the other; they are in a process of their own, on another core where
there is one, and read every event. Every message is answered, and gets the receipts `sent` and `delivered`
1,000 messages later, so that a part lasts some seconds, as the viewers' events are a second apart. Then
it records a little each half second, so that there is something new to show and nothing else to do.
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
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Connection, select

from bench.ledger import expand, prepare, settings_for
from channels.contract import Accepted, Receipt, Reference
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer, Entry, Told
from gateway.ledger.backends.upserts import insert
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, queue
from gateway.ledger.delivery.lanes import Lane
from gateway.ledger.schema import accounts, counters, delivery_groups
from gateway.metrics import Metrics
from gateway.vocabulary import AUDIENCES
from gateway.web.serving.running import running

TOKEN = "bench-token"
GROUP = 100  # answers put together, as a busy lane does
_LAG = 10  # groups between an answer and the receipt `sent`, and between that and `delivered`
_WARM = 20  # groups that are recorded before anything is measured
_BEAT = 0.5  # seconds between groups where there is next to nothing to do
_AGAIN = 0.2  # seconds until a viewer who found no place asks again


class Recorded(NamedTuple):
    """Answers and receipts recorded a second, CPU seconds of the whole process for each, and the seconds
    that it took."""

    per_second: float
    cpu: float
    seconds: float


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures, of each number of viewers."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="of each part of a round")
    parser.add_argument("--viewers", type=int, nargs="+", default=[200])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quiet", type=float, default=10.0, help="seconds of next to nothing to do")
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.watch:
        asyncio.run(_watch(options.watch, options.viewers[0]))
        sys.exit()
    return asyncio.run(_measure(options.messages, options.viewers, options.rounds, options.quiet))


async def _measure(messages: int, viewers: list[int], rounds: int, quiet: float) -> dict[str, object]:
    logging.disable(logging.WARNING)  # that the recorder is behind is what is wanted here
    cores = sorted(os.sched_getaffinity(0))
    alone: list[Recorded] = []
    watched: dict[int, list[Recorded]] = {number: [] for number in viewers}
    events = dict.fromkeys(viewers, 0)
    beats = int(quiet / _BEAT)
    parts = rounds * (1 + len(viewers))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = Ledger(folder)
        wanted = parts * messages + (_WARM + 2 * beats) * GROUP
        prepare(ledger, settings_for(folder, "http://127.0.0.1:9", 1), wanted)
        expand(ledger)
        ledger.write_now(_widen)
        groups = ledger.write_now(_claim_all)
        ledger.close()
        settings = settings_for(folder, "http://127.0.0.1:9", 1).model_copy(
            update={"accounts": {}, "port": 0, "api_token": SecretStr(TOKEN)}
        )
        share = messages // GROUP
        os.sched_setaffinity(0, {cores[0]})
        async with running(settings, "bench") as process:
            await _record(process.ledger, _cut(groups, _WARM))
            for turn in range(rounds):
                for number in (0, *viewers) if turn % 2 else (*viewers, 0):
                    if number == 0:
                        alone.append(await _record(process.ledger, _cut(groups, share)))
                        continue
                    async with _watching(process.url, number, cores[-1]) as people:
                        watched[number].append(await _record(process.ledger, _cut(groups, share)))
                    events[number] += people.events
            unwatched = await _quiet(process.ledger, _cut(groups, beats))
            before = _resident()
            async with _watching(process.url, viewers[-1], cores[-1]) as people:
                idle = await _quiet(process.ledger, _cut(groups, beats))
                grown = _resident() - before
        os.sched_setaffinity(0, cores)
    found: dict[str, object] = {
        "messages": messages,
        "rounds": rounds,
        "seconds_of_a_part": round(statistics.median(each.seconds for each in alone), 1),
        "alone_per_second": round(statistics.median(each.per_second for each in alone)),
        "alone_core_percent": _core_percent(alone),
    }
    for number in viewers:
        pairs = list(zip(alone, watched[number], strict=True))
        of_it = {
            "watched_per_second": round(statistics.median(each.per_second for each in watched[number])),
            "watched_core_percent": _core_percent(watched[number]),
            "events_read": events[number],
            "slowdown_percent": _percent([1 - seen.per_second / unseen.per_second for unseen, seen in pairs]),
            "viewers_core_percent": _percent(
                [(seen.cpu - unseen.cpu) * seen.per_second for unseen, seen in pairs]
            ),
        }
        found |= {_named(name, number, viewers): value for name, value in of_it.items()}
    _show(alone, watched)
    return found | {
        "quiet_viewers": viewers[-1],
        "quiet_events_read": people.events,
        "quiet_event_bytes": people.bytes // max(1, people.events),
        "quiet_cpu_percent": round(100 * (idle - unwatched), 1),
        "kilobytes_a_viewer": round(grown / viewers[-1]),
    }


def _show(alone: list[Recorded], watched: Mapping[int, list[Recorded]]) -> None:
    """Nobody watching, and so many beside it."""
    print(f"{'viewers':>8} {'recorded/s':>11} {'of a core %':>12} {'slower %':>9}", file=sys.stderr)
    for number, parts in {0: alone, **watched}.items():
        rate = statistics.median(each.per_second for each in parts)
        slower = _percent(
            [1 - each.per_second / bare.per_second for bare, each in zip(alone, parts, strict=True)]
        )
        print(f"{number:>8} {rate:>11,.0f} {_core_percent(parts):>12} {slower:>9}", file=sys.stderr)


def _named(name: str, number: int, viewers: list[int]) -> str:
    """The figures of the first number of viewers stand under their plain names."""
    return name if number == viewers[0] else f"{name}_of_{number}"


def _cut(groups: list[list[Answer]], number: int) -> list[list[Answer]]:
    """The next groups, which are then gone."""
    taken, groups[:number] = groups[:number], []
    return taken


def _percent(shares: list[float]) -> float:
    return round(100 * statistics.median(shares), 1)


def _core_percent(parts: list[Recorded]) -> float:
    """What the process took of one core while it recorded."""
    return round(100 * statistics.median(each.cpu * each.per_second for each in parts), 1)


def _resident() -> int:
    """This process's resident memory, in KB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


async def _quiet(ledger: Ledger, groups: list[list[Answer]]) -> float:
    """Record a group each half second; gives the CPU seconds of the process for each second."""
    started, cpu = time.perf_counter(), time.process_time()
    for group in groups:
        await _record(ledger, [group])
        await asyncio.sleep(_BEAT)
    return (time.process_time() - cpu) / (time.perf_counter() - started)


class _People:
    """Viewers, and what they have read in the end."""

    events = 0
    bytes = 0


@asynccontextmanager
async def _watching(url: str, number: int, core: int) -> AsyncIterator[_People]:
    """So many viewers, who have all seen something."""
    people, process = _People(), _viewers(url, number)
    os.sched_setaffinity(process.pid, {core})
    assert process.stdout is not None
    await asyncio.to_thread(process.stdout.readline)  # everybody has seen something
    yield people
    said, _ = await asyncio.to_thread(process.communicate, b"")
    people.events, people.bytes = json.loads(said)


def _viewers(url: str, viewers: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "bench.live", "--watch", url, "--viewers", str(viewers)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _widen(connection: Connection) -> None:
    """As many rows to be shown as a city has: every audience on three channels in twelve districts."""
    groups = [
        {"broadcast_id": 1, "audience": audience, "channel": channel, "area": f"4101{number:02d}"}
        for audience in AUDIENCES
        for channel in ("sms", "wecom", "email")
        for number in range(2, 14)
    ]
    connection.execute(insert(delivery_groups).on_conflict_do_nothing(), groups)
    for identifier in connection.execute(select(delivery_groups.c.id)).scalars().all():
        states = [
            {"group_id": identifier, "state": state, "deliveries": 700} for state in ("sent", "delivered")
        ]
        connection.execute(insert(counters), states)


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
    """Record answers and their receipts as fast as they are taken."""
    recorder = Recorder(ledger, system_clock, {}, lambda: None, Metrics())
    task = asyncio.create_task(recorder.run())
    parts = [part for group in _with_receipts(groups) for part in group]
    started, cpu = time.perf_counter(), time.process_time()
    for part in parts:
        await recorder.kept_up()
        recorder.put(part)
        await asyncio.sleep(0)
    recorder.stop()
    await task
    entries, seconds = sum(map(len, parts)), time.perf_counter() - started
    return Recorded(entries / seconds, (time.process_time() - cpu) / entries, seconds)


def _with_receipts(groups: list[list[Answer]]) -> Iterator[list[Sequence[Entry]]]:
    """Each group of answers, with the receipts of groups before it."""
    nothing: list[list[Answer]] = [[]] * _LAG
    late = [*groups, *nothing, *nothing], [*nothing, *groups, *nothing], [*nothing, *nothing, *groups]
    for answers, sent, delivered in zip(*late, strict=True):
        yield [answers, _receipts(sent, "sent"), _receipts(delivered, "delivered")]


def _receipts(answers: list[Answer], state: Literal["sent", "delivered"]) -> list[Told]:
    return [
        Told(
            each.account_id,
            Receipt(Reference(f"SM{each.delivery_id}"), state),
            (each.delivery_id, each.number),
        )
        for each in answers
    ]


async def _watch(url: str, viewers: int) -> None:
    """Read every event until stdin ends; print how many there were, and how many bytes."""
    events = read_bytes = 0
    everybody = asyncio.Event()
    waiting: set[asyncio.Task[None] | None] = set()

    async def read(session: aiohttp.ClientSession) -> None:
        nonlocal events, read_bytes
        while True:
            async with session.get(f"{url}/live/1/events") as stream:
                if stream.status != 200:  # those of the round before are just being let go
                    await asyncio.sleep(_AGAIN)
                    continue
                async for line in stream.content:
                    read_bytes += len(line)
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
    print(json.dumps([events, read_bytes]))


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
