"""Messages that may have arrived and on which a person decides: to send them once more, or to leave them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from gateway.broadcasts.launching.overview import overview
from gateway.bus.words import Word
from gateway.directory.model import AddressKind
from gateway.follow_up.upkeep.undecided import MOST, Act, decide, listed
from gateway.vocabulary import Audience
from gateway.web.api import areas
from gateway.web.api.deliveries import OrganisationName
from gateway.web.api.operation import (
    INTEGER,
    Answer,
    Body,
    Call,
    Input,
    Operations,
    Output,
    Query,
    json_body,
)
from gateway.web.api.values import Page, Time
from gateway.web.keys import BUS, CLOCK, LEDGER

OPERATIONS = Operations()
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Undecided(Output):
    """One message. `may_resend`: its broadcast may still send."""

    id: int
    organisation: OrganisationName
    audience: Audience
    channel: AddressKind
    address: str
    part: int
    reason: str | None
    attempts: int
    claimed_at: Time | None
    may_resend: bool


class UndecidedPage(Output):
    """What waits for a person, in the order in which it was made."""

    deliveries: list[Undecided]
    next: int | None


class Deciding(Input):
    """About which deliveries (absent: all that wait), why, and who says so; without `by` it is the
    token's name."""

    reason: Words
    by: Words | None = None
    deliveries: (
        Annotated[list[Annotated[int, Field(ge=1, lt=2**62)]], Field(min_length=1, max_length=MOST)] | None
    ) = None


class Decided(Output):
    """How many were decided on."""

    decided: int


@OPERATIONS(
    "GET",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/undecided",
    "read",
    {200: UndecidedPage},
    query=Page,
    areas=areas.broadcast,
)
async def list_undecided(call: Call[Page]) -> Answer:
    """A page of what waits for a person: no receipt tells, and no rule sends it once more."""
    app, query, broadcast_id = call.app, call.query, int(call.path["id"])
    await app[LEDGER].read(overview, broadcast_id, app[CLOCK]())  # 404 where there is none
    found = await app[LEDGER].read(listed, broadcast_id, app[CLOCK](), query.after, query.limit)
    more = found[-1]["id"] if len(found) == query.limit else None
    return 200, {"deliveries": found, "next": more}


@OPERATIONS(
    "POST",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/undecided/resend",
    "operate",
    {200: Decided},
    query=Query,
    body=Body(("application/json",), 200_000, Deciding),
    problems=(409,),
    areas=areas.broadcast,
)
async def resend_undecided(call: Call[Query]) -> Answer:
    """Send them once more, marked as repeats: whoever got the first reads it twice."""
    return await _decide(call, "resend")


@OPERATIONS(
    "POST",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/undecided/leave",
    "operate",
    {200: Decided},
    query=Query,
    body=Body(("application/json",), 200_000, Deciding),
    problems=(409,),
    areas=areas.broadcast,
)
async def leave_undecided(call: Call[Query]) -> Answer:
    """Leave them: they stay unknown, and wait for nobody any more."""
    return await _decide(call, "leave")


async def _decide(call: Call[Query], act: Act) -> Answer:
    app, caller, broadcast_id = call.app, call.caller.name, int(call.path["id"])
    given: Deciding = json_body(call.body, Deciding)
    await app[LEDGER].read(overview, broadcast_id, app[CLOCK]())  # 404 where there is none
    number = await app[LEDGER].write(
        decide,
        broadcast_id,
        act,
        given.deliveries,
        given.by or caller,
        given.reason,
        app[CLOCK](),
        caller,
    )
    app[BUS].say(Word.QUEUED)
    app[BUS].say(Word.CHANGED)
    return 200, {"decided": number}
