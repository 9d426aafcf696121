"""Callbacks of the Twilio stand-in: signed; statuses come late, sometimes twice or in the wrong order."""

import asyncio
import random
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    RequestValidator,
)
from yarl import URL

from channels import http
from channels.stand_ins.behaviour import Behaviour

_AT_ONCE = 16  # callbacks in flight
_TRIES = 5  # the vendor's most (`#rc=5`); only a failed connection is tried again, as there
_FIRST_PAUSE = 0.2  # seconds, doubled from try to try


class ReceiptSender:
    """Posts statuses to callback addresses, a bounded number at once. Use as `async with`."""

    def __init__(self, account_sid: str, auth_token: str, random_source: random.Random) -> None:
        self._account = account_sid
        self._validator = RequestValidator(auth_token)
        self._random = random_source
        self._due: asyncio.Queue[tuple[str, Mapping[str, str], str]] = asyncio.Queue()
        self._outstanding = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "ReceiptSender":
        self._session = http.open_session(_AT_ONCE)
        self._workers = [asyncio.create_task(self._work()) for _ in range(_AT_ONCE)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._session.close()

    def schedule(self, behaviour: Behaviour, url: str, form: Mapping[str, str], statuses: list[str]) -> None:
        """Send `statuses` in order, each later than the one before it, as `behaviour` says."""
        if self._random.random() < behaviour.receipts_reversed:
            statuses = statuses[::-1]
        at = 0.0
        for status in statuses:
            at += self._random.uniform(*behaviour.receipt_delay)
            times = 2 if self._random.random() < behaviour.receipt_twice else 1
            for _ in range(times):
                self._outstanding += 1
                self._idle.clear()
                asyncio.get_running_loop().call_later(at, partial(self._due.put_nowait, (url, form, status)))

    async def tell(self, url: str, form: Mapping[str, str]) -> int:
        """Post a signed form once; gives the status that it was answered with."""
        async with self._session.post(
            URL(url, encoded=True), data=urlencode(form).encode(), headers=self._headers(url, form)
        ) as answer:
            await answer.read()
            return answer.status

    async def settled(self) -> None:
        """Wait until every callback that was scheduled has been sent or given up."""
        await self._idle.wait()

    async def _work(self) -> None:
        while True:
            url, form, status = await self._due.get()
            code = {"ErrorCode": "30003"} if status == "undelivered" else {}
            await self._post(url, {**form, "MessageStatus": status, "SmsStatus": status, **code})
            self._outstanding -= 1
            if not self._outstanding:
                self._idle.set()

    async def _post(self, url: str, form: Mapping[str, str]) -> None:
        headers = self._headers(url, form)
        body = urlencode(form).encode()
        address = URL(url, encoded=True)  # exactly what was signed
        for attempt in range(_TRIES):
            try:
                async with self._session.post(address, data=body, headers=headers) as answer:
                    await answer.read()
                return
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                await asyncio.sleep(_FIRST_PAUSE * 2**attempt)
            except (aiohttp.ClientError, TimeoutError):
                return

    def _headers(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        return {
            SIGNATURE_HEADER: self._validator.compute_signature(url, form),
            "Content-Type": "application/x-www-form-urlencoded",
        }
