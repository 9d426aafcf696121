"""`/console`: where somebody arrives."""

from aiohttp import web

from gateway.ledger import account_changes
from gateway.web.console import decision_words
from gateway.web.console.decisions import waiting_for
from gateway.web.console.frame import for_people, framed
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Person

routes = web.RouteTableDef()


@routes.get("/console")
@for_people()
async def get_home(request: web.Request, person: Person) -> web.Response:
    """Who they are here, and what waits for them."""
    app = request.app
    waiting = []
    if person.holds("administrator"):
        waiting = await app[LEDGER].read(account_changes.waiting, app[CLOCK]())
    return framed(
        person,
        "home.html",
        waiting=len(waiting),
        to_do=await waiting_for(person),
        words=decision_words.TEXTS,
    )
