"""What providers call: receipts. Answered after they are durable."""

from aiohttp import web

from channels.contract import CallbackRequest, Forged
from gateway.web.keys import ENGINE
from gateway.web.problems import problem
from gateway.web.serving.watching import METRICS

routes = web.RouteTableDef()


@routes.route("*", "/callbacks/{account}/{tail:.*}")
async def receive(request: web.Request) -> web.Response:
    """Hand the request to the account's adapter; 403 for one that is not the provider's."""
    call = CallbackRequest(request.method, request.raw_path, request.headers, await request.read())
    try:
        answer = await request.app[ENGINE].callback(request.match_info["account"], call)
    except (Forged, KeyError):
        request.app[METRICS].forged()
        return problem(403, "not a callback of a configured provider")
    return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)
