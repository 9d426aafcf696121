"""Waiting for news that may not come."""

import asyncio


async def woken(event: asyncio.Event, seconds: float | None) -> bool:
    """Whether `event` came within `seconds` (None: wait for it).

    A caller that is cancelled ends, even when the event came at the same moment. `asyncio.wait_for` loses
    such a cancelling before Python 3.12 (CPython issue 86296), and who stops the caller waits for ever.
    """
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
