"""`/console/changes/…`: an administrator confirms, refuses or withdraws what was proposed."""

from aiohttp import web

from gateway.accounts import changes
from gateway.identifiers import uuid7
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.waiting import count
from gateway.web.keys import CLOCK, LEDGER, SETTINGS
from gateway.web.people import Person, sent_form
from gateway.web.sending import shown_once

_ONE = r"/console/changes/{id:\d{1,18}}"

routes = web.RouteTableDef()


@routes.post(_ONE + "/confirm")
@for_people("administrator")
async def post_confirm(request: web.Request, person: Person) -> web.Response:
    """Does it. What it gives out is on this page, and nowhere afterwards."""
    await sent_form(person)
    app = request.app
    secret = await app[LEDGER].write(
        changes.confirm, int(request.match_info["id"]), person.user, app[CLOCK](), uuid7
    )
    if secret is None:
        return went_to("/console/users")
    shown_once(request)
    await count(person)  # what waited when they asked for it waits no more
    base = app[SETTINGS].public_url or f"{request.scheme}://{request.host}"
    return framed(person, "confirmed.html", secret=secret, address=f"{base}/sign-in/invitation")


@routes.post(_ONE + "/refuse")
@for_people("administrator")
async def post_refuse(request: web.Request, person: Person) -> web.Response:
    """It is not done; of one's own this is withdrawing."""
    await sent_form(person)
    app = request.app
    await app[LEDGER].write(changes.refuse, int(request.match_info["id"]), person.user, app[CLOCK]())
    return went_to("/console/users")
