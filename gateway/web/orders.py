"""Where other levels send their orders: open to all, but only what is proved is looked into and kept."""

import asyncio
import json
import logging
import math

from aiohttp import web

from channels.webhook.standard_webhooks import CALLBACK
from gateway.bus.limits import Limit
from gateway.bus.words import Word
from gateway.exchange.xml import MAX_BYTES
from gateway.moments import moment
from gateway.orders.receiving import Received, receive
from gateway.orders.senders import Proved, Senders, Unproved
from gateway.web.access import ORDERS
from gateway.web.clients import client_of
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.problems import problem
from gateway.web.serving.watching import METRICS

SENDERS = web.AppKey("senders", Senders)
# Of one address: a city sends a handful in a night, and proving takes milliseconds of CPU.
POSTS = Limit("orders", 2.0, 30)
BODY_SECONDS = 15.0
_LONGEST_TYPE = 100
_DOUBTS = {
    "unsigned": "it carries no signature",
    "unreadable": "it is no XML in which a signature could stand",
    "unknown_sender": "its sender is not one of ours",
    "other_sender": "it is signed by another than it names",
    "forged": "its signature is wrong, or too old",
}

DESCRIBED: dict[str, object] = {  # in the API's own description, beside what asks for a token
    "operationId": "post_order",
    "summary": "An order of another level, proved by an XML signature or as Standard Webhooks.",
    "tags": ["orders"],
    "security": [],
    "requestBody": {
        "required": True,
        "content": {
            media: {"schema": {"type": "string", "description": "as in docs/orders.md"}}
            for media in ("application/cap+xml", "application/xml", "application/json")
        },
    },
    "responses": {
        "202": {
            "description": "Kept, or here already",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["order", "identifier", "verdict"],
                        "properties": {
                            "order": {"type": "integer"},
                            "identifier": {"type": ["string", "null"]},
                            "verdict": {"type": "string"},
                        },
                    }
                }
            },
        },
        **{
            str(status): {
                "description": words,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, words in (
                (403, "Nothing proves it: not kept"),
                (408, "The body came too slowly"),
                (409, "Another message of its name is here"),
                (413, "Longer than 1 MB"),
                (415, "Packed"),
                (421, "Not this server's name"),
                (422, "Kept, and no order that could be followed here"),
                (429, "Too many of this address"),
                (500, "Internal error"),
            )
        },
    },
}

routes = web.RouteTableDef()
_log = logging.getLogger(__name__)


@routes.post(ORDERS)
async def post_order(request: web.Request) -> web.Response:
    """CAP 1.2, the 12379 dialect or our JSON, proved by an XML signature or as Standard Webhooks.

    202: kept (again the same for a repetition); 403: nothing proves it, and nothing is kept; 409: another
    message of the same name is here; 422: kept, but no order that could be followed here.
    """
    app = request.app
    who = client_of(request)
    wait = await app[BUS].limits.wait(POSTS, who)
    if wait:
        app[METRICS].order_refused("too_often")
        refusal = problem(429, "too many orders from this address")
        refusal.headers["Retry-After"] = str(math.ceil(wait))
        return refusal
    whole = request.clone(client_max_size=MAX_BYTES)
    async with asyncio.timeout(BODY_SECONDS):
        content = await whole.read()
    now = app[CLOCK]()
    try:
        at = moment(now)
        proved = await asyncio.to_thread(app[SENDERS].prove, request.headers, content, at)
    except Unproved as error:
        app[METRICS].order_refused(error.doubt)
        _log.warning("order_unproved", extra={"reason": error.doubt})
        return problem(403, _DOUBTS[error.doubt], reason=error.doubt)
    received = await _keep(request, proved, now)
    order = received.order
    if received.outcome == "conflict":
        app[METRICS].order_refused("conflict")
        _log.error("order_conflict", extra={"order": order.id, "sender": order.sender})
        return problem(409, "another message of this identifier was received before", order=order.id)
    if received.outcome == "kept":
        app[METRICS].order_received(order.verdict)
        said = {"order": order.id, "sender": order.sender, "verdict": order.verdict}
        if order.level is not None:
            said["ordered"] = order.level
        waits = order.state == "received"
        _log.log(logging.WARNING if waits else logging.INFO, "order_received", extra=said)
    app[BUS].say(Word.TIMER)
    app[BUS].say(Word.CHANGED)
    if order.refusal is not None:
        return problem(422, order.refusal["message_en"], order=order.id, error=dict(order.refusal))
    told = {"order": order.id, "identifier": order.identifier, "verdict": order.verdict}
    return web.Response(status=202, text=json.dumps(told), content_type="application/json")


async def _keep(request: web.Request, proved: Proved, now: int) -> Received:
    app = request.app
    desk = app[DESK]
    return await app[LEDGER].write(
        receive,
        desk.catalogue,
        desk.authority,
        proved,
        request.headers.get("Content-Type", "")[:_LONGEST_TYPE],
        request.headers.get(CALLBACK),
        now,
    )
