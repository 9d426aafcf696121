"""`/console/decisions/{id}/approve`: an approver reads one page and approves, returns or refuses it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.approving.approve import approve, refuse, send_back
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.web.console.decisions.acting import acting_page, confirm
from gateway.web.console.decisions.sheets import DECISIONS, ONE, seen
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person, sent_form

_PATH = ONE + "/approve"
_PAGE = "approve.html"
_MOST = 2000  # characters of a comment

routes = web.RouteTableDef()


@routes.get(_PATH)
@for_people("approver")
async def get_approve(_request: web.Request, person: Person) -> web.Response:
    """What is to be approved, and the form."""
    return await acting_page(person, _PAGE, await seen(person))


@routes.post(_PATH)
@for_people("approver")
async def post_approve(_request: web.Request, person: Person) -> web.Response:
    """Give the step that the page showed to what it showed."""
    form = await sent_form(person, ("manifest", "place", "word", "number", "comment"))
    place = int(form["place"]) if form["place"].isdecimal() and len(form["place"]) < 4 else -1
    return await _do(person, form, partial(approve, place=place), "approved", confirmed=True)


@routes.post(_PATH + "/return")
@for_people("approver")
async def post_return(_request: web.Request, person: Person) -> web.Response:
    """Return it to its drafter, with a comment."""
    form = await sent_form(person, ("manifest", "comment"))
    return await _do(person, form, send_back, "returned")


@routes.post(_PATH + "/refuse")
@for_people("approver")
async def post_refuse(_request: web.Request, person: Person) -> web.Response:
    """Refuse it for good, with a comment."""
    form = await sent_form(person, ("manifest", "comment"))
    return await _do(person, form, refuse, "refused")


async def _do(
    person: Person,
    form: Form,
    case: Callable[..., Any],
    told_as: str,
    *,
    confirmed: bool = False,
) -> web.Response:
    app, of = person.request.app, await seen(person)

    def work(connection: Connection, now: int, comment: str | None) -> None:
        actor = person.caller.actor
        case(connection, app[DESK], of.entry.id, form["manifest"], now, actor, comment=comment)

    try:
        comment = _comment(form)
        if confirmed:
            confirm(of, form)
        await app[LEDGER].write(work, app[CLOCK](), comment)
    except InputError as error:
        return await acting_page(person, _PAGE, await seen(person), form, error)
    app[BUS].say(Word.TIMER)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{DECISIONS}/{of.entry.id}?done={told_as}")


def _comment(form: Form) -> str:
    comment = form["comment"].strip()
    if len(comment) > _MOST:
        raise InputError(
            "COMMENT_LONG",
            f"意见最多 {_MOST} 字",
            f"a comment has at most {_MOST} characters",
            field="comment",
        )
    return comment
