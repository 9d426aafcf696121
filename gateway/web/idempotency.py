"""`Idempotency-Key`: a POST that comes again is answered as before, not done again.

Only what succeeded is kept: a request that was refused changed nothing, and may be mended and sent
again under its key.
"""

import re
from collections.abc import Awaitable, Callable
from hashlib import sha256

from aiohttp import web

from gateway.ledger import idempotency
from gateway.ledger.idempotency import Answered
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.problems import problem

HEADER = "Idempotency-Key"
PATTERN = r"^[!-~]{1,200}$"  # visible ASCII


class UnderWay:
    """The keys, by caller, whose requests are being worked on."""

    def __init__(self) -> None:
        self.keys: set[tuple[str, str]] = set()


UNDER_WAY = web.AppKey("under_way", UnderWay)


async def once(
    request: web.Request, caller: str, body: bytes, work: Callable[[], Awaitable[web.Response]]
) -> web.Response:
    """The answer of `work`, or the one that was given under the request's key before."""
    key = request.headers.get(HEADER)
    if key is None:
        return await work()
    if not re.match(PATTERN, key):
        return problem(422, f"{HEADER} must be 1 to 200 visible ASCII characters")
    app = request.app
    asked = sha256(f"{request.method} {request.path_qs}\n".encode() + body).hexdigest()
    under_way = app[UNDER_WAY].keys
    if (caller, key) in under_way:
        return problem(409, f"a request with this {HEADER} is under way")
    under_way.add((caller, key))
    try:
        known = await app[LEDGER].read(idempotency.find, caller, key, app[CLOCK]())
        if known is not None:
            return _again(known, asked)
        response = await work()
        if response.status < 300:
            answered = Answered(asked, response.status, response.content_type, response.text or "")
            await app[LEDGER].write(idempotency.keep, caller, key, answered, app[CLOCK]())
        return response
    finally:
        under_way.discard((caller, key))


def _again(known: Answered, asked: str) -> web.Response:
    if known.request_sha256 != asked:
        return problem(409, f"another request was sent with this {HEADER}")
    return web.Response(
        status=known.status,
        text=known.body,
        content_type=known.content_type,
        headers={"Idempotency-Replayed": "true"},
    )
