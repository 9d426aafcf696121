"""Who may call the API: a bearer token, or this machine's own commands through the private socket."""

import asyncio
import hmac
import socket

from aiohttp import web

from gateway.web.keys import SETTINGS
from gateway.web.problems import Handler, problem

OPEN = ("/health", "/callbacks/")  # callbacks authenticate themselves
BODY_SECONDS = 15.0


def through_private_socket(request: web.Request) -> bool:
    """The request came over the data folder's socket, which only its owner can open."""
    transport = request.transport
    opened = transport.get_extra_info("socket") if transport is not None else None
    return opened is not None and opened.family == socket.AF_UNIX


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever has no token; end bodies that trickle in."""
    if not request.path.startswith(OPEN) and not through_private_socket(request):
        expected = request.app[SETTINGS].api_token
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        authorised = (
            expected is not None
            and scheme.lower() == "bearer"
            and hmac.compare_digest(given.strip().encode(), expected.get_secret_value().encode())
        )
        if not authorised:
            response = problem(401, "a bearer token is needed")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
    async with asyncio.timeout(BODY_SECONDS):
        await request.read()
    return await handler(request)
