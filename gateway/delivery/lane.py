"""One lane at work: it claims what can leave at once, and as many requests run as it may have in flight."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy.exc import OperationalError

from channels import leaving
from channels.contract import Channel, Deferred, Message, Outcome, Reason, Rejected, Scope, Unknown
from gateway.delivery.breaker import Breaker, Kept, Rest
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.lease import Lease
from gateway.delivery.message_text import worded
from gateway.delivery.pacing import Pace
from gateway.delivery.pulse import Pulse
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Answer, Closed, Park
from gateway.ledger.database import Clock, Ledger, system_clock
from gateway.ledger.delivery import attempts, queue
from gateway.ledger.delivery.message_words import Words
from gateway.ledger.delivery.queue import Claim, Claimed
from gateway.logs import Ration
from gateway.metrics import LaneMetrics
from gateway.moments import moment
from gateway.sign_tokens import SignTokens
from gateway.waking import woken

_log = logging.getLogger(__name__)

_SECOND = 1000  # ms
_GATHER = 0.01  # seconds that a claim waits for more free slots: a claim costs as much as ten messages
_FEW = 4  # a claim follows at once when only one in four of what may be in flight is left of it
_WORDS_KEPT = 64  # notices a lane remembers
_UNREACHABLE = 1.0  # seconds until a ledger that cannot be written is asked again
_LEAST_REST = 0.05  # seconds after an empty claim, though something is due: another owner may have come
_LONGEST_REST = 5.0  # seconds until what is queued for later is looked at again: the clock may be set
_LEASE_LOOK = 0.1  # seconds between looks at a lease that is too short
_HELD = Deferred(Reason.PROVIDER_BUSY)
_PARTS = 1000  # more than a notice has: (notice, part) as one number
_EVERYBODY = 1 << 40  # above it stand the texts that only one organisation reads


@dataclass(frozen=True, slots=True)
class LaneTerms:
    """What a lane works with: its rows' ids, its owner's epoch and lease, channel, pace and concurrency."""

    id: int
    name: str
    account: str
    account_id: int
    epoch: int
    lease: Lease
    channel: Channel
    pace: Pace
    in_flight: int


class LaneRunner:
    """Sends what is queued on one lane; `run` until `stop`."""

    def __init__(
        self,
        terms: LaneTerms,
        *,
        paid_until: float,
        parked_until: int | None,
        breaker: Kept,
        ledger: Ledger,
        recorder: Recorder,
        addresses: CallbackAddresses,
        sign_tokens: SignTokens,
        clock: Clock,
        pulse: Pulse,
        metrics: LaneMetrics,
    ) -> None:
        self.terms = terms
        self._paid_until = paid_until
        self._parked_until = parked_until or 0
        self._ledger = ledger
        self._recorder = recorder
        self._addresses = addresses
        self._sign_tokens = sign_tokens
        self._clock = clock
        self._pulse = pulse
        self._metrics = metrics
        self._ration = Ration()
        self._breaker = self._breaker_of(breaker, self._parked_until)
        self._words: dict[int, Words] = {}
        self._requests: asyncio.Queue[Sequence[tuple[Claimed, Message]] | None] = asyncio.Queue()
        self._busy = 0
        self._unconfirmed = False  # a claim failed, and may have been committed all the same
        self._freed = asyncio.Event()
        self._news = asyncio.Event()
        self._stopping = False
        self._faulty = False
        self._turned = asyncio.Event()  # stopping, or the rest has another end

    def wake(self) -> None:
        """Something may be queued."""
        self._news.set()

    def stop(self) -> None:
        """Claim nothing more; `run` ends when what is in flight has its answer."""
        self._stopping = True
        self._turned.set()
        self._news.set()
        self._freed.set()

    def rest_until(self, moment: int) -> None:
        """Rest until then (ms since 1970 UTC; past: not at all); what is in flight gets its answer."""
        self._parked_until = moment
        self._breaker.rested(max(moment, self._clock()))
        self._turned.set()
        self._news.set()

    def open(self) -> None:
        """A person vouches for it: end its rest and its trial; one message goes ahead of the others."""
        now = self._clock()
        self._breaker = self._breaker_of(Kept(since=now), now)
        self.rest_until(now)

    def _breaker_of(self, kept: Kept, resting_until: int) -> Breaker:
        harmless = self.terms.channel.profile.idempotent
        return Breaker(kept, resting_until=resting_until, harmless=harmless)

    async def run(self) -> None:
        """Claim and send until `stop`. A fault in any part of it ends all of it, and is raised when what was
        claimed has its answer."""
        workers = [asyncio.create_task(self._work()) for _ in range(self.terms.in_flight)]
        for worker in workers:
            worker.add_done_callback(self._ended)
        try:
            while not self._stopping:
                self._close_breaker()
                room = await self._room()
                if room and not self._stopping:
                    await self._claim(room)
        finally:
            for _ in workers:
                self._requests.put_nowait(None)
            await asyncio.wait(workers)
        for worker in workers:
            worker.result()

    def _ended(self, _worker: asyncio.Task[None]) -> None:
        """None ends before it is told to, but by a fault."""
        self._faulty |= not self._stopping
        self.stop()

    async def _room(self) -> int:
        """How many may leave now; 0 after waiting for a while, because things may have changed since."""
        if self._recorder.behind:
            await self._recorder.kept_up()
            return 0
        self._turned.clear()
        now = self._clock()
        self._paid_until = self._pace.owed(self._paid_until, now)
        rest = max(self._parked_until, self._pace.next_at(self._paid_until)) - now
        if rest > 0:
            await woken(self._turned, rest / 1000)
            return 0
        if not self._leased(now):
            await woken(self._turned, _LEASE_LOOK)
            return 0
        limit = self._limit
        if self._busy > limit // _FEW:
            self._freed.clear()
            gathering = self._busy < limit
            if await woken(self._freed, _GATHER if gathering else None) or not gathering:
                return 0
        return min(limit - self._busy, self._pace.allowance(self._paid_until, now))

    def _leased(self, now: int) -> bool:
        """Whether the account is still ours when a request that begins now has its answer."""
        return self.terms.lease.outlives(now + int(self.terms.channel.profile.timeout * 1000))

    @property
    def _pace(self) -> Pace:
        return self.terms.pace

    @property
    def _limit(self) -> int:
        return 1 if self._breaker.careful else self.terms.in_flight

    async def _claim(self, room: int) -> None:
        self._news.clear()
        if len(self._words) > _WORDS_KEPT:
            self._words.clear()
        now = self._clock()
        try:
            if self._unconfirmed:
                await self._hand_back()
            claim = await self._ledger.write_beside(
                queue.claim,
                lane_id=self.terms.id,
                account_id=self.terms.account_id,
                epoch=self.terms.epoch,
                now=now,
                limit=room,
                paid_from=max(self._paid_until, now),
                interval=self._pace.interval,
                known=self._words,
            )
            if claim.messages:
                self._dispatch(claim, now)
            elif not claim.closed:
                moments = (await self._ledger.read(queue.next_due, self.terms.id), self._breaker.closes_at)
                soonest = min((each for each in moments if each is not None), default=None)
                rest = None
                if soonest is not None:
                    rest = min(max((soonest - self._clock()) / 1000, _LEAST_REST), _LONGEST_REST)
                await woken(self._news, rest)
        except Exception as error:  # nothing of it left; a lane never gives up for good
            self._unconfirmed |= isinstance(error, OperationalError)
            if self._ration.left_out("claim") is not None:
                _log.error("claim_failed", extra={"lane": self.terms.id, "error": type(error).__name__})
            await woken(self._turned, _UNREACHABLE)

    async def _hand_back(self) -> None:
        """Queue again what a claim took whose commit nobody confirmed: of this lane and epoch, all that is
        neither in flight nor answered. Nothing of it left."""
        while self._busy:
            if self._faulty:
                return  # one more is neither: whether it left will never be known here
            self._freed.clear()
            await self._freed.wait()
        await self._recorder.tell(())  # every answer until now is written
        left = await self._ledger.read(attempts.under_way, self.terms.id, self.terms.epoch)
        self._recorder.put(
            [
                Answer(each.delivery_id, each.number, self.terms.id, self.terms.account_id, _HELD)
                for each in left
            ]
        )
        self._unconfirmed = False
        if left:
            _log.warning("claim_handed_back", extra={"lane": self.terms.id, "deliveries": len(left)})

    def _dispatch(self, claim: Claim, now: int) -> None:
        self._words.update(claim.words)
        self._paid_until = self._pace.spent(self._paid_until, now, len(claim.messages))
        # adapters read this machine's clock, and the ledger's may be another
        ahead = round((system_clock() - self._clock()) / _SECOND) * _SECOND
        ready = [
            (each, self._message(each, claim.own.get(each.delivery_id), ahead)) for each in claim.messages
        ]
        self._busy += len(ready)
        batch = self.terms.channel.profile.batch
        for _, same in groupby(ready, key=lambda each: each[1].content_id):
            alike = list(same)
            for start in range(0, len(alike), batch):
                self._requests.put_nowait(alike[start : start + batch])

    async def _work(self) -> None:
        """One request after the other; a request is never cancelled."""
        terms = self.terms
        kept_back = False

        def ours() -> bool:
            """Asked with a connection at hand: this process may have stood still while it was made."""
            nonlocal kept_back
            kept_back = not terms.lease.outlives(self._clock())
            return not kept_back

        leaving.guard(ours)
        while (request := await self._requests.get()) is not None:
            asked_at, began, lost = self._clock(), time.monotonic(), self._pulse.lost
            # since it was claimed: parked, or soon another's, while its bytes might still be on their way
            held = self._parked_until > asked_at or not self._leased(asked_at)
            kept_back = False
            outcomes = [] if held else await self._send([each for _, each in request])
            held = held or kept_back
            if held:
                outcomes = [_HELD] * len(request)
            self._recorder.put(
                [
                    Answer(each.delivery_id, each.attempt, terms.id, terms.account_id, outcome)
                    for (each, _), outcome in zip(request, outcomes, strict=True)
                ]
            )
            heard = self._listened(began, lost)
            for outcome in () if held else outcomes:
                if heard or not _of_silence(outcome):
                    self._learn(outcome, asked_at)
            self._busy -= len(request)
            limit = self._limit
            if self._busy <= limit // _FEW or self._busy + len(request) >= limit:
                self._freed.set()

    def _listened(self, began: float, lost: float) -> bool:
        """Whether a request had half of its time for its answer: a process that was stopped meanwhile, with
        its machine or by itself, learns nothing of the provider from not having heard it."""
        lost = self._pulse.lost - lost
        return lost == 0 or time.monotonic() - began - lost > self.terms.channel.profile.timeout / 2

    def _message(self, claimed: Claimed, own: str | None, ahead: int) -> Message:
        words = self._words[claimed.notice_id]
        text, html, alone = worded(claimed, words, own, self._sign_tokens)
        content_id = claimed.notice_id * _PARTS + claimed.part
        if alone:
            content_id += claimed.organisation_id * _EVERYBODY
        message_id = self._addresses.message_id(claimed.delivery_id)
        callback_url = None
        if self.terms.channel.profile.receipts == "push":
            callback_url = self._addresses.of(self.terms.account, message_id, claimed.attempt)
        return Message(
            id=message_id,
            attempt=claimed.attempt,
            address=claimed.address,
            content_id=content_id,
            title=words.title,
            text=text,
            html=html,
            valid_until=_moment(claimed.valid_until + ahead),
            callback_url=callback_url,
        )

    async def _send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        started = time.perf_counter()
        try:
            outcomes = await self.terms.channel.send(messages)
        except Exception as error:  # an adapter must not raise; if it does, nobody knows what left
            _log.error("channel_raised", extra={"lane": self.terms.id, "error": type(error).__name__})
            outcomes = ()
        if len(outcomes) != len(messages):
            outcomes = [Unknown(Reason.UNREADABLE_ANSWER)] * len(messages)
        self._metrics.answered(outcomes, time.perf_counter() - started)
        return outcomes

    def _learn(self, outcome: Outcome, asked_at: int) -> None:
        """What an outcome says about the lane itself."""
        now = self._clock()
        if isinstance(outcome, Deferred | Rejected) and (
            outcome.reason.scope is Scope.LANE
            or (isinstance(outcome, Deferred) and outcome.reason.scope is Scope.UNCLEAR)
        ):
            retry_after = outcome.retry_after if isinstance(outcome, Deferred) else None
            rest: Rest | None = self._breaker.failed(outcome.reason, retry_after, now)
        else:
            rest = self._breaker.answered(asked_at, now, unknown=isinstance(outcome, Unknown))
        if rest is not None:
            self._park(rest, now)

    def _park(self, rest: Rest, now: int) -> None:
        if rest.until <= self._parked_until:
            return
        self._parked_until = rest.until
        self._recorder.put([Park(self.terms.id, *rest)])
        _log.warning(
            "lane_parked",
            extra={
                "lane": self.terms.id,
                "account": self.terms.account,
                "reason": str(rest.reason),
                "seconds": (rest.until - now) // 1000,
            },
        )

    def _close_breaker(self) -> None:
        """Trust the lane again where it has been on trial for long enough."""
        now, closes_at = self._clock(), self._breaker.closes_at
        if closes_at is not None and closes_at <= now:
            self._breaker.close(now)
            self._recorder.put([Closed(self.terms.id)])
            _log.info("lane_open_again", extra={"lane": self.terms.id, "account": self.terms.account})


def _of_silence(outcome: Outcome) -> bool:
    return isinstance(outcome, Unknown) or (
        isinstance(outcome, Deferred) and outcome.reason is Reason.CONNECTION
    )


@lru_cache(maxsize=64)
def _moment(milliseconds: int) -> datetime:
    return moment(milliseconds)
