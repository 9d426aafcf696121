"""`/console/control-list`: whether the public reads who is on the 应急减排清单, and with which columns."""

from aiohttp import web

from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.follow_up.papers import publishing
from gateway.follow_up.papers.publishing import LIST_COLUMNS, list_columns
from gateway.ledger.accounts.users import Role
from gateway.ledger.decisions import publications
from gateway.ledger.directory import control_list
from gateway.web.console.episodes.episode_words import DONE, LIST_COLUMN_WORDS, TEXTS
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.keys import BUS, CLOCK, LEDGER, SETTINGS
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/control-list"
_SHOWN = 20  # enterprises of the preview
_PUBLISHERS: tuple[Role, ...] = ("duty_officer", "directory_keeper")

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people()
async def get_list(_request: web.Request, person: Person) -> web.Response:
    """What is in force, and the form to change it."""
    return await _page(person)


@routes.post(PATH)
@for_people(*_PUBLISHERS)
async def post_publish(request: web.Request, person: Person) -> web.Response:
    """Publishes it, or publishes it anew with other columns."""
    form = await sent_form(person, ("basis",), ("columns",))
    app = request.app
    try:
        _everywhere(person)
        await app[LEDGER].write(
            publishing.publish_list,
            person.caller.actor,
            form.all("columns"),
            form["basis"].strip(),
            app[CLOCK](),
        )
    except InputError as error:
        return await _page(person, form, error)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{PATH}?done=published")


@routes.post(PATH + "/withdraw")
@for_people(*_PUBLISHERS)
async def post_withdraw(request: web.Request, person: Person) -> web.Response:
    """The public reads it no more."""
    form = await sent_form(person, ("because",))
    app, because = request.app, form["because"].strip()
    actor, now = person.caller.actor, app[CLOCK]()
    try:
        _everywhere(person)
        await app[LEDGER].write(publishing.withdraw_list, actor, because, now)
    except InputError as error:
        return await _page(person, None, error)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{PATH}?done=withdrawn")


def _everywhere(person: Person) -> None:
    if person.user.areas:
        raise InputError(
            "AREA_NOT_YOURS",
            "清单包括全部区域，只由不限区域的人公布或撤下",
            "the list is of all areas: only people without limits publish or withdraw it",
        )


async def _page(person: Person, form: Form | None = None, error: InputError | None = None) -> web.Response:
    app = person.request.app
    newest = await app[LEDGER].read(publications.newest, "control_list")
    columns = list_columns(newest, app[SETTINGS].public.control_list)
    entries = await app[LEDGER].read(control_list.page, 0, _SHOWN)
    chosen = form.all("columns") if form else columns if columns is not None else LIST_COLUMNS
    return framed(
        person,
        "control_list.html",
        status=200 if error is None else status_of(error),
        words=TEXTS,
        done=DONE.get(person.request.query.get("done", "")),
        newest=newest,
        columns=columns,
        column_words=LIST_COLUMN_WORDS,
        chosen=chosen,
        basis=form["basis"] if form else newest.content["basis"] if newest else "",
        entries=[each for each in entries if person.sees(each.area)],
        number=await app[LEDGER].read(control_list.count),
        may_publish=person.holds(*_PUBLISHERS) and not person.user.areas,
        error=error,
    )
