"""Puts the live page into the web application."""

from aiohttp import web

from gateway.bus.words import Word
from gateway.web.keys import BUS, SETTINGS
from gateway.web.live import failures, handlers, handover, people, static, steps, unsigned
from gateway.web.live.feeds import FEEDS, Feeds
from gateway.web.live.people import SESSIONS
from gateway.web.live.sessions import Sessions


def add_live_pages(app: web.Application, secret: bytes) -> None:
    """Add the pages. `secret` signs sessions: the data folder's own. Streams end when the server does."""
    token = app[SETTINGS].api_token
    app[SESSIONS] = Sessions(secret, None if token is None else token.get_secret_value())
    app[FEEDS] = Feeds()
    app[BUS].hear(app[FEEDS].look, Word.LAUNCHED, Word.ACCOUNTS, Word.CHANGED)
    app.add_routes(static.routes)
    app.add_routes(people.routes)
    app.add_routes(handlers.routes)
    app.add_routes(unsigned.routes)
    app.add_routes(steps.routes)
    app.add_routes(failures.routes)
    app.add_routes(handover.routes)
    app.on_shutdown.append(app[FEEDS].close)
