"""The delivery engine of one process: it owns the accounts of its settings, sends, and takes receipts."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack

from channels import http
from channels.contract import Callback, CallbackRequest, Channel, Forged, Reason, Unknown
from gateway.delivery import accounts
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.clockwork import Clockwork
from gateway.delivery.lane import LaneRunner, LaneTerms
from gateway.delivery.pacing import Pace
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer, Told, record
from gateway.ledger import attempts, deliveries, lanes
from gateway.ledger.database import Clock, Ledger, system_clock
from gateway.settings import Settings

_SLICE = 500  # attempts a transaction, at recovery
_LOOK = 0.1  # seconds between looks at a broadcast that someone waits for


class Engine:
    """Sends what the ledger's queue holds. One at a time for a data folder: its lock is the caller's.

    `public_url` is the origin under which providers reach `/callbacks/…`; `secret` is the ledger's own,
    and stays the same from start to start, or receipts of earlier messages are refused.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        public_url: str,
        secret: bytes,
    ) -> None:
        self._ledger = ledger
        self._accounts = settings.accounts
        self._clock = clock
        self._public_url = public_url
        self._addresses = CallbackAddresses(public_url, secret)
        self._stack = AsyncExitStack()
        self._lanes: dict[int, LaneRunner] = {}
        self._epochs: Mapping[str, int] = {}
        self._callbacks: dict[str, tuple[int, Channel]] = {}  # by account: its id and one of its channels
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._stopping = False

    async def start(self) -> None:
        """Own the accounts, mark what an earlier owner left unanswered as unknown, begin to send.

        Raises `InputError` for accounts that cannot be used.
        """
        async with AsyncExitStack() as opened:  # closed again where starting fails
            await self._start(opened)
            self._stack = opened.pop_all()

    async def stop(self) -> None:
        """Claim nothing more, let what is in flight finish, record it, give the accounts back."""
        self._stopping = True
        self._news.set()
        for runner in self._lanes.values():
            runner.stop()
        self._clockwork.stop()
        await asyncio.gather(*self._tasks)
        self._recorder.stop()
        await self._recording
        await self._ledger.write(lanes.release, self._epochs)
        await self._stack.aclose()

    def wake(self) -> None:
        """There may be something new to send, or a timer."""
        self._news.set()

    async def callback(self, account: str, request: CallbackRequest) -> Callback:
        """Take a provider's callback; returns what to answer once its receipts are durable.

        Raises `Forged` for an account that is not here, a wrong signature, and an address that we did
        not make: nothing has changed then. Raises `RecorderStopped` after `stop`.
        """
        if account not in self._callbacks:
            raise Forged
        account_id, channel = self._callbacks[account]
        taken = channel.callback(request)
        attempt = self._addresses.attempt_of(account, request.target)
        if attempt is None and any(each.reference.message_id is not None for each in taken.receipts):
            raise Forged
        told = [
            Told(account_id, each, None if each.reference.message_id is None else attempt)
            for each in taken.receipts
        ]
        if told:
            await self._recorder.tell(told)
        return taken

    async def idle(self, broadcast_id: int | None = None) -> None:
        """Return when a broadcast (None: every one) is complete; see `deliveries.complete`."""
        while True:  # time alone completes one too, so no event would tell
            if await self._ledger.read(deliveries.complete, broadcast_id, self._clock()):
                return
            await asyncio.sleep(_LOOK)

    async def _start(self, opened: AsyncExitStack) -> None:
        await self._ledger.write(accounts.sync, self._accounts, self._clock())
        known = await self._ledger.read(lanes.all_lanes)
        session = await opened.enter_async_context(http.open_session())
        channels = accounts.build_channels(
            self._accounts, known, public_url=self._public_url, session=session
        )
        for channel in channels.values():
            opened.push_async_callback(channel.aclose)
        self._epochs = await self._ledger.write(lanes.take, list(self._accounts), f"pid {os.getpid()}")
        served = [lane for lane in known if lane.id in channels]
        waits = {lane.id: int(self._accounts[lane.account].unknown_wait * 1000) for lane in served}
        await self._recover(waits)

        self._recorder = Recorder(self._ledger, self._clock, waits, self.wake)
        self._clockwork = Clockwork(
            ledger=self._ledger,
            recorder=self._recorder,
            channels={lane.id: (lane.account_id, channels[lane.id]) for lane in served},
            addresses=self._addresses,
            clock=self._clock,
            requeued=self.wake,
        )
        for lane in served:
            self._callbacks[lane.account] = (lane.account_id, channels[lane.id])
            self._lanes[lane.id] = self._runner(lane, channels[lane.id])
        self._recording = asyncio.create_task(self._recorder.run())
        parts = [*(lane.run() for lane in self._lanes.values()), self._clockwork.run(), self._spread()]
        self._tasks = [asyncio.create_task(part) for part in parts]
        self.wake()

    def _runner(self, lane: lanes.Lane, channel: Channel) -> LaneRunner:
        account = self._accounts[lane.account]
        return LaneRunner(
            LaneTerms(
                id=lane.id,
                name=lane.name,
                account=lane.account,
                account_id=lane.account_id,
                epoch=self._epochs[lane.account],
                channel=channel,
                pace=Pace.of(account.per_second, channel.profile.windows),
                in_flight=account.in_flight,
            ),
            paid_until=lane.next_free_at,
            parked_until=lane.parked_until,
            ledger=self._ledger,
            recorder=self._recorder,
            addresses=self._addresses,
            clock=self._clock,
        )

    async def _recover(self, waits: Mapping[int, int]) -> None:
        """What an earlier owner sent and never recorded an answer for may have arrived: it is unknown."""
        interrupted = Unknown(Reason.INTERRUPTED)
        for account, epoch in self._epochs.items():
            while left := await self._ledger.read(attempts.unanswered, account, epoch, _SLICE):
                answers = [
                    Answer(each.delivery_id, each.number, each.lane_id, 0, interrupted) for each in left
                ]
                await self._ledger.write(record, answers, waits, self._clock())

    async def _spread(self) -> None:
        """Pass a wake on to the lanes that have something queued."""
        while True:
            await self._news.wait()
            if self._stopping:
                return
            self._news.clear()
            try:
                with_work = await self._ledger.read(lanes.with_work)
            except Exception:  # whoever finds nothing asks again
                with_work = list(self._lanes)
            for lane_id in with_work:
                if lane_id in self._lanes:
                    self._lanes[lane_id].wake()
            self._clockwork.wake()
