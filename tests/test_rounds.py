"""A loop does what is due when it is due, whatever happened before; `tests/contract` runs this again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from gateway import rounds
from gateway.ledger import timers
from gateway.ledger.database import Ledger
from gateway.rounds import Rounds
from tests import backends

NOW = 1_700_000_000_000
HOUR = 3_600_000


class Bell(Rounds):
    """Rings for each timer that is due, and takes it away; `fails` may raise in its place."""

    def __init__(self, ledger: Ledger, clock: Callable[[], int]) -> None:
        super().__init__("ringing", ledger, clock, longest_sleep=3600.0, shared=3600.0)
        self.fails: Callable[[], None] = lambda: None
        self.rung: list[int] = []
        self.rounds = 0

    async def _round(self) -> int | None:
        self.rounds += 1
        self.fails()
        due = await self._ledger.read(timers.due, "sweep_broadcast", self._clock(), 10)
        self.rung += due
        await self._ledger.write(timers.remove, "sweep_broadcast", due)
        return await self._ledger.read(timers.next_due, "sweep_broadcast")


@asynccontextmanager
async def ringing(
    folder: Path, *due: tuple[int, int], clock: Callable[[], int] = lambda: NOW
) -> AsyncIterator[tuple[Bell, "asyncio.Task[None]"]]:
    """A running bell, with these timers set."""
    ledger = backends.open_ledger(folder)
    await ledger.write(timers.put, "sweep_broadcast", due)
    bell = Bell(ledger, clock)
    running = asyncio.create_task(bell.run())
    yield bell, running
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    ledger.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.002)


async def test_it_does_what_is_due_and_then_what_is_due_next(tmp_path: Path) -> None:
    moments = iter(range(NOW, NOW + HOUR, 5))
    async with ringing(tmp_path, (1, NOW), (2, NOW + 40), (3, NOW + HOUR), clock=lambda: next(moments)) as (
        bell,
        _,
    ):
        await until(lambda: bell.rung == [1, 2])


async def test_it_sleeps_where_nothing_is_due_until_it_is_woken(tmp_path: Path) -> None:
    async with ringing(tmp_path, (1, NOW + HOUR)) as (bell, _):
        await until(lambda: bell.rounds == 1)
        bell.wake()
        await until(lambda: bell.rounds == 2)
        assert bell.rung == []


async def test_a_fault_is_told_without_its_words_and_the_loop_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rounds, "_UNREACHABLE", 0.001)

    def fail() -> None:
        if bell.rounds <= 3:
            raise ConnectionError("13800000000 is at home")

    async with ringing(tmp_path, (1, NOW)) as (bell, _):
        bell.fails = fail
        await until(lambda: bell.rung == [1])
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in told] == ["ringing_failed"]  # one line for three faults
    assert told[0].__dict__["error"] == "ConnectionError"
    assert "13800000000" not in caplog.text


async def test_it_is_stopped_after_the_round_at_hand(tmp_path: Path) -> None:
    async with ringing(tmp_path, (1, NOW)) as (bell, running):
        bell.fails = bell.stop
        async with asyncio.timeout(30):
            await running
        assert (bell.rung, bell.rounds) == ([1], 1)


async def test_a_sleeping_loop_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    async with ringing(tmp_path) as (bell, running):
        await until(lambda: bell.rounds == 1)
        bell.wake()
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=30)
        assert done
