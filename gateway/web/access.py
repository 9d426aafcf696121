"""Who may call the API: a bearer token, or this machine's own commands through the private socket."""

import asyncio
import hmac
import math
import socket
from dataclasses import dataclass

from aiohttp import web

from gateway.broadcasts.actor import Actor
from gateway.bus.limits import Limit
from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import SCOPES, Scope
from gateway.web.keys import BUS, CLOCK, LEDGER, SETTINGS, WHO
from gateway.web.problems import Handler, problem

OPEN = (
    "/health",
    "/callbacks/",
    "/live",
    "/console",
    "/sign-in",
    "/sign-out",
    "/static/",
    "/s/",
    "/v/",
    "/cap/",
    "/public",
)  # they authenticate themselves, or are for everybody
ORDERS = "/api/v1/orders"  # a POST there proves itself by its signature
READ_LATER = ("/api/", "/s/", "/v/")  # they read their bodies themselves, once it is known who asks
UPLOADS = ("/console/directory/imports",)  # forms with large files, read as they come by who may send them
BODY_SECONDS = 15.0
_PAGES = ("/console", "/live", "/sign-in", "/sign-out")  # they ask `people.refuse_too_large` first
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may: the name of a token, `user:` and the name of somebody signed in, or one
    of the names in brackets.

    `person` and `titles` are those of the person behind it, `areas` the codes that it is limited to (none:
    everywhere).
    """

    name: str
    scopes: frozenset[Scope]
    person: str | None = None
    titles: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """The caller as use cases and the audit trail know them."""
        return Actor(self.name, self.person, self.titles)


LOCAL = Caller("(local)", frozenset(SCOPES))  # this machine's commands
INITIAL = Caller("(init)", frozenset(SCOPES))  # the settings' own token
CALLER = web.RequestKey("caller", Caller)
TOO_LARGE = web.RequestKey("too_large", bool)  # a form of a page: its body was not read whole


def through_private_socket(request: web.Request) -> bool:
    """The request came over the data folder's socket, which only its owner can open."""
    transport = request.transport
    opened = transport.get_extra_info("socket") if transport is not None else None
    return opened is not None and opened.family == socket.AF_UNIX


async def who(app: web.Application, token: str) -> Caller | None:
    """Whose token this is; None for one that is unknown, expired or revoked."""
    own = app[SETTINGS].api_token
    if own is not None and hmac.compare_digest(token.encode(), own.get_secret_value().encode()):
        return INITIAL
    now = app[CLOCK]()
    found = await app[LEDGER].read(tokens.find, token, now)
    if found is None:
        return None
    if tokens.use_is_unwritten(found, now):
        await app[LEDGER].write(tokens.used, found.name, now)
    return Caller(found.name, found.scopes, found.person, found.titles, found.areas)


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever has no token, or asks too often; end bodies that trickle in."""
    proves_itself = (request.method, request.path) == ("POST", ORDERS)
    if not proves_itself and request.path != "/" and not request.path.startswith(OPEN):
        caller = LOCAL if through_private_socket(request) else await _caller(request)
        if caller is None:
            response = problem(401, "a bearer token is needed")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        wait = 0.0 if caller is LOCAL else await _wait(request.app, caller.name)
        if wait:
            response = problem(429, "too many requests with this token")
            response.headers["Retry-After"] = str(math.ceil(wait))
            return response
        request[CALLER] = caller
        request[WHO] = caller.name
    if not request.path.startswith(READ_LATER) and request.path not in UPLOADS:
        try:
            await _take_body(request)
        except web.HTTPRequestEntityTooLarge:
            if not _form_of_page(request):
                raise
            request[TOO_LARGE] = True  # the page says so to whoever filled it in
    return await handler(request)


async def _wait(app: web.Application, name: str) -> float:
    """Spend one of a caller's requests, wherever they ask; 0, or seconds until there is one to spend."""
    terms = app[SETTINGS].api
    return await app[BUS].limits.wait(Limit("api", terms.per_second, terms.burst), name)


def _form_of_page(request: web.Request) -> bool:
    return request.path.startswith(_PAGES) and request.content_type in _FORMS


async def _take_body(request: web.Request) -> None:
    if request.content.is_eof():  # it came with the headers: nothing to wait for
        await request.read()
        return
    async with asyncio.timeout(BODY_SECONDS):
        await request.read()


async def _caller(request: web.Request) -> Caller | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    readable = token.isascii() and token != ""  # a header may hold bytes that no text has
    return await who(request.app, token) if scheme.lower() == "bearer" and readable else None
