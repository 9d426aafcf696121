"""Whoever waits for news can be stopped at any moment."""

import asyncio

import pytest

from gateway.waking import woken


@pytest.mark.parametrize("turns", range(6))
async def test_a_waiter_cancelled_when_its_news_comes_still_ends(turns: int) -> None:
    event = asyncio.Event()

    async def look_again_and_again() -> None:
        while True:
            event.clear()
            await asyncio.sleep(0)
            await woken(event, 60)

    waiter = asyncio.create_task(look_again_and_again())
    for _ in range(10):
        await asyncio.sleep(0)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    waiter.cancel()
    done, _ = await asyncio.wait([waiter], timeout=10)
    assert done


async def test_waiting_ends_with_the_news_or_without_it() -> None:
    event = asyncio.Event()
    assert not await woken(event, 0.01)
    event.set()
    assert await woken(event, None)
