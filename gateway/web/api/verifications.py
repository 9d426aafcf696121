"""Verification campaigns: whether the numbers of the directory are still right; their answers."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.directory import selection as selections
from gateway.directory.campaign import LeftOutReason, Wish
from gateway.directory.care import Problem
from gateway.directory.model import AddressKind
from gateway.directory.selection import EVERYONE, Selection
from gateway.errors import InputError
from gateway.follow_up.campaigns import campaigns, care_table, verifying
from gateway.follow_up.campaigns.campaigns import DAYS, MOST_DAYS
from gateway.ledger.directory import campaigns as ledger_campaigns
from gateway.ledger.directory import verifications
from gateway.ledger.directory.verifications import Answer as Said
from gateway.ledger.trail import audit
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.spreadsheets import TABLE_TYPES, TableForm
from gateway.web.api.deliveries import OrganisationName
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
from gateway.web.heavy import HEAVY
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.organisations import check_json

OPERATIONS = Operations()
_MOST = 20_000  # bytes of a body
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


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


class Verification(Output):
    """One question and its answer; masked. `state` is its message's."""

    id: int
    organisation: OrganisationName
    contact: str | None
    kind: AddressKind
    address: str
    asked_at: Time | None
    state: str | None
    answered_at: Time | None
    answer: Said | None
    via: Literal["link", "sms", "api", "phone"] | None


class CampaignPage(Output):
    """A campaign and a page of its questions."""

    campaign: Campaign
    questions: list[Verification]
    next: int | None


class QuestionFilter(Page):
    """Which questions; `open`: without an answer."""

    answer: Said | Literal["open"] | None = None


class Proposal(Verification):
    """Somebody else who was named as the contact, in full."""

    name: str | None
    number: str | None


class Proposals(Output):
    """What those who keep the directory should look into; nothing of it is used by itself."""

    proposals: list[Proposal]


class Whose(Query):
    """Of exercises, or of the real thing."""

    exercise: Flag = False


class Heard(Input):
    """What somebody said about an organisation's address; `name` and `number` go with `changed`."""

    organisation: Words
    address: Words
    answer: Said
    via: Literal["phone", "api"] = "api"
    name: Annotated[str, Field(max_length=100)] = ""
    number: Annotated[str, Field(max_length=100)] = ""


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
    plans = await asyncio.to_thread(all_plans, app[DESK].catalogue)
    prepared = await app[LEDGER].read(campaigns.prepare, app[DESK].office, plans, wish, wanted.exercise, now)
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
        campaign = await app[LEDGER].read(campaigns.campaign_json, started)
    shown = await asyncio.to_thread(
        campaigns.prepared_json, prepared, wish, wanted.exercise, now, wanted.days
    )
    return 200 if campaign is None else 201, {"campaign": campaign, **shown}


@OPERATIONS("GET", "/api/v1/verifications", "directory", {200: Campaigns}, query=CampaignFilter)
async def list_verifications(call: Call[CampaignFilter]) -> Answer:
    """The last hundred campaigns and how far they are."""
    return 200, await call.app[LEDGER].read(list_json, call.query.exercise)


@OPERATIONS("GET", "/api/v1/verifications/proposals", "directory", {200: Proposals}, query=Whose)
async def list_proposals(call: Call[Whose]) -> Answer:
    """Other contacts that were named, in full; looking at them is written into the audit trail."""
    app = call.app
    await app[LEDGER].write(_exported, app[CLOCK](), call.caller.name)
    return 200, await app[LEDGER].read(campaigns.proposals_json, call.query.exercise)


@OPERATIONS(
    "POST",
    "/api/v1/verifications/answers",
    "directory",
    {201: Verification},
    query=Query,
    body=Body(("application/json",), _MOST, Heard),
    problems=(404,),
)
async def record_verification(call: Call[Query]) -> Answer:
    """Record what somebody said about an organisation's number, asked in a campaign or not."""
    app = call.app
    heard: Heard = json_body(call.body, Heard)
    found = await app[LEDGER].write(
        verifying.record,
        heard.organisation,
        heard.address,
        heard.answer,
        app[CLOCK](),
        via=heard.via,
        caller=call.caller.name,
        name=heard.name,
        number=heard.number,
    )
    return 201, campaigns.verification_json(found)


@OPERATIONS(
    "GET", f"/api/v1/verifications/{{id:{INTEGER}}}", "directory", {200: CampaignPage}, query=QuestionFilter
)
async def get_verification(call: Call[QuestionFilter]) -> Answer:
    """A campaign and a page of its questions."""
    return 200, await call.app[LEDGER].read(page_json, int(call.path["id"]), call.query)


@OPERATIONS("POST", f"/api/v1/verifications/{{id:{INTEGER}}}/end", "directory", {200: Ended}, query=Query)
async def end_verification(call: Call[Query]) -> Answer:
    """End a campaign early: nobody is asked any more, and its links work no longer."""
    app, identifier = call.app, int(call.path["id"])
    ended = await app[LEDGER].write(end, identifier, app[CLOCK](), call.caller.name)
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
    found = await app[LEDGER].read(check_json, app[CLOCK](), exercise=query.exercise, problem=query.problem)
    content = await app[HEAVY].run(call.caller.name, care_table.to_table, found["findings"], query.format)
    return 200, Download(content, TABLE_TYPES[query.format], f"directory.{query.format}")


def read_wish(wanted: Asking) -> Wish:
    """Whom a request means. Raises `InputError` for a selection that is none."""
    selection: Selection = EVERYONE
    if wanted.selection:
        selection = selections.build(dict(wanted.selection))
    return Wish(selection, wanted.since, wanted.never, wanted.failed)


def all_plans(catalogue: Catalogue) -> list[Plan]:
    """Every plan that can be read: areas are those of any of them."""
    found = []
    for identifier in catalogue.identifiers():
        try:
            found.append(catalogue.load(identifier).plan)
        except InputError:  # a broken plan file keeps nobody from asking
            continue
    return found


def list_json(connection: Connection, exercise: bool | None) -> dict[str, object]:
    """Campaigns, the newest first."""
    return {
        "campaigns": [
            campaigns.campaign_json(connection, each) for each in ledger_campaigns.page(connection, exercise)
        ]
    }


def page_json(connection: Connection, identifier: int, query: QuestionFilter) -> dict[str, object]:
    """A campaign and some of its questions. Raises `InputError` (CAMPAIGN_UNKNOWN)."""
    campaign = campaigns.known(connection, identifier)
    found = verifications.page(
        connection, identifier, answer=query.answer, after=query.after, limit=query.limit
    )
    return {
        "campaign": campaigns.campaign_json(connection, campaign),
        "questions": [campaigns.verification_json(each) for each in found],
        "next": found[-1].id if len(found) == query.limit else None,
    }


def end(connection: Connection, identifier: int, now: int, caller: str) -> bool:
    """End a campaign; False where it had ended. Raises `InputError` (CAMPAIGN_UNKNOWN)."""
    return campaigns.end(connection, campaigns.known(connection, identifier), now, caller)


def _exported(connection: Connection, now: int, caller: str) -> None:
    audit.append(connection, now, caller, "exported", "verifications:proposals", {})
