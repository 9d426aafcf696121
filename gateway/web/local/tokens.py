"""Making and ending tokens: for this machine's own commands, never over the network."""

from typing import Any

from aiohttp import web

from gateway.accounts.tokens import end, make
from gateway.web.access import CALLER, LOCAL
from gateway.web.keys import CLOCK, LEDGER

routes = web.RouteTableDef()


@routes.post("/private/tokens")
async def post_token(request: web.Request) -> web.Response:
    """`{name, scopes, days, person, titles, areas}` in; the last three may be absent."""
    body = await _from_a_command(request)
    app = request.app
    whose = body.get("person"), body.get("titles") or (), body.get("areas") or ()
    made = await app[LEDGER].write(make, body["name"], body["scopes"], body["days"], app[CLOCK](), *whose)
    return web.json_response(made, status=201)


@routes.post("/private/tokens/revoke")
async def post_revoke(request: web.Request) -> web.Response:
    """`{name}` in."""
    body = await _from_a_command(request)
    return web.json_response(await request.app[LEDGER].write(end, body["name"], request.app[CLOCK]()))


async def _from_a_command(request: web.Request) -> Any:
    if request[CALLER] is not LOCAL:
        raise web.HTTPNotFound
    return await request.json()
