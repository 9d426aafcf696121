"""The engine against the stand-ins, on a real ledger."""

import asyncio
from pathlib import Path

from channels.stand_ins import TwilioStandIn
from gateway.ledger.database import Ledger
from tests.delivery.world import Door, expand, launch, number, prepared, running, settings_of, states, twilio


async def test_everything_queued_is_sent_once_and_its_receipts_arrive(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    settings = settings_of(tmp_path, sms=twilio(provider.url))
    await prepared(ledger, settings)
    broadcast = await ledger.write(launch)
    await ledger.write(expand, broadcast, [number(place) for place in range(300)])
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), 30)
    assert await ledger.read(states, broadcast) == {"delivered": 300}
    assert len({seen.to for seen in provider.seen}) == len(provider.seen) == 300
