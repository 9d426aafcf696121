"""Plans: the catalogue, one plan as data, what `plan lint` says of it."""

import asyncio
from typing import Any, Literal

from aiohttp import web

from gateway.plans.catalogue import Catalogue
from gateway.plans.describe import as_json, summary
from gateway.plans.lint import lint_file
from gateway.plans.model import Plan, Validity
from gateway.vocabulary import Level
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


@OPERATIONS("GET", "/api/v1/plans", "read", {200: Plans}, query=Query)
async def list_plans(call: Call[Query]) -> Answer:
    """Every plan in the catalogue."""
    catalogue = call.app[DESK].catalogue
    return 200, {"plans": await asyncio.to_thread(_summaries, catalogue)}


@OPERATIONS("GET", "/api/v1/plans/{id}", "read", {200: WholePlan}, query=Query)
async def get_plan(call: Call[Query]) -> Answer:
    """One plan as data: rules, approvals, measures with their clauses."""
    loaded = await asyncio.to_thread(_catalogue(call).load, call.path["id"])
    return 200, as_json(loaded)


@OPERATIONS("GET", "/api/v1/plans/{id}/lint", "read", {200: Lint}, query=Query)
async def lint_plan(call: Call[Query]) -> Answer:
    """What `airwarn plan lint` says of a plan's file."""
    content, shown = _catalogue(call).content(call.path["id"])
    found = await asyncio.to_thread(lint_file, content, shown)
    return 200, {"problems": [each.as_json() for each in found]}


def _catalogue(call: Call[Query]) -> Catalogue:
    """The catalogue, in which the asked plan is."""
    catalogue = call.app[DESK].catalogue
    if call.path["id"] not in catalogue.identifiers():
        raise web.HTTPNotFound
    return catalogue


def _summaries(catalogue: Catalogue) -> list[dict[str, Any]]:
    return [summary(catalogue.load(identifier)) for identifier in catalogue.identifiers()]
