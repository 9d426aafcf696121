"""Hands the queues of lanes that send nothing over to the next route, and tries lanes on trial."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import moving
from gateway.ledger.delivery.moving import Move
from gateway.logs import Ration
from gateway.metrics import Metrics
from gateway.waking import woken

_log = logging.getLogger(__name__)

_SLICE = 1000  # rows a transaction, so that claims are never held up for long
_LOOK = 1.0  # seconds between looks while something waits and a lane of its channel is not trusted


class Mover:
    """Moves what waits on the lanes of the accounts that this process owns (see
    `gateway.ledger.delivery.moving`); `run` until `stop`. `owned`: their epochs by id, asked anew each time.
    `moved` is called after rows have come to another lane."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        clock: Clock,
        owned: Callable[[], Mapping[int, int]],
        moved: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._owned = owned
        self._moved = moved
        self._metrics = metrics
        self._ration = Ration()
        self._news = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something may wait, or a lane stands otherwise than before."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end after the slice at hand."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Move what is to be moved, then sleep until something changes."""
        while not self._stopping:
            self._news.clear()
            try:
                plan = await self._ledger.read(moving.plan, self._owned(), self._clock())
                for move in plan.moves:
                    await self._move(move)
                unsettled = plan.unsettled
            except Exception as error:  # the rows are queued where they were
                if self._ration.left_out("moving") is not None:
                    _log.error("moving_failed", extra={"error": type(error).__name__})
                unsettled = True
            await woken(self._news, _LOOK if unsettled else None)

    async def _move(self, move: Move) -> None:
        total, moved = 0, _SLICE
        while moved == _SLICE and not self._stopping:
            moved = await self._ledger.write_beside(moving.move, move, _SLICE, self._clock())
            total += moved
            if moved:
                self._moved()
        if not total:
            return
        target = move.targets[0].account
        self._metrics.moved(move.source.account, target, total)
        _log.log(
            logging.DEBUG if move.probe else logging.WARNING,
            "lane_tried" if move.probe else "queue_moved",
            extra={"lane": move.source.id, "account": target, "deliveries": total},
        )
