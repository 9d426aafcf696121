"""Engines of two machines send through one WeCom application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from channels.stand_ins.wecom_app import AGENT_ID, CORP_ID, SECRET, WecomAppStandIn
from gateway.bus.bus import Bus
from gateway.delivery import accounts
from gateway.delivery.engine import Engine
from gateway.ledger.database import Ledger, system_clock
from gateway.sign_tokens import SignTokens
from tests.bus.machines import until
from tests.delivery.world import Broadcast, expand, launch, settings_of, states
from tests.redis_server import RedisServer


class Office:
    """A machine with an engine, and a broadcast whose recipients it adds."""

    def __init__(self, ledger: Ledger, engine: Engine, broadcast: Broadcast) -> None:
        self._ledger = ledger
        self._engine = engine
        self._broadcast = broadcast

    async def tell(self, *members: str) -> dict[str, int]:
        """Send to these members; gives all deliveries by state."""
        await self._ledger.write(expand, self._broadcast, members, channel="wecom_user")
        self._engine.wake()
        await self._engine.idle(self._broadcast.id)
        found: dict[str, int] = await self._ledger.read(states, self._broadcast)
        return found


@asynccontextmanager
async def office(folder: Path, vendor: str, redis: str) -> AsyncIterator[Office]:
    folder.mkdir()
    account: dict[str, Any] = {
        "provider": "wecom_app",
        "corp_id": CORP_ID,
        "agent_id": AGENT_ID,
        "secret": SECRET,
        "base_url": vendor,
    }
    configured = settings_of(folder, app=account)
    bus = Bus(redis, space="one")
    secret = b"of the tests"
    ledger = Ledger(folder)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        engine = Engine(
            ledger,
            configured,
            public_url="http://127.0.0.1",
            secret=secret,
            sign_tokens=SignTokens(secret),
            bus=bus,
        )
        bus.start()
        stack.push_async_callback(bus.close)
        await engine.start()
        stack.push_async_callback(engine.stop)
        await ledger.write(accounts.sync, configured.accounts, system_clock())
        await until(lambda: bus.reachable)
        yield Office(ledger, engine, await ledger.write(launch))


async def test_two_machines_send_with_one_token_and_get_a_new_one_when_it_is_refused(
    tmp_path: Path, server: RedisServer
) -> None:
    async with (
        WecomAppStandIn() as vendor,
        office(tmp_path / "one", vendor.url, server.url) as one,
        office(tmp_path / "other", vendor.url, server.url) as other,
    ):
        people = [f"member-{number}" for number in range(250)]
        found = list(await asyncio.gather(one.tell(*people[:125]), other.tell(*people[125:])))
        assert found == [{"accepted": 125}] * 2
        assert vendor.tokens_given == 1
        vendor.forget_tokens()
        found = list(await asyncio.gather(one.tell("late-1"), other.tell("late-2")))
        assert found == [{"accepted": 126}] * 2
        assert vendor.tokens_given == 2
        assert sorted(each.to for each in vendor.seen) == sorted([*people, "late-1", "late-2"])


async def test_without_redis_each_machine_sends_with_a_token_of_its_own(
    tmp_path: Path, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with WecomAppStandIn() as vendor, office(tmp_path / "one", vendor.url, server.url) as one:
        server.kill()
        assert await one.tell("member-1", "member-2") == {"accepted": 2}
        assert vendor.tokens_given == 1
    assert SECRET not in caplog.text
