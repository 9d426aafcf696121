"""An export by this machine's own commands is written into the audit trail before it is made."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.ledger.trail import audit
from gateway.web.access import CALLER, LOCAL
from gateway.web.keys import CLOCK, LEDGER

routes = web.RouteTableDef()


def exported(connection: Connection, now: int, caller: str, subject: str, detail: dict[str, object]) -> None:
    """Somebody takes names and addresses out of the ledger. `now`: milliseconds since 1970 UTC."""
    audit.append(connection, now, caller, "exported", subject, detail)


@routes.post("/private/exports")
async def post_export(request: web.Request) -> web.Response:
    """`{subject, detail}` in."""
    if request[CALLER] is not LOCAL:
        raise web.HTTPNotFound
    body = await request.json()
    app = request.app
    await app[LEDGER].write(exported, app[CLOCK](), LOCAL.name, body["subject"], body["detail"])
    return web.json_response({})
