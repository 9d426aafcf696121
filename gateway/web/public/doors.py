"""The doors that stand open to everybody: not too often from one address, and honest about not knowing."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from gateway.bus.limits import Limit, Limits
from gateway.errors import InputError
from gateway.web.clients import client_of
from gateway.web.keys import SETTINGS
from gateway.web.problems import of_input, problem
from gateway.web.public.documents import FOR_EVERYBODY
from gateway.web.public.newest import Newest, Unknown

NEWEST = web.AppKey("newest", Newest)
LIMITS = web.AppKey("public limits", Limits)
_FRESH = 5  # seconds that a copy may be shown without asking again
_IF_AWAY = 900  # seconds that a cache may show its copy while we do not answer
_AGAIN = 5.0  # seconds after which asking again may help
_LOOKED = 60.0  # the same, of what waits for a person

Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Refusals:
    """How a door says no: too many requests, what holds is not known, bad input."""

    too_often: Callable[[web.Request], web.Response]
    unknown: Callable[[web.Request, Unknown], web.Response]
    wrong: Callable[[web.Request, InputError], web.Response]


DATA = Refusals(  # to programs
    lambda _request: problem(429, "too many requests from this address"),
    lambda _request, unknown: problem(
        503,
        "restored from a copy; what holds is known once a person has looked"
        if unknown.guarded
        else "what holds is not known at the moment",
    ),
    lambda _request, error: of_input(error),
)


def open_to_all(work: Handler, refusals: Refusals = DATA) -> Handler:
    """For everybody, but not too often."""

    async def handle(request: web.Request) -> web.Response:
        try:
            wait = await _wait(request)
            if wait:
                response = _later(refusals.too_often(request), wait)
            else:
                response = await work(request)
        except Unknown as unknown:
            response = _later(refusals.unknown(request, unknown), _LOOKED if unknown.guarded else _AGAIN)
        except InputError as error:
            response = refusals.wrong(request, error)
        response.headers.update(FOR_EVERYBODY)
        return response

    return handle


def keep(seconds: int) -> str:
    """The `Cache-Control` of what surely stays so for so many seconds."""
    return f"public, max-age={min(_FRESH, seconds)}, stale-if-error={_IF_AWAY}"


def age(*, stale: bool) -> dict[str, str]:
    """The headers that say that an answer is old."""
    return {"Warning": '110 - "Response is Stale"'} if stale else {}


def before(given: str | None) -> int | None:
    """The parameter `before` of a list. Raises `InputError` (BEFORE_INVALID)."""
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


async def _wait(request: web.Request) -> float:
    terms = request.app[SETTINGS].public
    who = client_of(request)
    if not who:
        return 0.0
    return await request.app[LIMITS].wait(Limit("public", terms.per_second, terms.burst), who)


def _later(response: web.Response, wait: float) -> web.Response:
    response.headers["Retry-After"] = str(math.ceil(wait))
    return response
