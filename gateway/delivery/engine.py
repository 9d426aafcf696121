"""The delivery engine of one process: it works the accounts that it owns, and takes receipts for all."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack

from sqlalchemy import Connection

from channels import http
from channels.contract import Callback, CallbackRequest, Channel, Forged, Reply
from gateway.bus.bus import Bus
from gateway.bus.words import LOOK_SECONDS, Word
from gateway.delivery import accounts
from gateway.delivery.account import AccountWork
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.clockwork import Clockwork
from gateway.delivery.inquiries import Inquirer, Terms
from gateway.delivery.lane import LaneRunner
from gateway.delivery.lease import Lease
from gateway.delivery.ownership import Ownership
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Told
from gateway.delivery.routes import Mover
from gateway.errors import InputError
from gateway.ledger import deliveries, incarnation, lanes, ownership
from gateway.ledger.database import Clock, Ledger, system_clock
from gateway.ledger.lanes import UNTIL_OPENED, Lane
from gateway.metrics import Metrics
from gateway.settings import Account, AccountSettings, Settings
from gateway.sign_tokens import SignTokens
from gateway.waking import woken

Hear = Callable[[Connection, int, Reply, int], None]  # the account's id, and now (ms since 1970 UTC)

_log = logging.getLogger(__name__)

_LEASE = 30.0  # seconds, where none is set
_LOOK = 0.1  # seconds between looks at a broadcast that someone waits for


class Engine:
    """Sends what the ledger's queue holds. Alone on a ledger of its own it works every account of its
    settings (one engine at a time for a data folder: its lock is the caller's); on a shared one it takes
    its share of them, see `gateway.delivery.ownership`.

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
        self._lease = settings.lease
        self._routes = settings.routes
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._public_url = public_url
        self._addresses = CallbackAddresses(public_url, secret)
        self._sign_tokens = sign_tokens
        self._hear = hear
        self._stack = AsyncExitStack()
        self._works: dict[str, AccountWork] = {}  # what this process owns, by account
        self._ownership: Ownership | None = None
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._channels: dict[int, Channel] = {}
        self._callbacks: dict[str, tuple[int, Channel]] = {}  # by account: its id and one of its channels
        self._parked_by_hand: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._stopping = False
        self._guarded = False  # the ledger is a restored copy: every lane rests until `resume`
        self._bus = bus or Bus()
        self._bus.hear(self.wake, Word.LAUNCHED, Word.QUEUED, Word.TIMER, Word.ACCOUNTS)

    async def start(self) -> None:
        """Begin to work accounts and to take callbacks. What an account's earlier owner left unanswered
        is unknown from then on.

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
        if self._ownership is not None:
            self._ownership.stop()
            await self._owning
        self._leftover.stop()
        self._mover.stop()
        self._clockwork.stop()
        await asyncio.gather(*(work.finish() for work in self._works.values()), *self._tasks)

    async def stop(self) -> None:
        """`finish`, record all of it, give the accounts back."""
        await self.finish()
        self._recorder.stop()
        await self._recording
        epochs = {name: work.epoch for name, work in self._works.items()}
        await self._ledger.write_beside(ownership.release, epochs)
        if self._ownership is not None:
            await self._ledger.write_beside(ownership.leave, self._worker)
        self._bus.say(Word.ACCOUNTS)
        await self._stack.aclose()
        _log.info("accounts_released", extra={"accounts": sorted(epochs)})

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
        if not self._guarded:
            self._open(lane_id)
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

    def _runner(self, lane_id: int) -> LaneRunner | None:
        """None: the lane's account is another's, or left the settings."""
        return next((work.lanes[lane_id] for work in self._works.values() if lane_id in work.lanes), None)

    def _rest(self, lane_id: int, until: int) -> None:
        if (runner := self._runner(lane_id)) is not None:
            runner.rest_until(UNTIL_OPENED if self._guarded else until)

    def _open(self, lane_id: int) -> None:
        if (runner := self._runner(lane_id)) is not None:
            runner.open()

    async def _start(self, opened: AsyncExitStack) -> None:
        await self._ledger.write(accounts.sync, self._accounts, self._clock(), self._routes)
        known = await self._ledger.read(lanes.all_lanes)
        self._guarded = await self._ledger.read(incarnation.guard) is not None
        if self._guarded:
            _log.warning("ledger_guarded")  # a restored copy: nothing leaves until `airwarn resume`
        # a socket for every request that may be under way: a slow provider's must not keep others waiting
        sockets = sum(self._accounts[lane.account].in_flight for lane in known if lane.enabled)
        session = await opened.enter_async_context(http.open_session(max(sockets, 1)))
        channels = accounts.build_channels(
            self._accounts,
            known,
            public_url=self._public_url,
            session=session,
            tokens=self._bus.tokens,
        )
        for channel in channels.values():
            opened.push_async_callback(channel.aclose)
        self._channels = channels
        served = [lane for lane in known if lane.id in channels]
        self._parked_by_hand = {lane.id for lane in served if lane.parked_by is not None}
        waits = {lane.id: int(self._accounts[lane.account].unknown_wait * 1000) for lane in served}
        self._recorder = Recorder(self._ledger, self._clock, waits, self._queued, self._metrics)
        self._clockwork = Clockwork(self._ledger, self._clock)
        self._mover = Mover(
            ledger=self._ledger,
            clock=self._clock,
            owned=lambda: {work.id: work.epoch for work in self._works.values()},
            moved=self._queued,
            metrics=self._metrics,
        )
        self._leftover = self._ask_for([lane for lane in known if lane.id not in channels])
        for lane in served:
            self._callbacks[lane.account] = (lane.account_id, channels[lane.id])
        self._recording = asyncio.create_task(self._recorder.run())
        names = sorted({lane.account for lane in served})
        if self._ledger.shared:
            self._ownership = Ownership(
                self._ledger,
                self._clock,
                worker=self._worker,
                accounts=names,
                lease=int(_lease(self._lease, self._accounts.values()) * 1000),
                begin=self._begin,
                end=self._end,
            )
            self._bus.hear(self._ownership.wake, Word.ACCOUNTS)
            await self._ownership.look()
            self._owning = asyncio.create_task(self._ownership.run(), name="ownership")
        else:
            epochs = await self._ledger.write_beside(ownership.hold, names, f"pid {os.getpid()}")
            _log.info("accounts_owned", extra={"epochs": epochs})
            for name, epoch in epochs.items():
                await self._begin(name, epoch, ownership.HELD)
        parts = [self._leftover.run(), self._mover.run(), self._clockwork.run(), self._spread()]
        self._tasks = [asyncio.create_task(part) for part in parts]
        self.wake()

    async def _begin(self, name: str, epoch: int, until: int) -> AccountWork:
        known = await self._ledger.read(lanes.all_lanes)  # parked and paid as an earlier owner left it
        work = AccountWork(
            name,
            self._accounts[name],
            epoch=epoch,
            lease=Lease(until),
            lanes=[lane for lane in known if lane.account == name and lane.id in self._channels],
            channels=self._channels,
            guarded=self._guarded,
            ledger=self._ledger,
            recorder=self._recorder,
            addresses=self._addresses,
            sign_tokens=self._sign_tokens,
            clock=self._clock,
            metrics=self._metrics,
            requeued=self._queued,
        )
        self._works[name] = work
        await work.start()
        self._news.set()
        return work

    async def _end(self, work: AccountWork) -> None:
        await work.finish()
        await self._recorder.settled()
        if self._works.get(work.name) is work:  # not taken again meanwhile
            del self._works[work.name]

    def _ask_for(self, left: Sequence[Lane]) -> Inquirer:
        """For lanes that left the settings: their provider cannot be asked any more, rules decide."""
        usual = AccountSettings()
        terms = Terms(
            lanes=[lane.id for lane in left],
            channels={},
            account_id=0,
            unknown_wait=int(usual.unknown_wait * 1000),
            receipt_wait=int(usual.receipt_wait * 1000),
            per_second=usual.questions_per_second,
        )
        return Inquirer(
            terms,
            ledger=self._ledger,
            recorder=self._recorder,
            addresses=self._addresses,
            sign_tokens=self._sign_tokens,
            clock=self._clock,
            requeued=self._queued,
        )

    async def _follow(self) -> None:
        """Take over what was parked, opened or resumed on another machine."""
        if self._guarded and await self._ledger.read(incarnation.guard) is None:
            self._guarded = False
            for lane in await self._ledger.read(lanes.all_lanes):
                self._rest(lane.id, lane.parked_until or 0)
        for lane in await self._ledger.read(lanes.all_lanes):
            by_hand = lane.parked_by is not None
            if by_hand and lane.id not in self._parked_by_hand:
                self._rest(lane.id, UNTIL_OPENED)
            elif not by_hand and lane.id in self._parked_by_hand and not self._guarded:
                self._open(lane.id)
            (self._parked_by_hand.add if by_hand else self._parked_by_hand.discard)(lane.id)

    async def _spread(self) -> None:
        """Pass a wake on to the lanes that have something queued; look unasked where others write too."""
        while True:
            await woken(self._news, LOOK_SECONDS if self._ledger.shared else None)
            if self._stopping:
                return
            self._news.clear()
            at_work: dict[int, LaneRunner] = {}
            for work in self._works.values():
                at_work |= work.lanes
            try:
                if self._ledger.shared:
                    await self._follow()
                with_work: Sequence[int] = await self._ledger.read(lanes.with_work)
            except Exception:  # whoever finds nothing asks again
                with_work = list(at_work)
            for lane_id in with_work:
                if lane_id in at_work:
                    at_work[lane_id].wake()
            for work in self._works.values():
                work.inquirer.wake()
            self._leftover.wake()
            self._mover.wake()
            self._clockwork.wake()


def _lease(wanted: float | None, accounts: Iterable[Account]) -> float:
    """Seconds. A request must fit into what is left of a lease that is renewed three times in its length."""
    least = 2 * max((account.timeout for account in accounts), default=0.0)
    if wanted is None:
        return max(_LEASE, least)
    if wanted < least:
        raise InputError(
            "LEASE_SHORT",
            f"lease 为 {wanted:g} 秒，须不短于最长请求时限的两倍（{least:g} 秒）",
            f"lease is {wanted:g} s; it must be at least twice the longest timeout ({least:g} s)",
            field="lease",
        )
    return wanted
