"""The sink of `bench.million`: takes Twilio's forms as fast as it can and signs two receipts for each.

    python -m bench.vendor --messages N --in-flight N --delay SECONDS

A line names its port; the line that it then reads names the port where receipts go, whatever origin they
are signed for. `delivered` follows `delay` seconds after `sent` was answered. A line says that every
message has both its receipts taken; at its end, on SIGTERM, a line holds what it counted. Written by
hand on asyncio's protocols: what it costs is part of what is measured.
"""

import argparse
import asyncio
import hmac
import json
import re
import signal
import sys
from base64 import b64encode
from collections import deque
from functools import lru_cache, partial
from typing import NamedTuple, cast
from urllib.parse import unquote_plus, urlsplit

from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.cli.loop import run

STATUSES = ("sent", "delivered")
TICK = 0.02  # seconds between looks at what is due
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
_DELIVERY = re.compile(r"/callbacks/[^/]+/([0-9]+)-")
_REFUSED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"  # it cannot be asked
_ABOUT = {
    "account_sid": ACCOUNT_SID,
    "api_version": "2010-04-01",
    "date_created": "Mon, 08 Jan 2024 00:00:00 +0000",
    "date_sent": None,
    "date_updated": "Mon, 08 Jan 2024 00:00:00 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": SENDER,
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "5",
    "price": None,
    "price_unit": "USD",
    "status": "queued",
}


class _Taken(NamedTuple):
    """A message, as its receipts tell of it."""

    callback: str
    to: str
    sid: str


class Vendor:
    """What was taken, and the receipts that are still to be told."""

    def __init__(self, messages: int, delay: float) -> None:
        self.messages = messages
        self.repeated = 0  # of a delivery that was taken before
        self.told = 0  # receipts that were answered with 204
        self.refused = 0  # with anything else
        self.behind = 0  # the most receipts that waited for a connection
        self.broken: str | None = None
        self._delay = delay
        self._seen = bytearray(messages + 1)
        self._due: deque[tuple[_Taken, str]] = deque()
        self._later: deque[tuple[float, _Taken]] = deque()
        self._idle: list[Teller] = []
        self._count = 0

    @property
    def taken(self) -> int:
        """Messages taken, repeated ones included."""
        return self._count

    @property
    def all_told(self) -> bool:
        """Whether every message has its receipts taken."""
        return self.told == self.messages * len(STATUSES)

    def take(self, body: bytes) -> bytes:
        """The answer to one message's form."""
        fields = dict(part.partition(b"=")[::2] for part in body.split(b"&"))
        to = unquote_plus(fields[b"To"].decode("ascii"))
        callback = unquote_plus(fields[b"StatusCallback"].decode("ascii"))
        self._count += 1
        sid = f"SM{self._count:032x}"
        found = _DELIVERY.search(callback)
        delivery = int(found[1]) if found else 0
        if delivery < len(self._seen):
            self.repeated += self._seen[delivery]
            self._seen[delivery] = 1
        self._due.append((_Taken(callback, to, sid), STATUSES[0]))
        return b'%b, "sid": "%b", "to": "%b"}' % (
            _resource(fields[b"Body"]),
            sid.encode(),
            to.encode(),
        )

    def idle(self, teller: "Teller") -> None:
        """A connection is free."""
        self._idle.append(teller)

    def answered(self, taken: _Taken, status: str, *, well: bool) -> None:
        """A receipt was answered."""
        if not well:
            self.refused += 1
            return
        self.told += 1
        if status == STATUSES[0]:
            self._later.append((asyncio.get_running_loop().time() + self._delay, taken))

    def tell(self) -> None:
        """Hand what is due to free connections."""
        now = asyncio.get_running_loop().time()
        while self._later and self._later[0][0] <= now:
            self._due.append((self._later.popleft()[1], STATUSES[1]))
        self.behind = max(self.behind, len(self._due) - len(self._idle))
        while self._due and self._idle:
            self._idle.pop().tell(*self._due.popleft())

    def next(self, teller: "Teller") -> None:
        """A connection is free: something else for it, or nothing."""
        if self._due:
            teller.tell(*self._due.popleft())
        else:
            self._idle.append(teller)


class Intake(asyncio.Protocol):
    """A connection on which messages come in."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not derived from it

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._held, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._held) < whole:
                return
            request, self._held = self._held[:whole], self._held[whole:]
            self._transport.write(self._answer(request, end))

    def _answer(self, request: bytes, end: int) -> bytes:
        if not request.startswith(b"POST "):
            return _REFUSED
        answer = self._vendor.take(request[end + 4 :])
        return b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            len(answer),
            answer,
        )


class Teller(asyncio.Protocol):
    """A connection to the gateway that carries one receipt at a time."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor
        self._answer = b""
        self._telling: tuple[_Taken, str] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._vendor.idle(self)

    def tell(self, taken: _Taken, status: str) -> None:
        """Post one receipt."""
        self._telling = (taken, status)
        self._transport.write(_receipt(taken, status))

    def data_received(self, data: bytes) -> None:
        self._answer += data
        end = self._answer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._answer, 0, end)
        if len(self._answer) < end + 4 + (int(length[1]) if length else 0):
            return
        well = self._answer.startswith(b"HTTP/1.1 204 ")
        self._answer = b""
        if self._telling is None:
            self._vendor.broken = "an answer that nobody asked for"
            return
        self._vendor.answered(*self._telling, well=well)
        self._telling = None
        self._vendor.next(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._telling is not None:
            self._vendor.broken = "a connection was lost before its receipt was answered"


def _receipt(taken: _Taken, status: str) -> bytes:
    """One status callback as it goes over the wire, with the vendor's fields and signature."""
    callback, to, sid = taken
    words = (
        f"{callback}AccountSid{ACCOUNT_SID}ApiVersion2010-04-01From{SENDER}"
        f"MessageSid{sid}MessageStatus{status}SmsSid{sid}SmsStatus{status}To{to}"
    )
    signature = b64encode(hmac.digest(AUTH_TOKEN.encode(), words.encode(), "sha1"))
    body = (
        f"ApiVersion=2010-04-01&AccountSid={ACCOUNT_SID}&From=%2B{SENDER[1:]}&To=%2B{to[1:]}"
        f"&MessageSid={sid}&SmsSid={sid}&MessageStatus={status}&SmsStatus={status}"
    ).encode()
    host, path = _parts(callback)
    return b"POST %b HTTP/1.1\r\nHost: %b\r\n%bX-Twilio-Signature: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        path,
        host,
        _HEADERS,
        signature,
        len(body),
        body,
    )


_HEADERS = (
    b"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
    b"I-Twilio-Idempotency-Token: 00000000-0000-4000-8000-000000000000\r\n"
    b"User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
)


def _parts(callback: str) -> tuple[bytes, bytes]:
    parts = urlsplit(callback)
    return parts.netloc.encode(), parts.path.encode()


@lru_cache(maxsize=256)
def _resource(text: bytes) -> bytes:
    """The message's resource without what is its own; the text is the same for many."""
    words = unquote_plus(text.decode("ascii"))
    return json.dumps({**_ABOUT, "body": words})[:-1].encode()


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bench.vendor", description=__doc__)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=128)
    parser.add_argument("--delay", type=float, default=0.5)
    options = parser.parse_args(arguments)
    run(_serve(Vendor(options.messages, options.delay), options.in_flight))


async def _serve(vendor: Vendor, in_flight: int) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    server = await loop.create_server(partial(Intake, vendor), "127.0.0.1", 0)
    _say(port=server.sockets[0].getsockname()[1])
    port = int(await loop.run_in_executor(None, sys.stdin.readline))
    for _ in range(in_flight):
        await loop.create_connection(partial(Teller, vendor), "127.0.0.1", port)
    _say(ready=True)
    said = False
    while not stopped.is_set():
        vendor.tell()
        if not said and (vendor.all_told or vendor.broken or vendor.refused):
            said = True
            _say(all_told=vendor.all_told)
        await asyncio.sleep(TICK)
    _say(
        taken=vendor.taken,
        repeated=vendor.repeated,
        told=vendor.told,
        refused=vendor.refused,
        behind=vendor.behind,
        broken=vendor.broken,
    )


def _say(**words: object) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main()
