"""The job for peers on asyncio, with aiohttp and uvloop."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import job
import uvloop


def session() -> aiohttp.ClientSession:
    """As many connections as requests in flight, and nothing else that costs."""
    connector = aiohttp.TCPConnector(limit=job.IN_FLIGHT)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=job.HEADERS
    )


async def post(session: aiohttp.ClientSession) -> None:
    """Post one message."""
    async with session.post(job.TARGET, data=job.BODY) as answer:
        job.Count.answered(await answer.read())


async def until_all() -> None:
    """Wait until the provider took everything."""
    while not job.Count.complete():
        await asyncio.sleep(0.02)


def measure(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work`: store every job and send it."""

    async def timed() -> None:
        clock = job.Clock()
        await work()
        clock.finish()

    uvloop.run(timed())
