"""Previews worked out lately: looking again costs only what it takes to see that they still hold."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.gathering import Gathered, gather
from gateway.broadcasts.prepare import Prepared, compose
from gateway.decisions.model import Decision
from gateway.directory.selection import Selection
from gateway.ledger.database import Ledger

_KEPT = 16  # previews; some hundred kilobytes each

Figures = dict[str, Any]


class Walls:
    """The previews that people looked at last, by their drafts."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[tuple[object, ...], Figures]] = OrderedDict()

    async def figures(
        self,
        ledger: Ledger,
        desk: Desk,
        draft: str,
        decision: Decision,
        selection: Selection,
        now: int,
        work_out: Callable[[Prepared], Figures],
    ) -> Figures:
        """What `work_out` makes of what would leave for a draft; kept until the draft, the plan, the
        directory or what is in force changes. Raises what `prepare.prepare` raises."""
        gathered = await ledger.read(gather, desk, decision, now, selection)
        stands = _stands(gathered)
        had = self._kept.get(draft)
        if had is not None and had[0] == stands:
            self._kept.move_to_end(draft)
            return had[1]

        def worked_out() -> Figures:
            return work_out(compose(desk, gathered, read=ledger.read_now))

        figures = await asyncio.to_thread(worked_out)
        self._kept[draft] = stands, figures
        self._kept.move_to_end(draft)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return figures


def _stands(gathered: Gathered) -> tuple[object, ...]:
    """Everything that a preview is made of, as cheap to compare as to read."""
    listing = gathered.listing
    return gathered.decision, gathered.loaded.version, gathered.record, gathered.selection, listing
