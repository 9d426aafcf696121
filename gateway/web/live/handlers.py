"""The pages of the live view and their streams of events."""

import asyncio
import random

from aiohttp import web

from gateway.ledger.decisions import numbers
from gateway.ledger.decisions.numbers import Numbers
from gateway.ledger.delivery import live
from gateway.web.keys import CLOCK, DESK, LEDGER, SETTINGS
from gateway.web.live.feeds import FEEDS, Feed, Key, Looker, Snapshot
from gateway.web.live.live_words import NUMBERS, Speech
from gateway.web.live.newest import Newest
from gateway.web.live.people import Visitor, visitor
from gateway.web.live.readers import Reader
from gateway.web.live.rendering import HEADERS, page
from gateway.web.live.watched import Watched

VIEWERS = 200  # streams open at the same time; whoever comes later reloads the page instead
RETRY = 1_000  # ms after which a browser connects again
STREAM_SECONDS = 600.0  # about: then it connects anew, not all that came together at the same moment
KNOWN_SECONDS = 30.0  # then it is looked whether who watches is still signed in
WRITE_SECONDS = 10.0  # a reader that takes nothing for so long is let go
RELOAD = 5  # seconds between reloads without scripts

routes = web.RouteTableDef()


@routes.get("/live")
async def get_list(request: web.Request) -> web.StreamResponse:
    """The broadcasts launched last."""
    return await _page(request, "list.html")


@routes.get(r"/live/{id:\d{1,18}}")
async def get_broadcast(request: web.Request) -> web.StreamResponse:
    """One broadcast."""
    return await _page(request, "broadcast.html")


@routes.get("/live/events")
@routes.get(r"/live/{id:\d{1,18}}/events")
async def get_events(request: web.Request) -> web.StreamResponse:
    """The same, as server-sent events: each carries the whole fragment, so a lost one is no loss."""
    guest = await visitor(request, in_use=False)
    feeds = request.app[FEEDS]
    if not guest.known:
        return web.Response(status=401, headers=HEADERS)
    if feeds.stopping or feeds.viewers >= VIEWERS:
        return web.Response(status=503, headers={**HEADERS, "Retry-After": "5"})
    feed = _feed(guest)
    if await feed.current() is None:
        feeds.forget(_key(guest))
        return web.Response(status=404, headers=HEADERS)
    feeds.viewers += 1
    try:
        return await _stream(request, guest, feed)
    finally:
        feeds.viewers -= 1


async def _stream(request: web.Request, guest: Visitor, feed: Feed) -> web.StreamResponse:
    feeds, loop = request.app[FEEDS], asyncio.get_running_loop()
    response = web.StreamResponse(
        headers={**HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    ends_at = loop.time() + STREAM_SECONDS * random.uniform(0.8, 1.0)  # noqa: S311 - nothing to guess
    look_at = loop.time() + KNOWN_SECONDS
    reader = await _reads(guest)
    seen = request.headers.get("Last-Event-ID")
    try:
        await response.prepare(request)
        await response.write(f"retry: {RETRY}\n\n".encode())
        while not feeds.stopping and loop.time() < ends_at:
            if loop.time() >= look_at:
                before, guest = guest, await visitor(request, in_use=False)
                if not guest.known or _key(guest) != _key(before):
                    break
                reader = await _reads(guest)
                look_at = loop.time() + KNOWN_SECONDS
            snapshot = await feed.after(seen, min(WRITE_SECONDS, max(0.0, ends_at - loop.time())))
            said = b": waiting\n\n" if snapshot is None else snapshot.event(reader)
            seen = seen if snapshot is None else snapshot.id
            async with asyncio.timeout(WRITE_SECONDS):
                await response.write(said)
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()  # what it has not taken is dropped
    return response


async def _page(request: web.Request, template: str) -> web.StreamResponse:
    guest = await visitor(request)
    if not guest.known:
        return guest.to_sign_in()
    snapshot: Snapshot | None = await _feed(guest).current()
    if snapshot is None:
        request.app[FEEDS].forget(_key(guest))
        return guest.remember(await _missing(guest))
    return guest.remember(
        page(
            template,
            guest.language,
            guest=guest,
            reader=await _reads(guest),
            snapshot=snapshot,
            exercise=snapshot.exercise,
            broadcast=_key(guest).broadcast,
            events=f"{request.path}/events?lang={guest.language}",
            reload=RELOAD,
        )
    )


async def _missing(guest: Visitor) -> web.Response:
    """There is no such broadcast, and what stands under its number instead."""
    number = _key(guest).broadcast
    found: list[Numbers] = []
    if number is not None and not guest.areas:
        found = await guest.request.app[LEDGER].read(numbers.apart, number, number)
    used = [each for each in found if each.use != "unused"]  # or never given yet
    says = Speech(guest.language).of(NUMBERS[used[0].use]) if used else ""
    return page("missing.html", guest.language, guest=guest, status=404, number=number, apart=says)


async def _reads(guest: Visitor) -> Reader:
    """As whom they read: who is for some areas alone acts on nothing that concerns others too."""
    broadcast = _key(guest).broadcast
    if broadcast is None or not guest.areas:
        return guest.reads()
    return guest.reads(await guest.request.app[LEDGER].read(live.concerned, broadcast))


def _key(guest: Visitor) -> Key:
    broadcast = guest.request.match_info.get("id")
    return Key(None if broadcast is None else int(broadcast), tuple(sorted(set(guest.areas))))


def _feed(guest: Visitor) -> Feed:
    app, key = guest.request.app, _key(guest)
    look: Looker = (
        Newest(app[LEDGER], app[CLOCK], key.areas)
        if key.broadcast is None
        else Watched(
            app[LEDGER],
            app[CLOCK],
            app[DESK].catalogue,
            app[SETTINGS].escalation,
            key.broadcast,
            key.areas,
        )
    )
    return app[FEEDS].of(key, look)
