"""What machines tell each other: hints that there is something to do. The ledger alone says what.

A hint may be lost, doubled or late: every loop that waits for one looks by itself as well.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from gateway.bus.limits import Limits
from gateway.bus.tokens import Tokens
from gateway.bus.words import Away, Word
from gateway.redis_address import read_address

if TYPE_CHECKING:
    from gateway.bus.link import Link

_GATHER = 0.02  # seconds in which the same words are said once
_CANCEL_AGAIN = 0.5  # seconds


def _never_told(_reachable: bool) -> None:
    """Nobody wants to know."""


class Bus:
    """The bus of one process: alone in it, or over Redis to every other that works on the same ledger.

    `url`: a `redis_url`; None: alone. `space` names the ledger: what others write into the same Redis is
    not ours. `turned` is told when Redis can be used and when no longer. Raises `ValueError` for a url
    that cannot be read; a server that is not there is no error.
    """

    _link: "Link | None"

    def __init__(
        self, url: str | None = None, *, space: str = "", turned: Callable[[bool], None] = _never_told
    ) -> None:
        self.space = space
        self._own = token_hex(8)
        self._hearing: dict[Word, list[Callable[[], None]]] = defaultdict(list)
        self._waiting: set[Word] = set()
        self._some = asyncio.Event()
        self._speaking = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self.channel = f"airwarn:{space}:bus"
        self._link = None
        if url is not None:
            from gateway.bus.link import Link  # noqa: PLC0415 - its library is loaded only here

            self._link = Link(
                read_address(url), self.channel, heard=self._heard, joined=self._joined, turned=turned
            )
        self.limits = Limits(self._link, space)
        self.tokens = Tokens(self._link, space)

    @property
    def reachable(self) -> bool:
        """Whether other machines hear us now."""
        return self._link is not None and self._link.reachable

    def hear(self, hear: Callable[[], None], *words: Word) -> None:
        """Call `hear` whenever one of these words is said, here or elsewhere. It must return at once."""
        for word in words:
            self._hearing[word].append(hear)

    def say(self, word: Word) -> None:
        """Tell everybody; returns at once. Call it in the running loop, after the commit that it tells of."""
        for hear in self._hearing[word]:
            hear()
        if self.reachable:
            self._waiting.add(word)
            self._some.set()

    def start(self) -> None:
        """Look for Redis, in the background."""
        if self._link is not None:
            parts = (("bus", self._link.run()), ("bus speaker", self._speak()))
            self._tasks = [asyncio.create_task(part, name=name) for name, part in parts]

    async def close(self) -> None:
        """Say what is still to be said, and leave."""
        if self._tasks:
            with suppress(Away):
                await self._publish()
        running = set(self._tasks)
        while running:  # a cancelling may be lost in the library, and no stop waits for it
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=_CANCEL_AGAIN)
        self._tasks = []

    async def _speak(self) -> None:
        while True:
            await self._some.wait()
            await asyncio.sleep(_GATHER)
            with suppress(Away):
                await self._publish()

    async def _publish(self) -> None:
        async with self._speaking:
            self._some.clear()
            words = " ".join(sorted(self._waiting))
            self._waiting.clear()
            if words and self._link is not None:
                await self._link.ask(lambda redis: redis.publish(self.channel, f"{self._own} {words}"))

    def _heard(self, message: str) -> None:
        who, _, words = message.partition(" ")
        if who != self._own:
            self._call({word for word in Word if word in words.split()})

    def _joined(self) -> None:
        """Whatever was said before was missed."""
        self._call(set(Word))

    def _call(self, words: set[Word]) -> None:
        for hear in {hear: None for word in words for hear in self._hearing[word]}:  # each once
            hear()
