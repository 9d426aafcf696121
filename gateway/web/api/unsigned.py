"""Who has signed, and who is to be called because they have not."""

from typing import Annotated

from pydantic import StringConstraints

from gateway.follow_up.signatures.calling import calls_json, record
from gateway.follow_up.signatures.unsigned import board_json
from gateway.ledger.follow_up.calls import Result
from gateway.ledger.follow_up.unsigned import Standing, Wanted
from gateway.vocabulary import Audience
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
from gateway.web.api.values import Area, Number, Page, Time
from gateway.web.keys import CLOCK, DESK, LEDGER

OPERATIONS = Operations()
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class PhoneNumber(Output):
    """A number as it is shown, and `tel` as it is dialled: only for a token with the scope operate."""

    text: str
    tel: str | None


class Person(Output):
    """Somebody to telephone; `contact` null: the organisation's own number."""

    contact: int | None
    role: str
    name: str
    numbers: list[PhoneNumber]


class Signatures(Output):
    """Organisations counted; one may be several things at once."""

    asked: int
    delivered: int
    opened: int
    signed: int
    done: int
    objected: int
    pending: int
    unreachable: int


class DistrictCount(Signatures):
    """Those of one audience in one district."""

    area: str
    district: str
    audience: Audience


class AskedOrganisation(Output):
    """How far one organisation is; `standing` is what weighs most. `late`: it should have signed by now."""

    id: int
    organisation: OrganisationName
    audience: Audience
    area: str
    district: str
    standing: Standing
    delivered: bool
    due_at: Time
    late: bool
    opened_at: Time | None
    signed_at: Time | None
    signed_by: str | None
    objected_at: Time | None
    objection: str | None
    done_at: Time | None
    people: list[Person]


class Board(Output):
    """Counts by district and audience, and a page of organisations."""

    broadcast: int
    live: bool
    exercise: bool
    launched_at: Time
    as_of: Time
    totals: Signatures
    counts: list[DistrictCount]
    organisations: list[AskedOrganisation]
    next: int | None


class BoardFilter(Page):
    """Which organisations; `area` bounds the counts too, and so does `audience`."""

    standing: Wanted = "unsigned"
    area: Area | None = None
    audience: Audience | None = None


class ToCall(AskedOrganisation):
    """An organisation on the list of calls. `tries`: how often it was called, `last` with what result;
    `script`: what is read out, and after it `own`: the lines that are of it alone."""

    broadcast: int
    exercise: bool
    listed_at: Time
    tries: int
    last: Result | None
    last_at: Time | None
    script: str | None
    own: list[str]


class Calls(Output):
    """Who is to be called, by number."""

    calls: list[ToCall]
    next: int | None


class CallFilter(Page):
    """Which calls."""

    broadcast: Number | None = None
    area: Area | None = None


class Heard(Input):
    """What was heard. `signed` needs the `name` of whoever says so, or a `contact`; `objected` a `note`.
    `by`: who called; without it, the token's person or name."""

    result: Result
    contact: Number | None = None
    name: Words | None = None
    role: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    note: Annotated[str, StringConstraints(max_length=500)] | None = None
    by: Words | None = None


class CallMade(Output):
    """One call; `contact` null: the organisation's own number."""

    at: Time
    by: str
    contact: str | None
    result: Result
    note: str | None


class Called(Output):
    """How it stands after a call."""

    id: int
    broadcast: int
    organisation: OrganisationName
    signed_at: Time | None
    objected_at: Time | None
    calls: list[CallMade]


@OPERATIONS(
    "GET",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/unsigned",
    "read",
    {200: Board},
    query=BoardFilter,
    areas="within",
)
async def get_unsigned(call: Call[BoardFilter]) -> Answer:
    """Who has signed, by district and audience; and who has not, page by page."""
    app, query = call.app, call.query
    return 200, await app[LEDGER].read(
        board_json,
        app[DESK].catalogue,
        int(call.path["id"]),
        app[CLOCK](),
        wanted=query.standing,
        area=query.area,
        audience=query.audience,
        after=query.after,
        limit=query.limit,
        full="operate" in call.caller.scopes,
        limits=call.caller.areas,
    )


@OPERATIONS("GET", "/api/v1/calls", "operate", {200: Calls}, query=CallFilter, areas="within")
async def list_calls(call: Call[CallFilter]) -> Answer:
    """Who is to be called because nobody signed, and who objected; with numbers and what to read out."""
    app, query = call.app, call.query
    return 200, await app[LEDGER].read(
        calls_json,
        app[DESK].catalogue,
        app[CLOCK](),
        broadcast_id=query.broadcast,
        area=query.area,
        after=query.after,
        limit=query.limit,
        limits=call.caller.areas,
    )


@OPERATIONS(
    "POST",
    f"/api/v1/calls/{{id:{INTEGER}}}",
    "operate",
    {200: Called},
    query=Query,
    body=Body(("application/json",), 10_000, Heard),
    problems=(409,),
    areas="within",
)
async def record_call(call: Call[Query]) -> Answer:
    """Record what was heard in a call; it may sign or object for the organisation."""
    heard: Heard = json_body(call.body, Heard)
    app, caller = call.app, call.caller
    return 200, await app[LEDGER].write(
        record,
        int(call.path["id"]),
        heard.result,
        app[CLOCK](),
        caller=caller.name,
        by=heard.by or caller.person or caller.name,
        contact_id=heard.contact,
        name=heard.name,
        role=heard.role,
        note=heard.note,
        limits=caller.areas,
    )
