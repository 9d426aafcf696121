"""A process that stood still knows it, and does not take its own silence for a provider's."""

import asyncio
import time
from pathlib import Path

from channels.stand_ins import TwilioStandIn
from channels.stand_ins.behaviour import Behaviour
from gateway.delivery.pulse import Pulse
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import lanes
from tests.delivery.world import Door, expand, launch, number, prepared, running, settings_of, states, twilio


async def test_the_time_in_which_a_process_stood_still_is_counted_while_it_beats() -> None:
    pulse = Pulse()
    pulse.start()
    await beats(pulse)
    known = pulse.lost
    time.sleep(0.6)  # noqa: ASYNC251 - as a stopped process
    assert pulse.lost - known > 0.4
    await asyncio.sleep(0)
    await beats(pulse)
    pulse.stop()


async def beats(pulse: Pulse) -> None:
    """For a while nothing is lost; a busy machine may itself stand still in between."""
    for _ in range(100):
        known = pulse.lost
        await asyncio.sleep(0.3)
        if pulse.lost - known < 0.01:
            return
    raise AssertionError("it counts while it beats")


async def test_answers_missed_while_the_process_stood_still_park_no_lane(
    ledger: Ledger, provider: TwilioStandIn, door: Door, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, sms=twilio(provider.url, timeout=0.5, in_flight=40, unknown_wait=60.0))
    await prepared(ledger, settings)
    made = await ledger.write(launch)
    await ledger.write(expand, made, [number(place) for place in range(80)])
    provider.behaviour = Behaviour(delay=(0.05, 0.1), receipts=False)
    async with running(ledger, settings, door):
        while not provider.seen:
            await asyncio.sleep(0.001)
        time.sleep(0.8)  # noqa: ASYNC251 - all that is in flight is given up then
        async with asyncio.timeout(60):
            while {"queued", "sending"} & (counted := await ledger.read(states, made)).keys():
                await asyncio.sleep(0.01)
        assert counted["unknown"] >= 10, "they were not given up"
        assert (await ledger.read(lanes.all_lanes))[0].parked_until is None
