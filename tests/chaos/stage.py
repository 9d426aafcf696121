"""Where a run takes place: providers in this process, a ledger, and processes of ours that may be killed."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from channels.stand_ins.behaviour import Behaviour
from gateway.delivery import accounts
from gateway.ledger import doctor
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import completion, lanes
from gateway.ledger.schema import addresses, attempts, deliveries, notices
from gateway.ledger.trail.verifying import verify
from gateway.settings import Settings
from tests.chaos.arrivals import named, recognised
from tests.chaos.bots import Bots
from tests.chaos.change import queue, queue_for_groups
from tests.chaos.database import Server
from tests.chaos.disk import small_disk
from tests.chaos.judge import Fault, Row, Terms, Try, Verdict, judge
from tests.chaos.life import Kind
from tests.chaos.lives import Life
from tests.chaos.provider import Provider
from tests.delivery.world import HOUR, Broadcast, launch, twilio
from tests.ports import free_port
from tests.redis_server import RedisServer

LEASE = 4.0  # seconds, on PostgreSQL: the shortest that TIMEOUT allows
IN_FLIGHT = 20  # of a lane
TIMEOUT = 1.5  # seconds, of a request
LONGEST = 120.0  # seconds until everything must be complete after the last fault
WORDS = ("今日12时起启动橙色预警。",)
PARTS = tuple(f"今日12时起启动橙色预警（{part}/5）。" for part in range(1, 6))  # what a bot may send at once
_ACCOUNTS = ("one", "two")
_LOOK = 0.1  # seconds between looks at what has no event


@dataclass(frozen=True)
class Place:
    """Where a run is: a folder of its own, a database of its own (None: SQLite), and its seed. `workers` are
    those beside the process that takes callbacks (PostgreSQL)."""

    folder: Path
    database: str | None
    seed: int
    messages: int
    server: Server | None = None
    workers: int = 2


@dataclass
class Stage:
    """One run: what a scenario plays with, and what it notes for the judge."""

    place: Place
    providers: Sequence[Provider]
    bots: Sequence[Bots]
    settings: dict[str, Any]
    chance: random.Random
    ledger: Ledger  # for looking
    broadcast: Broadcast
    in_flight: int  # requests of all lanes at the same time
    per_second: float  # of all lanes
    redis: RedisServer | None = None
    ahead: int = 0  # ms by which the ledger's clock is wrong (SQLite)
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

    @property
    def takers(self) -> list[Provider | Bots]:
        """Whoever takes messages."""
        return [*self.providers, *self.bots]

    async def start(self, kind: Kind = "serve") -> Life:
        """A process of ours, up."""
        life = Life(kind, self.settings, self.place.folder)
        await life.start()
        self.lives.append(life)
        return life

    async def kill(self, life: Life) -> None:
        await life.kill()
        self.lives.remove(life)
        self.kills += 1

    async def start_all(self) -> None:
        """On SQLite one server; on PostgreSQL one that takes callbacks, and workers."""
        await asyncio.gather(*(self.start(kind) for kind in self.kinds))

    @property
    def kinds(self) -> Sequence[Kind]:
        workers: list[Kind] = ["work"] * self.place.workers
        return ("serve", *workers) if self.shared else ("serve",)

    async def pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most))

    def behave(self, behaviour: Behaviour) -> None:
        """All providers, from now on."""
        for each in self.takers:
            each.behaviour = behaviour

    def wrong_clock(self, life: Life, step: int) -> None:
        """The clock of its machine is wrong by so many ms from now on."""
        life.step.value = step
        if not self.shared:
            self.ahead = step

    async def arrived(self, share: float) -> None:
        """Wait until providers took so large a share of the messages."""
        async with asyncio.timeout(LONGEST):
            while sum(len(each.seen) for each in self.takers) < share * self.expected:
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
                for each in self.providers:
                    await each.settled()
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
            now = self.ledger.now() + self.ahead
            return await self.ledger.read(completion.complete, None, now)
        except OperationalError:  # the database is being killed
            return False

    def verdict(self, patience: float, each_lane: bool) -> Verdict:
        """What the judge says, and what the ledger says of itself; see `Terms` for these."""
        rows, tries, account_of = self.ledger.read_now(_read)
        arrivals = [each for provider in self.providers for each in named(provider.seen)]
        arrivals += [each for bots in self.bots for each in recognised(bots.seen, rows, tries, account_of)]
        terms = Terms(
            expected=self.expected,
            kills=self.kills,
            in_flight=self.in_flight,
            per_second=self.per_second,
            patience=patience,
            each_lane=each_lane,
            asked=self.asked,
            lost_answers=sum(each.unanswered for each in self.takers),
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
            said = [line for line in log.read_text().splitlines() if '"level": "info"' not in line]
            wrong += ["the last that the processes said:", *said[-20:]]
        return Verdict(**{**vars(verdict), "wrong": wrong})

    def _audit(self) -> set[str]:
        folder = Path(self.settings["data_folder"])
        return {
            fault.message_en
            for each in (folder, *folder.glob("worker-*"))
            for fault in verify(self.ledger, each).faults
        }


@asynccontextmanager
async def staged(
    place: Place,
    *,
    per_second: float,
    bots: bool = False,
    redis: bool = False,
    disk: int | None = None,
    **changes: Any,
) -> AsyncIterator[Stage]:
    """A stage with two accounts, each at a provider of its own, and the messages of one broadcast queued at
    both.

    `bots`: these are WeCom's, one a group in each account. `redis`: with a bus of its own. `disk`: on a
    disk of so many megabytes. `changes` are settings of the accounts, or of all where Settings has one of
    that name. Raises `NoDisk`.
    """
    async with AsyncExitStack() as stack:
        source = random.Random(place.seed)
        chances = [random.Random(source.random()) for _ in _ACCOUNTS]
        bus = None
        if redis:
            bus = RedisServer(place.folder)
            stack.callback(bus.kill)
            await bus.start()
            changes["redis_url"] = bus.url
        folder = place.folder / "data"
        port = free_port()
        overall = {name: changes.pop(name) for name in list(changes) if name in Settings.model_fields}
        providers: list[Provider] = []
        wecom: list[Bots] = []
        configured: dict[str, dict[str, Any]] = {}
        groups = [f"group-{place}" for place in range(place.messages // len(PARTS))]
        for name, chance in zip(_ACCOUNTS, chances, strict=True):
            if bots:
                wecom.append(Bots(name, chance))
                await stack.enter_async_context(wecom[-1])
                configured[name] = _bots(name, wecom[-1].url, groups, changes)
            else:
                providers.append(Provider(chance))
                await stack.enter_async_context(providers[-1])
                configured[name] = _sms(providers[-1].url, per_second, changes)
        settings: dict[str, Any] = {
            "data_folder": folder,
            "port": port,
            "public_url": f"http://127.0.0.1:{port}",
            "accounts": configured,
            **overall,
        }
        if place.database is not None:
            settings |= {"database_url": place.database, "lease": LEASE}
        folder.mkdir(parents=True, exist_ok=True)
        if disk is not None:
            stack.enter_context(small_disk(folder, disk))
        ledger = open_ledger(settings)
        try:
            made = Settings.model_validate(settings)
            ledger.write_now(accounts.sync, made.accounts, system_clock(), made.routes)
            words = PARTS if bots else WORDS
            broadcast = ledger.write_now(launch, words=words, valid_for=24 * HOUR)
            if bots:
                ledger.write_now(queue_for_groups, broadcast, groups, len(PARTS))
            else:
                ledger.write_now(queue, broadcast, place.messages)
        finally:
            ledger.close()
        looking = open_ledger(settings, write=False)
        stack.callback(looking.close)
        stage = Stage(
            place,
            providers,
            wecom,
            settings,
            source,
            looking,
            broadcast,
            in_flight=len(_ACCOUNTS) * (len(groups) if bots else IN_FLIGHT),
            per_second=len(_ACCOUNTS) * per_second,
            redis=bus,
            expected=len(groups) * len(PARTS) if bots else place.messages,
        )
        try:
            yield stage
        finally:
            for life in stage.lives:
                await life.kill()


def _sms(url: str, per_second: float, changes: Mapping[str, Any]) -> dict[str, Any]:
    terms = {
        "per_second": per_second,
        "in_flight": IN_FLIGHT,
        "timeout": TIMEOUT,
        "unknown_wait": 0.5,
        "receipt_wait": 1.0,
        "receipt_window": 4.0,
        "questions_per_second": 100,
    }
    return twilio(url, **{**terms, **changes})


def _bots(account: str, url: str, groups: Sequence[str], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider": "wecom",
        "groups": {group: f"{account}/{group}" for group in groups},
        "base_url": url,
        "per_second": 2.0,
        "timeout": TIMEOUT,
        "unknown_wait": 0.5,
        **changes,
    }


def open_ledger(settings: dict[str, Any], *, write: bool = True) -> Ledger:
    """The ledger of a stage's settings."""
    url = settings.get("database_url")
    return Ledger(Path(settings["data_folder"]), None if url is None else SecretStr(url), write=write)


def _read(connection: Connection) -> tuple[list[Row], list[Try], dict[int, str]]:
    """The ledger, for the judge, and the account of each lane."""
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
    account_of = {each.id: each.account for each in lanes.all_lanes(connection)}
    return rows, [Try(*row) for row in made], account_of


def now() -> int:
    """Milliseconds since 1970 UTC, of this machine."""
    return time.time_ns() // 1_000_000
