"""Several providers in a channel, against their stand-ins: who takes over, and who gets its place back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from channels.stand_ins import Behaviour, TwilioStandIn, WecomStandIn
from gateway.broadcasts.launching.priority import priority
from gateway.delivery.engine import Engine
from gateway.ledger import events
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes
from gateway.ledger.delivery.lanes import Lane, Standing
from gateway.ledger.delivery.routes import Choice
from gateway.settings import Settings
from tests.delivery.world import (
    Broadcast,
    Door,
    attempts_of,
    expand,
    launch,
    number,
    prepared,
    running,
    settings_of,
    states,
    twilio,
)

LONG = 60.0  # seconds before a test gives up
CHINA = "+86139"


@pytest.fixture
async def spare() -> AsyncIterator[TwilioStandIn]:
    async with TwilioStandIn() as started:
        yield started


@pytest.fixture
def two(tmp_path: Path, provider: TwilioStandIn, spare: TwilioStandIn) -> Callable[..., Settings]:
    """Settings with two accounts: `main` is the route before `spare`."""

    def made(main: dict[str, Any] | None = None, **more: Any) -> Settings:
        return settings_of(
            tmp_path,
            spare=twilio(spare.url, in_flight=5, unknown_wait=60.0, **more),
            main=twilio(provider.url, in_flight=5, unknown_wait=60.0, **(main or {})),
        ).model_copy(update={"routes": {"sms": ["main", "spare"]}})

    return made


async def lane_of(ledger: Ledger, account: str) -> Lane:
    return next(each for each in await ledger.read(lanes.all_lanes) if each.account == account)


async def launched(ledger: Ledger, settings: Settings, count: int, **more: Any) -> Broadcast:
    """A broadcast whose messages wait on the first route."""
    await prepared(ledger, settings)
    broadcast = await ledger.write(launch)
    lane = (await lane_of(ledger, "main")).id
    await ledger.write(expand, broadcast, [number(place) for place in range(count)], lane_id=lane, **more)
    return broadcast


async def idle(engine: Engine) -> None:
    await asyncio.wait_for(engine.idle(), LONG)


async def until(ledger: Ledger, question: Callable[..., bool], *arguments: Any) -> None:
    async with asyncio.timeout(LONG):
        while not await ledger.read(question, *arguments):
            await asyncio.sleep(0.02)


def stands(connection: Connection, account: str, standing: Standing) -> bool:
    return any(
        lane.account == account and lane.standing(system_clock()) == standing
        for lane in lanes.all_lanes(connection)
    )


def opened(connection: Connection, account: str, *, until: int = 0, openings: int = 1) -> None:
    """A breaker that opened a while ago."""
    lane = next(each for each in lanes.all_lanes(connection) if each.account == account)
    moment = until or system_clock() - 1
    assert lanes.open_breaker(connection, lane.id, moment, "connection", openings, system_clock() - 60_000)


def chosen(connection: Connection, address: str = number(1)) -> int | None:
    return Choice(connection, False, system_clock()).lane("sms", address)


async def test_a_revoked_key_sends_the_queue_by_the_next_route_and_loses_no_message(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.authorised = False
    settings = two()
    broadcast = await launched(ledger, settings, 300)
    async with running(ledger, settings, door) as engine:
        await idle(engine)
    assert await ledger.read(states, broadcast) == {"delivered": 300}
    assert sorted(seen.to for seen in spare.seen) == [number(place) for place in range(300)]
    made = await ledger.read(attempts_of, broadcast)
    main, other = (await lane_of(ledger, "main")).id, (await lane_of(ledger, "spare")).id
    assert {(each.lane_id, each.state, each.reason) for each in made if each.lane_id == main} == {
        (main, "deferred", "authentication")
    }
    assert {each.state for each in made if each.lane_id == other} == {"delivered"}
    lane = await lane_of(ledger, "main")
    assert (lane.breaker, lane.breaker_reason, lane.breaker_openings) == ("open", "authentication", 1)


async def test_a_provider_that_loses_its_answers_keeps_what_is_unknown_and_no_more(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.behaviour = Behaviour(fail_after_accepting=1.0, receipts=False)
    settings = two()
    broadcast = await launched(ledger, settings, 200)
    async with running(ledger, settings, door):
        await until(ledger, all_handled, broadcast)
    counted = await ledger.read(states, broadcast)
    assert counted["unknown"] == len(provider.seen) < 20
    assert len(spare.seen) == 200 - len(provider.seen)


async def test_while_all_routes_fail_nothing_goes_to_and_fro(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.authorised = spare.authorised = False
    settings = two()
    broadcast = await launched(ledger, settings, 100)
    async with running(ledger, settings, door) as engine:
        await until(ledger, stands, "spare", "open")
        made = len(await ledger.read(attempts_of, broadcast))
        for _ in range(10):
            engine.wake()
            await asyncio.sleep(0.05)
        assert len(await ledger.read(attempts_of, broadcast)) == made
        spare_id = (await lane_of(ledger, "spare")).id
        assert await ledger.read(lanes.queued) == {spare_id: 100}
    assert await ledger.read(states, broadcast) == {"queued": 100}


async def test_what_two_slow_providers_have_stays_where_it_is(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.behaviour = spare.behaviour = Behaviour(delay=(0.3, 0.3))
    settings = two()
    broadcast = await launched(ledger, settings, 20)
    async with running(ledger, settings, door) as engine:
        await idle(engine)
    assert len(provider.seen) == 20
    assert spare.seen == []
    assert await ledger.read(states, broadcast) == {"delivered": 20}


async def test_a_refusal_that_is_a_provider_s_own_policy_tries_each_other_route_once(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    settings = two(main={"base_url": "https://sms.invalid"})  # abroad: it refuses numbers of the mainland
    await prepared(ledger, settings)
    broadcast = await ledger.write(launch)
    main = (await lane_of(ledger, "main")).id
    nowhere = "+15005550002"  # no provider has a route to it
    await ledger.write(expand, broadcast, [f"{CHINA}00000001", f"{CHINA}00000002"], lane_id=main)
    other = (await lane_of(ledger, "spare")).id
    await ledger.write(expand, broadcast, [nowhere], lane_id=other)
    async with running(ledger, settings, door):
        await until(ledger, attempted, broadcast, 6)
        assert len(spare.seen) == 2
    made = await ledger.read(attempts_of, broadcast)
    assert [(each.delivery_id, each.lane_id, each.reason) for each in made] == [
        (1, main, "foreign_transfer"),
        (1, other, None),
        (2, main, "foreign_transfer"),
        (2, other, None),
        (3, other, "no_route"),
        (3, main, "connection"),
    ]


async def test_a_number_that_does_not_exist_is_asked_of_no_other_provider(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.behaviour = Behaviour(refused=frozenset({number(0)}))
    settings = two()
    broadcast = await launched(ledger, settings, 1)
    async with running(ledger, settings, door) as engine:
        await idle(engine)
    assert await ledger.read(states, broadcast) == {"failed": 1}
    assert spare.requests == 0


async def test_what_every_route_refused_has_failed(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    settings = two()
    await prepared(ledger, settings)
    broadcast = await ledger.write(launch)
    lane = (await lane_of(ledger, "main")).id
    await ledger.write(expand, broadcast, ["+15005550002"], lane_id=lane)
    async with running(ledger, settings, door) as engine:
        await idle(engine)
    assert await ledger.read(states, broadcast) == {"failed": 1}
    assert (provider.requests, spare.requests) == (1, 1)


async def test_a_lane_on_trial_gets_a_few_messages_and_its_place_back(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    spare.behaviour = Behaviour(delay=(0.2, 0.2))
    settings = two()
    await prepared(ledger, settings)
    await ledger.write(opened, "main")
    main, other = (await lane_of(ledger, "main")).id, (await lane_of(ledger, "spare")).id
    assert await ledger.read(chosen) == other
    broadcast = await ledger.write(launch)
    await ledger.write(expand, broadcast, [number(place) for place in range(60)], lane_id=other)
    ahead = 0
    async with running(ledger, settings, door, lambda: system_clock() + ahead) as engine:
        await idle(engine)
        assert 3 <= len(provider.seen) < 15
        assert await ledger.read(stands, "main", "half_open")
        ahead = 11_000
        await ledger.write(expand, broadcast, [number(60)], lane_id=main)
        engine.wake()
        await until(ledger, stands, "main", "closed")
        assert await ledger.read(chosen) == main
        await idle(engine)
    assert await ledger.read(states, broadcast) == {"delivered": 61}
    assert len(provider.seen) + len(spare.seen) == 61
    told = [each.kind for each in await ledger.read(events.page)]
    assert "lane_open_again" in told


async def test_a_lane_that_fails_its_trial_gives_the_messages_back_and_rests_longer(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.authorised = False
    spare.behaviour = Behaviour(delay=(0.2, 0.2))
    settings = two()
    await prepared(ledger, settings)
    await ledger.write(opened, "main", openings=2)
    broadcast = await ledger.write(launch)
    other = (await lane_of(ledger, "spare")).id
    await ledger.write(expand, broadcast, [number(place) for place in range(30)], lane_id=other)
    async with running(ledger, settings, door) as engine:
        await idle(engine)
    lane = await lane_of(ledger, "main")
    assert lane.breaker_openings == 3
    made = await ledger.read(attempts_of, broadcast)
    assert [each.state for each in made if each.lane_id == lane.id] == ["deferred"]
    assert len(spare.seen) == 30
    assert await ledger.read(states, broadcast) == {"delivered": 30}


async def test_parking_by_hand_moves_what_waits_and_opening_brings_the_lane_back(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.behaviour = Behaviour(delay=(1.0, 1.0))
    settings = two()
    broadcast = await launched(ledger, settings, 100)
    main = (await lane_of(ledger, "main")).id
    async with running(ledger, settings, door) as engine:
        async with asyncio.timeout(LONG):
            while len(provider.seen) < 10:
                await asyncio.sleep(0.01)
        await engine.park(main, "值班员", "号码被投诉")
        await idle(engine)
        assert len(provider.seen) < 30
        assert len(provider.seen) + len(spare.seen) == 100
        assert await ledger.read(chosen) != main
        await engine.open(main, "值班员")
        assert await ledger.read(chosen) == main
    assert await ledger.read(states, broadcast) == {"delivered": 100}


async def test_what_waits_on_a_lane_that_left_the_settings_leaves_by_another(
    tmp_path: Path, ledger: Ledger, door: Door, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    broadcast = await launched(ledger, two(), 50)
    settings = settings_of(tmp_path, spare=twilio(spare.url))
    async with running(ledger, settings, door) as engine:
        await idle(engine)
    assert await ledger.read(states, broadcast) == {"delivered": 50}
    assert len(spare.seen) == 50


async def test_a_group_s_words_stay_with_its_own_bot_and_move_to_another_bot_of_that_group(
    tmp_path: Path, ledger: Ledger, door: Door
) -> None:
    async with WecomStandIn() as wecom:
        bots: dict[str, Any] = {"provider": "wecom", "base_url": wecom.url}
        settings = settings_of(
            tmp_path,
            bots={**bots, "groups": {"甲群": "key-a", "乙群": "key-b"}},
            more={**bots, "groups": {"乙群": "key-c", "丙群": "key-d"}},
        )
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch)
        for lane in await ledger.read(lanes.all_lanes):
            if lane.account == "bots":
                await ledger.write(expand, broadcast, [lane.name], channel="wecom", lane_id=lane.id)
                await ledger.write(lanes.park_by_hand, lane.id, "值班员", "换机器人", system_clock())
        async with running(ledger, settings, door):
            async with asyncio.timeout(LONG):
                while not wecom.seen:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
        assert [seen.to for seen in wecom.seen] == ["key-c"]
    assert await ledger.read(states, broadcast) == {"accepted": 1, "queued": 1}


async def test_a_red_notice_leaves_next_before_ten_thousand_routine_messages(
    ledger: Ledger, door: Door, provider: TwilioStandIn, tmp_path: Path
) -> None:
    provider.behaviour = Behaviour(receipts=False)
    settings = settings_of(tmp_path, sms=twilio(provider.url, in_flight=5))
    await prepared(ledger, settings)
    routine = await ledger.write(launch)
    people = [number(place) for place in range(10_000)]
    await ledger.write(expand, routine, people, priority=priority(40, "public"))
    async with running(ledger, settings, door) as engine:
        async with asyncio.timeout(LONG):
            while len(provider.seen) < 50:
                await asyncio.sleep(0.01)
        red = await ledger.write(launch, "red", episode="other", level="red")
        await ledger.write(expand, red, [number(20_000)], priority=priority(10, "schools"))
        before = len(provider.seen)
        engine.wake()
        async with asyncio.timeout(LONG):
            while number(20_000) not in {seen.to for seen in provider.seen[before:]}:
                await asyncio.sleep(0.005)
        place = [seen.to for seen in provider.seen].index(number(20_000))
        assert place <= before + 10  # what was in flight, and what was claimed with it


async def test_a_provider_that_takes_seconds_to_answer_holds_nobody_else(
    ledger: Ledger, door: Door, provider: TwilioStandIn, spare: TwilioStandIn, two: Callable[..., Settings]
) -> None:
    provider.behaviour = Behaviour(delay=(4.0, 4.0), receipts=False)
    settings = two(main={"timeout": 10.0})
    slow = await launched(ledger, settings, 50)
    other = (await lane_of(ledger, "spare")).id
    quick = await ledger.write(launch, "second", episode="other")
    people = [number(place) for place in range(100, 160)]
    await ledger.write(expand, quick, people, lane_id=other, priority=45)
    async with running(ledger, settings, door):
        await until(ledger, all_handled, quick)
        assert len(spare.seen) == 60
        counted = await ledger.read(states, slow)
    assert counted["queued"] > 0


def all_handled(connection: Connection, broadcast: Broadcast) -> bool:
    return not set(states(connection, broadcast)) & {"queued", "sending"}


def attempted(connection: Connection, broadcast: Broadcast, count: int) -> bool:
    made = attempts_of(connection, broadcast)
    return len(made) >= count and all(each.answered_at is not None for each in made)
