"""`/console`: where somebody arrives."""

from aiohttp import web

from gateway.ledger import account_changes, objections, user_addresses
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
        untold=await _untold(person),
        to_do=await waiting_for(person),
        objecting=await app[LEDGER].read(objections.waiting, person.user.areas)
        if person.holds("duty_officer")
        else 0,
        words=decision_words.TEXTS,
    )


async def _untold(person: Person) -> bool:
    """Whether decisions wait for people of their roles, and nobody could tell them."""
    if not person.holds("approver", "duty_officer", "drafter"):
        return False
    app = person.request.app
    return not await app[LEDGER].read(user_addresses.proved, [person.user.id])
