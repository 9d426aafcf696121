"""The delivery engine of one process: it works the accounts that it owns, and takes receipts for all."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from secrets import token_hex

from sqlalchemy import Connection

from channels import http
from channels.contract import Callback, CallbackRequest, Channel, Forged, Progress, Reply
from gateway.bus.bus import Bus
from gateway.bus.words import LOOK_SECONDS, Word
from gateway.delivery import accounts
from gateway.delivery.account import AccountWork, standing
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.clockwork import Clockwork
from gateway.delivery.inquiries import Inquirer, Terms
from gateway.delivery.lease import Lease
from gateway.delivery.ownership import Ownership
from gateway.delivery.pulse import Pulse
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Told
from gateway.delivery.routes import Mover
from gateway.errors import InputError
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger, system_clock
from gateway.ledger.delivery import completion, lanes
from gateway.ledger.delivery.lanes import Lane
from gateway.ledger.exchange import progress
from gateway.metrics import Metrics
from gateway.settings import Account, AccountSettings, Settings
from gateway.sign_tokens import SignTokens
from gateway.waking import woken

Hear = Callable[[Connection, int, Reply, int], None]  # the account's id, and now (ms since 1970 UTC)

_log = logging.getLogger(__name__)

_LEASE = 30.0  # seconds, where none is set
_SPARE = 1.0  # seconds of a lease beyond two requests
_LOOK = 0.1  # seconds between looks at a broadcast that someone waits for
_OTHER_ALERT = Callback(
    (),
    422,
    json.dumps(
        {
            "error": {
                "message": "data.identifier 不是这个回报地址所属的预警",
                "message_en": "data.identifier is not of the alert that this address came with",
            }
        },
        ensure_ascii=False,
    ).encode(),
    "application/json",
)


class Engine:
    """Sends what the ledger's queue holds. Alone on a ledger of its own it works every account of its
    settings (one engine at a time for a data folder: its lock is the caller's); on a shared one it takes
    its share of them, see `gateway.delivery.ownership`.

    `public_url` is the origin under which providers reach `/callbacks/…`; `secret` is the ledger's own,
    and stays the same from start to start, or receipts of earlier messages are refused. `sign_tokens`
    fill the slot of a sign link as a message leaves. `hear` takes each reply into the ledger (None: replies
    are not read). `bus`: how other machines hear of it (None: there are none). A `guest` leaves a shared
    ledger's accounts to the workers that are there.
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
        guest: bool = False,
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
        self._pulse = Pulse()
        self._guest = guest
        self._channels: dict[str, dict[int, Channel]] = {}  # by account and lane
        self._callbacks: dict[str, tuple[int, Channel]] = {}  # by account: its id and one of its channels
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._following = asyncio.Lock()
        self._stopping = False
        self._bus = bus or Bus()
        self._bus.hear(self.wake, Word.LAUNCHED, Word.QUEUED, Word.TIMER, Word.ACCOUNTS)

    async def start(self) -> None:
        """Begin to work accounts and to take callbacks. What an account's earlier owner left unanswered
        is unknown from then on.

        Raises `InputError` for accounts that cannot be used, and for a lease that is too short for them.
        """
        async with AsyncExitStack() as opened:  # closed again where starting fails
            await self._start(opened)
            self._stack = opened.pop_all()

    async def finish(self) -> None:
        """Claim nothing more and let what is in flight get its answer, recorded; each account is given back
        as soon as it has. Receipts are still taken.

        Bounded by the longest timeout of the accounts, while the ledger can be written.
        """
        self._stopping = True
        self._news.set()
        self._leftover.stop()
        self._mover.stop()
        self._clockwork.stop()
        await asyncio.gather(self._ownership.finish(), *self._tasks)

    async def stop(self) -> None:
        """`finish`, and record all receipts."""
        await self.finish()
        self._recorder.stop()
        await self._recording
        await self._stack.aclose()

    def wake(self) -> None:
        """There may be something new to send, or a timer."""
        self._news.set()

    async def park(self, lane_id: int, by: str, reason: str, caller: str = "(local)") -> None:
        """Let a lane rest until a person opens it, over restarts. Raises `InputError` (LANE_UNKNOWN)."""
        await self._ledger.write(lanes.park_by_hand, lane_id, by, reason, self._clock(), caller)
        await self._follow()
        self._said(Word.ACCOUNTS, Word.CHANGED)

    async def open(self, lane_id: int, by: str, caller: str = "(local)") -> None:
        """End a lane's rest, whoever parked it. Raises `InputError` (LANE_UNKNOWN)."""
        await self._recorder.settled()  # or a rest that it just took would be written over it
        await self._ledger.write(lanes.open_by_hand, lane_id, by, self._clock(), caller)
        await self._follow()
        for work in self._ownership.works:
            work.open(lane_id)
        self._said(Word.ACCOUNTS, Word.CHANGED)

    async def resume(self, by: str, caller: str = "(local)") -> None:
        """Let a restored ledger send: a person has seen what is queued in it."""
        await self._ledger.write(incarnation.resume, by, self._clock(), caller)
        await self._follow()
        self._said(Word.ACCOUNTS, Word.CHANGED)

    async def callback(self, account: str, request: CallbackRequest) -> Callback:
        """Take a provider's callback; returns what to answer once all that it tells is durable.

        Raises `Forged` for an account that is not here, a wrong signature, and an address that we did
        not make: nothing has changed then. Raises `RecorderStopped` after `stop`.
        """
        if account not in self._callbacks:
            raise Forged
        account_id, channel = self._callbacks[account]
        taken = channel.callback(request)
        attempt = self._addresses.attempt_of(account, request.target)
        named = bool(taken.progress) or any(each.reference.message_id is not None for each in taken.receipts)
        if attempt is None and named:
            raise Forged
        if attempt is not None and (refused := await self._noted(attempt, taken.progress)) is not None:
            return refused
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
            if taken.replies:
                self._said(Word.QUEUED)  # one that counts for nobody is answered
        return taken

    async def _noted(self, attempt: tuple[int, int], reports: Sequence[Progress]) -> Callback | None:
        """Store what a receiver reports of an attempt; gives the answer to what is not stored: it names
        another alert, or there are too many. Raises `Forged` where the attempt was not its own."""
        for report in reports:
            noted = await self._ledger.write_beside(progress.take, attempt, report, self._clock())
            if noted == "not_theirs":
                raise Forged
            if noted == "other_alert":
                return _OTHER_ALERT
            if noted == "too_many":
                return Callback((), status=429)
            self._said(Word.CHANGED)
        return None

    async def idle(self, broadcast_id: int | None = None) -> None:
        """Return when a broadcast (None: every one) is complete; see `completion.complete`."""
        while True:  # time alone completes one too, so no event would tell
            if await self._ledger.read(completion.complete, broadcast_id, self._clock()):
                return
            await asyncio.sleep(_LOOK)

    def _queued(self) -> None:
        self._bus.say(Word.QUEUED)

    def _said(self, *words: Word) -> None:
        for word in words:
            self._bus.say(word)

    async def _start(self, opened: AsyncExitStack) -> None:
        lease = _lease(self._lease, self._accounts.values())
        await self._ledger.write(accounts.sync, self._accounts, self._clock(), self._routes)
        known = await self._ledger.read(lanes.all_lanes)
        if await self._ledger.read(incarnation.guard) is not None:
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
        served = [lane for lane in known if lane.id in channels]
        for lane in served:
            self._channels.setdefault(lane.account, {})[lane.id] = channels[lane.id]
            self._callbacks[lane.account] = (lane.account_id, channels[lane.id])
        waits = {lane.id: int(self._accounts[lane.account].unknown_wait * 1000) for lane in served}
        self._recorder = Recorder(self._ledger, self._clock, waits, self._queued, self._metrics)
        self._clockwork = Clockwork(self._ledger, self._clock)
        self._leftover = self._ask_for([lane for lane in known if lane.id not in channels])
        self._ownership = Ownership(
            self._ledger,
            self._clock,
            worker=f"{socket.gethostname()}:{os.getpid()}:{token_hex(2)}",  # containers may share both
            guest=self._guest,
            accounts=sorted(self._channels),
            lease=int(lease * 1000),
            make=self._work,
            freed=partial(self._said, Word.ACCOUNTS),
        )
        self._mover = Mover(
            ledger=self._ledger,
            clock=self._clock,
            owned=lambda: {work.id: work.epoch for work in self._ownership.works},
            moved=self._queued,
            metrics=self._metrics,
        )
        self._bus.hear(self._ownership.wake, Word.ACCOUNTS)
        self._recording = asyncio.create_task(self._recorder.run())
        self._pulse.start()
        opened.callback(self._pulse.stop)
        await self._ownership.start()
        parts = [self._leftover.run(), self._mover.run(), self._clockwork.run(), self._spread()]
        self._tasks = [asyncio.create_task(part) for part in parts]
        self.wake()

    def _work(self, name: str, epoch: int, lease: Lease, earlier: AccountWork | None) -> AccountWork:
        self._news.set()
        return AccountWork(
            name,
            self._accounts[name],
            account_id=self._callbacks[name][0],
            epoch=epoch,
            lease=lease,
            channels=self._channels[name],
            earlier=earlier,
            ledger=self._ledger,
            recorder=self._recorder,
            addresses=self._addresses,
            sign_tokens=self._sign_tokens,
            clock=self._clock,
            pulse=self._pulse,
            metrics=self._metrics,
            requeued=self._queued,
        )

    def _ask_for(self, left: Sequence[Lane]) -> Inquirer:
        """For lanes that left the settings: their provider cannot be asked any more, rules decide."""
        usual = AccountSettings()
        terms = Terms(
            lanes=[lane.id for lane in left],
            channels={},
            account="",
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
            metrics=self._metrics,
            requeued=self._queued,
        )

    async def _follow(self) -> None:
        """Take over what was parked, opened or resumed, here or on another machine."""
        async with self._following:  # what is read later is newer
            known, guarded = await self._ledger.read(standing)
            for work in self._ownership.works:
                work.follow(known, guarded=guarded)

    async def _spread(self) -> None:
        """Pass a wake on to the lanes that have something queued; look unasked where others write too."""
        while True:
            await woken(self._news, LOOK_SECONDS if self._ledger.shared else None)
            if self._stopping:
                return
            self._news.clear()
            try:
                if self._ledger.shared:
                    await self._follow()
                with_work: Collection[int] = await self._ledger.read(lanes.with_work)
            except Exception:  # whoever finds nothing asks again
                with_work = [lane_id for served in self._channels.values() for lane_id in served]
            for work in self._ownership.works:
                work.wake(with_work)
            self._leftover.wake()
            self._mover.wake()
            self._clockwork.wake()


def _lease(wanted: float | None, accounts: Iterable[Account]) -> float:
    """Seconds. A request must fit into what is left of a lease that is renewed three times in its length."""
    least = 2 * max((account.timeout for account in accounts), default=0.0) + _SPARE
    if wanted is None:
        return max(_LEASE, least)
    if wanted < least:
        raise InputError(
            "LEASE_SHORT",
            f"lease 为 {wanted:g} 秒，须不短于账号最长 timeout 的两倍加 {_SPARE:g} 秒（{least:g} 秒）",
            f"lease is {wanted:g} s; it must be at least twice the accounts' longest timeout and {_SPARE:g} s"
            f" ({least:g} s)",
            field="lease",
        )
    return wanted
