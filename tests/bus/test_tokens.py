import asyncio

import pytest

from channels.access_tokens import AccessToken
from gateway.bus.tokens import Tokens
from tests.bus.machines import Machines, until
from tests.redis_server import RedisServer


class Vendor:
    """Gives a new token each time that it is asked, as slowly as a vendor."""

    def __init__(self, seconds: float = 7200.0) -> None:
        self.asked = 0
        self.fails = False
        self._seconds = seconds

    async def fetch(self) -> AccessToken:
        self.asked += 1
        given = f"token {self.asked}"
        await asyncio.sleep(0.05)
        if self.fails:
            raise ConnectionError
        return AccessToken(given, self._seconds)


async def test_two_machines_at_once_fetch_it_once(machines: Machines, redis_url: str) -> None:
    vendor = Vendor()
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    found = await asyncio.gather(
        *(machine.bus.tokens.get("app", vendor.fetch) for machine in (one, other) for _ in range(20))
    )
    assert set(found) == {"token 1"}
    assert vendor.asked == 1
    third = await machines.start(redis_url)
    assert await third.bus.tokens.get("app", vendor.fetch) == "token 1"
    assert await third.bus.tokens.get("another app", vendor.fetch) == "token 2"


async def test_a_refused_token_is_fetched_anew_once_for_all(machines: Machines, redis_url: str) -> None:
    vendor = Vendor()
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    for machine in (one, other):
        assert await machine.bus.tokens.get("app", vendor.fetch) == "token 1"
    await one.bus.tokens.drop("app", "token 1")
    assert await one.bus.tokens.get("app", vendor.fetch) == "token 2"
    await other.bus.tokens.drop("app", "token 1")  # it finds out later: the new one stays
    assert await other.bus.tokens.get("app", vendor.fetch) == "token 2"
    assert vendor.asked == 2


async def test_it_is_kept_until_shortly_before_its_end() -> None:
    now = 0.0
    tokens = Tokens(None, "", clock=lambda: now)
    vendor = Vendor()
    assert await tokens.get("app", vendor.fetch) == "token 1"
    now = 6899.0
    assert await tokens.get("app", vendor.fetch) == "token 1"
    now = 6901.0
    assert await tokens.get("app", vendor.fetch) == "token 2"


async def test_redis_keeps_it_no_longer_than_the_vendor(machines: Machines, server: RedisServer) -> None:
    one = await machines.start(server.url)
    await one.bus.tokens.get("app", Vendor(seconds=100.0).fetch)
    async with server.client() as client:
        (key,) = await client.keys("*")  # and no lock stays behind
        assert 80_000 < await client.pttl(key) <= 90_000


async def test_a_failure_is_told_to_all_who_wait_and_the_next_asks_again(
    machines: Machines, redis_url: str
) -> None:
    vendor = Vendor()
    vendor.fails = True
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    found = await asyncio.gather(
        *(one.bus.tokens.get("app", vendor.fetch) for _ in range(20)), return_exceptions=True
    )
    assert {type(each) for each in found} == {ConnectionError}
    assert vendor.asked == 1
    vendor.fails = False
    assert await other.bus.tokens.get("app", vendor.fetch) == "token 2"


async def test_who_stops_waiting_takes_it_from_nobody() -> None:
    tokens, vendor = Tokens(None, ""), Vendor()
    waiting = [asyncio.create_task(tokens.get("app", vendor.fetch)) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    assert await waiting[1] == "token 1"
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]


async def test_each_machine_on_its_own_while_redis_is_away(machines: Machines, server: RedisServer) -> None:
    vendor = Vendor()
    one, other = await machines.start(server.url), await machines.start(server.url)
    server.kill()
    assert await one.bus.tokens.get("app", vendor.fetch) == "token 1"
    assert await other.bus.tokens.get("app", vendor.fetch) == "token 2"
    await other.bus.tokens.drop("app", "token 2")
    await server.start()
    await until(lambda: one.bus.reachable and other.bus.reachable)
    assert await one.bus.tokens.get("app", vendor.fetch) == "token 1"


async def test_redis_lost_in_the_middle_of_fetching_loses_no_token(
    machines: Machines, server: RedisServer
) -> None:
    vendor = Vendor()
    one, other = await machines.start(server.url), await machines.start(server.url)
    asking = [asyncio.create_task(each.bus.tokens.get("app", vendor.fetch)) for each in (one, other)]
    await until(lambda: vendor.asked == 1)
    server.kill()
    assert {await each for each in asking} <= {"token 1", "token 2"}
