"""One provider account at work, from its taking to its giving back: its lanes, and what is asked of it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import Connection

from channels.contract import Channel, Reason, Unknown
from gateway.delivery.breaker import Kept
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.inquiries import Inquirer, Terms
from gateway.delivery.lane import LaneRunner, LaneTerms
from gateway.delivery.lease import Lease
from gateway.delivery.pacing import Pace
from gateway.delivery.pulse import Pulse
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer, record
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import attempts, lanes
from gateway.ledger.delivery.lanes import UNTIL_OPENED, Lane
from gateway.logs import Ration
from gateway.metrics import Metrics
from gateway.settings import AccountSettings
from gateway.sign_tokens import SignTokens
from gateway.waking import woken

_log = logging.getLogger(__name__)

_SLICE = 500  # attempts a transaction, at recovery
_UNREACHABLE = 1.0  # seconds until a ledger that cannot be used is asked again


class AccountWork:
    """An account that this process owns: `run` until `stop`.

    `channels` serve its lanes, by the lane's id. `earlier`: the work of an earlier epoch that this process
    may still be ending; its answers come first. `requeued` is called when something was queued again.
    """

    def __init__(
        self,
        name: str,
        settings: AccountSettings,
        *,
        account_id: int,
        epoch: int,
        lease: Lease,
        channels: Mapping[int, Channel],
        earlier: "AccountWork | None",
        ledger: Ledger,
        recorder: Recorder,
        addresses: CallbackAddresses,
        sign_tokens: SignTokens,
        clock: Clock,
        pulse: Pulse,
        metrics: Metrics,
        requeued: Callable[[], None],
    ) -> None:
        self.name = name
        self.id = account_id
        self.epoch = epoch
        self.lease = lease
        self.begun = asyncio.Event()  # what an earlier owner left is settled, or it never will be here
        self._settings = settings
        self._channels = channels
        self._earlier = earlier
        self._ledger = ledger
        self._recorder = recorder
        self._addresses = addresses
        self._sign_tokens = sign_tokens
        self._clock = clock
        self._pulse = pulse
        self._metrics = metrics
        self._runners: dict[int, LaneRunner] = {}
        self._stood: dict[int, Lane] = {}  # its lanes as they stood in the ledger when they were last read
        self._guarded = False
        self._ration = Ration()
        self._stopped = asyncio.Event()
        self._ended = asyncio.Event()
        self._inquirer = Inquirer(
            Terms(
                account=name,
                account_id=account_id,
                lanes=list(channels),
                channels=channels,
                unknown_wait=int(settings.unknown_wait * 1000),
                receipt_wait=int(settings.receipt_wait * 1000),
                per_second=settings.questions_per_second,
            ),
            ledger=ledger,
            recorder=recorder,
            addresses=addresses,
            sign_tokens=sign_tokens,
            clock=clock,
            metrics=metrics,
            requeued=requeued,
        )

    async def run(self) -> None:
        """Mark what an earlier owner left unanswered as unknown, then send until `stop`; ends when what is
        in flight then has its answer, recorded. A fault in a part of it ends all of it so, and is raised."""
        try:
            if self._earlier is not None:
                await self._earlier._ended.wait()
                self._earlier = None
            await self._begin()
            self.begun.set()
            if not self._stopped.is_set():
                running = (self._inquirer.run(), *(each.run() for each in self._runners.values()))
                parts = [asyncio.create_task(each) for each in running]
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
                self.stop()
                await asyncio.wait(parts)
                await self._recorder.settled()
                for part in parts:
                    part.result()
        finally:
            self.begun.set()
            self._ended.set()

    def stop(self) -> None:
        """Claim nothing more, and let `run` end."""
        self._stopped.set()
        for runner in self._runners.values():
            runner.stop()
        self._inquirer.stop()

    def wake(self, with_work: Collection[int]) -> None:
        """Something may wait: on these lanes, or for a receipt."""
        for lane_id in self._runners.keys() & set(with_work):
            self._runners[lane_id].wake()
        self._inquirer.wake()

    def follow(self, known: Sequence[Lane], *, guarded: bool) -> None:
        """Take over what a person parked, opened or resumed, here or on another machine: the ledger's
        lanes as they stand now. What a lane does of itself it knows already."""
        for lane in known:
            runner, before = self._runners.get(lane.id), self._stood.get(lane.id)
            if runner is None or before is None:
                continue
            self._stood[lane.id] = lane
            if guarded != self._guarded:
                runner.rest_until(UNTIL_OPENED if guarded else lane.parked_until or 0)
            elif guarded:
                continue
            elif lane.parked_by is not None and before.parked_by is None:
                runner.rest_until(UNTIL_OPENED)
            elif lane.parked_until is None and before.parked_until is not None:
                runner.open()
        if self._runners:
            self._guarded = guarded

    def open(self, lane_id: int) -> None:
        """A person opened a lane here: its rest ends, also one that it took since `follow`."""
        if lane_id in self._runners and not self._guarded:
            self._runners[lane_id].open()

    async def _begin(self) -> None:
        """Settle what an earlier owner left, then make the lanes as it left them; tried until it is done."""
        while not self._stopped.is_set():
            try:
                await self._recover()
                known, guarded = await self._ledger.read(standing)
            except Exception as error:  # the attempts are still there
                if self._ration.left_out("recovery") is not None:
                    _log.error("recovery_failed", extra={"account": self.name, "error": type(error).__name__})
                await woken(self._stopped, _UNREACHABLE)
            else:
                self._guarded = guarded
                self._stood = {lane.id: lane for lane in known if lane.id in self._channels}
                self._runners = {lane.id: self._runner(lane) for lane in self._stood.values()}
                if self._stopped.is_set():
                    self.stop()
                return

    async def _recover(self) -> None:
        """What an earlier owner sent and never recorded an answer for may have arrived."""
        interrupted, recovered = Unknown(Reason.INTERRUPTED), 0
        waits = dict.fromkeys(self._channels, int(self._settings.unknown_wait * 1000))
        while not self._stopped.is_set():
            left = await self._ledger.read(attempts.unanswered, self.name, self.epoch, _SLICE)
            if not left:
                break
            answers = [Answer(each.delivery_id, each.number, each.lane_id, 0, interrupted) for each in left]
            await self._ledger.write_beside(record, answers, waits, self._clock())
            recovered += len(answers)
        if recovered:
            _log.warning("attempts_recovered_as_unknown", extra={"account": self.name, "attempts": recovered})

    def _runner(self, lane: Lane) -> LaneRunner:
        channel = self._channels[lane.id]
        return LaneRunner(
            LaneTerms(
                id=lane.id,
                name=lane.name,
                account=self.name,
                account_id=self.id,
                epoch=self.epoch,
                lease=self.lease,
                channel=channel,
                pace=Pace.of(self._settings.per_second, channel.profile.windows),
                in_flight=self._settings.in_flight,
            ),
            paid_until=lane.next_free_at,
            parked_until=UNTIL_OPENED if self._guarded else lane.parked_until,
            breaker=Kept(lane.breaker == "closed", lane.breaker_since, lane.breaker_openings),
            ledger=self._ledger,
            recorder=self._recorder,
            addresses=self._addresses,
            sign_tokens=self._sign_tokens,
            clock=self._clock,
            pulse=self._pulse,
            metrics=self._metrics.of_lane(self.name, lane.id),
        )


def standing(connection: Connection) -> tuple[list[Lane], bool]:
    """Every lane, and whether the ledger is a restored copy that nothing may leave."""
    return lanes.all_lanes(connection), incarnation.guard(connection) is not None
