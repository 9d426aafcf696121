"""Where a run takes place: providers in this process, a ledger, and processes of ours that may be killed."""

import asyncio
import itertools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from channels.stand_ins.behaviour import Behaviour
from gateway.delivery import accounts
from gateway.ledger import deliveries as delivery_rows
from gateway.ledger import doctor
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import addresses, attempts, deliveries, notices
from gateway.ledger.verifying import verify
from gateway.settings import Settings
from tests.chaos.change import queue
from tests.chaos.database import Server
from tests.chaos.judge import Arrival, Fault, Row, Terms, Try, Verdict, judge
from tests.chaos.life import Kind, live
from tests.chaos.provider import Provider
from tests.delivery.world import HOUR, Broadcast, launch, twilio
from tests.redis_server import RedisServer, free_port

LEASE = 4.0  # seconds, on PostgreSQL: the shortest that TIMEOUT allows
IN_FLIGHT = 20  # of a lane
TIMEOUT = 1.5  # seconds, of a request
LONGEST = 120.0  # seconds until everything must be complete after the last fault
WORDS = ("今日12时起启动橙色预警。",)
_START_SECONDS = 30.0  # to start or to end
_LOOK = 0.1  # seconds between looks at what has no event

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.chaos.life"])


@dataclass(frozen=True)
class Place:
    """Where a run is: a folder of its own, a database of its own (None: SQLite), and its seed."""

    folder: Path
    database: str | None
    seed: int
    messages: int
    server: Server | None = None


class Life:
    """A process of ours."""

    def __init__(self, kind: Kind, settings: dict[str, Any], stage: "Stage") -> None:
        self.kind = kind
        self._started = stage.place.folder / f"started-{next(stage.numbers)}"
        self._orders = self._started.with_suffix(".order")
        self._process = processes.Process(
            target=live,
            args=(kind, settings, self._started, self._orders, stage.place.folder / "life.log", stage.step),
            daemon=True,
        )

    @property
    def running(self) -> bool:
        return self._process.is_alive()

    async def start(self) -> None:
        """Start it, and return when it is up."""
        self._process.start()
        async with asyncio.timeout(_START_SECONDS):
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
        async with asyncio.timeout(_START_SECONDS):
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
            async with asyncio.timeout(_START_SECONDS):
                await self._gone()
        except TimeoutError:
            await self.kill()
        return self._process.exitcode == 0

    async def _gone(self) -> None:
        while self.running:
            await asyncio.sleep(0.005)


@dataclass
class Stage:
    """One run: what a scenario plays with, and what it notes for the judge."""

    place: Place
    providers: Sequence[Provider]
    settings: dict[str, Any]
    chance: random.Random
    ledger: Ledger  # for looking
    broadcast: Broadcast
    redis: RedisServer | None = None
    step: Any = field(default_factory=lambda: processes.Value("q", 0))
    numbers: Any = field(default_factory=itertools.count)
    lives: list[Life] = field(default_factory=list)
    kills: int = 0
    faults: list[Fault] = field(default_factory=list)
    stopped: dict[int, int] = field(default_factory=dict)
    expected: int = 0
    asked: bool = True
    wrong: list[str] = field(default_factory=list)
    planted: set[str] = field(init=False)  # a launch that a test wrote by itself has no row of audit

    def __post_init__(self) -> None:
        self.planted = self._audit()

    @property
    def shared(self) -> bool:
        return self.place.database is not None

    async def start(self, kind: Kind = "serve") -> Life:
        """A process of ours, up."""
        life = Life(kind, self.settings, self)
        await life.start()
        self.lives.append(life)
        return life

    async def kill(self, life: Life) -> None:
        await life.kill()
        self.lives.remove(life)
        self.kills += 1

    async def start_all(self) -> None:
        """On SQLite one server; on PostgreSQL one that takes callbacks, and two workers."""
        await asyncio.gather(*(self.start(kind) for kind in self.kinds))

    @property
    def kinds(self) -> Sequence[Kind]:
        return ("serve", "work", "work") if self.shared else ("serve",)

    async def pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most))

    def behave(self, behaviour: Behaviour) -> None:
        """All providers, from now on."""
        for provider in self.providers:
            provider.behaviour = behaviour

    async def arrived(self, share: float) -> None:
        """Wait until providers took so large a share of the messages."""
        async with asyncio.timeout(LONGEST):
            while sum(len(each.seen) for each in self.providers) < share * self.expected:
                await asyncio.sleep(0.02)

    async def follow(self, life: Life, action: str) -> None:
        """Another decision takes the place of the one in force; returns once its words may leave."""
        moment = await life.follow(action)
        self.stopped[self.broadcast.id + len(self.stopped)] = moment
        self.expected += self.place.messages

    async def complete(self) -> None:
        """Wait until everything is final, end all processes."""
        try:
            async with asyncio.timeout(LONGEST):
                while not await self._complete():
                    await asyncio.sleep(_LOOK)
                for provider in self.providers:
                    await provider.settled()
        except TimeoutError:
            self.wrong.append(f"not complete after {LONGEST:.0f} s")
        for life in self.lives:
            if not life.running:
                self.wrong.append(f"a {life.kind} ended by itself")
        ended = await asyncio.gather(*(life.end() for life in self.lives))
        if not all(ended):
            self.wrong.append("a process did not end well when told to")
        self.lives.clear()

    async def _complete(self) -> bool:
        try:
            now = self.ledger.now() + self.step.value
            return await self.ledger.read(delivery_rows.complete, None, now)
        except OperationalError:  # the database is being killed
            return False

    def verdict(self) -> Verdict:
        """What the judge says, and what the ledger says of itself."""
        rows, tries = self.ledger.read_now(_read)
        arrivals = [each for provider in self.providers for each in _arrivals(provider)]
        terms = Terms(
            expected=self.expected,
            kills=self.kills,
            in_flight=IN_FLIGHT * len(self.providers),
            per_second=self.settings["accounts"]["one"]["per_second"] * len(self.providers),
            patience=2 * LEASE,
            asked=self.asked,
            lost_answers=sum(provider.unanswered for provider in self.providers),
            stopped=self.stopped,
            faults=self.faults,
        )
        verdict = judge(rows, tries, arrivals, terms)
        wrong = [*self.wrong, *verdict.wrong]
        if self.faults and max(each.at for each in arrivals) < self.faults[-1].began:
            wrong.append("the faults came too late: everything had left")
        wrong += [f"counter {each}" for each in doctor.miscounts(self.ledger)]
        wrong += [f"damaged {each}" for each in doctor.damages(self.ledger)]
        wrong += [f"audit {each}" for each in self._audit() - self.planted]
        log = self.place.folder / "life.log"
        if wrong and log.exists():
            wrong += ["the last that the processes said:", *log.read_text().splitlines()[-20:]]
        return Verdict(**{**vars(verdict), "wrong": wrong})

    def _audit(self) -> set[str]:
        folder = Path(self.settings["data_folder"])
        return {
            fault.message_en
            for each in (folder, *folder.glob("worker-*"))
            for fault in verify(self.ledger, each).faults
        }


class NoDisk(Exception):
    """Only root may make a small disk."""


@contextmanager
def _disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own for the folder, which may be filled up. Raises `NoDisk`."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "airwarn-chaos", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        raise NoDisk
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@asynccontextmanager
async def _provider(chance: random.Random) -> AsyncIterator[Provider]:
    provider = Provider(chance)
    async with provider:
        yield provider


@asynccontextmanager
async def staged(
    place: Place, *, per_second: float, redis: bool = False, disk: int | None = None, **changes: Any
) -> AsyncIterator[Stage]:
    """A stage with two providers, and the messages of one broadcast queued at both.

    `redis`: with a bus of its own. `disk`: on a disk of so many megabytes. `changes` are settings of the
    accounts, or of all where Settings has one of that name. Raises `NoDisk`.
    """
    async with AsyncExitStack() as stack:
        source = random.Random(place.seed)
        providers = [
            await stack.enter_async_context(_provider(random.Random(source.random()))) for _ in range(2)
        ]
        bus = None
        if redis:
            bus = RedisServer(place.folder)
            stack.callback(bus.kill)
            await bus.start()
            changes["redis_url"] = bus.url
        folder = place.folder / "data"
        port = free_port()
        terms = {
            "per_second": per_second,
            "in_flight": IN_FLIGHT,
            "timeout": TIMEOUT,
            "unknown_wait": 0.5,
            "receipt_wait": 1.0,
            "receipt_window": 4.0,
            "questions_per_second": 100,
        }
        overall = {name: changes.pop(name) for name in list(changes) if name in Settings.model_fields}
        settings: dict[str, Any] = {
            "data_folder": folder,
            "port": port,
            "public_url": f"http://127.0.0.1:{port}",
            "accounts": {
                name: twilio(provider.url, **{**terms, **changes})
                for name, provider in zip(("one", "two"), providers, strict=True)
            },
            **overall,
        }
        if place.database is not None:
            settings |= {"database_url": place.database, "lease": LEASE}
        folder.mkdir(parents=True, exist_ok=True)
        if disk is not None:
            stack.enter_context(_disk(folder, disk))
        ledger = open_ledger(settings)
        try:
            made = Settings.model_validate(settings)
            ledger.write_now(accounts.sync, made.accounts, system_clock(), made.routes)
            broadcast = ledger.write_now(launch, words=WORDS, valid_for=24 * HOUR)
            ledger.write_now(queue, broadcast, place.messages)
        finally:
            ledger.close()
        looking = open_ledger(settings, write=False)
        stack.callback(looking.close)
        stage = Stage(place, providers, settings, source, looking, broadcast, bus, expected=place.messages)
        try:
            yield stage
        finally:
            for life in stage.lives:
                await life.kill()


def open_ledger(settings: dict[str, Any], *, write: bool = True) -> Ledger:
    """The ledger of a stage's settings."""
    url = settings.get("database_url")
    return Ledger(Path(settings["data_folder"]), None if url is None else SecretStr(url), write=write)


def _read(connection: Connection) -> tuple[list[Row], list[Try]]:
    """The ledger, for the judge."""
    found = connection.execute(
        select(
            deliveries.c.id,
            deliveries.c.broadcast_id,
            addresses.c.value,
            notices.c.messages,
            deliveries.c.part,
            deliveries.c.state,
        )
        .join(addresses, addresses.c.id == deliveries.c.address_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
    )
    rows = [
        Row(identifier, broadcast, to, json.loads(messages)[part], state)
        for identifier, broadcast, to, messages, part, state in found
    ]
    columns = attempts.c
    made = connection.execute(
        select(
            columns.delivery_id,
            columns.number,
            columns.lane_id,
            columns.repeat,
            columns.state,
            columns.started_at,
        )
    )
    return rows, [Try(*row) for row in made]


def _arrivals(provider: Provider) -> Iterable[Arrival]:
    for seen in provider.seen:
        delivery = -1 if seen.message_id is None else int(seen.message_id.split("-")[0])
        attempt = -1 if seen.attempt is None else seen.attempt
        yield Arrival(int(seen.at.timestamp() * 1000), seen.to, seen.text, delivery, attempt)


def now() -> int:
    """Milliseconds since 1970 UTC, of this machine."""
    return time.time_ns() // 1_000_000
