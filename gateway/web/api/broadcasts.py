"""Broadcasts: every launched one, and one with its counts."""

from typing import Annotated

from pydantic import StringConstraints

from gateway.broadcasts.launching.overview import overview, overviews
from gateway.broadcasts.launching.stop import stop
from gateway.bus.words import Word
from gateway.vocabulary import Action, Audience, Level
from gateway.web.api import areas
from gateway.web.api.operation import INTEGER, Answer, Body, Call, Input, Operations, Output, Query, json_body
from gateway.web.api.values import Time
from gateway.web.keys import BUS, CLOCK, LEDGER

OPERATIONS = Operations()
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Count(Output):
    """Deliveries counted."""

    audience: Audience
    channel: str
    state: str
    deliveries: int


class Signatures(Output):
    """Organisations that are asked to sign. `open`: neither signed nor objected, and still waited for."""

    asked: int
    opened: int
    signed: int
    objected: int
    done: int
    open: int


class Overview(Output):
    """A broadcast with its counts; to a token limited to areas as far as it lies in them, where `recipients`
    counts the deliveries made there. `complete`: every delivery is final, or past its receipt's time;
    `no_receipt` were taken, and no receipt came in its time; `undecided` may have arrived, and wait for a
    person."""

    id: int
    decision: str
    episode: str
    plan: str
    action: Action
    level: Level | None
    exercise: bool
    document_number: str | None
    live: bool
    launched_at: Time | None
    valid_until: Time | None
    superseded_by: int | None
    recipients: int
    complete: bool
    deliveries: int
    totals: dict[str, int]
    no_receipt: int
    undecided: int
    signatures: Signatures
    counts: list[Count]


class Overviews(Output):
    """Broadcasts, oldest first."""

    broadcasts: list[Overview]


class Stopping(Input):
    """Why, and who says so; without `by` it is the token's name."""

    reason: Words
    by: Words | None = None


@OPERATIONS("GET", "/api/v1/broadcasts", "read", {200: Overviews}, query=Query, areas="within")
async def list_broadcasts(call: Call[Query]) -> Answer:
    """Every launched broadcast, oldest first."""
    app = call.app
    return 200, {"broadcasts": await app[LEDGER].read(overviews, app[CLOCK](), call.caller.areas)}


@OPERATIONS(
    "GET", f"/api/v1/broadcasts/{{id:{INTEGER}}}", "read", {200: Overview}, query=Query, areas="within"
)
async def get_broadcast(call: Call[Query]) -> Answer:
    """One broadcast with its counts by audience, channel and state."""
    app = call.app
    return 200, await app[LEDGER].read(overview, int(call.path["id"]), app[CLOCK](), call.caller.areas)


@OPERATIONS(
    "POST",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/stop",
    "operate",
    {200: Overview},
    query=Query,
    body=Body(("application/json",), 10_000, Stopping),
    problems=(409,),
    areas=areas.broadcast,
)
async def stop_broadcast(call: Call[Query]) -> Answer:
    """Let nothing more of a broadcast leave. What it said stays in force: a lift or retraction ends that.

    Stopped before, nothing happens.
    """
    app, caller, broadcast_id = call.app, call.caller, int(call.path["id"])
    stopping: Stopping = json_body(call.body, Stopping)
    by = stopping.by or caller.person or caller.name
    if await app[LEDGER].write(stop, broadcast_id, by, stopping.reason, app[CLOCK](), caller.actor):
        app[BUS].say(Word.LAUNCHED)
        app[BUS].say(Word.CHANGED)
    return 200, await app[LEDGER].read(overview, broadcast_id, app[CLOCK]())
