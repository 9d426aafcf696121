"""What anybody may read, without a token: the feed, the messages, the state, what was issued, and checking a
text. Real messages alone: nothing of an exercise or test is here, by no address.
"""

import json

from aiohttp import web

from gateway.bus.limits import Limits
from gateway.bus.words import Word
from gateway.exchange import public_json
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.problems import problem
from gateway.web.public.checking import is_form, of_program
from gateway.web.public.documents import FOR_EVERYBODY, answer
from gateway.web.public.doors import LIMITS, NEWEST, age, before, keep, open_to_all
from gateway.web.public.newest import Newest, Unknown
from gateway.web.public.pages import add_public_pages, post_check

_YEAR = 31_536_000  # seconds


def add_public_data(app: web.Application, origin: str) -> None:
    """Add the addresses. `origin` is where readers reach us."""
    newest = Newest(app[LEDGER], app[CLOCK], origin, app[DESK].office.signature)
    app[NEWEST] = newest
    app[LIMITS] = Limits(None, "")  # of this machine alone: a count in common would cost more than an answer
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
        app.router.add_get(path, open_to_all(work))
        app.router.add_options(path, _ask_first)
    app.router.add_post("/public/check", open_to_all(_check))
    app.router.add_options("/public/check", _ask_first)
    add_public_pages(app, origin)


async def _feed(request: web.Request) -> web.Response:
    told, seconds = await request.app[NEWEST].told()
    return answer(request, told.feed, keep(seconds), **age(stale=told.stale))


async def _state(request: web.Request) -> web.Response:
    told, seconds = await request.app[NEWEST].told()
    return answer(request, told.state, keep(seconds), **age(stale=told.stale))


async def _issued(request: web.Request) -> web.Response:
    since = before(request.query.get("before"))
    told, seconds = await request.app[NEWEST].told()
    return answer(request, request.app[NEWEST].page(since), keep(seconds), **age(stale=told.stale))


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
    if is_form(request):
        return await post_check(request)
    words = of_program(await request.read(), request.content_type)
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
