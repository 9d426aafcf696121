"""A local Twilio: Messages of one account, its magic test numbers, signed status callbacks and replies.

Answers follow the vendor's OpenAPI description (api.v2010.account.message); its magic numbers are
https://www.twilio.com/docs/iam/test-credentials.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from math import ceil
from pathlib import Path
from urllib.parse import unquote_plus

import aiohttp
from aiohttp import web

from channels.stand_ins.behaviour import Behaviour, Record, Seen, Window
from channels.stand_ins.receipts import ReceiptSender
from channels.stand_ins.serving import Server, drop

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "stand-in-token"  # noqa: S105 -- opens nothing but this stand-in
SENDER = "+15005550006"

# magic numbers: the last four digits of +1500555…, (HTTP status, code, words)
_BAD_SENDERS = {
    "0001": (400, 21212, "Invalid From"),
    "0007": (400, 21606, "The From number is not a valid SMS sender"),
    "0008": (429, 21611, "The From number has exceeded its queue"),
}
_BAD_RECIPIENTS = {
    "0001": (400, 21211, "Invalid To"),
    "0002": (400, 21612, "Cannot route to To"),
    "0003": (400, 21408, "No permission for this region"),
    "0004": (400, 21610, "Recipient has unsubscribed"),
    "0009": (400, 21614, "To is not a mobile number"),
}
_MAGIC = "+1500555"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CALLBACK = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[!-~]*)?")
_OURS = re.compile(r"/callbacks/[^/]+/([^/]+)/([0-9]+)/[^/]+$")
_LONGEST_TEXT = 1600
_LONGEST_VALIDITY = 36000


class TwilioStandIn:
    """Use as `async with TwilioStandIn() as twilio:`; it listens on loopback at `url`.

    `behaviour` may be replaced at any time. `seen` are the messages that it took, in order; with
    `remember=False` neither they nor the states for fetching are kept. `authorised` may be set to
    False: every request is then answered as for a revoked token.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        random_source: random.Random | None = None,
        log: Path | None = None,
        remember: bool = True,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.authorised = True
        self.url = ""
        self.port = port
        self.requests = 0  # that asked to send, refused ones included
        self.unanswered = 0  # messages taken whose answer was lost, an error, or none
        self.asked = 0  # requests that asked what became of messages
        self._account = account_sid
        self._authorization = aiohttp.encode_basic_auth(account_sid, auth_token)
        self._path = f"/2010-04-01/Accounts/{account_sid}/Messages"
        self._random = random_source or random.Random(0)  # noqa: S311 -- chance, not secrecy
        self._record = Record(log, remember=remember)
        self._remember = remember
        self._states: dict[str, dict[str, object]] = {}
        self._to: dict[str, list[str]] = {}  # by number: the messages' names, oldest first
        self._window = Window()
        self._receipts = ReceiptSender(account_sid, auth_token, self._random)
        self._stack = AsyncExitStack()

    @property
    def seen(self) -> list[Seen]:
        """The messages taken so far."""
        return self._record.seen

    async def settled(self) -> None:
        """Wait until all callbacks of messages taken so far have left."""
        await self._receipts.settled()

    async def reply(self, url: str, number: str, text: str, *, sid: str | None = None) -> int:
        """Somebody writes to the account's number: tell the number's webhook `url`, and give the status
        of its answer. The same `sid` again is the same message, told twice."""
        sid = sid or f"SM{self._random.getrandbits(128):032x}"
        return await self._receipts.tell(
            url,
            {
                "AccountSid": self._account,
                "ApiVersion": "2010-04-01",
                "Body": text,
                "From": number,
                "MessageSid": sid,
                "NumMedia": "0",
                "NumSegments": "1",
                "SmsMessageSid": sid,
                "SmsSid": sid,
                "SmsStatus": "received",
                "To": SENDER,
            },
        )

    async def go_down(self) -> None:
        """Cut every connection and take none until `come_up`; receipts still leave."""
        await self._server.shut()

    async def come_up(self) -> None:
        """Listen again, where it did."""
        await self._server.open()

    async def __aenter__(self) -> "TwilioStandIn":
        self._stack.callback(self._record.close)
        await self._stack.enter_async_context(self._receipts)
        self._server = await self._stack.enter_async_context(Server(self._handle, self.port))
        self.port, self.url = self._server.port, self._server.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self.authorised or request.headers.get("Authorization") != self._authorization:
            return _error(401, 20003, "Authenticate")
        if request.method == "POST" and request.path == f"{self._path}.json":
            return await self._create(request)
        if request.method == "GET":
            self.asked += 1
            await asyncio.sleep(self._random.uniform(*self.behaviour.ask_delay))
        if request.method == "GET" and request.path == f"{self._path}.json":
            return self._list(request.query)
        if request.method == "GET" and request.path.startswith(f"{self._path}/"):
            return self._fetch(request.path.removeprefix(f"{self._path}/").removesuffix(".json"))
        return _error(404, 20404, "Not found")

    async def _create(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests += 1
        behaviour = self.behaviour
        form = _read(await request.read())
        if behaviour.reset and self._random.random() < behaviour.reset:
            return drop(request)
        if behaviour.garbled and self._random.random() < behaviour.garbled:
            return web.json_response({"code": 20500, "message": "Internal server error", "status": 500})
        refusal = self._refusal(behaviour, form)
        if refusal is not None:
            return refusal
        wait = self._window.wait(behaviour.rate, asyncio.get_running_loop().time())
        if wait is not None:
            return _error(429, 20429, "Too many requests", {"Retry-After": str(ceil(wait))})
        resource = self._accept(behaviour, form)
        if behaviour.delay[1]:
            await asyncio.sleep(self._random.uniform(*behaviour.delay))
        fate = self._random.random()
        if fate < behaviour.lose_answer + behaviour.fail_after_accepting + behaviour.hang:
            self.unanswered += 1
        if fate < behaviour.lose_answer:
            return drop(request)
        fate -= behaviour.lose_answer
        if fate < behaviour.fail_after_accepting:
            return _error(500, 20500, "Internal server error")
        if fate - behaviour.fail_after_accepting < behaviour.hang:
            await asyncio.Event().wait()
        return web.Response(status=201, body=resource, content_type="application/json")

    def _refusal(self, behaviour: Behaviour, form: Mapping[str, str]) -> web.Response | None:
        """The error for a request that is not taken, in the order in which the vendor looks."""
        to, sender, text = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        validity = form.get("ValidityPeriod", "1")
        if self._random.random() < behaviour.busy:
            return _error(429, 20429, "Too many requests", {"Retry-After": "1"})
        if not to or not _E164.fullmatch(to) or to in behaviour.refused:
            return _error(400, 21211, "Invalid To")
        if not sender and not form.get("MessagingServiceSid"):
            return _error(400, 21603, "A From number is required")
        if not text:
            return _error(400, 21602, "Message body is required")
        if len(text) > _LONGEST_TEXT:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if not _CALLBACK.fullmatch(form.get("StatusCallback", "http://none")):
            return _error(400, 21609, "Invalid StatusCallback")
        if not validity.isdigit() or not 1 <= int(validity) <= _LONGEST_VALIDITY:
            return _error(400, 90007, "Invalid ValidityPeriod")
        bad = (sender.startswith(_MAGIC) and _BAD_SENDERS.get(sender[-4:])) or (
            to.startswith(_MAGIC) and _BAD_RECIPIENTS.get(to[-4:])
        )
        return _error(*bad) if bad else None

    def _accept(self, behaviour: Behaviour, form: Mapping[str, str]) -> bytes:
        """Take the message: record it, plan its callbacks, return the resource as JSON."""
        sid = f"SM{self._random.getrandbits(128):032x}"
        callback = form.get("StatusCallback", "")
        ours = _OURS.search(callback)
        self._record.add(
            "sms",
            form["To"],
            form["Body"],
            message_id=ours[1] if ours else None,
            attempt=int(ours[2]) if ours else None,
            provider_id=sid,
        )
        last = "undelivered" if self._random.random() < behaviour.undelivered else "delivered"
        now = _rfc2822(int(time.time()))
        resource = {
            "account_sid": self._account,
            "api_version": "2010-04-01",
            "date_created": now,
            "date_sent": None,
            "date_updated": now,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0",
            "num_segments": str(_segments(form["Body"])),
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{self._path}/{sid}/Media.json"},
            "to": form["To"],
            "uri": f"{self._path}/{sid}.json",
        }
        if self._remember:
            self._states[sid] = {
                **resource,
                "body": form["Body"],
                "status": last,
                "date_sent": now,
                "error_code": 30003 if last == "undelivered" else None,
            }
            self._to.setdefault(form["To"], []).append(sid)
        if behaviour.receipts and callback:
            about = {
                "AccountSid": self._account,
                "ApiVersion": "2010-04-01",
                "From": form.get("From", ""),
                "MessageSid": sid,
                "SmsSid": sid,
                "To": form["To"],
            }
            self._receipts.schedule(behaviour, callback, about, ["sent", last])
        return f'{json.dumps(resource)[:-1]}, "body": {_quoted(form["Body"])}}}'.encode("ascii")

    def _fetch(self, sid: str) -> web.Response:
        state = self._states.get(sid) if self.behaviour.findable else None
        if state is None:
            return _error(404, 20404, "The requested resource was not found")
        return web.json_response(state)

    def _list(self, query: Mapping[str, str]) -> web.Response:
        """The newest messages to a number, of one page."""
        try:
            since = datetime.fromisoformat(query.get("DateSent>", "1970-01-01")).date()
            size = int(query.get("PageSize", "50"))
        except ValueError:
            return _error(400, 20001, "Invalid parameter")
        sids = self._to.get(query.get("To", ""), []) if self.behaviour.findable else []
        known = (self._states[sid] for sid in reversed(sids))
        found = [each for each in known if parsedate_to_datetime(str(each["date_sent"])).date() >= since]
        page = {
            "messages": found[:size],
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": max(0, len(found[:size]) - 1),
            "uri": f"{self._path}.json",
            "first_page_uri": f"{self._path}.json?Page=0",
            "next_page_uri": None,
            "previous_page_uri": None,
        }
        return web.json_response(page)


def _read(body: bytes) -> dict[str, str]:
    """The form's fields; long values come often, so that each is decoded once."""
    fields = (part.partition(b"=") for part in body.split(b"&"))
    return {
        name.decode("ascii"): (_decoded if len(value) > 500 else _decode)(value) for name, _, value in fields
    }


def _decode(value: bytes) -> str:
    return unquote_plus(value.decode("ascii"))


_decoded = lru_cache(maxsize=256)(_decode)


@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    return json.dumps(text)


@lru_cache(maxsize=8)
def _rfc2822(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


@lru_cache(maxsize=256)
def _segments(text: str) -> int:
    """Segments of a text in UCS-2: 70 UTF-16 units alone, 67 in a chain."""
    units = len(text.encode("utf-16-le", "replace")) // 2
    return 1 if units <= 70 else ceil(units / 67)


def _error(status: int, code: int, words: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {
        "code": code,
        "message": words,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers=headers)
