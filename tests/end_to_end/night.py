"""A night of an office: orange at 22:00, and everything that may go wrong with reaching its enterprises.

A fifth of the numbers are dead, a tenth of those on night duty sleep, and one of two providers is down for
the first hour. The gateway and the providers' stand-ins are real, messages and signatures go over HTTP; the
clock is passed in and steps on once nothing is left to do.
"""

import asyncio
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection, func, select

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.twilio import TwilioStandIn
from gateway.broadcasts.actor import LOCAL, Actor
from gateway.broadcasts.approving.approve import approve
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.decisions.model import Decision
from gateway.directory.model import Address, Contact, ContactAddress, ContactRole, Organisation
from gateway.follow_up.signatures.calling import calls_json, record
from gateway.follow_up.signatures.reached import Trail, trails_of
from gateway.ledger import timers
from gateway.ledger.decisions import broadcasts as ledger_broadcasts
from gateway.ledger.delivery.moving import PROBES
from gateway.ledger.directory import directory
from gateway.ledger.follow_up.calls import Result
from gateway.ledger.schema import accounts, deliveries, lanes
from gateway.moments import BEIJING
from gateway.settings import Settings
from gateway.web.serving.running import Running, running
from tests.delivery.world import twilio
from tests.documents import orange_start
from tests.ports import free_port

STEP = 5  # minutes
THREE_HOURS = 180  # minutes
DOWN = 60  # minutes for which the first provider cannot be reached
_AREAS = ("410102", "410104", "410105")
_ROLES: tuple[ContactRole, ...] = ("responsible", "night_duty", "deputy")
_TOKEN = re.compile(r"/s/([a-z2-7]{26})")
_PATIENCE = 120.0  # seconds for one step


@dataclass
class Plant:
    """An enterprise and its people, by their numbers: how many minutes each takes to sign, None: never."""

    code: str
    people: dict[str, int | None]
    answers_phone: bool
    reached: int | None = None  # the minute in which somebody knew
    signed: int | None = None
    calls: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Night:
    """What the night left: the plants as they were, the gateway's own account of each, every message that
    a provider took (its minute and number), and the dead numbers."""

    plants: dict[str, Plant]
    trails: list[Trail]
    taken: list[tuple[int, str]]
    dead: frozenset[str]
    launched_at: int


class _Simulation:
    def __init__(self, number: int) -> None:
        chance = random.Random(number)
        self.plants: dict[str, Plant] = {}
        self.owner: dict[str, Plant] = {}
        dead: set[str] = set()
        self.organisations: list[Organisation] = []
        for place in range(number):
            numbers = [f"+86199{place:06d}{which:02d}" for which in range(len(_ROLES))]
            dead.update(each for each in numbers if chance.random() < 0.2)
            plant = Plant(
                f"E{place}",
                {
                    numbers[0]: chance.randint(5, 100) if chance.random() < 0.5 else None,
                    numbers[1]: None if chance.random() < 0.1 else chance.randint(5, 40),
                    numbers[2]: chance.randint(5, 60),
                },
                answers_phone=chance.random() < 0.5,
            )
            self.plants[plant.code] = plant
            self.owner |= dict.fromkeys(numbers, plant)
            self.organisations.append(_organisation(plant.code, _AREAS[place % 3], numbers))
        self.dead = frozenset(dead)
        today = datetime.now(BEIJING).date()
        self.start = int(datetime.combine(today, time(22), BEIJING).timestamp() * 1000)
        self.minute = 0
        self.taken: list[tuple[int, str]] = []
        self.signing: list[tuple[int, Plant, str]] = []
        self.read: dict[int, int] = {}  # by provider: how many of its messages have arrived

    def clock(self) -> int:
        return self.start + self.minute * 60_000

    def document(self) -> dict[str, Any]:
        """The orange start as decided at this 22:00, on a forecast of the days after."""
        shift = datetime.fromtimestamp(self.start / 1000, BEIJING).date() - datetime(2024, 1, 8).date()

        def moved(text: str) -> str:
            return (datetime.fromisoformat(text) + shift).isoformat()

        stated = orange_start(approvals=[], issuer="市环委会办公室")
        forecast = stated["forecast"]
        days = [{**day, "date": moved(f"{day['date']}T00:00:00")[:10]} for day in forecast["days"]]
        return {
            **stated,
            "decided_at": moved("2024-01-08T22:00:00+08:00"),
            "starts_at": moved("2024-01-10T23:00:00+08:00"),
            "expected_end_at": moved("2024-01-13T12:00:00+08:00"),
            "forecast": {**forecast, "days": days},
        }


async def spend(folder: Path, number: int) -> Night:
    """Let an office with so many enterprises live through the three hours after 22:00."""
    night = _Simulation(number)
    port, later = free_port(), free_port()
    refusing = Behaviour(refused=night.dead)
    async with TwilioStandIn(refusing) as second:
        first = TwilioStandIn(refusing, port=later)
        settings = Settings.model_validate(
            {
                "data_folder": folder,
                "port": port,
                "public_url": f"http://127.0.0.1:{port}",
                "office": {"reply_by_minutes": {"enterprises": 60}},
                "accounts": {
                    "first": twilio(f"http://127.0.0.1:{later}"),
                    "second": twilio(second.url),
                },
            }
        )
        async with running(settings, "night", clock=night.clock) as process, aiohttp.ClientSession() as web:
            await process.ledger.write(directory.apply, night.organisations, night.clock())
            broadcast_id = await _launch(process, night)
            stand_ins = [second]
            for minute in range(0, THREE_HOURS + STEP, STEP):
                night.minute = minute
                if minute == DOWN:
                    await first.__aenter__()
                    stand_ins.append(first)
                await _settled(process, stand_ins, first_is_up=minute >= DOWN)
                for each in stand_ins:
                    _arrive(night, each)
                await _sign(night, process.url, web)
                await _call(process, night)
            by = night.start + THREE_HOURS * 60_000
            trails = await asyncio.to_thread(lambda: list(trails_of(process.ledger, broadcast_id, by)))
        await first.__aexit__()
    return Night(night.plants, trails, night.taken, night.dead, night.start)


def _organisation(code: str, area: str, numbers: list[str]) -> Organisation:
    contacts = tuple(
        Contact(f"联系人{place}", role, (ContactAddress(Address("sms", number)),))
        for place, (role, number) in enumerate(zip(_ROLES, numbers, strict=True))
    )
    return Organisation(code, f"示例企业{code}", "enterprises", "industry", area, None, (), contacts=contacts)


async def _launch(process: Running, night: _Simulation) -> int:
    def work(connection: Connection) -> int:
        now, desk = night.clock(), process.desk
        decision = Decision.model_validate(night.document())
        recorded = submit(connection, desk, decision, now, Actor("draft", "起草人")).recorded
        approve(connection, desk, recorded.id, recorded.manifest, now, Actor("leader", "王主任", ("主任",)))
        return launch(connection, desk, recorded.id, recorded.manifest, now, LOCAL).broadcast_id

    return await process.ledger.write(work)


async def _settled(process: Running, stand_ins: list[TwilioStandIn], *, first_is_up: bool) -> None:
    """Wait until nothing is left to do at this moment; a few messages may wait to try the provider that is
    down."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            process.wake()
            await asyncio.sleep(0.05)
            for each in stand_ins:
                await each.settled()
            if not await process.ledger.read(_left_to_do, process.clock(), first_is_up):
                return


def _left_to_do(connection: Connection, now: int, first_is_up: bool) -> int:
    moving = deliveries.c.state.in_(("sending", "accepted", "sent")) | (deliveries.c.due_at <= now)
    by_account = (
        select(accounts.c.name, func.count())
        .select_from(deliveries)
        .join(lanes, lanes.c.id == deliveries.c.lane_id)
        .join(accounts, accounts.c.id == lanes.c.account_id)
        .where(moving)
        .group_by(accounts.c.name)
    )
    left: dict[str, int] = dict(connection.execute(by_account).all())
    if not first_is_up:
        left["first"] = max(left.get("first", 0) - PROBES, 0)
    unexpanded = len(ledger_broadcasts.pending(connection))
    steps = len(timers.due(connection, "escalation", now, 1))
    return sum(left.values()) + unexpanded + steps


def _arrive(night: _Simulation, stand_in: TwilioStandIn) -> None:
    """Who got a message knows; whoever is awake will sign."""
    read = night.read.get(stand_in.port, 0)
    night.read[stand_in.port] = len(stand_in.seen)
    for message in stand_in.seen[read:]:
        night.taken.append((night.minute, message.to))
        plant = night.owner[message.to]
        plant.reached = night.minute if plant.reached is None else plant.reached
        takes = plant.people[message.to]
        token = _TOKEN.search(message.text)
        assert token is not None
        if takes is not None:
            night.signing.append((night.minute + takes, plant, token[1]))


async def _sign(night: _Simulation, url: str, web: aiohttp.ClientSession) -> None:
    """People open their links and sign; who finds it signed leaves it."""
    due = sorted((each for each in night.signing if each[0] <= night.minute), key=lambda each: each[0])
    night.signing = [each for each in night.signing if each[0] > night.minute]
    for _, plant, token in due:
        if plant.signed is not None:
            continue
        form = {"name": f"签收人{plant.code}", "role": "值班"}
        answer = await web.post(f"{url}/s/{token}/sign", data=form, headers={"Origin": url})
        assert answer.status == 200, answer.status
        plant.signed = night.minute


async def _call(process: Running, night: _Simulation) -> None:
    """The duty officer calls whoever is on the list and was not called yet."""
    after = 0
    while True:
        page = await process.ledger.read(
            calls_json, process.desk.catalogue, night.clock(), after=after, limit=1000
        )
        for entry in page["calls"]:
            plant = night.plants[entry["organisation"]["code"]]
            if plant.calls:
                continue
            plant.calls.append(night.minute)
            result: Result = "told" if plant.answers_phone else "no_answer"
            await process.ledger.write(
                record, entry["id"], result, night.clock(), caller="(duty)", by="张值班"
            )
            if plant.answers_phone:
                plant.reached = night.minute if plant.reached is None else plant.reached
        if page["next"] is None:
            return
        after = page["next"]


def messages_of(night: Night, plant: Plant) -> Iterator[tuple[int, str]]:
    """The messages that providers took for a plant: the minute, and the number."""
    return ((minute, number) for minute, number in night.taken if number in plant.people)
