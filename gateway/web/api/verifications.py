"""Verification campaigns: whether the numbers of the directory are still right; their answers."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.directory import selection as selections
from gateway.directory.campaign import LeftOutReason, Wish
from gateway.directory.care import Problem
from gateway.directory.model import AddressKind
from gateway.directory.selection import EVERYONE, Selection
from gateway.follow_up.campaigns import campaigns, care_table, present
from gateway.follow_up.campaigns.campaigns import DAYS, MOST_DAYS
from gateway.ledger.directory.verifications import Answer as Said
from gateway.spreadsheets import TABLE_TYPES, TableForm
from gateway.web.api.operation import (
    INTEGER,
    Answer,
    Body,
    Call,
    Download,
    Files,
    Input,
    Operations,
    Output,
    Query,
    json_body,
)
from gateway.web.api.values import Flag, Page, Time
from gateway.web.api.verification_answers import Verification
from gateway.web.care import CARE
from gateway.web.heavy import HEAVY
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.organisations import findings_json

OPERATIONS = Operations()
_MOST = 20_000  # bytes of a body
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class Asking(Input):
    """Whom to ask. `selection`: audiences, sectors, areas, groups, as for a decision. `since`, `never` and
    `failed` mean addresses not confirmed since that day, never confirmed, not reached lately; any that is
    stated counts. `dry_run` starts nothing."""

    selection: Annotated[dict[str, list[str] | None], Field(default_factory=dict)]
    since: date | None = None
    never: bool = False
    failed: bool = False
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="how long it runs")] = DAYS
    exercise: bool = False
    dry_run: bool = False


class Asked(Output):
    """An address that is asked, in the name of one or more organisations; masked."""

    code: str
    name: str
    contact: str | None
    kind: AddressKind
    address: str
    verified_on: Day | None
    organisations: int


class NotAsked(Output):
    """An address that is meant and not asked."""

    code: str
    name: str
    contact: str | None
    kind: AddressKind
    address: str
    verified_on: Day | None
    reason: LeftOutReason


class WishAsStated(Output):
    """Whom a campaign meant; null: no limit."""

    audiences: list[str] | None
    sectors: list[str] | None
    areas: list[str] | None
    grades: list[str] | None
    groups: list[str] | None
    organisations: list[str] | None
    since: Day | None
    never: bool
    failed: bool


class Campaign(Output):
    """A campaign: its questions by answer, its messages by state, and why some did not arrive."""

    id: int
    exercise: bool
    started_by: str
    at: Time
    selection: WishAsStated
    expires_at: Time
    ended_at: Time | None
    expanded: bool
    questions: int
    confirmed: int
    denied: int
    changed: int
    open: int
    messages: dict[str, int]
    undelivered: dict[str, int]


class Preview(Output):
    """Whom a campaign asks; `segments` of all its SMS. `campaign` is null in a dry run."""

    campaign: Campaign | None
    exercise: bool
    selection: WishAsStated
    expires_at: Time
    addresses: dict[AddressKind, int]
    organisations: int
    segments: int
    asked: list[Asked]
    left_out: dict[LeftOutReason, int]
    not_asked: list[NotAsked]


class Campaigns(Output):
    """The newest first."""

    campaigns: list[Campaign]


class CampaignFilter(Query):
    """Which campaigns."""

    exercise: Flag | None = None


class CampaignPage(Output):
    """A campaign and a page of its questions."""

    campaign: Campaign
    questions: list[Verification]
    next: int | None


class QuestionFilter(Page):
    """Which questions; `open`: without an answer."""

    answer: Said | Literal["open"] | None = None


class Ended(Output):
    """Whether it ran until now."""

    id: int
    ended: bool


class Export(Query):
    """In which form, and which problem."""

    format: TableForm = "csv"
    problem: Problem | None = None
    exercise: Flag = False


@OPERATIONS(
    "POST",
    "/api/v1/verifications",
    "directory",
    {200: Preview, 201: Preview},
    query=Query,
    body=Body(("application/json",), _MOST, Asking),
)
async def start_verification(call: Call[Query]) -> Answer:
    """Ask people whether their numbers are still right; with `dry_run` only show whom."""
    app = call.app
    wanted: Asking = json_body(call.body, Asking)
    wish = read_wish(wanted)
    now = app[CLOCK]()
    plans = await asyncio.to_thread(app[DESK].catalogue.readable)
    prepared = await app[LEDGER].read(
        campaigns.prepare, app[DESK].office, list(plans.values()), wish, wanted.exercise, now
    )
    campaign = None
    if not wanted.dry_run:
        started = await app[LEDGER].write(
            campaigns.start,
            prepared,
            wish,
            wanted.exercise,
            now,
            caller=call.caller.name,
            days=wanted.days,
        )
        app[BUS].say(Word.TIMER)
        campaign = await app[LEDGER].read(present.campaign_json, started)
    shown = await asyncio.to_thread(present.prepared_json, prepared, wish, wanted.exercise, now, wanted.days)
    return 200 if campaign is None else 201, {"campaign": campaign, **shown}


@OPERATIONS("GET", "/api/v1/verifications", "directory", {200: Campaigns}, query=CampaignFilter)
async def list_verifications(call: Call[CampaignFilter]) -> Answer:
    """The last hundred campaigns and how far they are."""
    return 200, await call.app[LEDGER].read(present.list_json, call.query.exercise)


@OPERATIONS(
    "GET", f"/api/v1/verifications/{{id:{INTEGER}}}", "directory", {200: CampaignPage}, query=QuestionFilter
)
async def get_verification(call: Call[QuestionFilter]) -> Answer:
    """A campaign and a page of its questions."""
    return 200, await call.app[LEDGER].read(
        present.page_json, int(call.path["id"]), call.query.answer, call.query.after, call.query.limit
    )


@OPERATIONS("POST", f"/api/v1/verifications/{{id:{INTEGER}}}/end", "directory", {200: Ended}, query=Query)
async def end_verification(call: Call[Query]) -> Answer:
    """End a campaign early: nobody is asked any more, and its links work no longer."""
    app, identifier = call.app, int(call.path["id"])
    ended = await app[LEDGER].write(_end, identifier, app[CLOCK](), call.caller.name)
    app[BUS].say(Word.TIMER)
    return 200, {"id": identifier, "ended": ended}


@OPERATIONS(
    "GET",
    "/api/v1/directory/check/export",
    "read",
    {200: Files(tuple(TABLE_TYPES.values()))},
    query=Export,
)
async def export_check(call: Call[Export]) -> Answer:
    """What is to be mended in the directory, with what to do, as CSV or as a workbook."""
    app, query = call.app, call.query
    look = await app[CARE].whole(query.exercise)

    def table() -> bytes:
        found = findings_json(look.number(()), (each for _, each in look.findings), query.problem)
        return care_table.to_table(found["findings"], query.format)

    content = await app[HEAVY].run(call.caller.name, table)
    return 200, Download(content, TABLE_TYPES[query.format], f"directory.{query.format}")


def read_wish(wanted: Asking) -> Wish:
    """Whom a request means. Raises `InputError` for a selection that is none."""
    selection: Selection = EVERYONE
    if wanted.selection:
        selection = selections.build(dict(wanted.selection))
    return Wish(selection, wanted.since, wanted.never, wanted.failed)


def _end(connection: Connection, identifier: int, now: int, caller: str) -> bool:
    return campaigns.end(connection, campaigns.known(connection, identifier), now, caller)
