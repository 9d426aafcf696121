"""Plans: the catalogue, one plan as data, what `plan lint` says of it."""

import asyncio
from typing import Any, Literal

from aiohttp import web

from gateway.plans.catalogue import Catalogue
from gateway.plans.describe import as_json, summary
from gateway.plans.difference import difference
from gateway.plans.lint import lint_file
from gateway.plans.model import Plan, Validity
from gateway.vocabulary import Category, Level
from gateway.web.api.operation import Answer, Call, Operations, Output, Query
from gateway.web.api.values import Sha256
from gateway.web.keys import DESK

OPERATIONS = Operations()


class PlanSummary(Output):
    """A plan in a list, its measures counted by level."""

    id: str
    title: str
    version: str
    place: str
    area: str
    validity: Validity
    measures: dict[Level, int]


class Plans(Output):
    """Every plan, by id."""

    plans: list[PlanSummary]


class WholePlan(Plan):
    """A plan as its file holds it; `digest` is the file's SHA-256."""

    digest: Sha256


class Fault(Output):
    """One fault of a plan's file; `line` counts from 1."""

    file: str | None
    line: int | None
    code: str
    message: str
    message_en: str
    severity: Literal["error", "warning"]


class Lint(Output):
    """What is wrong with a plan's file, in its order."""

    problems: list[Fault]


class PlanVersion(Output):
    """Which plan, and which version of its file."""

    id: str
    title: str
    version: str


class ChangedRule(Output):
    """One field of a rule that differs; `field` null: the whole rule is in one plan only.

    `section` is the plan's field, `item` names one of several rules in it, else "".
    """

    section: str
    item: str
    field: str | None
    a: Any
    b: Any
    clause_a: str | None
    clause_b: str | None


class ListedMeasure(Output):
    """A measure that one plan has alone."""

    id: str
    level: Level
    category: Category
    clause: str


class ChangedField(Output):
    """One field of a measure that differs; `reader` says whose text."""

    field: str
    reader: str | None
    a: Any
    b: Any


class ChangedMeasure(Output):
    """A measure that both plans have, with what differs."""

    id: str
    clause_a: str
    clause_b: str
    changes: list[ChangedField]


class MeasureDifference(Output):
    """The measures of either plan alone, and those of both that differ, by id."""

    only_a: list[ListedMeasure]
    only_b: list[ListedMeasure]
    changed: list[ChangedMeasure]


class PlanDifference(Output):
    """In what plan B differs from plan A, each with its clause."""

    a: PlanVersion
    b: PlanVersion
    rules: list[ChangedRule]
    measures: MeasureDifference


@OPERATIONS("GET", "/api/v1/plans", "read", {200: Plans}, query=Query, areas="any")
async def list_plans(call: Call[Query]) -> Answer:
    """Every plan in the catalogue."""
    catalogue = call.app[DESK].catalogue
    return 200, {"plans": await asyncio.to_thread(_summaries, catalogue)}


@OPERATIONS("GET", "/api/v1/plans/{id}", "read", {200: WholePlan}, query=Query, areas="any")
async def get_plan(call: Call[Query]) -> Answer:
    """One plan as data: rules, approvals, measures with their clauses."""
    loaded = await asyncio.to_thread(_catalogue(call, "id").load, call.path["id"])
    return 200, as_json(loaded)


@OPERATIONS("GET", "/api/v1/plans/{id}/lint", "read", {200: Lint}, query=Query, areas="any")
async def lint_plan(call: Call[Query]) -> Answer:
    """What `airwarn plan lint` says of a plan's file."""
    content, shown = _catalogue(call, "id").content(call.path["id"])
    found = await asyncio.to_thread(lint_file, content, shown)
    return 200, {"problems": [each.as_json() for each in found]}


@OPERATIONS(
    "GET", "/api/v1/plans/{a}/difference/{b}", "read", {200: PlanDifference}, query=Query, areas="any"
)
async def compare_plans(call: Call[Query]) -> Answer:
    """In what plan B differs from plan A: rules field by field, measures by id."""
    catalogue = _catalogue(call, "a", "b")
    a, b = [await asyncio.to_thread(catalogue.load, call.path[name]) for name in ("a", "b")]
    return 200, difference(a, b).as_json()


async def plan_of_path(app: web.Application, identifier: str) -> Plan:
    """The plan that a path names; 404 where there is none."""
    catalogue = app[DESK].catalogue
    if identifier not in catalogue.identifiers():
        raise web.HTTPNotFound
    return (await asyncio.to_thread(catalogue.load, identifier)).plan


def _catalogue(call: Call[Query], *names: str) -> Catalogue:
    """The catalogue, in which the plans are that the path's variables of these names ask for."""
    catalogue = call.app[DESK].catalogue
    if not {call.path[name] for name in names} <= {*catalogue.identifiers()}:
        raise web.HTTPNotFound
    return catalogue


def _summaries(catalogue: Catalogue) -> list[dict[str, Any]]:
    return [summary(catalogue.load(identifier)) for identifier in catalogue.identifiers()]
