"""One look a second at what is shown, shared by however many watch it; nobody's slowness holds it up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from secrets import token_hex
from typing import NamedTuple

from aiohttp import web

from gateway.waking import woken
from gateway.web.live.readers import Reader

_log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between looks while something may change
SETTLED_EVERY = 5.0  # when nothing will
SOONEST = 0.5  # between looks, however often somebody tells of something new
ANYWAY = 10.0  # seconds after which an unchanged view is shown again: its viewers see that it is alive
LINGER = 30.0  # seconds that looking goes on without a viewer: reloading pages come back
KEPT = 200  # feeds with their newest snapshots; then those that nobody watches are dropped


class Snapshot:
    """What was seen at one moment, rendered once for each kind of reader."""

    def __init__(self, identifier: str, look: "Look") -> None:
        self.id = identifier
        self.exercise = look.exercise
        self.html = cache(lambda reader: _tight(look.render(reader)))
        self.event = cache(self._event)

    def _event(self, reader: Reader) -> bytes:
        """The server-sent event that carries it whole: whoever misses one needs only the next."""
        lines = "\n".join(f"data: {line}" for line in self.html(reader).splitlines())
        return f"id: {self.id}\nevent: snapshot\n{lines}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: equal views are not shown twice; `settled`: nothing more will change by itself.
    `exercise`: it is all of an exercise."""

    view: object
    settled: bool
    render: Callable[[Reader], str]
    exercise: bool = False


Looker = Callable[[], Awaitable[Look | None]]


class Feed:
    """The newest snapshot of one thing. It looks only while somebody watches."""

    def __init__(self, look: Looker) -> None:
        self._look = look
        self._news = asyncio.Event()
        self._current: Snapshot | None = None
        self._view: object = None
        self._shown_at = 0.0
        self._looked_at = 0.0
        self._asked_at = 0.0
        self._series = token_hex(4)
        self._number = 0
        self._task: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self._told = asyncio.Event()
        self._watchers = 0

    @property
    def idle(self) -> bool:
        """Nobody has watched for a while: it looks no more until somebody does."""
        return self._task is not None and self._task.done() and not self._watchers

    async def current(self) -> Snapshot | None:
        """The newest snapshot, at most about a second old; None where there is nothing to see."""
        self._asked_at = asyncio.get_running_loop().time()
        if self._task is None or self._task.done():
            async with self._looking:
                if self._task is None or self._task.done():
                    if await self._look_once() is None:
                        return None
                    self._task = asyncio.create_task(self._run(), name="live page")
        return self._current

    async def after(self, identifier: str | None, seconds: float) -> Snapshot | None:
        """The newest snapshot that is not the one of this id; None if there is none for so long."""
        self._watchers += 1
        try:
            current = await self.current()
            if current is not None and current.id != identifier:
                return current
            await woken(self._news, seconds)
            return self._current if self._current is not None and self._current.id != identifier else None
        finally:
            self._watchers -= 1
            self._asked_at = asyncio.get_running_loop().time()

    def look(self) -> None:
        """There may be something new: it is looked for now, if somebody watches."""
        self._told.set()

    async def close(self) -> None:
        """Look no more; whoever waits goes on with nothing."""
        self._news.set()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        settled = False
        while self._watchers or loop.time() < self._asked_at + LINGER:
            if await woken(self._told, SETTLED_EVERY if settled else EVERY):
                await asyncio.sleep(max(0.0, self._looked_at + SOONEST - loop.time()))
            self._told.clear()
            try:
                found = await self._look_once()
            except Exception as error:  # a ledger that cannot be read now; what was seen stays, with its time
                _log.error("the live page cannot look: %s", type(error).__name__)
                continue
            settled = found is not None and found.settled

    async def _look_once(self) -> Look | None:
        found = await self._look()
        self._looked_at = now = asyncio.get_running_loop().time()
        if found is not None and (found.view != self._view or now >= self._shown_at + ANYWAY):
            self._number += 1
            self._view, self._shown_at = found.view, now
            self._current = Snapshot(f"{self._series}-{self._number}", found)
            news, self._news = self._news, asyncio.Event()
            news.set()
        return found


class Key(NamedTuple):
    """What is watched: a broadcast, or (None) the list, as far as it lies within areas (none: everywhere)."""

    broadcast: int | None
    areas: tuple[str, ...]


class Feeds:
    """What is watched, each thing looked at once however many watch it."""

    def __init__(self) -> None:
        self._feeds: dict[Key, Feed] = {}
        self.viewers = 0
        self.stopping = False

    def of(self, key: Key, look: Looker) -> Feed:
        """The feed of this key; made when first asked for."""
        if key not in self._feeds and len(self._feeds) >= KEPT:
            self._feeds = {each: feed for each, feed in self._feeds.items() if not feed.idle}
        return self._feeds.setdefault(key, Feed(look))

    def forget(self, key: Key) -> None:
        """There is nothing of this key."""
        self._feeds.pop(key, None)

    def look(self) -> None:
        """Somebody told of something new."""
        for feed in self._feeds.values():
            feed.look()

    async def close(self, _app: web.Application) -> None:
        """End every stream at once, and every look."""
        self.stopping = True
        for feed in self._feeds.values():
            await feed.close()


FEEDS = web.AppKey("feeds", Feeds)


def _tight(html: str) -> str:
    """Without the indentation of its template, which each viewer would be sent each second."""
    return "\n".join(line for line in map(str.strip, html.splitlines()) if line)
