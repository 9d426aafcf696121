"""`/console/drafts/new` and `/console/exercises/new`: what a draft begins with.

An order of the level above, what is in force (to be changed, ended or mended), nothing (something new), or
a document that somebody has already.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.preparing import example, new_draft, selecting, standing
from gateway.decisions.model import Decision
from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.decisions import drafts
from gateway.ledger.directory import kinds
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import StoredOrder
from gateway.moments import local, moment
from gateway.orders.drafting import Draft as OrderDraft
from gateway.orders.drafting import draft as drafted
from gateway.orders.present import draft_json
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.vocabulary import Action
from gateway.web.console.areas import area_words
from gateway.web.console.drafts.draft import form_page
from gateway.web.console.drafts.draft_document import read, sent_document, unfit
from gateway.web.console.drafts.draft_form import area_of
from gateway.web.console.drafts.draft_meant import kept_of
from gateway.web.console.drafts.draft_words import TEXTS
from gateway.web.console.drafts.own_draft import (
    DOCUMENT_BYTES,
    EXERCISES,
    OF_ONE,
    PATH,
    areas_for,
    draft_of,
    kept,
    plan_of,
    refuse_closed,
    refuse_other_areas,
    tables,
)
from gateway.web.console.episodes.orders import sender_in_words
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.limits import in_validity, usual_plan
from gateway.web.console.navigation import WRITERS
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.standing_words import standing_words
from gateway.web.people import Person, sent_form
from gateway.web.problems import status_of

_REAL, _EXERCISE = f"{PATH}/new", f"{EXERCISES}/new"
_ACTIONS: tuple[Action, ...] = get_args(Action)

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Held:
    """A decision that counts, and what may follow it."""

    id: str
    kind: str
    warns: bool
    stated: Decision
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that waits, with the draft that it gives."""

    order: StoredOrder
    draft: OrderDraft


@dataclass(frozen=True, slots=True)
class Choices:
    """What a draft of a plan may begin with."""

    orders: tuple[Waiting, ...] = ()
    standing: tuple[Held, ...] = ()
    over: tuple[Held, ...] = ()


@routes.get(_REAL)
@for_people(*WRITERS)
async def get_new(_request: web.Request, person: Person) -> web.Response:
    """What a real draft may begin with."""
    return await _page(person, exercise=False)


@routes.get(_EXERCISE)
@for_people(*WRITERS)
async def get_new_exercise(_request: web.Request, person: Person) -> web.Response:
    """What an exercise may begin with."""
    return await _page(person, exercise=True)


@routes.post(_REAL)
@for_people(*WRITERS)
async def post_new(_request: web.Request, person: Person) -> web.Response:
    """A new draft of a real decision."""
    return await _begin(person, exercise=False)


@routes.post(_EXERCISE)
@for_people(*WRITERS)
async def post_new_exercise(_request: web.Request, person: Person) -> web.Response:
    """A new draft of an exercise."""
    return await _begin(person, exercise=True)


@routes.post(f"{_REAL}/document")
@for_people(*WRITERS)
async def post_document(_request: web.Request, person: Person) -> web.Response:
    """A new draft of a real decision, filled in from a document."""
    return await _from_document(person, exercise=False)


@routes.post(f"{_EXERCISE}/document")
@for_people(*WRITERS)
async def post_exercise_document(_request: web.Request, person: Person) -> web.Response:
    """A new draft of an exercise, filled in from a document."""
    return await _from_document(person, exercise=True)


@routes.post(OF_ONE + "/document")
@for_people(*WRITERS)
async def post_replacing(request: web.Request, person: Person) -> web.Response:
    """A document takes the place of everything that a draft says."""
    sent = await sent_document(person)
    draft = await draft_of(person)
    refuse_closed(draft)
    try:
        document = read(person, sent, draft.exercise)
        if document["plan"] != draft.plan:
            raise unfit("plan", "预案与这份草稿不同", "it is of another plan than this draft", sent.file)
    except InputError as error:
        return await form_page(
            person, draft, plan_of(person, draft), status=status_of(error), error=error, text=sent.shown
        )
    selection = None if document["action"] in selecting.INHERITS else draft.selection
    app = request.app
    await app[LEDGER].write(drafts.change, draft.id, person.user.id, document, app[CLOCK](), selection)
    return went_to(f"{PATH}/{draft.id}?saved=1#said")


async def _begin(person: Person, *, exercise: bool) -> web.Response:
    form = await sent_form(person, ("plan", "action", "previous", "order"))
    app, now = person.request.app, person.request.app[CLOCK]()
    plan = await _plan(person, form["plan"])
    if form["order"]:
        document = await app[LEDGER].read(_of_order, app[DESK].catalogue, plan, exercise, form["order"], now)
        refuse_other_areas(person, area_of(document))
        return went_to(f"{PATH}/{await kept(person, plan.id, exercise, document)}?order={form['order']}")
    action = next((each for each in _ACTIONS if each == form["action"]), None)
    if action is None or (not form["previous"] and action not in new_draft.NEW):
        raise unfit("action", "请选择动作", "choose what to do")
    selection, said = None, ""
    if form["previous"]:
        document = await app[LEDGER].read(new_draft.following, plan, exercise, action, form["previous"], now)
        refuse_other_areas(person, area_of(document))
        if action not in selecting.INHERITS:
            selection = kept_of(await app[LEDGER].read(selecting.of_decision, form["previous"]))
    else:
        own = [code for code, _ in areas_for(person, plan)]
        clear = own[:1] if plan.area in own or len(own) == 1 or exercise else []
        document = new_draft.begun(plan, exercise, action, now, clear)
        if exercise and action in example.ACTIONS:
            number = 1 + await app[LEDGER].read(drafts.exercises_before, plan.id)
            document, said = document | example.example(plan, moment(now), number), "?example=1"
    return went_to(f"{PATH}/{await kept(person, plan.id, exercise, document, selection)}{said}")


async def _from_document(person: Person, *, exercise: bool) -> web.Response:
    sent = await sent_document(person)
    try:
        document = read(person, sent, exercise)
        plan = await _plan(person, document["plan"])
    except InputError as error:
        return await _page(person, exercise=exercise, error=error, text=sent.shown)
    return went_to(f"{PATH}/{await kept(person, plan.id, exercise, document)}?saved=1")


async def _page(
    person: Person, *, exercise: bool, error: InputError | None = None, text: str = ""
) -> web.Response:
    app, now = person.request.app, person.request.app[CLOCK]()
    plans = await _plans(person)
    asked = person.request.query.get("plan")
    chosen = next((plan for plan in plans if plan.id == asked), None)
    today = local(moment(now)).date()
    if chosen is None and asked is None:
        # the office's own plan, for exercises too: those that take part may be few, and elsewhere
        found = [each for part in (False, True) for each in await app[LEDGER].read(kinds.kinds, part, today)]
        chosen = usual_plan(plans, found, today)
    choices = Choices()
    if chosen is not None:
        choices = await app[LEDGER].read(_choices, chosen, exercise, person.user.areas, now)
    return framed(
        person,
        "draft_new.html",
        status=200 if error is None else status_of(error),
        exercise=exercise,
        words=TEXTS,
        keep=f"plan={chosen.id}&" if chosen is not None else "",
        where=EXERCISES if exercise else PATH,
        new=_EXERCISE if exercise else _REAL,
        plans=[(plan, in_validity(plan, today)) for plan in plans],
        plan=chosen,
        choices=choices,
        areas_in_words=lambda codes: area_words(person.language, chosen, codes) if chosen else "",
        sender_in_words=partial(sender_in_words, person.request),
        stands=lambda each: standing_words(person.language, each.kind, each.stated.starts_at, now),
        begins=new_draft.NEW,
        error=error,
        text=text,
        kilobytes=DOCUMENT_BYTES // 1000,
        **tables(person),
    )


def _choices(
    connection: Connection, plan: Plan, exercise: bool, limits: tuple[str, ...], now: int
) -> Choices:
    waiting = []
    for order in orders.waiting(connection):
        fits = (order.plan, order.exercise) == (plan.id, exercise) and order.verdict != "refused"
        made = drafted(connection, plan, order, now) if fits and order.area else None
        if made is not None and _all_within(made.document["area"], limits):
            waiting.append(Waiting(order, made))
    held = []
    for each in new_draft.to_change(connection, plan, exercise):
        stated = standing.document(each)
        if _all_within(stated.area, limits):
            actions = standing.actions_for(each)
            held.append(Held(each.decision_id, each.kind, each.warns, stated, actions))
    stands = [each for each in held if each.kind not in ("lift", "tip")]
    over = [each for each in held if each.kind in ("lift", "tip")]
    return Choices(tuple(reversed(waiting)), tuple(reversed(stands)), tuple(reversed(over)))


def _of_order(
    connection: Connection, catalogue: Catalogue, plan: Plan, exercise: bool, identifier: str, now: int
) -> dict[str, Any]:
    """The document that an order gives. Raises `InputError` (ORDER_UNKNOWN, ORDER_WITHOUT_DRAFT)."""
    number = int(identifier) if identifier.isascii() and identifier.isdigit() and len(identifier) < 16 else 0
    made = draft_json(connection, catalogue, number, now)
    document = {"exercise": False, **made["document"]}
    if (document["plan"], document["exercise"]) != (plan.id, exercise):
        raise unfit("order", "这条指令不在这里处理", "this order belongs elsewhere")
    begins = new_draft.begun(plan, exercise, document["action"], now, [])
    return begins | document


async def _plans(person: Person) -> list[Plan]:
    """The plans under which a person may draft, by their titles; those that cannot be read are left out."""
    found = await asyncio.to_thread(person.request.app[DESK].catalogue.readable)
    limits = person.user.areas
    fitting = [
        plan
        for plan in found.values()
        if any(within(code, limits) for code in (plan.area, *(each.code for each in plan.areas)))
    ]
    return sorted(fitting, key=lambda plan: (plan.place, plan.id))


async def _plan(person: Person, identifier: str) -> Plan:
    found = next((plan for plan in await _plans(person) if plan.id == identifier), None)
    if found is None:
        raise InputError(
            "PLAN_UNKNOWN",
            "没有您可用的这份预案",
            "there is no such plan for your areas",
            field="plan",
        )
    return found


def _all_within(area: list[str], limits: tuple[str, ...]) -> bool:
    return all(within(code, limits) for code in area)
