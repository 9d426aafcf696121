"""A whole gateway with other machines, and with a Redis that fails it."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from channels.stand_ins.behaviour import Behaviour
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching import expand
from gateway.broadcasts.launching.launch import launch
from gateway.broadcasts.launching.overview import overview
from gateway.bus.limits import Limit
from gateway.bus.words import Word
from gateway.ledger.delivery import lanes
from gateway.settings import ApiSettings
from gateway.web.live import feeds
from tests.bus.machines import Machines, until
from tests.city import TOKEN, City, city, decision, soon
from tests.documents import orange_start
from tests.redis_server import RedisServer
from tests.web.test_live import event, person

HEADERS = {"Authorization": f"Bearer {TOKEN}"}
QUICK = Behaviour(receipt_delay=(0.0, 0.01))


@pytest.fixture
async def made(tmp_path: Path, server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[City]:
    monkeypatch.setattr(expand, "IDLE_SECONDS", 3600.0)  # only a word wakes it
    terms = ApiSettings(per_second=0.001, burst=5)
    async with city(tmp_path, QUICK, server={"redis_url": SecretStr(server.url), "api": terms}) as running:
        await until(lambda: running.process.bus.reachable)
        yield running


async def launched(made: City) -> int:
    """An orange start is launched in the ledger, and nobody here is told."""
    process = made.process
    submitted = await made.write(submit, process.desk, decision(soon(orange_start())), process.clock(), LOCAL)
    recorded = submitted.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    return int(recorded.broadcast_id)


async def asked(made: City) -> int:
    """What the API answers."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{made.process.url}/api/v1/broadcasts", headers=HEADERS) as answer,
    ):
        return answer.status


async def test_what_another_machine_launched_is_expanded_and_sent_at_its_word(
    made: City, server: RedisServer
) -> None:
    async with Machines(made.process.bus.space) as machines:
        other = await machines.start(server.url)
        broadcast = await launched(made)
        other.bus.say(Word.LAUNCHED)
        await until(lambda: Word.QUEUED in other.heard)  # its lanes may be the ones
        await made.process.engine.idle(broadcast)
    seen = await made.read(overview, broadcast, made.process.clock())
    assert seen["totals"]["delivered"] > 0
    assert made.twilio.seen


async def test_a_live_page_looks_at_another_machines_word(
    made: City, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "EVERY", 3600.0)
    monkeypatch.setattr(feeds, "SETTLED_EVERY", 3600.0)
    broadcast = await launched(made)
    made.process.wake()
    await made.process.engine.idle(broadcast)
    async with Machines(made.process.bus.space) as machines, person(made, TOKEN) as session:
        other = await machines.start(server.url)
        async with session.get(f"/live/{broadcast}/events") as stream:
            assert "额度" not in (await event(stream))["data"]
            lane = next(each for each in await made.read(lanes.all_lanes) if each.channel == "sms")
            await made.write(lanes.park, lane.id, made.process.clock() + 3_600_000, "quota")
            other.bus.say(Word.CHANGED)
            assert "账号额度已用完" in (await event(stream))["data"]


async def test_a_tokens_requests_are_counted_with_those_at_other_machines(
    made: City, server: RedisServer
) -> None:
    async with Machines(made.process.bus.space) as machines:
        other = await machines.start(server.url)
        for _ in range(3):
            assert await other.bus.limits.wait(Limit("api", 0.001, 5), "(init)") == 0.0
        assert [await asked(made) for _ in range(3)] == [200, 200, 429]


async def test_wrong_tokens_at_sign_in_are_counted_by_address(made: City) -> None:
    async with person(made, None) as session:
        answers = []
        for _ in range(21):
            async with session.post("/sign-in/token", data={"token": "wrong"}) as answer:
                answers.append((answer.status, "Retry-After" in answer.headers))
        assert answers == [(403, False)] * 20 + [(429, True)]
        async with session.post("/sign-in/token", data={"token": TOKEN}, allow_redirects=False) as answer:
            assert answer.status == 303  # who has one is not kept waiting


async def test_a_gateway_starts_sends_and_answers_while_redis_hangs(
    tmp_path: Path, server: RedisServer
) -> None:
    server.signal(signal.SIGSTOP)
    try:
        async with city(tmp_path, QUICK, server={"redis_url": SecretStr(server.url)}) as made:
            broadcast = await launched(made)
            made.process.wake()
            await made.process.engine.idle(broadcast)
            assert await asked(made) == 200
            assert not made.process.bus.reachable
    finally:
        server.signal(signal.SIGCONT)


async def test_redis_flushed_killed_and_restarted_in_the_middle_loses_nothing(
    made: City, server: RedisServer, tmp_path: Path
) -> None:
    rows = "\n".join(
        f"E{n},示例企业{n},企业,工业企业,410104,员工{n},199{n:08d},,,否" for n in range(1000, 1400)
    )
    await made.register("编码,名称,受众,行业,区域代码,联系人,手机,企业微信群,邮箱,演练\n" + rows)
    broadcast = await launched(made)
    made.process.wake()
    await until(lambda: len(made.twilio.seen) > 20)
    async with server.client() as client:
        await client.flushall()
    server.kill()
    assert await asked(made) == 200
    await server.start()
    await made.process.engine.idle(broadcast)
    seen = await made.read(overview, broadcast, made.process.clock())
    assert seen["complete"]
    sent = [each.to for each in made.twilio.seen]
    assert len(sent) == len(set(sent)) >= 400
    await until(lambda: made.process.bus.reachable)
    text = made.process.metrics.exposition(None).decode()
    assert 'airwarn_bus_reachable{through="redis"} 1.0' in text
    assert 'airwarn_bus_lost_total{through="redis"} 1.0' in text
