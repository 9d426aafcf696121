"""Previews worked out lately: looking again costs only what it takes to see that they still hold.

The shared words of a draft take a moment; who gets them, at which of their addresses and in how many
segments, takes a walk through the directory, which goes on beside the pages that ask for it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, NamedTuple

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import texts
from gateway.broadcasts.preparing.groundwork import Gathered, Refused, gather
from gateway.broadcasts.preparing.prepare import Prepared, compose
from gateway.broadcasts.preparing.standing import Link
from gateway.broadcasts.preparing.texts import Texts
from gateway.decisions.model import Decision
from gateway.directory.selection import Selection
from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.plans.catalogue import LoadedPlan
from gateway.vocabulary import Language, Medium
from gateway.web.heavy import Heavy, too_busy

PATIENCE = 0.1  # seconds after their begin that pages wait for figures; then they come again
_SLICE = 250  # organisations read together: pages ask the ledger in between, and nobody waits for a preview
_KEPT = 16  # previews, and sets of words; some hundred kilobytes each

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview is asked for: a draft's decision as it fits the ledger now, and who is meant."""

    draft: str
    decision: Decision
    selection: Selection
    now: int


class _Worked(NamedTuple):
    """Figures that are worked out, or are being: of what, and since when (seconds of the loop's clock)."""

    stands: tuple[object, ...]
    task: "asyncio.Task[Figures]"
    began: float


class Walls:
    """The previews that people looked at last, by their drafts, and the words that they read."""

    def __init__(
        self, work_out: Callable[[Prepared], Figures], heavy: Heavy, patience: float = PATIENCE
    ) -> None:
        """`work_out` makes the figures of what would leave, in threads of `heavy`; `patience` in seconds."""
        self._heavy = heavy
        self._work_out = work_out
        self._patience = patience
        self._figures: OrderedDict[str, _Worked] = OrderedDict()
        self._took = 0.0  # seconds, the last of them
        self._texts: list[tuple[tuple[object, ...], Texts]] = []

    async def known(self, ledger: Ledger, desk: Desk, asked: Asked) -> Figures | None:
        """The figures where they are worked out already, and still hold. Nobody begins to: whoever works
        them out keeps the page waiting that asks. Raises what `gather` raises, and what they raised."""
        had = self._figures.get(asked.draft)
        if had is None or not had.task.done():
            return None
        gathered = await ledger.read(gather, desk, asked.decision, asked.now, asked.selection)
        return had.task.result() if had.stands == _stands(gathered) else None

    async def figures(self, ledger: Ledger, desk: Desk, asked: Asked) -> Figures | None:
        """The figures, which stay until the draft, the plan, the directory or what is in force changes; None
        while they are being worked out. Raises what `prepare.prepare` raises, and `InputError` (TOO_BUSY)."""
        worked = await self._begun(ledger, desk, asked)
        left = worked.began + self._patience - asyncio.get_running_loop().time()
        await asyncio.wait({worked.task}, timeout=0.0 if self._took > self._patience else max(0.0, left))
        return worked.task.result() if worked.task.done() else None

    async def texts(
        self,
        desk: Desk,
        loaded: LoadedPlan,
        decision: Decision,
        link: Link,
        language: Language = "zh-CN",
        media: Sequence[Medium] | None = None,
    ) -> Texts:
        """The shared texts of a decision, in all media or some. Raises what `texts.compose` raises."""
        key = decision, loaded.version, link, language, media
        for place, (had, found) in enumerate(self._texts):
            if had == key:
                self._texts.insert(0, self._texts.pop(place))
                return found
        written = await asyncio.to_thread(  # a moment, which a page waits for
            texts.compose, loaded.plan, decision, desk.office, link, language, media=media
        )
        self._texts.insert(0, (key, written))
        del self._texts[_KEPT:]
        return written

    async def aclose(self) -> None:
        """Wait for what is being worked out: it reads the ledger."""
        await asyncio.gather(*(each.task for each in self._figures.values()), return_exceptions=True)

    async def _begun(self, ledger: Ledger, desk: Desk, asked: Asked) -> _Worked:
        gathered = await ledger.read(gather, desk, asked.decision, asked.now, asked.selection)
        stands = _stands(gathered)
        had = self._figures.get(asked.draft)
        if had is not None and had.stands == stands:
            self._figures.move_to_end(asked.draft)
            return had

        def worked_out() -> Figures:
            started = time.monotonic()
            made = self._work_out(compose(desk, gathered, read=ledger.read_now, at_once=_SLICE))
            self._took = time.monotonic() - started
            return made

        if sum(not each.task.done() for each in self._figures.values()) >= _KEPT:
            raise too_busy()
        task = asyncio.create_task(self._heavy.aside(worked_out))
        begun = _Worked(stands, task, asyncio.get_running_loop().time())
        self._figures[asked.draft] = begun
        self._figures.move_to_end(asked.draft)
        while len(self._figures) > _KEPT:
            self._figures.popitem(last=False)

        def looked_at(ended: asyncio.Task[Figures]) -> None:
            """Whoever asks next is told what does not fit the draft; anything else is tried again."""
            told = ended.cancelled() or not isinstance(ended.exception(), (NoneType, InputError, Refused))
            if told and self._figures.get(asked.draft) is begun:
                del self._figures[asked.draft]

        task.add_done_callback(looked_at)
        return begun


def _stands(gathered: Gathered) -> tuple[object, ...]:
    """Everything that a preview is made of, as cheap to compare as to read."""
    listing = gathered.listing
    return gathered.decision, gathered.loaded.version, gathered.record, gathered.selection, listing
