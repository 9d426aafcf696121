import asyncio
import signal

import pytest

from gateway.bus.limits import Limit, Limits
from tests.bus.machines import Machine, Machines, until
from tests.redis_server import RedisServer

SLOW = Limit("sign", 0.001, 5)  # nothing is earned while a test runs


async def let_through(machine: Machine, limit: Limit, who: str, asked: int) -> int:
    waits = await asyncio.gather(*(machine.bus.limits.wait(limit, who) for _ in range(asked)))
    return waits.count(0.0)


async def test_a_limit_alone_lets_a_burst_through_then_the_pace() -> None:
    now = 0.0
    limits = Limits(None, "", clock=lambda: now)
    limit = Limit("api", 2.0, 3)
    assert [await limits.wait(limit, "a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert await limits.wait(limit, "b") == 0.0
    now = 0.5
    assert await limits.wait(limit, "a") == 0.0
    assert await limits.wait(limit, "a") == pytest.approx(0.5)
    now = 100.0
    assert [await limits.wait(limit, "a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


async def test_a_flood_at_one_limit_makes_no_other_forget() -> None:
    limits = Limits(None, "", clock=lambda: 0.0)
    assert [await limits.wait(Limit("sign", 1.0, 1), "wang") for _ in range(2)] == [0.0, 1.0]
    for number in range(10_001):
        await limits.wait(Limit("public", 1.0, 1), f"2001:db8:{number:x}::/64")
    assert await limits.wait(Limit("sign", 1.0, 1), "wang") == 1.0
    assert await limits.wait(Limit("public", 1.0, 1), "2001:db8:0::/64") == 0.0  # the oldest goes first


async def test_machines_share_one_limit(machines: Machines, redis_url: str) -> None:
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    assert await let_through(one, SLOW, "10.0.0.7", 3) == 3
    assert await let_through(other, SLOW, "10.0.0.7", 10) == 2
    assert await let_through(one, SLOW, "10.0.0.8", 10) == 5
    wait = await other.bus.limits.wait(SLOW, "10.0.0.7")
    assert 900 < wait <= 1000


async def test_a_shared_limit_earns_at_its_pace(machines: Machines, redis_url: str) -> None:
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    quick = Limit("api", 0.5, 1)
    assert await one.bus.limits.wait(quick, "a") == 0.0
    wait = await other.bus.limits.wait(quick, "a")
    assert 0 < wait <= 2
    while wait:
        await asyncio.sleep(wait)
        wait = await other.bus.limits.wait(quick, "a")


async def test_a_limit_survives_the_restart_of_a_machine(machines: Machines, redis_url: str) -> None:
    one = await machines.start(redis_url)
    assert await let_through(one, SLOW, "a", 10) == 5
    again = await machines.start(redis_url)
    assert await let_through(again, SLOW, "a", 10) == 0


async def test_who_asks_stands_nowhere_in_redis(machines: Machines, server: RedisServer) -> None:
    one = await machines.start(server.url)
    await one.bus.limits.wait(SLOW, "10.0.0.7")
    async with server.client() as client:
        (key,) = await client.keys("*")
        assert "10.0.0.7" not in key
        assert await client.pttl(key) > 0  # it goes by itself


async def test_without_redis_each_machine_goes_on_with_what_it_counted(
    machines: Machines, server: RedisServer
) -> None:
    one = await machines.start(server.url)
    assert await let_through(one, SLOW, "a", 4) == 4
    server.kill()
    assert await let_through(one, SLOW, "a", 10) == 1
    await server.start()
    await until(lambda: one.bus.reachable)
    assert await let_through(one, SLOW, "a", 10) == 0


async def test_a_flush_gives_nobody_a_new_burst_where_they_spent_it(
    machines: Machines, server: RedisServer
) -> None:
    one = await machines.start(server.url)
    assert await let_through(one, SLOW, "a", 9) == 5
    async with server.client() as client:
        await client.flushall()
    assert await let_through(one, SLOW, "a", 9) == 0


async def test_a_hanging_redis_costs_one_answer_and_no_error(machines: Machines, server: RedisServer) -> None:
    one = await machines.start(server.url)
    server.signal(signal.SIGSTOP)
    try:
        assert await let_through(one, SLOW, "a", 50) == 5
        assert not one.bus.reachable  # nobody asks it again
        assert await let_through(one, SLOW, "b", 50) == 5
    finally:
        server.signal(signal.SIGCONT)


async def test_a_redis_that_takes_nothing_refuses_nobody(machines: Machines, server: RedisServer) -> None:
    one = await machines.start(server.url)
    async with server.client() as client:
        await client.config_set("maxmemory", "1")
        await client.config_set("maxmemory-policy", "noeviction")
    assert await let_through(one, SLOW, "a", 10) == 5
    assert one.bus.reachable


async def test_a_server_whose_clock_stepped_back_refuses_nobody_for_that(
    machines: Machines, server: RedisServer
) -> None:
    one = await machines.start(server.url)
    assert await let_through(one, SLOW, "a", 1) == 1
    async with server.client() as client:
        (key,) = await client.keys("*")
        seconds, _ = await client.time()
        await client.set(key, (seconds + 86_400 * 30) * 1_000_000)  # spent by a clock a month ahead
    other = await machines.start(server.url)
    assert await let_through(other, SLOW, "a", 10) == 5
