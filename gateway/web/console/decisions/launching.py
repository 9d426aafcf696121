"""`/console/decisions/{id}/launch`: the duty officer launches what was approved, and sees it leave."""

import logging

from aiohttp import web

from gateway.broadcasts.approving.sheet import Sheet
from gateway.broadcasts.beside_ledger import launch_aside
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.web.console import typed
from gateway.web.console.decisions.sheets import ONE, main_texts, seen, told
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_PATH = ONE + "/launch"
_log = logging.getLogger(__name__)

routes = web.RouteTableDef()


@routes.get(_PATH)
@for_people("duty_officer")
async def get_launch(_request: web.Request, person: Person) -> web.Response:
    """What would leave, and the form."""
    return await _page(person, await seen(person))


@routes.post(_PATH)
@for_people("duty_officer")
async def post_launch(request: web.Request, person: Person) -> web.Response:
    """Launch exactly what the page showed; the same again leads to the running broadcast."""
    form = await sent_form(person, ("manifest", "word", "number"))
    app, of = request.app, await seen(person)
    decision, entry = of.decision, of.entry
    try:
        if form["manifest"] == entry.manifest:
            word = typed.word_of(decision.action, decision.level, exercise=entry.exercise)
            typed.confirm(word, of.reach.recipients, form["word"], form["number"])
        recorded = await launch_aside(
            app[LEDGER], app[DESK], entry.id, form["manifest"], app[CLOCK](), person.caller.actor
        )
    except InputError as error:
        return await _page(person, await seen(person), form, error)
    except Refused:  # the page says why: it shows what the checks say now
        return await _page(person, await seen(person), form, status=422)
    app[BUS].say(Word.LAUNCHED)
    _log.info("launched", extra={"broadcast": recorded.broadcast_id, "decision": recorded.id})
    return went_to(f"/live/{recorded.broadcast_id}")


async def _page(
    person: Person,
    of: Sheet,
    form: Form | None = None,
    error: InputError | None = None,
    status: int = 200,
) -> web.Response:
    same = form is not None and form["manifest"] == of.entry.manifest
    return await told(
        person,
        "launch.html",
        of,
        acting=True,
        status=status if error is None else status_of(error),
        texts=await main_texts(person, of),
        error=error,
        changed=form is not None and not same,
        filled={
            "word": form["word"] if form is not None and same else "",
            "number": form["number"] if form is not None and same else "",
        },
    )
