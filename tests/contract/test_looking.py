"""What other machines write into the ledger is found without their word: every loop looks by itself."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

import pytest

from channels.stand_ins import TwilioStandIn
from gateway.follow_up.obligations import deadlines
from gateway.follow_up.obligations.deadlines import Deadlines
from gateway.ledger.database import Ledger
from tests.broadcasts.episodes import HOUR, Office, at
from tests.broadcasts.launching.test_obligations import issued, plan
from tests.bus.machines import until
from tests.delivery.conftest import door, ledger, provider
from tests.delivery.world import (
    Door,
    expand,
    launch,
    number,
    prepared,
    running,
    settings_of,
    states,
    stop_broadcast,
    twilio,
)

__all__ = ["door", "ledger", "provider"]


async def test_what_another_machine_queued_is_sent(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    configured = settings_of(tmp_path, sms=twilio(provider.url))
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    async with running(ledger, configured, door) as engine:
        await engine.idle()  # its lanes sleep until they are woken
        await ledger.write(expand, broadcast, [number(1)])
        await engine.idle(broadcast.id)
    assert await ledger.read(states, broadcast) == {"delivered": 1}


async def test_what_another_machine_stopped_is_swept(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    configured = settings_of(tmp_path, sms=twilio(provider.url))
    await prepared(ledger, configured)
    broadcast = await ledger.write(launch)
    async with running(ledger, configured, door) as engine:
        await engine.idle()
        later = ledger.now() + HOUR
        await ledger.write(expand, broadcast, [number(1)], due_at=later)
        await ledger.write(stop_broadcast, broadcast)
        await engine.idle(broadcast.id)
    assert await ledger.read(states, broadcast) == {"cancelled": 1}


async def test_an_obligation_that_another_machine_wrote_is_looked_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deadlines, "_LONGEST_SLEEP", 3600.0)
    caplog.set_level(logging.INFO)
    office = Office(tmp_path, plan())
    loop = Deadlines(office.ledger, lambda: at("01-13 12:00"), 2 * HOUR)
    looking = asyncio.create_task(loop.run())
    await until(lambda: "audit_head" in caplog.messages)  # it has looked, and sleeps
    issued(office)
    await until(lambda: "obligation_overdue" in caplog.messages)
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    office.ledger.close()
