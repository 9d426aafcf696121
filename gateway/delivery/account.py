"""One provider account at work, from its taking to its giving back: its lanes, and what is asked of it."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from channels.contract import Channel, Reason, Unknown
from gateway.delivery.breaker import Kept
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.inquiries import Inquirer, Terms
from gateway.delivery.lane import LaneRunner, LaneTerms
from gateway.delivery.lease import Lease
from gateway.delivery.pacing import Pace
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer, record
from gateway.ledger import attempts
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.lanes import UNTIL_OPENED, Lane
from gateway.metrics import Metrics
from gateway.settings import AccountSettings
from gateway.sign_tokens import SignTokens

_log = logging.getLogger(__name__)

_SLICE = 500  # attempts a transaction, at recovery


class AccountWork:
    """An account that this process owns: `start`, then `finish`.

    `lanes` as they stand in the ledger now, those of the settings; `channels` serve them, by lane. While
    `guarded` nothing leaves: the ledger is a restored copy. `requeued` is called when something was queued
    again.
    """

    def __init__(
        self,
        name: str,
        settings: AccountSettings,
        *,
        epoch: int,
        lease: Lease,
        lanes: Sequence[Lane],
        channels: Mapping[int, Channel],
        guarded: bool,
        ledger: Ledger,
        recorder: Recorder,
        addresses: CallbackAddresses,
        sign_tokens: SignTokens,
        clock: Clock,
        metrics: Metrics,
        requeued: Callable[[], None],
    ) -> None:
        self.name = name
        self.epoch = epoch
        self.lease = lease
        self.id = lanes[0].account_id
        self._ledger = ledger
        self._clock = clock
        self._waits = {lane.id: int(settings.unknown_wait * 1000) for lane in lanes}
        self.lanes = {
            lane.id: LaneRunner(
                LaneTerms(
                    id=lane.id,
                    name=lane.name,
                    account=name,
                    account_id=lane.account_id,
                    epoch=epoch,
                    lease=lease,
                    channel=channels[lane.id],
                    pace=Pace.of(settings.per_second, channels[lane.id].profile.windows),
                    in_flight=settings.in_flight,
                ),
                paid_until=lane.next_free_at,
                parked_until=UNTIL_OPENED if guarded else lane.parked_until,
                breaker=Kept(lane.breaker == "closed", lane.breaker_since, lane.breaker_openings),
                ledger=ledger,
                recorder=recorder,
                addresses=addresses,
                sign_tokens=sign_tokens,
                clock=clock,
                metrics=metrics.of_lane(name, lane.id),
            )
            for lane in lanes
        }
        self.inquirer = Inquirer(
            Terms(
                account_id=self.id,
                lanes=list(self.lanes),
                channels={lane_id: channels[lane_id] for lane_id in self.lanes},
                unknown_wait=int(settings.unknown_wait * 1000),
                receipt_wait=int(settings.receipt_wait * 1000),
                per_second=settings.questions_per_second,
            ),
            ledger=ledger,
            recorder=recorder,
            addresses=addresses,
            sign_tokens=sign_tokens,
            clock=clock,
            requeued=requeued,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Mark what an earlier owner left unanswered as unknown, and begin to send."""
        await self._recover()
        parts = [*(lane.run() for lane in self.lanes.values()), self.inquirer.run()]
        self._tasks = [asyncio.create_task(part, name=self.name) for part in parts]

    async def finish(self) -> None:
        """Claim nothing more; ends when what is in flight has its answer, which the recorder then holds."""
        for lane in self.lanes.values():
            lane.stop()
        self.inquirer.stop()
        await asyncio.gather(*self._tasks)

    async def _recover(self) -> None:
        """What an earlier owner sent and never recorded an answer for may have arrived."""
        interrupted, recovered = Unknown(Reason.INTERRUPTED), 0
        while left := await self._ledger.read(attempts.unanswered, self.name, self.epoch, _SLICE):
            answers = [Answer(each.delivery_id, each.number, each.lane_id, 0, interrupted) for each in left]
            await self._ledger.write_beside(record, answers, self._waits, self._clock())
            recovered += len(answers)
        if recovered:
            _log.warning("attempts_recovered_as_unknown", extra={"account": self.name, "attempts": recovered})
