"""Vendors' access tokens, fetched once for all machines and kept until shortly before their end.

A vendor that gives a new token ends the old one's life early, or counts how often it was asked.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from channels.access_tokens import Fetch
from gateway.bus.words import Away

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from gateway.bus.link import Link

_MARGIN = 300.0  # seconds before its end at which a token is used no more, at most a tenth of its life
_FETCHING_SECONDS = 10.0  # how long one machine may take to fetch it before another one does
_LOOK = 0.05  # seconds between looks while another machine fetches
_WITH_ITS_TIME = "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}"
_TAKE_AWAY = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class _Held:
    value: str = field(repr=False)
    until: float  # of `time.monotonic`


class Tokens:
    """A `channels.access_tokens.TokenStore`."""

    def __init__(self, link: "Link | None", space: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._space = space
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._coming: dict[str, asyncio.Task[str]] = {}

    async def get(self, name: str, fetch: Fetch) -> str:
        """The token of this name; whoever asks while it is being fetched waits for the same answer.

        Raises what `fetch` raises.
        """
        held = self._held.get(name)
        if held is not None and held.until > self._clock():
            return held.value
        task = self._coming.get(name)
        if task is None:
            task = self._coming[name] = asyncio.create_task(self._come(name, fetch), name="access token")
            task.add_done_callback(lambda done: self._came(name, done))
        return await asyncio.shield(task)

    async def drop(self, name: str, value: str) -> None:
        """The vendor says that this token is no good: nobody uses it again. A newer one stays."""
        held = self._held.get(name)
        if held is not None and held.value == value:
            del self._held[name]
        key = self._key(name)
        await self._tell(lambda redis: redis.eval(_TAKE_AWAY, 1, key, value))

    def _came(self, name: str, done: asyncio.Task[str]) -> None:
        del self._coming[name]
        if not done.cancelled():
            done.exception()  # told to whoever waited; nobody may be left

    async def _come(self, name: str, fetch: Fetch) -> str:
        """From another machine, else from the vendor: then the others wait for us."""
        key, lock, own = self._key(name), self._key(name) + ":fetching", token_hex(8)
        with suppress(Away):
            kept = await self._kept_or_locked(key, lock, own)
            if kept is not None:
                self._held[name] = kept
                return kept.value
        try:
            token = await fetch()
            lasts = token.seconds - min(_MARGIN, token.seconds / 10)
            self._held[name] = _Held(token.value, self._clock() + lasts)
            milliseconds = max(1, int(lasts * 1000))
            await self._tell(lambda redis: redis.set(key, token.value, px=milliseconds))
        finally:
            await self._tell(lambda redis: redis.eval(_TAKE_AWAY, 1, lock, own))
        return token.value

    async def _kept_or_locked(self, key: str, lock: str, own: str) -> _Held | None:
        """What another machine fetched; None: we are to fetch it. Raises `Away`."""
        link, ends = self._link, self._clock() + _FETCHING_SECONDS
        if link is None:
            raise Away
        milliseconds = int(_FETCHING_SECONDS * 1000)
        locked = False
        while True:
            value, left = await link.ask(lambda redis: redis.eval(_WITH_ITS_TIME, 1, key))
            if value and left > 0:
                if locked:  # it came between our look and our lock
                    await self._tell(lambda redis: redis.eval(_TAKE_AWAY, 1, lock, own))
                return _Held(value, self._clock() + left / 1000)
            if locked or self._clock() >= ends:
                return None
            locked = bool(await link.ask(lambda redis: redis.set(lock, own, nx=True, px=milliseconds)))
            if not locked:
                await asyncio.sleep(_LOOK)

    async def _tell(self, question: "Callable[[Redis], Awaitable[Any]]") -> None:
        """Ask without needing the answer."""
        if self._link is not None:
            with suppress(Away):
                await self._link.ask(question)

    def _key(self, name: str) -> str:
        return f"airwarn:{self._space}:token:{name}"
