"""`/api/v1`: submit a decision, launch it, read a broadcast and its deliveries, import a directory."""

import asyncio
import json
from typing import Any

from aiohttp import web

from gateway.broadcasts.launch import launch
from gateway.broadcasts.overview import delivery_json, overview, overviews
from gateway.broadcasts.prepare import prepare
from gateway.broadcasts.present import prepared_json, submitted_json
from gateway.broadcasts.submit import submit
from gateway.decisions.reading import read
from gateway.documents import decode
from gateway.errors import InputError
from gateway.ledger import deliveries
from gateway.web.directory import read_rows, store_rows
from gateway.web.keys import CLOCK, DESK, ENGINE, EXPANDER, LEDGER

routes = web.RouteTableDef()
PAGE = 100
MAX_PAGE = 1000


def _json(content: object, status: int = 200) -> web.Response:
    return web.Response(
        text=json.dumps(content, ensure_ascii=False), status=status, content_type="application/json"
    )


@routes.get("/health")
async def health(request: web.Request) -> web.Response:
    """Whether the ledger answers."""
    await request.app[LEDGER].read(lambda connection: connection.exec_driver_sql("select 1"))
    return _json({"status": "ok"})


@routes.post("/api/v1/decisions")
async def post_decision(request: web.Request) -> web.Response:
    """A decision document (YAML or JSON) in; frozen with its manifest, not yet launched.

    With `?dry_run=true` nothing is stored. An equal document that was launched gives its broadcast.
    """
    app = request.app
    decision = read(decode(await request.read(), None), None)
    if request.query.get("dry_run") == "true":
        prepared = await app[LEDGER].read(prepare, app[DESK], decision, app[CLOCK]())
        return _json(prepared_json(prepared))
    submitted = await app[LEDGER].write(submit, app[DESK], decision, app[CLOCK]())
    return _json(submitted_json(submitted), 200 if submitted.prepared is None else 201)


@routes.post("/api/v1/decisions/{id}/launch")
async def post_launch(request: web.Request) -> web.Response:
    """`{"manifest": hash}` in: what the approver saw. The same again gives the running broadcast."""
    app = request.app
    try:
        body: Any = json.loads(await request.read())
        manifest = body["manifest"]
    except (ValueError, KeyError, TypeError):
        manifest = None
    if not isinstance(manifest, str):
        raise InputError(
            "FIELD_MISSING", "缺少“manifest”", 'the body must be {"manifest": "…"}', field="manifest"
        )
    recorded = await app[LEDGER].write(launch, app[DESK], request.match_info["id"], manifest, app[CLOCK]())
    app[EXPANDER].wake()
    app[ENGINE].wake()
    return _json(await app[LEDGER].read(overview, recorded.broadcast_id, app[CLOCK]()))


@routes.get("/api/v1/broadcasts")
async def get_broadcasts(request: web.Request) -> web.Response:
    """Every launched broadcast, oldest first."""
    app = request.app
    return _json({"broadcasts": await app[LEDGER].read(overviews, app[CLOCK]())})


@routes.get(r"/api/v1/broadcasts/{id:\d{1,18}}")
async def get_broadcast(request: web.Request) -> web.Response:
    """One broadcast with its counts."""
    app = request.app
    return _json(await app[LEDGER].read(overview, int(request.match_info["id"]), app[CLOCK]()))


@routes.get(r"/api/v1/broadcasts/{id:\d{1,18}}/deliveries")
async def get_deliveries(request: web.Request) -> web.Response:
    """A page of deliveries: `?state=&audience=&channel=&after=&limit=`; addresses are masked."""
    app = request.app
    broadcast_id = int(request.match_info["id"])
    await app[LEDGER].read(overview, broadcast_id, app[CLOCK]())  # 404 where there is none
    limit = _number(request, "limit", PAGE, MAX_PAGE)
    page = await app[LEDGER].read(
        deliveries.page,
        broadcast_id,
        state=request.query.get("state"),
        audience=request.query.get("audience"),
        channel=request.query.get("channel"),
        after=_number(request, "after", 0, 2**62),
        limit=limit,
    )
    return _json(
        {
            "deliveries": [delivery_json(each) for each in page],
            "next": page[-1].id if len(page) == limit else None,
        }
    )


def _number(request: web.Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise InputError(
            "FIELD_INVALID",
            f"“{name}”应为不大于 {most} 的整数",
            f"{name} must be a whole number of at most {most}",
            field=name,
        )
    return int(text)


@routes.post("/api/v1/directory")
async def post_directory(request: web.Request) -> web.Response:
    """A CSV file in; every row's result out. With `?dry_run=true` nothing is stored."""
    app = request.app
    content = await request.read()
    dry_run = request.query.get("dry_run") == "true"
    reading = await asyncio.to_thread(read_rows, content, request.query.get("file"), app[DESK].catalogue)
    run = app[LEDGER].read if dry_run else app[LEDGER].write
    return _json(await run(store_rows, reading, app[CLOCK](), dry_run=dry_run))
