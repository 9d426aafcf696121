"""Obligations: what is owed and overdue, reports received for it, and what a person waives."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.follow_up.obligations.obligations import detail, obligation_json, receive, waive
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import STATES, State
from gateway.ledger.follow_up.owed import owes
from gateway.web.api import areas
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
    page_of,
)
from gateway.web.api.values import Flag, Page, Time
from gateway.web.keys import CLOCK, LEDGER

OPERATIONS = Operations()
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Obligation(Output):
    """Something owed. `late`: met after its deadline; null while it is not met."""

    id: int
    plan: str
    episode: str | None
    decision: str | None
    exercise: bool
    code: str
    what: str
    by_whom: str
    to_whom: str
    contents: list[str]
    clause: str | None
    covers: (
        Annotated[str, Field(description="an ISO date, or the year of a yearly one without a date")] | None
    )
    due_at: Time | None
    repeats: Literal["daily"] | None
    state: State
    late: bool | None
    opened_at: Time
    reminded_at: Time | None
    overdue_at: Time | None
    met_at: Time | None
    ended_at: Time | None
    ended_because: str | None


class Report(Output):
    """A report as it was received; `missing`: headings of the plan that are still to come."""

    id: int
    from_whom: str
    caller: str
    contents: dict[str, str]
    missing: list[str]
    late: bool
    received_at: Time


class ObligationDetail(Obligation):
    """An obligation with the reports received for it."""

    reports: list[Report]


class Obligations(Output):
    """A page of obligations, and the number to go on after (null: this is the last page)."""

    obligations: list[Obligation]
    next: int | None


class ReportIn(Input):
    """What a unit reports, by the plan's headings."""

    from_whom: Words
    contents: Annotated[dict[Annotated[str, StringConstraints(max_length=200)], str], Field(min_length=1)]


class Received(Output):
    """What became of it: `met` once every heading of the plan is there."""

    obligation: Obligation
    report: Report
    met: bool
    missing: list[str]


class Waiving(Input):
    """Why it need not be met, and who says so; without `by` it is the token's name."""

    reason: Words
    by: Words | None = None


class Wanted(Page):
    """Which obligations; `unit` is part of the name of who owes."""

    state: State | None = None
    exercise: Flag | None = None
    episode: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    unit: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    code: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")] | None = None


@OPERATIONS("GET", "/api/v1/obligations", "read", {200: Obligations}, query=Wanted, areas="within")
async def list_obligations(call: Call[Wanted]) -> Answer:
    """What is owed, overdue, met or ended, in the order in which it was opened.

    A token limited to areas may get pages shorter than `limit`: it goes on until `next` is null.
    """
    wanted = call.query
    found = await call.app[LEDGER].read(
        obligations.page,
        call.app[CLOCK](),
        after=wanted.after,
        limit=wanted.limit,
        states=STATES if wanted.state is None else (wanted.state,),
        exercise=wanted.exercise,
        episode=wanted.episode,
        unit=wanted.unit,
        code=wanted.code,
    )
    units = await areas.units(call)
    return 200, {
        "obligations": [obligation_json(row, state) for row, state in found if owes(units, row)],
        "next": page_of([row for row, _ in found], wanted.limit),
    }


@OPERATIONS(
    "GET",
    f"/api/v1/obligations/{{id:{INTEGER}}}",
    "read",
    {200: ObligationDetail},
    query=Query,
    areas=areas.obligation,
)
async def get_obligation(call: Call[Query]) -> Answer:
    """One obligation with the reports received for it."""
    return 200, await call.app[LEDGER].read(detail, int(call.path["id"]), call.app[CLOCK]())


@OPERATIONS(
    "POST",
    f"/api/v1/obligations/{{id:{INTEGER}}}/reports",
    "report",
    {201: Received},
    query=Query,
    body=Body(("application/json",), 2_000_000, ReportIn),
    areas=areas.obligation,
)
async def receive_report(call: Call[Query]) -> Answer:
    """Keep a unit's report; missing headings are named, and what came late is marked."""
    report: ReportIn = json_body(call.body, ReportIn)
    app = call.app
    return 201, await app[LEDGER].write(
        receive,
        call.caller.actor,
        int(call.path["id"]),
        report.from_whom,
        report.contents,
        app[CLOCK](),
    )


@OPERATIONS(
    "POST",
    f"/api/v1/obligations/{{id:{INTEGER}}}/waive",
    "operate",
    {200: ObligationDetail},
    query=Query,
    body=Body(("application/json",), 10_000, Waiving),
    areas=areas.obligation,
)
async def waive_obligation(call: Call[Query]) -> Answer:
    """Close an obligation that need not be met, with the reason."""
    waiving: Waiving = json_body(call.body, Waiving)
    app, caller = call.app, call.caller
    by = waiving.by or caller.name
    return 200, await app[LEDGER].write(
        waive, caller.actor, int(call.path["id"]), by, waiving.reason, app[CLOCK]()
    )
