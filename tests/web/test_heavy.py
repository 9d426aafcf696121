"""What takes long is bounded, for each who asks and for all; nothing else waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from threading import Event

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.errors import InputError
from gateway.orders.senders import Senders
from gateway.web.heavy import AT_ONCE, HEAVY, OF_ONE, WAITING, Heavy
from gateway.web.serving.running import application
from tests.city import TOKEN, City
from tests.people import person, quick, signed_in


@pytest.fixture
async def heavy() -> AsyncIterator[Heavy]:
    made = Heavy(patience=0.01)
    yield made
    await made.aclose()


async def code(heavy: Heavy, who: str) -> str:
    """Why somebody gets no turn; "" where they get one."""
    try:
        async with heavy.turn(who):
            return ""
    except InputError as error:
        return error.code


async def test_one_person_has_so_many_turns_and_others_have_theirs() -> None:
    heavy, may = Heavy(), Event()
    first = [asyncio.create_task(heavy.run("user:one", may.wait)) for _ in range(OF_ONE)]
    await asyncio.sleep(0)
    assert await code(heavy, "user:one") == "TOO_MANY_AT_ONCE"
    other = asyncio.create_task(code(heavy, "user:other"))
    await asyncio.sleep(0)
    may.set()
    assert await asyncio.gather(*first) == [True] * OF_ONE
    assert (await other, await code(heavy, "user:one")) == ("", "")
    await heavy.aclose()


async def test_whoever_waits_too_long_or_behind_too_many_is_sent_away(heavy: Heavy) -> None:
    async with AsyncExitStack() as held:
        for each in range(AT_ONCE):
            await held.enter_async_context(heavy.turn(f"user:{each}"))
        behind = [asyncio.create_task(code(heavy, f"user:waits{each}")) for each in range(WAITING)]
        await asyncio.sleep(0)
        assert await code(heavy, "user:last") == "TOO_BUSY"
        assert set(await asyncio.gather(*behind)) == {"TOO_BUSY"}  # nobody made room in time
    assert await code(heavy, "user:last") == ""


async def test_while_all_turns_are_taken_files_are_refused_clearly_and_all_else_goes_on(made: City) -> None:
    process = made.process
    cookies = await signed_in(process, await person(process, "exports", "viewer"))
    app = application(process, b"invented", Senders({}, process.desk.catalogue), quick())
    app[HEAVY] = Heavy(patience=0.01)
    async with TestClient(TestServer(app), cookies=cookies) as browser, AsyncExitStack() as held:
        for _ in range(OF_ONE):
            await held.enter_async_context(app[HEAVY].turn("user:exports"))
        for path, status in (
            ("/console/directory?format=xlsx", 429),
            ("/console/directory", 200),
            ("/live", 200),
            ("/health", 200),
        ):
            async with browser.get(path) as page:
                assert page.status == status, path
                if status == 429:
                    assert page.headers["Retry-After"] == "10"
                    assert "还在生成" in await page.text()
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        async with browser.get("/api/v1/directory/check/export", headers=bearer) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
            assert (await answer.json())["error"]["code"] == "TOO_BUSY"
