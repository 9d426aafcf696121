"""`/console/decisions/{id}/launch`: the duty officer launches what was approved, and sees it leave."""

import logging

from aiohttp import web

from gateway.broadcasts.beside_ledger import launch_aside
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.web.console.decisions.acting import acting_page, confirm
from gateway.web.console.decisions.sheets import ONE, seen
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.people import Person, sent_form

_PATH = ONE + "/launch"
_PAGE = "launch.html"
_log = logging.getLogger(__name__)

routes = web.RouteTableDef()


@routes.get(_PATH)
@for_people("duty_officer")
async def get_launch(_request: web.Request, person: Person) -> web.Response:
    """What would leave, and the form."""
    return await acting_page(person, _PAGE, await seen(person))


@routes.post(_PATH)
@for_people("duty_officer")
async def post_launch(request: web.Request, person: Person) -> web.Response:
    """Launch exactly what the page showed; the same again leads to the running broadcast."""
    form = await sent_form(person, ("manifest", "word", "number"))
    app, of = request.app, await seen(person)
    try:
        confirm(of, form)
        recorded = await launch_aside(
            app[LEDGER], app[DESK], of.entry.id, form["manifest"], app[CLOCK](), person.caller.actor
        )
    except InputError as error:
        return await acting_page(person, _PAGE, await seen(person), form, error)
    except Refused:  # the page says why: it shows what the checks say now
        return await acting_page(person, _PAGE, await seen(person), form, status=422)
    app[BUS].say(Word.LAUNCHED)
    _log.info("launched", extra={"broadcast": recorded.broadcast_id, "decision": recorded.id})
    return went_to(f"/live/{recorded.broadcast_id}")
