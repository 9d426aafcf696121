"""Machines with nothing but a bus."""

import asyncio
from collections.abc import Callable
from typing import Self

from gateway.bus.bus import Bus
from gateway.bus.words import Word


class Machine:
    """One machine's bus, and the words that it heard."""

    def __init__(self, url: str | None, space: str) -> None:
        self.turns: list[bool] = []
        self.heard: list[Word] = []
        self.bus = Bus(url, space=space, turned=self.turns.append)
        for word in Word:
            self.bus.hear(lambda word=word: self.heard.append(word), word)  # type: ignore[misc]


class Machines:
    """Machines of one ledger; their buses are closed at the end."""

    def __init__(self, space: str) -> None:
        self._space = space
        self._started: list[Machine] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(each.bus.close() for each in self._started))

    async def start(self, url: str | None, *, reached: bool = True) -> Machine:
        """Another machine; waits until it reaches Redis, unless it cannot."""
        machine = Machine(url, self._space)
        machine.bus.start()
        self._started.append(machine)
        if reached:
            await until(lambda: machine.bus.reachable)
            machine.heard.clear()
        return machine


async def until(true: Callable[[], bool]) -> None:
    """Wait until it is; the test fails if it never is."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)
