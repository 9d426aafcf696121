"""Watches the server: requests counted by route, refusals told, and the metrics on a port of their own."""

import logging
from socket import socket

from aiohttp import hdrs, web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gateway.ledger.database import Clock, Ledger
from gateway.ledger.figures import figures
from gateway.logs import Ration
from gateway.metrics import Metrics
from gateway.web.clients import client_of
from gateway.web.keys import WHO
from gateway.web.problems import Handler

METRICS = web.AppKey("metrics", Metrics)
_RATION = web.AppKey("ration", Ration)
_log = logging.getLogger(__name__)


def watch(app: web.Application, metrics: Metrics) -> None:
    """Count the requests of an application, and log what it refuses; its outermost middleware."""
    app[METRICS] = metrics
    app[_RATION] = Ration()
    app.middlewares.insert(0, middleware)


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A line for a refusal holds who was refused, where they asked from, and the route's template: paths and
    queries may hold keys and numbers."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        _told(request, error.status)
        raise
    _told(request, response.status)
    return response


def _told(request: web.Request, status: int) -> None:
    resource = request.match_info.route.resource
    route = "unknown" if resource is None else resource.canonical
    method = request.method if request.method in hdrs.METH_ALL else "other"
    request.app[METRICS].request(method, route, status)
    if 400 <= status < 500:
        left_out = request.app[_RATION].left_out((method, route, status))
        if left_out is not None:
            details: dict[str, object] = {"method": method, "route": route, "status": status}
            if WHO in request:
                details["who"] = request[WHO]
            if client := client_of(request):
                details["client"] = client
            details["left_out"] = left_out
            level = logging.WARNING if status in (401, 403, 429) else logging.INFO
            _log.log(level, "request_refused", extra=details)


async def serve_metrics(metrics: Metrics, ledger: Ledger, clock: Clock, listening: socket) -> web.AppRunner:
    """Answer `GET /metrics` on a socket until the runner is cleaned up."""

    async def answer(_request: web.Request) -> web.Response:
        try:
            state = await ledger.read(figures, clock())
        except Exception as error:
            _log.error("ledger_unreadable", extra={"error": type(error).__name__})
            state = None
        return web.Response(body=metrics.exposition(state), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=75.0, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner
