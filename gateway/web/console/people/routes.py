"""`/console/routes`: in which order a channel's provider accounts are used; two administrators change it."""

from aiohttp import web

from gateway.accounts import changes
from gateway.errors import InputError
from gateway.ledger.delivery import route_orders
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/routes"

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people("administrator")
async def get_routes(_request: web.Request, person: Person) -> web.Response:
    """Every channel with its accounts in their order."""
    return await _page(person)


@routes.post(PATH)
@for_people("administrator")
async def post_routes(request: web.Request, person: Person) -> web.Response:
    """Proposes another order."""
    form = await sent_form(person, ("channel", "accounts"))
    app = request.app
    asked = form["channel"], form.lines("accounts")
    try:
        await app[LEDGER].write(changes.propose_routes, *asked, person.user, app[CLOCK]())
    except InputError as error:
        return await _page(person, error)
    return went_to("/console/users")


async def _page(person: Person, error: InputError | None = None) -> web.Response:
    return framed(
        person,
        "routes.html",
        status=200 if error is None else status_of(error),
        channels=await person.request.app[LEDGER].read(route_orders.in_use),
        error=error,
    )
