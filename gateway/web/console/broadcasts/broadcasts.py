"""`/console/broadcasts/{id}`: a broadcast is stopped by hand, and a person decides what no receipt tells."""

from aiohttp import web

from gateway.broadcasts.approving.officials import concerns
from gateway.broadcasts.approving.sheet import Sheet, sheet
from gateway.broadcasts.launching.overview import overview
from gateway.broadcasts.launching.stop import stop
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.follow_up.upkeep.undecided import Act, decide, listed
from gateway.ledger.decisions import decisions
from gateway.web.console import typed
from gateway.web.console.decisions.sheets import told
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_PATH = "/console/broadcasts"
_ONE = _PATH + r"/{id:\d{1,18}}"
_LISTED = 100  # undecided messages of a page

routes = web.RouteTableDef()


@routes.get(_ONE)
@for_people("duty_officer", "administrator")
async def get_broadcast(_request: web.Request, person: Person) -> web.Response:
    """What may be done about it."""
    return await _page(person, await _seen(person))


@routes.post(_ONE + "/stop")
@for_people("duty_officer", "administrator")
async def post_stop(request: web.Request, person: Person) -> web.Response:
    """Nothing more of it leaves."""
    form = await sent_form(person, ("word", "number", "reason"))
    app, of = request.app, await _seen(person)
    identifier = of.entry.broadcast_id
    try:
        found = await app[LEDGER].read(overview, identifier, app[CLOCK]())
        word = typed.marked(typed.STOP, exercise=of.entry.exercise)
        typed.confirm(word, found["recipients"], form["word"], form["number"])
        reason = typed.reason(form["reason"])
        await app[LEDGER].write(
            stop, identifier, person.user.person, reason, app[CLOCK](), person.caller.actor
        )
    except InputError as error:
        return await _page(person, of, form, error)
    app[BUS].say(Word.LAUNCHED)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{_PATH}/{identifier}?done=stopped")


@routes.post(_ONE + "/undecided/{act:resend|leave}")
@for_people("duty_officer", "administrator")
async def post_undecided(request: web.Request, person: Person) -> web.Response:
    """Those that were chosen are sent once more, or left; `every`: all that wait, on whatever page."""
    form = await sent_form(person, ("reason", "every"), ("chosen",))
    app, of = request.app, await _seen(person)
    act: Act = "resend" if request.match_info["act"] == "resend" else "leave"
    try:
        chosen = [int(each) for each in form.all("chosen") if each.isdecimal() and len(each) < 19]
        if not chosen and not form["every"]:
            raise InputError("NOTHING_CHOSEN", "请至少选一条", "choose at least one", field="chosen")
        await app[LEDGER].write(
            decide,
            of.entry.broadcast_id,
            act,
            None if form["every"] else chosen,
            person.user.person,
            typed.reason(form["reason"]),
            app[CLOCK](),
            person.caller.name,
        )
    except InputError as error:
        return await _page(person, of, form, error, of_stop=False)
    app[BUS].say(Word.QUEUED)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{_PATH}/{of.entry.broadcast_id}?done=decided")


async def _seen(person: Person) -> Sheet:
    """The sheet of the broadcast's decision. Raises `InputError` (BROADCAST_UNKNOWN), also for areas that
    the person is not for."""
    app, identifier = person.request.app, int(person.request.match_info["id"])
    decision_id = await app[LEDGER].read(decisions.of_broadcast, identifier)
    if decision_id is not None:
        of = await app[LEDGER].read(sheet, app[DESK], decision_id, app[CLOCK]())
        if of.entry.state == "launched" and concerns(person.user, of.decision):
            return of
    raise InputError("BROADCAST_UNKNOWN", "没有这个发布任务", "there is no such broadcast")


async def _page(
    person: Person,
    of: Sheet,
    form: Form | None = None,
    error: InputError | None = None,
    *,
    of_stop: bool = True,
) -> web.Response:
    """The page, with what is wrong in a form: that which stops the broadcast (`of_stop`), or that of what is
    undecided."""
    app, identifier, now = person.request.app, of.entry.broadcast_id, person.request.app[CLOCK]()
    asked = person.request.query.get("after", "0")
    after = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    undecided = await app[LEDGER].read(listed, identifier, now, after, _LISTED + 1)
    return await told(
        person,
        "broadcast.html",
        of,
        status=200 if error is None else status_of(error),
        overview=await app[LEDGER].read(overview, identifier, now),
        undecided=undecided[:_LISTED],
        after=after,
        more=undecided[_LISTED - 1]["id"] if len(undecided) > _LISTED else None,
        action_path=f"{_PATH}/{identifier}",
        stop_word=typed.marked(typed.STOP, exercise=of.entry.exercise),
        error=error,
        of_stop=of_stop,
        filled={name: form[name] if form is not None else "" for name in ("word", "number", "reason")},
        chosen=form.all("chosen") if form is not None else (),
        every=form is not None and bool(form["every"]),
    )
