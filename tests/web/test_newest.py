"""What the public is told: it changes at its very time, and nothing is told that is not known."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from gateway.ledger.backends import incarnation
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import published
from gateway.ledger.schema import alerts
from gateway.ledger.schema import incarnation as incarnation_table
from gateway.web.public.newest import Newest, Told, Unknown
from tests.backends import open_ledger
from tests.exchange.feeds import Feed, read
from tests.exchange.messages import alert_of
from tests.exchange.released import put
from tests.notices.plans import DECIDED

ORIGIN = "https://alerts.example.gov.cn"


class World:
    """A ledger and its clock; it is 8 o'clock of 8 January."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.moment = DECIDED

    @property
    def now(self) -> int:
        return int(self.moment.timestamp() * 1000)

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def warn(self, plan: str = "zhengzhou") -> None:
        """An orange warning for 10 January 12:00 to 13 January 12:00, issued now."""
        self.write(put, alert_of("issue orange", plan, sent=self.moment), plan)

    def write(self, function: Callable[..., object], *arguments: object) -> None:
        self.ledger.write_now(lambda connection: function(connection, *arguments))


class Outlet:
    """A machine's public data."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.newest = Newest(ledger, lambda: world.now, ORIGIN, "郑州市重污染天气预警")

    async def told(self) -> Told:
        self.newest.look()
        return (await self.newest.told())[0]

    async def feed(self) -> Feed:
        return read((await self.told()).feed.content)

    async def state(self) -> Any:
        return json.loads((await self.told()).state.content)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    ledger = open_ledger(tmp_path)
    yield World(ledger)
    ledger.close()


@pytest.fixture
def outlet(world: World) -> Outlet:
    return Outlet(world, world.ledger)


@pytest.fixture
def elsewhere(world: World, tmp_path: Path) -> Iterator[Ledger]:
    """The ledger as another machine opens it."""
    ledger = open_ledger(tmp_path, write=False)
    yield ledger
    ledger.close()


async def test_a_warning_leaves_the_feed_at_its_very_time(world: World, outlet: Outlet) -> None:
    world.warn()
    (entry,) = (await outlet.feed()).entries
    assert entry.expires == "2024-01-13T12:00:00+08:00"
    world.later(days=5, hours=4, seconds=-1)
    assert len((await outlet.feed()).entries) == 1
    world.later(milliseconds=999)
    told, seconds = await outlet.newest.told()  # nothing is asked of the ledger
    assert (len(read(told.feed.content).entries), seconds) == (1, 0)
    world.later(milliseconds=1)
    told, _ = await outlet.newest.told()
    assert read(told.feed.content).entries == ()


async def test_a_level_begins_in_the_state_at_its_very_time(world: World, outlet: Outlet) -> None:
    world.warn()
    world.later(hours=52, milliseconds=-1)
    assert (await outlet.state())["plans"][0]["level_begun"] is None
    world.later(milliseconds=1)
    assert (await outlet.state())["plans"][0]["level_begun"] == "orange"


async def test_a_launch_elsewhere_shows_within_a_second_or_so(world: World, elsewhere: Ledger) -> None:
    outlet = Outlet(world, elsewhere)
    assert (await outlet.feed()).entries == ()
    world.warn()
    async with asyncio.timeout(60):
        while not read((await outlet.newest.told())[0].feed.content).entries:
            await asyncio.sleep(0.02)


async def test_two_machines_tell_the_same_bytes(world: World, outlet: Outlet, elsewhere: Ledger) -> None:
    other = Outlet(world, elsewhere)
    world.warn()
    world.later(seconds=77)
    one, two = await outlet.told(), await other.told()
    assert (one.feed, one.state) == (two.feed, two.state)


async def test_an_unchanged_state_keeps_its_bytes_for_half_a_minute(world: World, outlet: Outlet) -> None:
    world.warn()
    world.later(seconds=30)
    first = await outlet.told()
    world.later(seconds=29)
    assert await outlet.told() is first
    world.later(seconds=1)
    again = await outlet.told()
    assert (again.as_of - first.as_of, again.state is first.state) == (30_000, False)
    assert again.feed is first.feed


async def test_changes_within_one_second_have_dates_that_rise(world: World, outlet: Outlet) -> None:
    world.warn()
    first = await outlet.told()
    world.later(milliseconds=400)
    world.warn("pingdingshan")
    second = await outlet.told()
    assert second.feed.modified > first.feed.modified
    assert second.state.modified > first.state.modified


async def test_the_plans_of_one_gateway_are_told_apart(world: World, outlet: Outlet) -> None:
    world.warn()
    world.warn("pingdingshan")
    plans = {each["plan"]: each["level"] for each in (await outlet.state())["plans"]}
    assert plans == {"pingdingshan": "orange", "zhengzhou": "orange"}
    assert len((await outlet.feed()).entries) == 2


async def test_what_was_known_is_told_with_its_age_while_the_ledger_is_away(
    world: World, elsewhere: Ledger
) -> None:
    outlet = Outlet(world, elsewhere)
    world.warn()
    known = await outlet.state()
    assert known["stale"] is False
    elsewhere.close()
    world.later(seconds=60)
    state = await outlet.state()
    assert state.pop("stale") is True
    assert state == {key: value for key, value in known.items() if key != "stale"}  # `as_of` too
    with pytest.raises(Unknown):
        await outlet.newest.file(known["plans"][0]["newest"]["identifier"])
    world.later(minutes=20)
    with pytest.raises(Unknown):
        await outlet.told()


async def test_a_warning_runs_out_at_its_time_although_the_ledger_is_away(
    world: World, elsewhere: Ledger
) -> None:
    outlet = Outlet(world, elsewhere)
    world.warn()
    world.later(days=5, hours=4, seconds=-60)
    assert len((await outlet.feed()).entries) == 1
    elsewhere.close()
    world.later(minutes=1)
    assert (await outlet.feed()).entries == ()


async def test_nothing_is_told_before_the_ledger_has_answered(world: World, elsewhere: Ledger) -> None:
    elsewhere.close()
    with pytest.raises(Unknown):
        await Outlet(world, elsewhere).told()


async def test_the_first_readers_of_a_server_all_get_what_holds(world: World, outlet: Outlet) -> None:
    world.warn()
    told = await asyncio.gather(*(outlet.newest.told() for _ in range(20)))
    assert {len(read(each.feed.content).entries) for each, _ in told} == {1}


async def test_who_asks_after_a_launch_sees_it_although_others_were_asking(
    world: World, outlet: Outlet
) -> None:
    await outlet.told()
    outlet.newest.look()
    asking = asyncio.ensure_future(outlet.newest.told())
    await asyncio.sleep(0)  # it is under way
    world.warn()
    assert len((await outlet.feed()).entries) == 1
    await asking


async def test_a_restored_copy_tells_nothing_until_somebody_has_looked(world: World, outlet: Outlet) -> None:
    world.warn()
    assert (await outlet.feed()).entries
    world.write(_guard, world.now)
    with pytest.raises(Unknown) as refused:
        await outlet.told()
    assert refused.value.guarded
    world.write(incarnation.resume, "王主任", world.now)
    assert (await outlet.feed()).entries


async def test_a_message_that_came_late_into_its_place_is_found(world: World, outlet: Outlet) -> None:
    world.warn()
    world.warn("pingdingshan")
    world.write(_leave_a_gap)
    assert len((await outlet.feed()).entries) == 2
    world.write(_slip_in)
    await outlet.told()
    issued = outlet.newest.register.issued
    assert [each.number for each in issued] == [1, 2, 3]
    assert issued[1].identifier == "slipped-in"


async def test_the_bytes_of_a_message_are_those_that_were_stored(world: World, outlet: Outlet) -> None:
    world.warn()
    await outlet.told()
    (issued,) = outlet.newest.register.issued
    file = await outlet.newest.file(issued.identifier)
    stored = world.ledger.read_now(lambda connection: connection.execute(select(alerts.c.cap)).scalar_one())
    assert file is not None
    assert (file.content, file.tag) == (stored, issued.sha256)
    assert await outlet.newest.file("another") is None


async def test_exercises_leave_no_gap_in_the_numbers(world: World, outlet: Outlet) -> None:
    drill = alert_of("issue orange", sent=world.moment - timedelta(minutes=1), exercise=True)
    world.warn()
    await outlet.told()
    world.write(put, drill)
    world.warn("pingdingshan")
    assert len((await outlet.feed()).entries) == 2
    assert [each.number for each in outlet.newest.register.issued] == [1, 2]
    assert await outlet.newest.file(drill.identifier) is None
    assert world.ledger.read_now(published.cap, drill.identifier) is None


async def test_a_copy_may_be_kept_no_longer_than_it_holds(world: World, outlet: Outlet) -> None:
    world.warn()
    world.later(hours=52, seconds=-3)
    outlet.newest.look()
    assert (await outlet.newest.told())[1] == 3


def _guard(connection: Connection, now: int) -> None:
    values = {"guarded_since": now, "guarded_because": "backup"}
    if not connection.execute(update(incarnation_table).values(values)).rowcount:
        connection.execute(insert(incarnation_table).values(id=1, **values))


def _leave_a_gap(connection: Connection) -> None:
    newest = select(func.max(alerts.c.id)).scalar_subquery()
    connection.execute(update(alerts).where(alerts.c.id == newest).values(id=alerts.c.id + 1))


def _slip_in(connection: Connection) -> None:
    newest = connection.execute(select(alerts).order_by(alerts.c.id.desc()).limit(1)).mappings().one()
    named = {"id": newest["id"] - 1, "identifier": "slipped-in"}
    named["json"] = newest["json"].replace(newest["identifier"].encode(), b"slipped-in")
    connection.execute(insert(alerts).values(**{**newest, **named}))
