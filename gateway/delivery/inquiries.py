"""Asks a provider what became of messages: of those that may have arrived, then of those it is silent about.

What nobody answers for is decided by rule (`recording.settle`, `silence.give_up`). Questions are few and
slow beside what is sent, wait for nobody else's, and start again from the rows after a restart.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from channels.contract import Channel, Receipt, Reference
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.message_text import worded
from gateway.delivery.recorder import Recorder
from gateway.delivery.recording import Told, settle
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import message_words, receipts, silence, unclear
from gateway.ledger.delivery.silence import Silent
from gateway.ledger.delivery.spans import Span
from gateway.ledger.delivery.unclear import Unclear
from gateway.logs import Ration
from gateway.metrics import Metrics
from gateway.moments import moment
from gateway.sign_tokens import SignTokens
from gateway.waking import woken

_log = logging.getLogger(__name__)

_SETTLED_AT_ONCE = 1000  # deliveries a transaction
_ASKED_AT_ONCE = 8  # questions under way to one provider
_SPAN = 20_000  # ids a look for silent messages: some ten milliseconds
_PATIENCE = 30_000  # ms that an unknown waits for its question; then it is settled without
_LONGEST_REST = 300.0  # seconds; news wake us anyway
_UNREACHABLE = 1.0  # seconds until a ledger that cannot be used is asked again


@dataclass(frozen=True, slots=True)
class Terms:
    """One provider account's lanes, and how it is asked.

    `channels` by lane; a lane without one is settled by rule alone. `unknown_wait` and `receipt_wait` are
    ms that an unknown, and one that was taken, wait for a receipt; `per_second` bounds the questions.
    """

    account: str
    account_id: int
    lanes: Collection[int]
    channels: Mapping[int, Channel]
    unknown_wait: int
    receipt_wait: int
    per_second: float


class Inquirer:
    """Settles one account's unknowns and looks after its silent messages; `run` until `stop`.

    `requeued` is called when something was queued again. Only the account's owner runs one.
    """

    def __init__(
        self,
        terms: Terms,
        *,
        ledger: Ledger,
        recorder: Recorder,
        addresses: CallbackAddresses,
        sign_tokens: SignTokens,
        clock: Clock,
        metrics: Metrics,
        requeued: Callable[[], None],
    ) -> None:
        self._terms = terms
        self._ledger = ledger
        self._recorder = recorder
        self._addresses = addresses
        self._sign_tokens = sign_tokens
        self._clock = clock
        self._metrics = metrics
        self._requeued = requeued
        self._ration = Ration()
        self._news = asyncio.Event()
        self._stopped = asyncio.Event()
        self._askable = {lane: each for lane, each in terms.channels.items() if each.profile.polls}
        self._spans: list[Span] = []  # still to be looked through in this round
        self._waited: list[int] | None = None  # the broadcasts of the round before
        self._next_round = 0
        self._running_since = 0

    def wake(self) -> None:
        """An unknown may have been recorded."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end after the question at hand."""
        self._stopped.set()
        self._news.set()

    async def run(self) -> None:
        """Settle what is due; look for the silent meanwhile, span by span."""
        self._running_since = self._clock()
        while not self._stopped.is_set():
            self._news.clear()
            try:
                busy = await self._settle() or await self._look()
                rest = 0.0 if busy else await self._rest()
            except Exception as error:  # the rows are still there
                if self._ration.left_out("inquiries") is not None:
                    _log.error("inquiries_failed", extra={"error": type(error).__name__})
                rest = _UNREACHABLE
            if rest > 0:
                await woken(self._news, rest)

    async def _rest(self) -> float:
        next_due = await self._ledger.read(unclear.next_due, self._terms.lanes)
        soonest = self._next_round if next_due is None else min(next_due, self._next_round)
        return min(max((soonest - self._clock()) / 1000, 0.01), _LONGEST_REST)

    async def _settle(self) -> bool:
        """Ask about some unknowns whose time has come, then decide on them."""
        now = self._clock()
        due = await self._ledger.read(unclear.due, self._terms.lanes, now, _SETTLED_AT_ONCE)
        if not due:
            return False
        impatient = now - max(_PATIENCE, self._terms.unknown_wait)
        unasked = [
            each.delivery_id
            for each in due
            if not self._askable or max(each.since, self._running_since) <= impatient
        ]
        # who has waited so long waits for no question
        chosen = unasked or [each.delivery_id for each in due[:_ASKED_AT_ONCE]]
        if not unasked:
            await self._ask(await self._questions(chosen))
        if await self._ledger.write_beside(settle, chosen, self._clock()):
            self._requeued()
        _log.info("unknowns_settled", extra={"deliveries": len(chosen), "asked": not unasked})
        return True

    async def _look(self) -> bool:
        """Look through one span for messages whose receipt does not come; False while none is due."""
        now = self._clock()
        if not self._spans:
            if now < self._next_round:
                return False
            self._next_round = now + max(50, self._terms.receipt_wait // 4)
            found = await self._ledger.read(silence.waiting, self._terms.lanes, now, self._waited)
            self._waited = [each.broadcast_id for each in found]
            self._spans = [part for each in found for part in _parts(each)]
            if not self._spans:
                return False
        span = self._spans.pop(0)
        unheard = await self._ledger.read(silence.overdue, span, self._terms.lanes, now)
        if unheard:
            number = await self._ledger.write_beside(silence.give_up, span, self._terms.lanes, now)
            _log.info("receipts_given_up", extra={"broadcast": span.broadcast_id, "deliveries": number})
        if self._askable:
            before = now - self._terms.receipt_wait
            found_silent = await self._ledger.read(silence.silent, span, self._askable, before, now)
            await self._ask_about([each for each in found_silent if self._is_due(each, now)])
        return True

    def _is_due(self, silent: Silent, now: int) -> bool:
        """The rests double: after one wait, after two more, after four more."""
        rests: int = 2 ** (silent.asks + 1) - 1
        return now >= silent.started_at + self._terms.receipt_wait * rests

    async def _ask_about(self, silent: Sequence[Silent]) -> None:
        for start in range(0, len(silent), _ASKED_AT_ONCE):
            if self._stopped.is_set():
                return
            some = silent[start : start + _ASKED_AT_ONCE]
            questions: dict[tuple[int, int], list[Reference]] = {}
            for each in some:
                name = self._addresses.message_id(each.delivery_id)
                reference = Reference(each.provider_id, name, each.number)
                questions[each.lane_id, each.delivery_id] = [reference]
            await self._ask(questions)
            await self._ledger.write_beside(silence.asked, some)
            while await self._settle():  # whoever may not have been reached goes first
                pass

    async def _questions(self, delivery_ids: Sequence[int]) -> dict[tuple[int, int], list[Reference]]:
        return await self._ledger.read(self._read_questions, delivery_ids)

    def _read_questions(
        self, connection: Connection, delivery_ids: Sequence[int]
    ) -> dict[tuple[int, int], list[Reference]]:
        """What to ask about each delivery, its attempts on a lane together."""
        found = [
            each for each in unclear.attempts_of(connection, delivery_ids) if each.lane_id in self._askable
        ]
        words = message_words.words_of(connection, {each.notice_id for each in found})
        own = message_words.own_of(
            connection,
            [
                (each.delivery_id, each.notice_id, each.organisation_id)
                for each in found
                if words[each.notice_id].personal
            ],
        )
        questions: dict[tuple[int, int], list[Reference]] = defaultdict(list)
        for each in found:
            text, *_ = worded(each, words[each.notice_id], own.get(each.delivery_id), self._sign_tokens)
            questions[each.lane_id, each.delivery_id].append(self._reference(each, text))
        return questions

    def _reference(self, attempt: Unclear, text: str) -> Reference:
        return Reference(
            attempt.provider_id,
            self._addresses.message_id(attempt.delivery_id),
            attempt.number,
            attempt.address,
            text,
            moment(attempt.started_at),
        )

    async def _ask(self, questions: Mapping[tuple[int, int], Sequence[Reference]]) -> None:
        """Ask all of these at the same time; what is found is durable on return. Keeps the pace."""
        if not questions:
            return
        loop = asyncio.get_running_loop()
        started = loop.time()
        answers = await asyncio.gather(*(self._answer(lane, asked) for (lane, _), asked in questions.items()))
        told = await self._ours([receipt for found in answers for receipt in found])
        if told:
            await self._recorder.tell(told)
        count = sum(map(len, questions.values()))
        await woken(self._stopped, max(0.0, started + count / self._terms.per_second - loop.time()))

    async def _answer(self, lane_id: int, asked: Sequence[Reference]) -> Sequence[Receipt]:
        found: Sequence[Receipt] = ()
        try:
            found = await self._askable[lane_id].poll(asked)
        except Exception as error:  # an adapter must not raise; we then know what we knew
            _log.error("poll_failed", extra={"lane": lane_id, "error": type(error).__name__})
        told = {(each.reference.message_id, each.reference.attempt) for each in found}
        answered = sum((each.message_id, each.attempt) in told for each in asked)
        self._metrics.asked(self._terms.account, answered, len(asked) - answered)
        return found

    async def _ours(self, found: Iterable[Receipt]) -> list[Told]:
        """Each receipt with its attempt; what is another attempt's message by its name is left out."""
        told = [
            Told(self._terms.account_id, receipt, (delivery_id, reference.attempt))
            for receipt in found
            for reference in [receipt.reference]
            if reference.message_id is not None and reference.attempt is not None
            for delivery_id in [self._addresses.delivery_id(reference.message_id)]
            if delivery_id is not None
        ]
        names = [each.receipt.reference.provider_id for each in told]
        known = await self._ledger.read(
            receipts.attempts_of, self._terms.account_id, [name for name in names if name is not None]
        )
        return [
            each
            for each, name in zip(told, names, strict=True)
            if known.get(name or "", each.attempt) == each.attempt
        ]


def _parts(span: Span) -> Iterable[Span]:
    for first in range(span.first, span.last + 1, _SPAN):
        yield span._replace(first=first, last=min(first + _SPAN - 1, span.last))
