"""Looks at the directory: what is to be mended in it, worked out beside the pages that show it.

Looking through 20,000 organisations takes seconds: pages show the last look and when it was, and begin
another one where the directory has changed since, or some minutes have passed.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from aiohttp import web

from gateway.directory.areas import within
from gateway.directory.campaign import day_of
from gateway.directory.care import Entry, Finding, Heard, Problem, check
from gateway.directory.model import Address
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.directory import care, changes
from gateway.ledger.directory.unused import Unused, unused
from gateway.web.rosters import next_gaps

_GOOD_FOR = 300_000  # milliseconds; answers and deliveries come in without changing the directory
_PATIENCE = 0.1  # seconds after its begin that pages wait for a look: enough for a small directory
_SLICE = 200  # organisations read together
# a look reckons for seconds, and whoever asks for a page then would wait for each of the page's steps
_FINDINGS = 200  # are written down in a row
_REST = 0.002  # seconds that it leaves to others then, and between slices
_MOST = 100_000  # findings of one organisation


@dataclass(frozen=True)
class Look:
    """One look: when (milliseconds since 1970 UTC), after which change of the directory, at how many
    organisations by area, and what was found, in the order of the numbers beside it."""

    at: int
    change: int
    organisations: Mapping[str, int]
    findings: Sequence[tuple[int, Finding]]
    unused: Sequence[tuple[int, Unused]]
    problems: Mapping[str, Mapping[Problem, int]]

    def counts(self, limits: Sequence[str]) -> Counter[Problem]:
        """How many findings of each problem there are within these areas (none: everywhere)."""
        counted: Counter[Problem] = Counter()
        for area, of_area in self.problems.items():
            if within(area, limits):
                counted.update(of_area)
        return counted

    def number(self, limits: Sequence[str]) -> int:
        """How many organisations were looked at within these areas (none: everywhere)."""
        return sum(number for area, number in self.organisations.items() if within(area, limits))


class Care:
    """The last look at each kind, exercise and real."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._last: dict[bool, Look] = {}
        self._doubted: set[bool] = set()
        self._looking: dict[bool, asyncio.Task[Look]] = {}
        self._began: dict[bool, float] = {}  # seconds of the loop's clock
        self._took = 0.0  # seconds, the last one

    async def look(self, exercise: bool) -> tuple[Look | None, bool]:
        """The last look (None: the first one is not done yet), and whether another one is under way."""
        last, task = await self._begun(exercise)
        if task is None:
            return last, False
        in_vain = last is not None and self._took > _PATIENCE
        left = 0.0 if in_vain else max(0.0, self._began[exercise] + _PATIENCE - self._time())
        await asyncio.wait({task}, timeout=left)
        if task.done():
            return task.result(), False
        return last, True

    async def whole(self, exercise: bool) -> Look:
        """A look at the directory as it is, however long that takes."""
        last, task = await self._begun(exercise)
        if task is not None:  # it may have begun before the last change
            await asyncio.wait({task})
            last, task = await self._begun(exercise)
        if task is not None:
            return await asyncio.shield(task)
        assert last is not None  # noqa: S101 - nothing is under way: it was done
        return last

    def doubt(self) -> None:
        """Something else than the directory has changed what a look finds: an answer was taken."""
        self._doubted = {False, True}

    async def aclose(self) -> None:
        """End what is under way."""
        tasks = [each for each in self._looking.values() if not each.done()]
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()

    async def _begun(self, exercise: bool) -> tuple[Look | None, "asyncio.Task[Look] | None"]:
        """The last look, and the one under way where that no longer holds."""
        last, now = self._last.get(exercise), self._clock()
        change = await self._ledger.read(changes.last)
        holds = last is not None and last.change == change and now - last.at < _GOOD_FOR
        if holds and exercise not in self._doubted:
            return last, None
        task = self._looking.get(exercise)
        if task is None or task.done():
            self._began[exercise] = self._time()
            task = asyncio.create_task(self._look(exercise, now, change))
            self._looking[exercise] = task
        return last, task

    async def _look(self, exercise: bool, now: int, change: int) -> Look:
        self._doubted.discard(exercise)
        read = self._ledger.read
        dead = {
            **await read(care.wrong_numbers, exercise),
            **await read(care.dead, exercise),
        }
        heard = await read(care.heard, exercise)
        gaps = await read(next_gaps, now)
        little = await read(unused, exercise)
        entries: list[Entry] = []
        while some := await read(care.entries_after, exercise, entries[-1].id if entries else 0, _SLICE):
            entries += some
            await asyncio.sleep(_REST)
        found = await asyncio.to_thread(_checked, entries, dead, day_of(now), heard, gaps)
        look = await asyncio.to_thread(_look, now, change, entries, found, little)
        self._took = self._time() - self._began[exercise]
        self._last[exercise] = look
        return look


def _checked(
    entries: Sequence[Entry],
    dead: Mapping[Address, str],
    today: date,
    heard: Mapping[int, Heard],
    gaps: Mapping[int, str],
) -> list[Finding]:
    found = []
    for finding in check(entries, dead, today, heard, gaps):
        found.append(finding)
        if not len(found) % _FINDINGS:
            time.sleep(_REST)
    return found


def _look(
    now: int, change: int, entries: Iterable[Entry], found: Sequence[Finding], little: Iterable[Unused]
) -> Look:
    problems: dict[str, Counter[Problem]] = defaultdict(Counter)
    for (area, problem), number in Counter((each.area, each.problem) for each in found).items():
        problems[area][problem] = number
    areas = Counter(each.organisation.area for each in entries)
    return Look(now, change, areas, _numbered(found), _numbered(little), problems)


CARE = web.AppKey("care", Care)


async def end_looks(app: web.Application) -> None:
    """End the looks that are under way, with the application."""
    await app[CARE].aclose()


_Of = TypeVar("_Of", Finding, Unused)


def _numbered(found: Iterable[_Of]) -> list[tuple[int, _Of]]:
    """Each with a number that stays the same as long as its organisation's do: pages go on from one."""
    numbers: Counter[int] = Counter()
    numbered = []
    for each in found:
        numbered.append((each.organisation_id * _MOST + numbers[each.organisation_id], each))
        numbers[each.organisation_id] += 1
    return numbered
