"""Tells senders what becomes of their orders, at the address that they gave; never in anybody's way."""

import asyncio
import json
import logging
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from channels import http
from channels.webhook import signatures
from gateway.ledger import timers
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.exchange import order_answers
from gateway.ledger.exchange.order_answers import Answer
from gateway.moments import iso
from gateway.orders.senders import Senders
from gateway.rounds import Rounds

TIMEOUT = 10.0  # seconds of one request
DELAYS = (5, 15, 30, 60, 120, 300, 600)  # seconds until it is tried again; the last again and again
GIVE_UP_AFTER = 24 * 3_600_000  # ms: later nobody needs it
_AGAIN_IN = 60_000  # ms: so long one process has an answer to itself
_SLICE = 20
_LONGEST_SLEEP = 5.0  # seconds

_log = logging.getLogger(__name__)


class Answerer(Rounds):
    """Sends what is due."""

    def __init__(self, ledger: Ledger, clock: Clock, senders: Senders, space: str) -> None:
        """`space` tells this ledger's answers from another's, in letters and digits."""
        super().__init__("order_answers", ledger, clock, _LONGEST_SLEEP)
        self._senders = senders
        self._space = space
        self._session: aiohttp.ClientSession

    async def run(self) -> None:
        """Send what is due until cancelled."""
        async with http.open_session(connections=_SLICE) as self._session:
            await super().run()

    async def _round(self) -> int | None:
        next_due = await self._ledger.read(timers.next_due, "order_answer")
        if next_due is None or next_due > self._clock():
            return next_due
        if await self._ledger.read(incarnation.guard) is not None:
            return None  # a restored copy: what it would tell was told long ago
        due = await self._ledger.write(order_answers.take_due, self._clock(), _AGAIN_IN, _SLICE)
        by_order: dict[int, list[Answer]] = {}
        for each in due:
            by_order.setdefault(each.order_id, []).append(each)
        await asyncio.gather(*(self._tell(answers) for answers in by_order.values()))
        return await self._ledger.read(timers.next_due, "order_answer")

    async def _tell(self, answers: list[Answer]) -> None:
        """One order's, in their order: what was said first arrives first."""
        for each in answers:
            if not await self._post(each):
                await self._put_off(each)
                return
            await self._ledger.write(order_answers.taken, each, self._clock())

    async def _post(self, answer: Answer) -> bool:
        sender = self._senders.get(answer.sender)
        if sender is None or not sender.answer_keys:
            return False
        report = {
            "type": "alert.progress",
            "timestamp": iso(answer.made_at),
            "data": {"identifier": answer.identifier, "state": answer.state, "message": answer.message},
        }
        body = json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
        name = f"answer_{answer.id}_{self._space}"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "airwarn",
            **signatures.sign(sender.answer_keys, name, datetime.now(UTC), body),
        }
        try:
            async with self._session.post(
                URL(answer.callback, encoded=True),
                data=body,
                headers=headers,
                timeout=http.timeout(TIMEOUT),
                allow_redirects=False,
            ) as response:
                return 200 <= response.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return False

    async def _put_off(self, answer: Answer) -> None:
        now = self._clock()
        delay = DELAYS[min(answer.attempts, len(DELAYS) - 1)] * 1000
        over = now + delay > answer.made_at + GIVE_UP_AFTER
        await self._ledger.write(order_answers.tried, answer, None if over else now + delay, now)
        if over:
            _log.warning("order_answer_given_up", extra={"order": answer.order_id, "state": answer.state})
