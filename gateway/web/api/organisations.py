"""Organisations one by one: everything kept of one, its history; what is to be mended in all; totals."""

import asyncio
import json
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from gateway.directory.care import Problem
from gateway.directory.inventory import InventoryList, LineAction
from gateway.directory.model import AddressKind, ContactRole
from gateway.errors import InputError
from gateway.ledger.directory import directory, organisations
from gateway.moments import iso
from gateway.vocabulary import Audience, Language, Level
from gateway.web.api import areas
from gateway.web.api.directory import Organisation
from gateway.web.api.operation import Answer, Call, Operations, Output, Query
from gateway.web.api.plans import plan_of_path
from gateway.web.api.values import Flag, Page, Time
from gateway.web.care import CARE
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.organisations import detail_json, findings_json, history_json, stored, totals_json

OPERATIONS = Operations()
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class ContactAddress(Output):
    """Where a person is reached; quiet hours hold back only what is not urgent."""

    kind: AddressKind
    address: str
    verified_on: Day | None
    quiet_from: str | None
    quiet_until: str | None


class Person(Output):
    """A contact, in the order in which they are tried; the name is masked."""

    id: int
    name: str | None
    role: ContactRole
    language: Language
    addresses: list[ContactAddress]


class Line(Output):
    """A line of the inventory. Where `certain` is false, the cell's own words are sent."""

    list: InventoryList
    level: Level
    line: str | None
    action: LineAction
    percent: int | None
    indicator: str | None
    indicator_value: str | None
    preparation_minutes: int | None
    person: str | None
    exemption: str | None
    batch: int | None
    words: str
    certain: bool


class Emission(Output):
    """What is emitted (`level` null) or taken away at a level."""

    level: Level | None
    pollutant: str
    tonnes_a_day: float


class OrganisationDetail(Organisation):
    """Everything kept of an organisation; names and addresses are masked."""

    credit_code: str | None
    meter_number: str | None
    industry: str | None
    grade_valid_from: Day | None
    location: str | None
    own_plan_filed_on: Day | None
    people: list[Person]
    inventory: list[Line]
    emissions: list[Emission]


class BeforeAfter(Output):
    """A field as it was and as it became."""

    before: Any
    after: Any


class OrganisationChange(Output):
    """Something that was changed, by whom and when."""

    id: int
    at: Time
    by: str
    changes: dict[str, BeforeAfter]


class OrganisationHistory(Output):
    """Changes, oldest first."""

    changes: list[OrganisationChange]
    next: int | None


class GroupCounts(Output):
    """Every group, and how many active organisations are in it."""

    groups: dict[str, int]


class ToMend(Output):
    """One thing to mend; `detail` says more in Chinese, a day, or the reason why messages did not arrive
    (`wrong_number`: a call found somebody else)."""

    id: int
    code: str
    name: str
    audience: Audience
    area: str
    problem: Problem
    contact: str | None
    address: str | None
    detail: str | None
    to_do: str


class DirectoryCheck(Output):
    """What is to be mended: counted over all organisations, and page by page. The directory is looked through
    again when it has changed, or after five minutes."""

    checked_at: Time
    organisations: int
    counts: dict[Problem, int]
    findings: list[ToMend]
    next: int | None


class Checking(Page):
    """Which findings; a page holds those of at most `limit` organisations."""

    problem: Problem | None = None
    exercise: Flag = False


class ReductionTotal(Output):
    """A figure of the plan, and what the inventory adds up to, in tonnes a day and percent.

    `met` is null where it cannot be told: `lacking` organisations state no figures, or (`of_society`) the
    plan's percentage is of all that society emits and only the listed organisations' emissions are known.
    """

    level: Level
    pollutants: list[str]
    required: int
    emitted: float
    reduced: float
    percent: float | None
    met: bool | None
    lacking: int
    of_society: bool
    clause: str


class ReductionTotals(Output):
    """Planned reductions against a plan's targets."""

    plan: str
    listed: int
    with_figures: int
    totals: list[ReductionTotal]


class Summing(Query):
    """`society` is JSON: tonnes a day that all of society emits, by pollutant."""

    society: Annotated[str, Field(max_length=500)] | None = None


class SwitchedOff(Output):
    """Whether it was active until now."""

    code: str
    switched_off: bool


@OPERATIONS("GET", "/api/v1/directory/check", "read", {200: DirectoryCheck}, query=Checking)
async def check_directory(call: Call[Checking]) -> Answer:
    """What to mend before a season: too few contacts, dead or unverified numbers, missing papers."""
    query = call.query
    look = await call.app[CARE].whole(query.exercise)
    found = await asyncio.to_thread(
        findings_json,
        look.number(()),
        (each for _, each in look.findings),
        query.problem,
        query.after,
        query.limit,
    )
    return 200, {"checked_at": iso(look.at), **found}


@OPERATIONS("GET", "/api/v1/directory/groups", "read", {200: GroupCounts}, query=Query, areas="within")
async def list_groups(call: Call[Query]) -> Answer:
    """Every group with the number of its active organisations."""
    return 200, {"groups": await call.app[LEDGER].read(organisations.groups, call.caller.areas)}


@OPERATIONS("GET", "/api/v1/plans/{id}/totals", "read", {200: ReductionTotals}, query=Summing)
async def sum_reductions(call: Call[Summing]) -> Answer:
    """Planned reductions of the inventory against the plan's reduction targets."""
    app, query = call.app, call.query
    society = None if query.society is None else read_society(query.society)
    plan = await plan_of_path(app, call.path["id"])
    return 200, await app[LEDGER].read(totals_json, plan, society)


@OPERATIONS(
    "GET",
    "/api/v1/organisations/{code}",
    "read",
    {200: OrganisationDetail},
    query=Query,
    areas=areas.organisation,
)
async def get_organisation(call: Call[Query]) -> Answer:
    """An organisation with its contacts, inventory lines and emissions."""
    return 200, await call.app[LEDGER].read(detail_json, call.path["code"])


@OPERATIONS(
    "GET",
    "/api/v1/organisations/{code}/changes",
    "read",
    {200: OrganisationHistory},
    query=Page,
    areas=areas.organisation,
)
async def list_organisation_changes(call: Call[Page]) -> Answer:
    """What was changed of an organisation, by whom and when; numbers and names are masked."""
    query = call.query
    found = await call.app[LEDGER].read(history_json, call.path["code"], query.after, query.limit)
    return 200, {"changes": found, "next": found[-1]["id"] if len(found) == query.limit else None}


@OPERATIONS(
    "POST",
    "/api/v1/organisations/{code}/off",
    "directory",
    {200: SwitchedOff},
    query=Query,
    areas=areas.organisation,
)
async def switch_organisation_off(call: Call[Query]) -> Answer:
    """Tell an organisation nothing more; what it is owed for what it was told still reaches it."""
    app, code = call.app, call.path["code"]
    return 200, await app[LEDGER].write(_switch_off, code, app[CLOCK](), call.caller.name)


def read_society(text: str) -> dict[str, float]:
    """Tonnes a day by pollutant, from JSON. Raises `InputError` (SOCIETY_MALFORMED)."""
    try:
        data = json.loads(text)
        society = {str(name): float(tonnes) for name, tonnes in data.items()}
        if not all(0 < tonnes < 1e9 for tonnes in society.values()):
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        raise InputError(
            "SOCIETY_MALFORMED",
            '全社会排放量应写为每日吨数，如 {"二氧化硫": 12.5}',
            'state society\'s emissions in tonnes a day, such as {"SO2": 12.5}',
            field="society",
        ) from None
    return society


def _switch_off(connection: Connection, code: str, now: int, actor: str) -> dict[str, Any]:
    stored(connection, code)
    return {"code": code, "switched_off": bool(directory.switch_off(connection, [code], now, actor))}
