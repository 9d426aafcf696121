"""`/console/directory/imports/sample/…`: lists of every kind to begin with."""

import asyncio
from typing import cast, get_args

from aiohttp import web

from gateway.directory import samples
from gateway.directory.header_words import Kind
from gateway.errors import InputError
from gateway.ledger.directory import kinds
from gateway.moments import local, moment
from gateway.plans.model import Plan
from gateway.spreadsheets import TABLE_TYPES, TableForm
from gateway.vocabulary import Words
from gateway.web.console.directory.import_words import KINDS
from gateway.web.console.frame import for_people
from gateway.web.console.limits import plans_of, usual_plan
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.rendering import HEADERS
from gateway.web.people import Person

_SAMPLE = PATH + r"/imports/sample/{kind:[a-z]{1,20}}.{form:csv|xlsx}"
_KINDS: tuple[Kind, ...] = get_args(Kind)

routes = web.RouteTableDef()


@routes.get(_SAMPLE)
@for_people("directory_keeper")
async def get_sample(request: web.Request, person: Person) -> web.Response:
    """A list of a kind to begin with, under the plan that the person keeps a directory for."""
    kind = next((each for each in _KINDS if each == request.match_info["kind"]), None)
    plan = await _usual_plan(person)
    if kind is None or plan is None:
        raise InputError("SAMPLE_UNKNOWN", "没有这种样表", "there is no such sample", field="kind")
    form = cast(TableForm, request.match_info["form"])
    return web.Response(
        body=await asyncio.to_thread(samples.sample, kind, plan, form),
        content_type=TABLE_TYPES[form],
        charset="utf-8" if form == "csv" else None,
        headers=HEADERS | {"Content-Disposition": f'attachment; filename="{kind}-sample.{form}"'},
    )


async def offered(person: Person) -> list[tuple[Kind, Words, list[str]]]:
    """The kinds of which there are samples, each with the columns that it cannot be without."""
    plan = await _usual_plan(person)
    if plan is None:
        return []
    return [
        (kind, KINDS[kind], [each.name for each in samples.columns(kind, plan) if each.needed])
        for kind in _KINDS
    ]


async def _usual_plan(person: Person) -> Plan | None:
    """The plan whose areas and measures a sample names."""
    app = person.request.app
    today = local(moment(app[CLOCK]())).date()
    plans = list((await plans_of(person)).values())
    found = await app[LEDGER].read(kinds.kinds, False, today)
    return usual_plan(plans, found, today) or next(iter(plans), None)
