"""The delivery engine of one process: it owns the accounts of its settings, sends, and takes receipts."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from sqlalchemy import Connection

from channels import http
from channels.contract import Callback, CallbackRequest, Channel, Forged, Reason, Reply, Unknown
from gateway.bus.bus import Bus
from gateway.bus.words import LOOK_SECONDS, Word
from gateway.delivery import accounts
from gateway.delivery.breaker import Kept
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.clockwork import Clockwork
from gateway.delivery.inquiries import Inquirer, Terms
from gateway.delivery.lane import LaneRunner, LaneTerms
from gateway.delivery.pacing import Pace
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer, Told, record
from gateway.delivery.routes import Mover
from gateway.ledger import attempts, deliveries, incarnation, lanes
from gateway.ledger.database import Clock, Ledger, system_clock
from gateway.ledger.lanes import UNTIL_OPENED
from gateway.metrics import Metrics
from gateway.settings import AccountSettings, Settings
from gateway.sign_tokens import SignTokens
from gateway.waking import woken

Hear = Callable[[Connection, int, Reply, int], None]  # the account's id, and now (ms since 1970 UTC)

_log = logging.getLogger(__name__)

_SLICE = 500  # attempts a transaction, at recovery
_LOOK = 0.1  # seconds between looks at a broadcast that someone waits for


class Engine:
    """Sends what the ledger's queue holds. One at a time for a data folder: its lock is the caller's.

    `public_url` is the origin under which providers reach `/callbacks/…`; `secret` is the ledger's own,
    and stays the same from start to start, or receipts of earlier messages are refused. `sign_tokens`
    fill the slot of a sign link as a message leaves. `hear` takes each reply into the ledger (None: replies
    are not read). `bus`: how other machines hear of it (None: there are none).
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        public_url: str,
        secret: bytes,
        sign_tokens: SignTokens,
        hear: Hear | None = None,
        metrics: Metrics | None = None,
        bus: Bus | None = None,
    ) -> None:
        self._ledger = ledger
        self._accounts = settings.accounts
        self._routes = settings.routes
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._public_url = public_url
        self._addresses = CallbackAddresses(public_url, secret)
        self._sign_tokens = sign_tokens
        self._hear = hear
        self._stack = AsyncExitStack()
        self._lanes: dict[int, LaneRunner] = {}
        self._epochs: Mapping[str, int] = {}
        self._callbacks: dict[str, tuple[int, Channel]] = {}  # by account: its id and one of its channels
        self._inquirers: list[Inquirer] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._stopping = False
        self._guarded = False  # the ledger is a restored copy: every lane rests until `resume`
        self._bus = bus or Bus()
        self._bus.hear(self.wake, Word.LAUNCHED, Word.QUEUED, Word.TIMER, Word.ACCOUNTS)

    async def start(self) -> None:
        """Own the accounts, mark what an earlier owner left unanswered as unknown, begin to send.

        Raises `InputError` for accounts that cannot be used.
        """
        async with AsyncExitStack() as opened:  # closed again where starting fails
            await self._start(opened)
            self._stack = opened.pop_all()

    async def finish(self) -> None:
        """Claim nothing more and let what is in flight get its answer; receipts are still taken.

        Bounded by the longest timeout of the accounts.
        """
        self._stopping = True
        self._news.set()
        for runner in self._lanes.values():
            runner.stop()
        for inquirer in self._inquirers:
            inquirer.stop()
        self._mover.stop()
        self._clockwork.stop()
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """`finish`, record all of it, give the accounts back."""
        await self.finish()
        self._recorder.stop()
        await self._recording
        await self._ledger.write(lanes.release, self._epochs)
        self._bus.say(Word.ACCOUNTS)
        await self._stack.aclose()
        _log.info("accounts_released", extra={"accounts": sorted(self._epochs)})

    def wake(self) -> None:
        """There may be something new to send, or a timer."""
        self._news.set()

    async def park(self, lane_id: int, by: str, reason: str, caller: str = "(local)") -> None:
        """Let a lane rest until a person opens it, over restarts. Raises `InputError` (LANE_UNKNOWN)."""
        await self._ledger.write(lanes.park_by_hand, lane_id, by, reason, self._clock(), caller)
        self._rest(lane_id, UNTIL_OPENED)
        self._said(Word.ACCOUNTS, Word.CHANGED)

    async def open(self, lane_id: int, by: str, caller: str = "(local)") -> None:
        """End a lane's rest, whoever parked it. Raises `InputError` (LANE_UNKNOWN)."""
        await self._ledger.write(lanes.open_by_hand, lane_id, by, self._clock(), caller)
        if lane_id in self._lanes and not self._guarded:
            self._lanes[lane_id].open()
        self._said(Word.ACCOUNTS, Word.CHANGED)

    async def resume(self, by: str, caller: str = "(local)") -> None:
        """Let a restored ledger send: a person has seen what is queued in it."""
        await self._ledger.write(incarnation.resume, by, self._clock(), caller)
        self._guarded = False
        for lane in await self._ledger.read(lanes.all_lanes):
            self._rest(lane.id, lane.parked_until or 0)
        self._said(Word.ACCOUNTS, Word.CHANGED)

    async def callback(self, account: str, request: CallbackRequest) -> Callback:
        """Take a provider's callback; returns what to answer once its receipts and replies are durable.

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
            self._metrics.took(account, taken.receipts)
            self._said(Word.CHANGED)
        if self._hear is not None:
            for reply in taken.replies:
                await self._ledger.write(self._hear, account_id, reply, self._clock())
        return taken

    async def idle(self, broadcast_id: int | None = None) -> None:
        """Return when a broadcast (None: every one) is complete; see `deliveries.complete`."""
        while True:  # time alone completes one too, so no event would tell
            if await self._ledger.read(deliveries.complete, broadcast_id, self._clock()):
                return
            await asyncio.sleep(_LOOK)

    def _queued(self) -> None:
        self._bus.say(Word.QUEUED)

    def _said(self, *words: Word) -> None:
        for word in words:
            self._bus.say(word)

    def _rest(self, lane_id: int, until: int) -> None:
        if lane_id in self._lanes:  # an account that left the settings keeps its lanes in the ledger
            self._lanes[lane_id].rest_until(UNTIL_OPENED if self._guarded else until)

    async def _start(self, opened: AsyncExitStack) -> None:
        await self._ledger.write(accounts.sync, self._accounts, self._clock(), self._routes)
        known = await self._ledger.read(lanes.all_lanes)
        self._guarded = await self._ledger.read(incarnation.guard) is not None
        if self._guarded:
            _log.warning("ledger_guarded")  # a restored copy: nothing leaves until `airwarn resume`
        session = await opened.enter_async_context(http.open_session())
        channels = accounts.build_channels(
            self._accounts,
            known,
            public_url=self._public_url,
            session=session,
            tokens=self._bus.tokens,
        )
        for channel in channels.values():
            opened.push_async_callback(channel.aclose)
        self._epochs = await self._ledger.write(lanes.take, list(self._accounts), f"pid {os.getpid()}")
        _log.info("accounts_owned", extra={"epochs": dict(self._epochs)})
        served = [lane for lane in known if lane.id in channels]
        waits = {lane.id: int(self._accounts[lane.account].unknown_wait * 1000) for lane in served}
        await self._recover(waits)

        self._recorder = Recorder(self._ledger, self._clock, waits, self._queued, self._metrics)
        self._clockwork = Clockwork(self._ledger, self._clock)
        epochs = {lane.account_id: self._epochs[lane.account] for lane in served}
        self._mover = Mover(
            ledger=self._ledger,
            clock=self._clock,
            owned=lambda: epochs,
            moved=self._queued,
            metrics=self._metrics,
        )
        self._inquirers = self._inquire(known, channels)
        for lane in served:
            self._callbacks[lane.account] = (lane.account_id, channels[lane.id])
            self._lanes[lane.id] = self._runner(lane, channels[lane.id])
        self._recording = asyncio.create_task(self._recorder.run())
        parts = [
            *(lane.run() for lane in self._lanes.values()),
            *(inquirer.run() for inquirer in self._inquirers),
            self._mover.run(),
            self._clockwork.run(),
            self._spread(),
        ]
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
            parked_until=UNTIL_OPENED if self._guarded else lane.parked_until,
            breaker=Kept(lane.breaker == "closed", lane.breaker_since, lane.breaker_openings),
            ledger=self._ledger,
            recorder=self._recorder,
            addresses=self._addresses,
            sign_tokens=self._sign_tokens,
            clock=self._clock,
            metrics=self._metrics.of_lane(lane.account, lane.id),
        )

    def _inquire(self, known: Sequence[lanes.Lane], channels: Mapping[int, Channel]) -> list[Inquirer]:
        """One for each account; and one for the lanes that left the settings, whose provider cannot be
        asked any more."""
        found = []
        by_account: dict[str | None, list[lanes.Lane]] = defaultdict(list)
        for lane in known:
            by_account[lane.account if lane.id in channels else None].append(lane)
        for name, own in by_account.items():
            account = AccountSettings() if name is None else self._accounts[name]
            terms = Terms(
                account_id=own[0].account_id,
                lanes=[lane.id for lane in own],
                channels={lane.id: channels[lane.id] for lane in own if lane.id in channels},
                unknown_wait=int(account.unknown_wait * 1000),
                receipt_wait=int(account.receipt_wait * 1000),
                per_second=account.questions_per_second,
            )
            found.append(
                Inquirer(
                    terms,
                    ledger=self._ledger,
                    recorder=self._recorder,
                    addresses=self._addresses,
                    sign_tokens=self._sign_tokens,
                    clock=self._clock,
                    requeued=self._queued,
                )
            )
        return found

    async def _recover(self, waits: Mapping[int, int]) -> None:
        """What an earlier owner sent and never recorded an answer for may have arrived: it is unknown."""
        interrupted = Unknown(Reason.INTERRUPTED)
        recovered = 0
        for account, epoch in self._epochs.items():
            while left := await self._ledger.read(attempts.unanswered, account, epoch, _SLICE):
                answers = [
                    Answer(each.delivery_id, each.number, each.lane_id, 0, interrupted) for each in left
                ]
                await self._ledger.write_beside(record, answers, waits, self._clock())
                recovered += len(answers)
        if recovered:
            _log.warning("attempts_recovered_as_unknown", extra={"attempts": recovered})

    async def _spread(self) -> None:
        """Pass a wake on to the lanes that have something queued; look unasked where others write too."""
        while True:
            await woken(self._news, LOOK_SECONDS if self._ledger.shared else None)
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
            for inquirer in self._inquirers:
                inquirer.wake()
            self._mover.wake()
            self._clockwork.wake()
