"""Health: for whoever watches the process."""

from aiohttp import web

from gateway.web.keys import LEDGER

routes = web.RouteTableDef()


@routes.get("/health")
async def health(request: web.Request) -> web.Response:
    """Whether the ledger answers."""
    await request.app[LEDGER].read(lambda connection: connection.exec_driver_sql("select 1"))
    return web.json_response({"status": "ok"})
