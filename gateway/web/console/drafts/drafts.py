"""`/console/drafts` and `/console/exercises`: what somebody is writing.

Real decisions and exercises are begun and listed in different places.
"""

from aiohttp import web

from gateway.ledger.decisions import drafts
from gateway.web.console.drafts.draft_words import (
    TEXTS,
)
from gateway.web.console.drafts.own_draft import (
    EXERCISES,
    PATH,
    tables,
)
from gateway.web.console.frame import for_people, framed
from gateway.web.console.navigation import WRITERS
from gateway.web.keys import DESK, LEDGER
from gateway.web.people import Person

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people(*WRITERS)
async def get_drafts(_request: web.Request, person: Person) -> web.Response:
    """The real decisions that they are writing."""
    return await _list(person, exercise=False)


@routes.get(EXERCISES)
@for_people(*WRITERS)
async def get_exercises(_request: web.Request, person: Person) -> web.Response:
    """The exercises that they are writing."""
    return await _list(person, exercise=True)


async def _list(person: Person, *, exercise: bool) -> web.Response:
    app = person.request.app
    found = await app[LEDGER].read(drafts.of_user, person.user.id, exercise)
    catalogue = app[DESK].catalogue
    known = {each.plan for each in found}.intersection(catalogue.identifiers())
    return framed(
        person,
        "drafts.html",
        exercise=exercise,
        words=TEXTS,
        drafts=found,
        plan_titles={each: catalogue.load(each).plan.title for each in known},
        where=EXERCISES if exercise else PATH,
        **tables(person),
    )
