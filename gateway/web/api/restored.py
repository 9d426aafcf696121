"""A restored ledger: why nothing leaves, what would, and letting it."""

from typing import Annotated, Literal

from pydantic import Field

from gateway.follow_up.upkeep import restored
from gateway.vocabulary import Action, Level
from gateway.web.api.lanes import Words
from gateway.web.api.operation import Answer, Body, Call, Input, Operations, Output, Query, json_body
from gateway.web.api.values import Time
from gateway.web.keys import CLOCK, ENGINE, LEDGER

OPERATIONS = Operations()


class Guard(Output):
    """Why nothing leaves: a `backup` was restored, or a `copy` of which no more is known."""

    since: Time
    because: Literal["backup", "copy"]
    copied_at: Time | None


class WaitingBroadcast(Output):
    """A broadcast of which something would leave.

    `unknown` may be sent once more; `unexpanded` recipients have no delivery yet.
    """

    broadcast: int
    exercise: bool
    plan: str
    action: Action
    level: Level | None
    document_number: str | None
    launched_at: Time
    age_minutes: int
    valid_until: Time
    queued: int
    unknown: int
    unexpanded: int


class RunningCampaign(Output):
    """A campaign that asks whether numbers are still right: questions, and those without an answer."""

    campaign: int
    exercise: bool
    at: Time
    expires_at: Time
    questions: int
    open: int


class RestoredState(Output):
    """`guard` is null unless the ledger is a restored copy that nobody has resumed. Resuming ends
    `campaigns`: their questions may have left since."""

    guard: Guard | None
    waiting: list[WaitingBroadcast]
    campaigns: list[RunningCampaign]


class Resuming(Input):
    """Broadcasts of which nothing more is to leave, and who says so (else the token's name)."""

    drop: Annotated[tuple[Annotated[int, Field(ge=1, lt=2**62)], ...], Field(max_length=1000)] = ()
    by: Words | None = None


@OPERATIONS("GET", "/api/v1/restored", "read", {200: RestoredState}, query=Query)
async def get_restored(call: Call[Query]) -> Answer:
    """Whether the ledger is a restored copy, and what is waiting to leave."""
    return 200, await call.app[LEDGER].read(restored.state, call.app[CLOCK]())


@OPERATIONS(
    "POST",
    "/api/v1/restored/resume",
    "operate",
    {200: RestoredState},
    query=Query,
    body=Body(("application/json",), 20_000, Resuming),
)
async def post_resume(call: Call[Query]) -> Answer:
    """Let a restored ledger send what is waiting in it, but for the broadcasts named in `drop`."""
    app = call.app
    resuming: Resuming = json_body(call.body, Resuming)
    caller = call.caller.name
    by = resuming.by or caller
    await app[LEDGER].write(restored.drop, resuming.drop, app[CLOCK](), by, caller)
    await app[ENGINE].resume(by, caller)
    app[ENGINE].wake()
    return 200, await app[LEDGER].read(restored.state, app[CLOCK]())
