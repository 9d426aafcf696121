"""`/console/directory/proposals`: contacts that people named in their place; a keeper calls, then accepts or
refuses."""

import re

from aiohttp import web

from gateway.directory.dialling import link, shown
from gateway.directory.model import DIALLED
from gateway.follow_up.campaigns import proposals
from gateway.ledger.directory import proposed_contacts
from gateway.ledger.directory.verifications import Verification
from gateway.web.care import CARE
from gateway.web.console.directory.campaign_words import TEXTS, VIAS
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table_words import TEXTS as TABLE_TEXTS
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.looking import shown_numbers
from gateway.web.people import Person, sent_form

_PROPOSALS = f"{PATH}/proposals"
_ONE = _PROPOSALS + r"/{id:\d{1,18}}"
_PAGE = 50
_NUMBER = re.compile(r"[0-9]{1,18}")

routes = web.RouteTableDef()


@routes.get(_PROPOSALS)
@for_people("directory_keeper")
async def get_proposals(request: web.Request, person: Person) -> web.Response:
    """The open proposals, the newest first, in full: looking at them is written into the audit trail."""
    app, before = request.app, request.query.get("before", "")
    found = await app[LEDGER].read(
        proposed_contacts.newest,
        person.user.areas,
        _PAGE + 1,
        int(before) if _NUMBER.fullmatch(before) else None,
    )
    if found:
        await shown_numbers(person, "proposals")
    return framed(
        person,
        "proposals.html",
        words=TABLE_TEXTS | DIRECTORY_TEXTS | TEXTS,
        proposals=found[:_PAGE],
        next=found[_PAGE - 1].id if len(found) > _PAGE else None,
        kinds=KIND_OF_ADDRESS,
        vias=VIAS,
        shown=_shown,
        dial=link,
        dialled=shown,
    )


@routes.post(_ONE + "/accept")
@for_people("directory_keeper")
async def post_accept(request: web.Request, person: Person) -> web.Response:
    """The new contact takes the old one's place."""
    form = await sent_form(person, ("verified",))
    app = request.app
    identifier = await app[LEDGER].write(
        proposals.accept,
        int(request.match_info["id"]),
        person.user.areas,
        form["verified"] == "yes",
        app[CLOCK](),
        person.caller.name,
    )
    app[CARE].doubt()
    return went_to(f"{PATH}/{identifier}#people")


@routes.post(_ONE + "/refuse")
@for_people("directory_keeper")
async def post_refuse(request: web.Request, person: Person) -> web.Response:
    """Nothing changes."""
    await sent_form(person)
    app = request.app
    await app[LEDGER].write(
        proposals.refuse,
        int(request.match_info["id"]),
        person.user.areas,
        app[CLOCK](),
        person.caller.name,
    )
    app[CARE].doubt()
    return went_to(_PROPOSALS)


def _shown(each: Verification) -> str:
    return shown(each.address) if each.kind in DIALLED else each.address
