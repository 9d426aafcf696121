"""What anybody may read, without a token: the feed, the messages, the state, what was issued, and checking a
text. Real messages alone: nothing of an exercise or test is here, by no address.
"""

import json
import math
from collections.abc import Awaitable, Callable

from aiohttp import web

from gateway.bus.limits import Limit, Limits
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.exchange import public_json
from gateway.web.api.operation import json_body
from gateway.web.api.public import LONGEST_TEXT, TextToCheck
from gateway.web.clients import client_of
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER, SETTINGS
from gateway.web.problems import of_input, problem
from gateway.web.public.documents import FOR_EVERYBODY, answer
from gateway.web.public.newest import Newest, Unknown

NEWEST = web.AppKey("newest", Newest)
FRESH = 5  # seconds that a copy may be shown without asking again
_IF_AWAY = 900  # seconds that a cache may show its copy while we do not answer
_YEAR = 31_536_000  # seconds
_AGAIN = 5  # seconds after which asking again may help
_LIMITS = web.AppKey("public limits", Limits)

Handler = Callable[[web.Request], Awaitable[web.Response]]


def add_public_data(app: web.Application, origin: str) -> None:
    """Add the addresses. `origin` is where readers reach us."""
    newest = Newest(app[LEDGER], app[CLOCK], origin, app[DESK].office.signature)
    app[NEWEST] = newest
    app[_LIMITS] = Limits(None, "")  # of this machine alone: a count in common would cost more than an answer
    app[BUS].hear(newest.look, Word.LAUNCHED)

    async def close(_app: web.Application) -> None:
        await newest.close()

    app.on_shutdown.append(close)
    for path, work in (
        ("/cap/feed.atom", _feed),
        (r"/cap/{identifier:[A-Za-z0-9_.-]{1,100}}.xml", _message),
        ("/public/state.json", _state),
        ("/public/issued.json", _issued),
    ):
        app.router.add_get(path, _open(work))
        app.router.add_options(path, _ask_first)
    app.router.add_post("/public/check", _open(_check))
    app.router.add_options("/public/check", _ask_first)


def _open(work: Handler) -> Handler:
    """For everybody, but not too often."""

    async def handle(request: web.Request) -> web.Response:
        try:
            wait = await _wait(request)
            response = (
                _refused(429, "too many requests from this address", wait) if wait else await work(request)
            )
        except Unknown as unknown:
            response = _unknown(unknown)
        except InputError as error:
            response = of_input(error)
        response.headers.update(FOR_EVERYBODY)
        return response

    return handle


async def _wait(request: web.Request) -> float:
    terms = request.app[SETTINGS].public
    who = client_of(request, terms.proxies)
    if not who:
        return 0.0
    return await request.app[_LIMITS].wait(Limit("public", terms.per_second, terms.burst), who)


async def _feed(request: web.Request) -> web.Response:
    told, seconds = await request.app[NEWEST].told()
    return answer(request, told.feed, _keep(seconds), **_age(stale=told.stale))


async def _state(request: web.Request) -> web.Response:
    told, seconds = await request.app[NEWEST].told()
    return answer(request, told.state, _keep(seconds), **_age(stale=told.stale))


async def _issued(request: web.Request) -> web.Response:
    before = _before(request.query.get("before"))
    told, seconds = await request.app[NEWEST].told()
    return answer(request, request.app[NEWEST].page(before), _keep(seconds), **_age(stale=told.stale))


async def _message(request: web.Request) -> web.Response:
    newest = request.app[NEWEST]
    try:
        await newest.told()
    except Unknown as unknown:
        if not unknown.guarded:  # that a message was issued is true of a copy too
            raise
    found = await newest.file(request.match_info["identifier"])
    if found is None:
        return problem(404, "no such message was issued to the public")
    return answer(request, found, f"public, max-age={_YEAR}, immutable")


async def _check(request: web.Request) -> web.Response:
    words = _words(await request.read(), request.content_type)
    newest = request.app[NEWEST]
    told, _ = await newest.told()
    found = public_json.checked(newest.register, words, newest.now(), told.moment, newest.address)
    return web.Response(
        text=json.dumps({**found, "stale": told.stale}, ensure_ascii=False), content_type="application/json"
    )


async def _ask_first(request: web.Request) -> web.Response:
    """A browser asks before it lets a page of another site ask anything unusual."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, HEAD, POST",
        "Access-Control-Allow-Headers": "Content-Type, If-None-Match, If-Modified-Since",
        "Access-Control-Max-Age": "86400",
    }
    return web.Response(status=204, headers={**FOR_EVERYBODY, **allowed})


def _keep(seconds: int) -> str:
    return f"public, max-age={min(FRESH, seconds)}, stale-if-error={_IF_AWAY}"


def _age(*, stale: bool) -> dict[str, str]:
    return {"Warning": '110 - "Response is Stale"'} if stale else {}


def _before(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 9 or int(given) < 1:
        raise InputError(
            "BEFORE_INVALID",
            "参数 before 应为一个序号（从 1 起的整数）",
            "before is the number of a message, from 1",
            field="before",
        )
    return int(given)


def _words(body: bytes, content_type: str) -> str:
    """The text to check. Raises `InputError`: TEXT_MISSING, TEXT_TOO_LONG, and for a body that is no text."""
    if content_type == "application/json":
        given: TextToCheck = json_body(body, TextToCheck)
        return given.text
    try:
        words = body.decode()
    except UnicodeDecodeError:
        raise InputError(
            "BODY_MALFORMED",
            '正文应为 UTF-8 的文字，或 {"text": "…"}',
            'the body is text in UTF-8, or {"text": "…"}',
        ) from None
    if not words.strip():
        raise InputError("TEXT_MISSING", "没有要核对的文字", "there is no text to check", field="text")
    if len(words) > LONGEST_TEXT:
        raise InputError(
            "TEXT_TOO_LONG",
            f"文字太长，最多 {LONGEST_TEXT} 字",
            f"a text has at most {LONGEST_TEXT} characters",
            field="text",
        )
    return words


def _unknown(unknown: Unknown) -> web.Response:
    if unknown.guarded:
        return _refused(503, "restored from a copy; what holds is known once a person has looked", 60.0)
    return _refused(503, "what holds is not known at the moment", _AGAIN)


def _refused(status: int, title: str, wait: float) -> web.Response:
    response = problem(status, title)
    response.headers["Retry-After"] = str(math.ceil(wait))
    return response
