"""`/api/v1`: one file a noun; what an operation takes and gives is stated once, and documented from there."""

import asyncio
import json
from functools import cache

from aiohttp import web

from gateway.web import orders as posted_orders
from gateway.web.access import ORDERS
from gateway.web.api import (
    acknowledgements,
    amending,
    approving,
    audit,
    boards,
    broadcasts,
    decisions,
    deliveries,
    directory,
    duties,
    episodes,
    following,
    handovers,
    imports,
    lanes,
    notices,
    obligations,
    openapi,
    opinions,
    orders,
    organisations,
    plans,
    publications,
    recipients,
    released,
    restored,
    undecided,
    unsigned,
    validations,
    verification_answers,
    verifications,
)
from gateway.web.api.operation import Operation
from gateway.web.api.public import PUBLIC

OPERATIONS: tuple[Operation, ...] = (
    *decisions.OPERATIONS,
    *approving.OPERATIONS,
    *following.OPERATIONS,
    *opinions.OPERATIONS,
    *notices.OPERATIONS,
    *recipients.OPERATIONS,
    *broadcasts.OPERATIONS,
    *released.OPERATIONS,
    *deliveries.OPERATIONS,
    *undecided.OPERATIONS,
    *handovers.OPERATIONS,
    *acknowledgements.OPERATIONS,
    *directory.OPERATIONS,
    *imports.OPERATIONS,
    *organisations.OPERATIONS,
    *amending.OPERATIONS,
    *duties.OPERATIONS,
    *boards.OPERATIONS,
    *episodes.OPERATIONS,
    *publications.OPERATIONS,
    *lanes.OPERATIONS,
    *obligations.OPERATIONS,
    *orders.OPERATIONS,
    *restored.OPERATIONS,
    *unsigned.OPERATIONS,
    *validations.OPERATIONS,
    *verifications.OPERATIONS,
    *verification_answers.OPERATIONS,
    *audit.OPERATIONS,
    *plans.OPERATIONS,
)


def routes() -> list[web.RouteDef]:
    """Every operation, and the document that describes them."""
    return [
        *(web.route(each.method, each.path, each.handle) for each in OPERATIONS),
        web.get("/api/v1/openapi.json", _get_openapi),
    ]


async def _get_openapi(_request: web.Request) -> web.Response:
    described = await asyncio.to_thread(_described)
    return web.Response(text=described, content_type="application/json")


@cache
def _described() -> str:
    """Made when somebody asks: it takes longer than all else of a server's start."""
    described = openapi.document(OPERATIONS, PUBLIC)
    described["paths"][ORDERS]["post"] = posted_orders.DESCRIBED
    return json.dumps(described)
