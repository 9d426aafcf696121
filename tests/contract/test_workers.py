"""Workers that share the accounts of one ledger, each with connections of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, text

from channels.stand_ins import Behaviour, TwilioStandIn
from gateway.delivery.engine import Engine
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import lanes, ownership
from gateway.ledger.delivery.ownership import Tenure
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens
from tests.backends import open_ledger
from tests.delivery.conftest import door, ledger, provider
from tests.delivery.world import (
    HOUR,
    SECRET,
    Door,
    expand,
    launch,
    number,
    prepared,
    settings_of,
    states,
    twilio,
)

__all__ = ["door", "ledger", "provider"]

FOUR = ("first", "second", "third", "fourth")
LONG = 60.0  # seconds before a test gives up


def settings(folder: Path, url: str, *names: str, lease: float | None = None, **more: Any) -> Settings:
    accounts = {name: twilio(url, **{"timeout": 0.5, **more}) for name in names}
    return settings_of(folder, **accounts).model_copy(update={"lease": lease})


@asynccontextmanager
async def worker(configured: Settings, door: Door, *, guest: bool = False) -> AsyncIterator[Engine]:
    """A machine of its own."""
    connected = open_ledger(configured.data_folder)
    engine = Engine(
        connected,
        configured,
        clock=connected.now,
        public_url=door.url,
        secret=SECRET,
        sign_tokens=SignTokens(SECRET),
        guest=guest,
    )
    try:
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()
    finally:
        connected.close()


async def until(happened: Callable[[], Any]) -> None:
    async with asyncio.timeout(LONG):
        while not happened():
            await asyncio.sleep(0.02)


def shares(ledger: Ledger) -> list[int]:
    """How many accounts each worker has."""
    tenures = ledger.read_now(ownership.tenures, ledger.now())
    return sorted(Counter(each.owner for each in tenures.values() if each.owner).values())


def tenures(ledger: Ledger) -> Mapping[str, Tenure]:
    return ledger.read_now(ownership.tenures, ledger.now())


async def test_workers_share_the_accounts_evenly_and_who_stops_leaves_its_own_to_the_others_at_once(
    tmp_path: Path, ledger: Ledger, door: Door
) -> None:
    configured = settings(tmp_path, "http://127.0.0.1:9", *FOUR, lease=600.0)  # nobody waits for its end
    async with worker(configured, door):
        assert shares(ledger) == [4]
        async with worker(configured, door):
            await until(lambda: shares(ledger) == [2, 2])
            async with worker(configured, door):
                await until(lambda: shares(ledger) == [1, 1, 2])
            await until(lambda: shares(ledger) == [2, 2])
        await until(lambda: shares(ledger) == [4])
    assert shares(ledger) == []
    assert ledger.read_now(ownership.alive, ledger.now(), 600_000) == []


async def test_everything_is_sent_once_while_workers_come_and_go(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    provider.behaviour = Behaviour(delay=(0.0, 0.1), receipts=False)
    configured = settings(tmp_path, provider.url, *FOUR, per_second=60, in_flight=8, timeout=5.0)
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    numbers = [number(place) for place in range(400)]
    for place, lane in enumerate(await ledger.read(lanes.all_lanes)):
        await ledger.write(expand, broadcast, numbers[place::4], lane_id=lane.id)
    async with worker(configured, door):
        await until(lambda: len(provider.seen) > 20)
        async with worker(configured, door):
            await until(lambda: shares(ledger) == [2, 2])
            async with worker(configured, door):
                await until(lambda: len(provider.seen) > 200)
        await until(lambda: len(provider.seen) >= 400)
    assert await ledger.read(states, broadcast) == {"accepted": 400}
    assert Counter(each.to for each in provider.seen) == Counter(numbers)


async def test_a_guest_leaves_the_accounts_to_the_workers_and_works_them_where_none_is(
    tmp_path: Path, ledger: Ledger, door: Door
) -> None:
    configured = settings(tmp_path, "http://127.0.0.1:9", *FOUR)
    async with worker(configured, door) as regular:
        before = tenures(ledger)
        async with worker(configured, door, guest=True):
            await asyncio.sleep(0)
            after = tenures(ledger)
        assert {name: each.since for name, each in after.items()} == {
            name: each.since for name, each in before.items()
        }
        assert regular is not None
    async with worker(configured, door, guest=True), worker(configured, door, guest=True):
        assert shares(ledger) == [4]
        async with worker(configured, door):
            await until(lambda: shares(ledger) == [2, 2])


async def test_a_lane_that_a_person_parks_and_opens_elsewhere_rests_and_goes_on_here(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    configured = settings(tmp_path, provider.url, "sms")
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    (lane,) = await ledger.read(lanes.all_lanes)
    async with worker(configured, door) as engine:
        (work,) = engine._ownership.works
        await ledger.write(lanes.park_by_hand, lane.id, "officer", "wrong text", ledger.now())
        await until(lambda: work._runners[lane.id]._parked_until > ledger.now())
        await ledger.write(expand, broadcast, [number(1)])
        await asyncio.sleep(0.1)
        assert provider.seen == []
        await ledger.write(lanes.open_by_hand, lane.id, "officer", ledger.now())
        await until(lambda: provider.seen)


async def test_a_lane_that_rests_because_its_provider_failed_is_opened_by_a_person_elsewhere(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    configured = settings(tmp_path, provider.url, "sms")
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    await ledger.write(expand, broadcast, [number(1)])
    (lane,) = await ledger.read(lanes.all_lanes)
    await ledger.write(lanes.park, lane.id, ledger.now() + HOUR, "provider_busy")
    async with worker(configured, door):
        await asyncio.sleep(0.2)
        assert provider.seen == []
        await ledger.write(lanes.open_by_hand, lane.id, "officer", ledger.now())
        await until(lambda: provider.seen)


async def test_a_worker_that_cannot_renew_stops_before_its_lease_ends_and_goes_on_where_nobody_came(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    configured = settings(tmp_path, provider.url, "sms", lease=2.0, per_second=50, in_flight=4)
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    await ledger.write(expand, broadcast, [number(place) for place in range(400)])
    async with worker(configured, door) as engine:
        (work,) = engine._ownership.works
        await until(lambda: len(provider.seen) > 10)
        with away():
            ends = work.lease.until
            while ledger.now() < ends:
                await asyncio.sleep(0.05)
            left = len(provider.seen)
            assert not work.lease.outlives(ledger.now())
            await asyncio.sleep(0.5)
            assert len(provider.seen) == left
        await until(lambda: len(provider.seen) > left + 10)
        assert list(engine._ownership.works) == [work]


@contextmanager
def away() -> Iterator[None]:
    """Nobody gets at the accounts meanwhile, as in a database that does not answer."""
    locked, ended = Event(), Event()

    def hold(connection: Connection) -> None:
        connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
        connection.execute(text("lock table accounts in access exclusive mode"))
        locked.set()
        ended.wait(LONG)

    other = open_ledger(Path())
    holding = Thread(target=other.write_now, args=(hold,))
    holding.start()
    assert locked.wait(LONG)
    try:
        yield
    finally:
        ended.set()
        holding.join()
        other.close()


async def test_a_machine_whose_own_clock_is_hours_wrong_does_no_harm(
    tmp_path: Path,
    ledger: Ledger,
    door: Door,
    provider: TwilioStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configured = settings(tmp_path, provider.url, *FOUR, lease=10.0)
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    lane_ids = [each.id for each in await ledger.read(lanes.all_lanes)]
    async with worker(configured, door):
        ahead = 5 * 3600
        monkeypatch.setattr(time, "time", lambda now=time.time: now() + ahead)
        monkeypatch.setattr(time, "time_ns", lambda now=time.time_ns: now() + ahead * 10**9)
        async with worker(configured, door) as wrong:
            door.engine = wrong
            await until(lambda: shares(ledger) == [2, 2])
            for place, lane in enumerate(lane_ids):
                at = ledger.now()
                await ledger.write(expand, broadcast, [number(place)], lane_id=lane, due_at=at)
            await wrong.idle(broadcast.id)
            assert shares(ledger) == [2, 2]
            door.engine = None
        monkeypatch.undo()
    assert await ledger.read(states, broadcast) == {"delivered": 4}
    assert len(provider.seen) == 4
