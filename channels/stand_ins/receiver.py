"""A local platform of an operator, or of the office behind which several stand: takes alerts, tells how far
it is.

It proves each request, knows a repeat by its `webhook-id`, and reports `accepted`, `running` with figures
and `finished` for each of its networks to the address that came with the alert.
"""

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from lxml import etree
from yarl import URL

from channels import http
from channels.contract import Forged
from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.serving import Server, drop
from channels.webhook.progress import TYPE
from channels.webhook.signatures import sign, signing_key, verify, verifying_key

SECRET = "whsec_" + "c3RhbmQtaW4tc2VjcmV0LW9mLXRoZS1vcGVyYXRvcg=="  # opens nothing but this stand-in
_CALLBACK = "airwarn-callback"
_STEPS = (0.3, 0.7, 1.0)  # of the people, sent to by each report
_TRIES = 5
_FIRST_PAUSE = 0.2  # seconds, doubled from try to try


@dataclass(frozen=True, slots=True)
class Taken:
    """An alert that the platform took for the first time: its `webhook-id`, and what came, byte for byte."""

    id: str
    at: datetime
    content_type: str
    body: bytes = field(repr=False)
    callback: str = field(repr=False)

    @property
    def document(self) -> dict[str, Any]:
        """The body as JSON."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def identifier(self) -> str:
        """Of the alert, in whatever form it came; empty: what came is no alert."""
        if self.content_type.startswith("application/json"):
            return str(self.document["data"]["identifier"])
        try:
            root = etree.fromstring(self.body, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            return ""
        return root.findtext("{*}identifier") or ""


class ReceiverStandIn:
    """Use as `async with ReceiverStandIn() as operator:`; it takes alerts at `url`.

    `behaviour` and `status` may be replaced at any time: a `status` other than 200 is answered before
    anything is taken, with `retry_after` seconds where it is set. `taken` are the alerts in the order in
    which they came, `arrivals` the ids of all genuine requests, repeats included; `forged` counts the rest.
    `networks` are the people whom each network reaches, by its name (empty: the platform itself).
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        port: int = 0,
        keys: Sequence[str] = (SECRET,),
        own_keys: Sequence[str] = (SECRET,),
        networks: Mapping[str, int] | None = None,
        random_source: random.Random | None = None,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.status = 200
        self.retry_after: int | None = None
        self.port = port
        self.taken: list[Taken] = []
        self.arrivals: list[str] = []
        self.forged = 0
        self._keys = [verifying_key(key) for key in keys]
        self._own_keys = [signing_key(key) for key in own_keys]
        self._networks = {"": 1000} if networks is None else networks
        self._random = random_source or random.Random(0)  # noqa: S311 -- chance, not secrecy
        self._reports = 0
        self._reporting: set[asyncio.Task[None]] = set()
        self._news = asyncio.Condition()
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        """Where it takes alerts."""
        return f"http://127.0.0.1:{self.port}/alerts"

    async def took(self, number: int) -> Sequence[Taken]:
        """Wait until it has taken so many alerts."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.taken) >= number)
        return self.taken

    async def settled(self) -> None:
        """Wait until all reports of alerts taken so far have left."""
        while self._reporting:
            await asyncio.gather(*self._reporting)

    async def report(
        self,
        taken: Taken,
        state: str,
        *,
        report_id: str | None = None,
        at: datetime | None = None,
        keys: Sequence[str] | None = None,
        **data: Any,
    ) -> int:
        """Report once; gives the status of the answer. The same `report_id` again is the same report."""
        moment = at or datetime.now(UTC)
        body = json.dumps(
            {
                "type": TYPE,
                "timestamp": moment.isoformat(timespec="seconds"),
                "data": {"identifier": taken.identifier, "state": state, **data},
            }
        ).encode()
        signing = self._own_keys if keys is None else [signing_key(key) for key in keys]
        self._reports += 1
        headers = sign(signing, report_id or f"report-{self.port}-{self._reports}", datetime.now(UTC), body)
        async with self._session.post(
            URL(taken.callback, encoded=True),
            data=body,
            headers={**headers, "Content-Type": "application/json"},
        ) as answer:
            await answer.read()
            return answer.status

    async def go_down(self) -> None:
        """Cut every connection and take none until `come_up`; reports still leave."""
        await self._server.shut()

    async def come_up(self) -> None:
        """Listen again, where it did."""
        await self._server.open()

    async def __aenter__(self) -> "ReceiverStandIn":
        self._session = await self._stack.enter_async_context(http.open_session(16))
        self._server = await self._stack.enter_async_context(Server(self._handle, self.port))
        self.port = self._server.port
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._reporting:
            task.cancel()
        await asyncio.gather(*self._reporting, return_exceptions=True)
        await self._stack.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        behaviour = self.behaviour
        body = await request.read()
        try:
            signed = verify(self._keys, request.headers, body, datetime.now(UTC))
        except Forged:
            self.forged += 1
            return web.Response(status=401)
        if self._random.random() < behaviour.reset:
            return drop(request)
        if self._random.random() < behaviour.busy:
            return web.Response(status=503, headers={"Retry-After": "1"})
        if self.status != 200:
            patience = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            return web.Response(status=self.status, headers=patience)
        await self._take(signed.id, request, body)
        if behaviour.delay[1]:
            await asyncio.sleep(self._random.uniform(*behaviour.delay))
        fate = self._random.random()
        if fate < behaviour.lose_answer:
            return drop(request)
        fate -= behaviour.lose_answer
        if fate < behaviour.fail_after_accepting:
            return web.Response(status=500)
        if fate - behaviour.fail_after_accepting < behaviour.hang:
            await asyncio.Event().wait()
        return web.Response(status=202)

    async def _take(self, message_id: str, request: web.BaseRequest, body: bytes) -> None:
        async with self._news:
            self.arrivals.append(message_id)
            if all(each.id != message_id for each in self.taken):
                taken = Taken(
                    message_id,
                    datetime.now(UTC),
                    request.headers.get("Content-Type", ""),
                    body,
                    request.headers.get(_CALLBACK, ""),
                )
                self.taken.append(taken)
                if self.behaviour.receipts and taken.callback:
                    task = asyncio.create_task(self._report_all(taken))
                    self._reporting.add(task)
                    task.add_done_callback(self._reporting.discard)
            self._news.notify_all()

    async def _report_all(self, taken: Taken) -> None:
        """Each network on its way: accepted, then its figures, then finished."""
        await asyncio.gather(*(self._report_on(taken, *network) for network in self._networks.items()))

    async def _report_on(self, taken: Taken, network: str, people: int) -> None:
        named = {"operator": network} if network else {}
        await self._tell(taken, "accepted", {**named, "targeted": people})
        for share in _STEPS:
            state = "finished" if share == 1.0 else "running"
            lost = round(people * share * self.behaviour.undelivered)
            figures = {"targeted": people, "sent": round(people * share) - lost, "failed": lost}
            await self._tell(taken, state, {**named, **figures})

    async def _tell(self, taken: Taken, state: str, data: Mapping[str, Any]) -> None:
        """Report until it is taken, under one id."""
        await asyncio.sleep(self._random.uniform(*self.behaviour.receipt_delay))
        self._reports += 1
        report_id, at = f"report-{self.port}-{self._reports}", datetime.now(UTC)
        times = 2 if self._random.random() < self.behaviour.receipt_twice else 1
        for attempt in range(_TRIES):
            try:
                for _ in range(times):
                    status = await self.report(taken, state, report_id=report_id, at=at, **data)
                if status < 300:
                    return
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(_FIRST_PAUSE * 2**attempt)
