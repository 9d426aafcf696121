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
    known = await app[LEDGER].write(idempotency.take, caller, key, asked, app[CLOCK]())
    if known is not None:
        return _again(known, asked)
    try:
        response = await work()
    except BaseException:
        await app[LEDGER].write(idempotency.release, caller, key)
        raise
    if response.status < 300:
        answered = Answered(asked, response.status, response.content_type, response.text or "")
        await app[LEDGER].write(idempotency.keep, caller, key, answered, app[CLOCK]())
    else:
        await app[LEDGER].write(idempotency.release, caller, key)
    return response


def _again(known: Answered, asked: str) -> web.Response:
    if known.request_sha256 != asked:
        return problem(409, f"another request was sent with this {HEADER}")
    if known.under_way:
        return problem(409, f"a request with this {HEADER} is under way")
    return web.Response(
        status=known.status,
        text=known.body,
        content_type=known.content_type,
        headers={"Idempotency-Replayed": "true"},
    )
