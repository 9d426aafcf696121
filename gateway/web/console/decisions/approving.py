"""`/console/decisions/{id}/approve`: an approver reads one page and approves, returns or refuses it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.approving.approve import approve, refuse, send_back
from gateway.broadcasts.approving.sheet import Sheet
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.web.console import typed
from gateway.web.console.decisions.sheets import DECISIONS, ONE, main_texts, seen, told
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_PATH = ONE + "/approve"
_MOST = 2000  # characters of a comment

routes = web.RouteTableDef()


@routes.get(_PATH)
@for_people("approver")
async def get_approve(_request: web.Request, person: Person) -> web.Response:
    """What is to be approved, and the form."""
    return await _page(person, await seen(person))


@routes.post(_PATH)
@for_people("approver")
async def post_approve(_request: web.Request, person: Person) -> web.Response:
    """Give the step that the page showed to what it showed."""
    form = await sent_form(person, ("manifest", "place", "word", "number", "comment"))

    def confirmed(sheet: Sheet) -> None:
        decision = sheet.decision
        word = typed.word_of(decision.action, decision.level, exercise=sheet.entry.exercise)
        typed.confirm(word, sheet.reach.recipients, form["word"], form["number"])

    place = int(form["place"]) if form["place"].isdecimal() and len(form["place"]) < 4 else -1
    return await _do(person, form, partial(approve, place=place), "approved", confirmed)


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
    confirmed: Callable[[Sheet], None] | None = None,
) -> web.Response:
    app, of = person.request.app, await seen(person)

    def work(connection: Connection, now: int, comment: str | None) -> None:
        actor = person.caller.actor
        case(connection, app[DESK], of.entry.id, form["manifest"], now, actor, comment=comment)

    try:
        comment = _comment(form)
        if confirmed is not None and form["manifest"] == of.entry.manifest:
            confirmed(of)
        await app[LEDGER].write(work, app[CLOCK](), comment)
    except InputError as error:
        return await _page(person, await seen(person), form, error)
    app[BUS].say(Word.TIMER)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{DECISIONS}/{of.entry.id}?done={told_as}")


async def _page(
    person: Person, of: Sheet, form: Form | None = None, error: InputError | None = None
) -> web.Response:
    """The page; what was typed about another content than is frozen now is to be typed anew."""
    same = form is not None and form["manifest"] == of.entry.manifest
    return await told(
        person,
        "approve.html",
        of,
        acting=True,
        status=200 if error is None else status_of(error),
        texts=await main_texts(person, of),
        error=error,
        changed=form is not None and not same,
        filled={
            "word": form["word"] if form is not None and same else "",
            "number": form["number"] if form is not None and same else "",
            "comment": form["comment"] if form is not None else "",
        },
    )


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
