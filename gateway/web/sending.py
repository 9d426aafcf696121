"""A form that is sent twice (a double click, a page loaded anew, a bad connection) does what it asks once.

Each form that a page shows has a proof of its own. What was sent under it, with the same words, leads on to
where it led the first time, on every machine. A page that answered is made anew (forms that are answered by a
page ask, or are refused the second time), but for one that can be shown only once: within a minute the same
process shows it again.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from gateway.errors import InputError
from gateway.ledger import idempotency
from gateway.ledger.idempotency import Answered
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.problems import Handler

_PATIENCE = 10.0  # seconds that whoever sent it again waits for the answer to the first
_LOOK = 0.05  # seconds between two looks for it
_SHOWN_SECONDS = 60.0  # for which a page that answered is kept
_MOST_PAGES = 64


class _SentBefore(Exception):
    """This form was answered before."""

    def __init__(self, response: web.Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class _Page:
    """What a form was answered with (200); `until`: `time.monotonic`."""

    headers: dict[str, str]
    body: bytes
    until: float

    def again(self) -> web.Response:
        return web.Response(headers=self.headers, body=self.body)


@dataclass(frozen=True, slots=True)
class _Sending:
    caller: str
    key: str


class Pages:
    """The pages that forms were answered with lately, in this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Sending, _Page] = OrderedDict()

    def keep(self, sending: _Sending, response: web.Response) -> None:
        """Keep a page for a minute."""
        body = response.body
        if response.status != 200 or not isinstance(body, bytes):
            return
        now = time.monotonic()
        self._kept[sending] = _Page(dict(response.headers), body, now + _SHOWN_SECONDS)
        while len(self._kept) > _MOST_PAGES or next(iter(self._kept.values())).until <= now:
            self._kept.popitem(last=False)

    def find(self, sending: _Sending) -> _Page | None:
        """What answered this, if it is not long ago."""
        page = self._kept.get(sending)
        return page if page is not None and page.until > time.monotonic() else None


PAGES = web.AppKey("sent_pages", Pages)
_SENDING = web.RequestKey("sending", _Sending)
_SHOWN_ONCE = web.RequestKey("shown_once", bool)


async def only_once(request: web.Request, sign_in: str, proof: str, content: bytes) -> None:
    """Go on with a form only where it was not sent before under this proof of this sign-in; `content` is
    all that it says. Whoever sent it again gets the first one's answer from `middleware`.

    Raises `InputError`: FORM_SENT where there is no answer yet, or the process that gave it has died.
    """
    key = sha256(f"{request.path_qs}\n{proof}\n".encode("utf-8", "surrogateescape") + content).hexdigest()
    sending = _Sending(f"form:{sign_in}", key)
    app, until = request.app, time.monotonic() + _PATIENCE
    while True:
        known = await app[LEDGER].write(idempotency.take, sending.caller, key, key, app[CLOCK]())
        if known is None:
            request[_SENDING] = sending
            if page := app[PAGES].find(sending):
                raise _SentBefore(page.again())
            return
        if not known.under_way:
            raise _SentBefore(_went_to(known.body))
        if time.monotonic() > until:
            raise InputError(
                "FORM_SENT",
                "这份表单已经发送过，正在处理，没有再做一遍。请稍后看结果，不要重复发送",
                "this form was sent before and is being worked on; it was not done again: look in a moment",
            )
        await asyncio.sleep(_LOOK)


def shown_once(request: web.Request) -> None:
    """What answers this form tells something that no page tells later."""
    request[_SHOWN_ONCE] = True


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep what a form was answered with; a form that was refused did nothing, and may be sent again."""
    try:
        response = await handler(request)
    except _SentBefore as before:
        response = before.response
    except BaseException:
        await _release(request)
        raise
    sending = request.get(_SENDING)
    if sending is None:
        return response
    if response.status == 303:
        app = request.app
        answered = Answered(sending.key, 303, "", response.headers["Location"])
        await app[LEDGER].write(idempotency.keep, sending.caller, sending.key, answered, app[CLOCK]())
    else:
        if request.get(_SHOWN_ONCE) and isinstance(response, web.Response):
            request.app[PAGES].keep(sending, response)
        await _release(request)
    return response


async def _release(request: web.Request) -> None:
    sending = request.get(_SENDING)
    if sending is not None:
        await request.app[LEDGER].write(idempotency.release, sending.caller, sending.key)


def _went_to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})
