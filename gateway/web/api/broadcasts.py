"""Broadcasts: every launched one, and one with its counts."""

from gateway.broadcasts.overview import overview, overviews
from gateway.vocabulary import Action, Audience, Level
from gateway.web.api.operation import INTEGER, Answer, Call, Operations, Output, Query
from gateway.web.api.values import Time
from gateway.web.keys import CLOCK, LEDGER

OPERATIONS = Operations()


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
    """A broadcast with its counts. `complete`: every delivery is final, or past its receipt's time."""

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
    signatures: Signatures
    counts: list[Count]


class Overviews(Output):
    """Broadcasts, oldest first."""

    broadcasts: list[Overview]


@OPERATIONS("GET", "/api/v1/broadcasts", "read", {200: Overviews}, query=Query)
async def list_broadcasts(call: Call[Query]) -> Answer:
    """Every launched broadcast, oldest first."""
    app = call.app
    return 200, {"broadcasts": await app[LEDGER].read(overviews, app[CLOCK]())}


@OPERATIONS("GET", f"/api/v1/broadcasts/{{id:{INTEGER}}}", "read", {200: Overview}, query=Query)
async def get_broadcast(call: Call[Query]) -> Answer:
    """One broadcast with its counts by audience, channel and state."""
    app = call.app
    return 200, await app[LEDGER].read(overview, int(call.path["id"]), app[CLOCK]())
