"""Lanes: how each stands, and parking and opening them by hand."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from gateway.directory.model import AddressKind
from gateway.follow_up.upkeep.lanes import states
from gateway.web.api.operation import INTEGER, Answer, Body, Call, Input, Operations, Output, Query, json_body
from gateway.web.api.values import Time
from gateway.web.keys import CLOCK, ENGINE, LEDGER

OPERATIONS = Operations()
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class LaneState(Output):
    """One number, bot or sender of an account.

    `open`: it takes messages now; `parked_until` null while parked: until somebody opens it. `route`:
    its account's place in the order of its channel, from 0. `breaker`: how far it is trusted, since when,
    and why it opened last. `moves_to`: the account by which its queue leaves while it is open; null:
    nothing moves. `again_at`: the account's work ended by a fault of the program, and begins again then;
    null: it did not. Where several machines share the ledger, `worker` has the account (null: nobody),
    since then, and until `lease_until` without saying so again.
    """

    id: int
    account: str
    provider: str
    name: str
    channel: AddressKind
    exercise: bool
    enabled: bool
    route: int
    open: bool
    parked_until: Time | None
    parked_reason: str | None
    parked_by: str | None
    breaker: Literal["closed", "half_open", "open"]
    breaker_since: Time | None
    breaker_reason: str | None
    moves_to: str | None
    queued: int
    again_at: Time | None
    worker: str | None
    worker_since: Time | None
    lease_until: Time | None


class LaneStates(Output):
    """Every lane, by account and name."""

    lanes: list[LaneState]


class Parking(Input):
    """Why, and who says so; without `by` it is the token's name."""

    reason: Words
    by: Words | None = None


class Opening(Input):
    """Who says so; without `by` it is the token's name."""

    by: Words | None = None


@OPERATIONS("GET", "/api/v1/lanes", "read", {200: LaneStates}, query=Query, areas="any")
async def list_lanes(call: Call[Query]) -> Answer:
    """Every lane, whether it is open, and how much waits on it."""
    app = call.app
    return 200, {"lanes": await app[LEDGER].read(states, app[CLOCK]())}


@OPERATIONS(
    "POST",
    f"/api/v1/lanes/{{id:{INTEGER}}}/park",
    "operate",
    {200: LaneState},
    query=Query,
    body=Body(("application/json",), 10_000, Parking),
)
async def park_lane(call: Call[Query]) -> Answer:
    """Let a lane rest until somebody opens it, also over restarts; its queue leaves by `moves_to`."""
    parking: Parking = json_body(call.body, Parking)
    caller = call.caller.name
    await call.app[ENGINE].park(int(call.path["id"]), parking.by or caller, parking.reason, caller)
    return 200, await _state(call)


@OPERATIONS(
    "POST",
    f"/api/v1/lanes/{{id:{INTEGER}}}/open",
    "operate",
    {200: LaneState},
    query=Query,
    body=Body(("application/json",), 10_000, Opening),
)
async def open_lane(call: Call[Query]) -> Answer:
    """End a lane's rest, whoever parked it."""
    opening: Opening = json_body(call.body, Opening)
    caller = call.caller.name
    await call.app[ENGINE].open(int(call.path["id"]), opening.by or caller, caller)
    return 200, await _state(call)


async def _state(call: Call[Query]) -> dict[str, object]:
    known = await call.app[LEDGER].read(states, call.app[CLOCK]())
    return next(each for each in known if each["id"] == int(call.path["id"]))
