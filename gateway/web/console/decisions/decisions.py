"""`/console/decisions`: every decision, and one with all that is known of it. Exercises are listed apart."""

from urllib.parse import quote

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.approving.approve import withdraw
from gateway.broadcasts.approving.officials import concerns
from gateway.broadcasts.approving.sheet import Sheet, sheet
from gateway.broadcasts.desk import Desk
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import decisions, opinions
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.decisions.notices import PURPOSES
from gateway.ledger.trail import audit
from gateway.web.console.areas import area_words
from gateway.web.console.decisions.sheets import (
    DECISIONS,
    ONE,
    main_texts,
    page,
    seen,
    texts,
    told,
)
from gateway.web.console.decisions.whose_turn import turn
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.rendering import HEADERS
from gateway.web.people import Person, sent_form

_PAGE = 30  # decisions of a list

routes = web.RouteTableDef()


@routes.get(DECISIONS)
@for_people()
async def get_decisions(_request: web.Request, person: Person) -> web.Response:
    """Those of the real thing, the newest first."""
    return await _list(person, exercise=False)


@routes.get(f"{DECISIONS}/exercises")
@for_people()
async def get_exercises(_request: web.Request, person: Person) -> web.Response:
    """Those of exercises."""
    return await _list(person, exercise=True)


@routes.get(ONE)
@for_people()
async def get_decision(request: web.Request, person: Person) -> web.Response:
    """One decision."""
    of = await seen(person)
    subjects = [f"decision:{of.entry.id}", f"broadcast:{of.entry.broadcast_id}"]
    trail = await request.app[LEDGER].read(audit.of_subjects, subjects)
    return await told(
        person,
        "decision.html",
        of,
        texts=await main_texts(person, of),
        trail=trail,
        fault=None,
    )


@routes.get(ONE + "/texts")
@for_people()
async def get_texts(_request: web.Request, person: Person) -> web.Response:
    """Every text of it: what leaves, and what is prepared for later."""
    of = await seen(person)
    return await told(person, "decision_texts.html", of, purposes=PURPOSES, texts=await texts(person, of))


@routes.get(ONE + r"/opinions/{number:\d{1,18}}")
@for_people()
async def get_opinion(request: web.Request, person: Person) -> web.Response:
    """A file of the consultation, to be kept: a browser never shows it as a page of ours."""
    of, number = await seen(person), int(request.match_info["number"])
    content = await request.app[LEDGER].read(opinions.content, of.entry.id, number)
    opinion = next((each for each in of.opinions if each.id == number), None)
    if content is None or opinion is None:
        raise InputError("OPINION_UNKNOWN", "没有这个文件", "there is no such file")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(opinion.name, safe='')}"}
    return web.Response(body=content, content_type=opinion.media_type, headers=HEADERS | headers)


@routes.post(ONE + "/withdraw")
@for_people("drafter", "duty_officer")
async def post_withdraw(request: web.Request, person: Person) -> web.Response:
    """Its drafter takes it back."""
    await sent_form(person)
    of, app = await seen(person), request.app
    await app[LEDGER].write(withdraw, of.entry.id, app[CLOCK](), person.caller.actor)
    return went_to(f"{DECISIONS}/{of.entry.id}?done=withdrawn")


async def _list(person: Person, *, exercise: bool) -> web.Response:
    request = person.request
    app, asked = request.app, request.query.get("before", "")[:64]
    before = asked if asked.isprintable() else ""
    found = await app[LEDGER].read(_visible, person.user, before, exercise)
    more = found[_PAGE - 1].id if len(found) > _PAGE else None
    listed = []
    for entry in found[:_PAGE]:
        of = await app[LEDGER].read(_opened, app[DESK], entry, app[CLOCK]())
        decision = Decision.model_validate_json(entry.document)
        plan = app[DESK].catalogue.load(entry.plan).plan
        mine = of is not None and turn(person, of) is not None
        listed.append((entry, decision, area_words(person.language, plan, decision.area), of, mine))
    return page(
        person,
        "decisions.html",
        exercise=exercise,
        listed=listed,
        more=more,
        before=before,
        path_of=request.path,
    )


def _visible(connection: Connection, user: User, before: str, exercise: bool) -> list[Entry]:
    """One more than a page shows, of those that the person may see."""
    found: list[Entry] = []
    while len(found) <= _PAGE:
        read = decisions.newest(connection, before, _PAGE + 1, exercise=exercise)
        found += [each for each in read if concerns(user, Decision.model_validate_json(each.document))]
        if len(read) <= _PAGE:
            break
        before = read[-1].id
    return found


def _opened(connection: Connection, desk: Desk, entry: Entry, now: int) -> Sheet | None:
    """The sheet of a decision that somebody still has to do something with."""
    return sheet(connection, desk, entry.id, now) if entry.state in ("submitted", "approved") else None
