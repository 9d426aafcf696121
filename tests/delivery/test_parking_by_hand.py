"""Lanes that a person parks and opens, against a provider's stand-in."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from channels.stand_ins import TwilioStandIn
from channels.stand_ins.behaviour import Behaviour
from gateway.errors import InputError
from gateway.ledger import events
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, routes
from gateway.ledger.delivery.lanes import Lane
from tests.delivery.world import Door, expand, launch, number, prepared, running, settings_of, states, twilio

OTHER = "+15005550007"
WORDS = "号码被投诉，等运营商答复"


async def lane_of(ledger: Ledger, name: str | None = None) -> Lane:
    known = await ledger.read(lanes.all_lanes)
    return next(each for each in known if name in (None, each.name))


async def until(provider: TwilioStandIn, messages: int) -> None:
    while len(provider.seen) < messages:
        await asyncio.sleep(0.01)


async def test_a_lane_that_a_person_parked_sends_nothing_until_it_is_opened_over_restarts(
    ledger: Ledger, door: Door, provider: TwilioStandIn, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, sms=twilio(provider.url))
    await prepared(ledger, settings)
    lane = await lane_of(ledger)
    async with running(ledger, settings, door) as engine:
        await engine.park(lane.id, "值班员", WORDS)
        broadcast = await ledger.write(launch)
        await ledger.write(expand, broadcast, [number(place) for place in range(3)])
        engine.wake()
        await asyncio.sleep(0.2)
    async with running(ledger, settings, door) as engine:
        engine.wake()
        await asyncio.sleep(0.2)
        assert provider.seen == []
        parked = await lane_of(ledger)
        assert (parked.parked_by, parked.parked_reason) == ("值班员", WORDS)
        await engine.open(lane.id, "班长")
        await engine.idle(broadcast.id)
    assert await ledger.read(states, broadcast) == {"delivered": 3}
    opened = await lane_of(ledger)
    assert (opened.parked_until, opened.parked_by, opened.parked_reason) == (None, None, None)
    told = [(each.kind, dict(each.detail)) for each in await ledger.read(events.page)]
    assert ("lane_parked_by_hand", {"lane": lane.id, "by": "值班员", "reason": WORDS}) in told
    assert ("lane_opened_by_hand", {"lane": lane.id, "by": "班长"}) in told


async def test_parking_in_the_middle_of_a_broadcast_keeps_the_rest_in_the_queue(
    ledger: Ledger, door: Door, tmp_path: Path
) -> None:
    async with TwilioStandIn(Behaviour(delay=(0.02, 0.02))) as provider:
        settings = settings_of(tmp_path, sms=twilio(provider.url, in_flight=2))
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch)
        await ledger.write(expand, broadcast, [number(place) for place in range(60)])
        lane = await lane_of(ledger)
        async with running(ledger, settings, door) as engine:
            await until(provider, 6)
            await engine.park(lane.id, "值班员", WORDS)
            in_flight = len(provider.seen) + 2
            await asyncio.sleep(0.3)
            assert len(provider.seen) <= in_flight
            assert (await ledger.read(lanes.queued))[lane.id] >= 60 - in_flight
            await engine.open(lane.id, "值班员")
            await engine.idle(broadcast.id)
        assert await ledger.read(states, broadcast) == {"delivered": 60}
        assert len(provider.seen) == 60


async def test_opening_ends_a_rest_that_the_engine_took(ledger: Ledger, door: Door, tmp_path: Path) -> None:
    async with TwilioStandIn() as provider:
        settings = settings_of(tmp_path, sms=twilio(provider.url))
        await prepared(ledger, settings)
        lane = await lane_of(ledger)
        await ledger.write(lanes.park, lane.id, system_clock() + 3_600_000, "quota")
        broadcast = await ledger.write(launch)
        await ledger.write(expand, broadcast, [number(1)])
        async with running(ledger, settings, door) as engine:
            await asyncio.sleep(0.1)
            assert provider.seen == []
            await engine.open(lane.id, "值班员")
            await engine.idle(broadcast.id)
        assert await ledger.read(states, broadcast) == {"delivered": 1}


async def test_what_the_engine_or_the_settings_say_later_opens_no_lane_that_a_person_parked(
    ledger: Ledger, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, sms=twilio("http://127.0.0.1:1"))
    await prepared(ledger, settings)
    lane = await lane_of(ledger)
    await ledger.write(lanes.park_by_hand, lane.id, "值班员", "authentication", system_clock())
    assert await ledger.write(lanes.park, lane.id, system_clock() + 1000, "connection") is False
    await prepared(ledger, settings)  # a start opens what rested for a credential
    assert (await lane_of(ledger)).parked_by == "值班员"


async def test_a_repeat_takes_no_route_that_a_person_parked(ledger: Ledger, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, sms=twilio("http://127.0.0.1:1", senders=["+15005550006", OTHER]))
    await prepared(ledger, settings)
    broadcast = await ledger.write(launch)
    await ledger.write(expand, broadcast, [number(1)], lane="+15005550006")
    await ledger.write(lanes.park_by_hand, (await lane_of(ledger, OTHER)).id, "值班员", WORDS, system_clock())
    await ledger.write(routes.reroute, [1], system_clock())
    assert await ledger.read(lanes.queued) == {(await lane_of(ledger, "+15005550006")).id: 1}


@pytest.mark.parametrize("act", ["park", "open"])
async def test_a_lane_that_is_not_there_is_said_to_be_unknown(
    ledger: Ledger, door: Door, tmp_path: Path, act: str
) -> None:
    words: dict[str, Any] = {"reason": WORDS} if act == "park" else {}
    async with running(ledger, settings_of(tmp_path), door) as engine:
        with pytest.raises(InputError) as refused:
            await getattr(engine, act)(77, by="值班员", **words)
    assert refused.value.code == "LANE_UNKNOWN"
