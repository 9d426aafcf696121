"""`/console/drafts/{id}`: the form in which somebody writes a decision.

Whether a draft is one of an exercise was decided when it was begun, and no form changes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from gateway.broadcasts.preparing.selecting import INHERITS
from gateway.directory.selection import Selection
from gateway.errors import InputError
from gateway.ledger.decisions import drafts
from gateway.ledger.decisions.drafts import Draft
from gateway.moments import local, moment
from gateway.orders.present import draft_json
from gateway.plans.model import Plan
from gateway.web.console.drafts import draft_chart, draft_form, draft_meant, draft_view
from gateway.web.console.drafts.own_draft import (
    DOCUMENT_BYTES,
    EXERCISES,
    OF_ONE,
    PATH,
    areas_for,
    draft_of,
    framed_draft,
    kept,
    looked,
    plan_of,
    refuse_closed,
    refuse_other_areas,
    way_on,
)
from gateway.web.console.drafts.selection_words import in_words, names_of
from gateway.web.console.frame import for_people, went_to
from gateway.web.console.navigation import WRITERS
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.people import Person, sent_form

_MORE_ROWS = 3
_AFTER = {"days": ("rows", "days"), "meant": ("saved", "meant-part")}  # a button; what is said, and where
_DIGITS = 16  # of a number in an address

routes = web.RouteTableDef()


@routes.get(OF_ONE)
@for_people(*WRITERS)
async def get_draft(request: web.Request, person: Person) -> web.Response:
    """The form, with everything that is to be said of what stands in it."""
    draft = await draft_of(person)
    plan = plan_of(person, draft)
    asked = request.query
    return await form_page(
        person,
        draft,
        plan,
        saved="saved" in asked,
        of_example="example" in asked and draft.exercise,
        more=_MORE_ROWS if "rows" in asked else 0,
        order=await _of_order(person, draft, asked.get("order", "")),
    )


@routes.post(OF_ONE)
@for_people(*WRITERS)
async def post_draft(request: web.Request, person: Person) -> web.Response:
    """Keep what was typed, whatever it is, unless the draft was changed elsewhere; then the form again, or
    the preview."""
    form = await sent_form(
        person,
        ("seen", *draft_form.ONE, *draft_meant.ONE),
        (*draft_form.SEVERAL, *draft_meant.SEVERAL),
        again=True,
    )
    draft = await draft_of(person)
    refuse_closed(draft)
    document = draft_form.document_of(form, draft.document)
    refuse_other_areas(person, draft_form.area_of(document))
    app, selection = request.app, draft_meant.chosen_of(form)
    seen, now = _number(form["seen"]) or None, app[CLOCK]()
    if not await app[LEDGER].write(drafts.change, draft.id, person.user.id, document, now, selection, seen):
        newest = await draft_of(person)
        typed = replace(newest, document=document, selection=selection)
        if typed != newest:  # else the same form came twice
            return await form_page(person, typed, plan_of(person, typed), status=409, overtaken=True)
    if form["go"] == "preview":
        return went_to(f"{PATH}/{draft.id}/preview")
    said, place = _AFTER.get(form["go"], ("saved", "said"))
    if form["find"].strip():
        sought, place = f"&find={quote(form['find'].strip()[:50])}", "meant-part"
        if form["go"] == "find_more":
            sought += f"&after={_number(form['find_after'])}"
    else:
        sought = ""
    return went_to(f"{PATH}/{draft.id}?{said}=1{sought}#{place}")


@routes.post(OF_ONE + "/discard")
@for_people(*WRITERS)
async def post_discard(request: web.Request, person: Person) -> web.Response:
    """A draft is no longer wanted."""
    await sent_form(person)
    draft = await draft_of(person)
    await request.app[LEDGER].write(drafts.discard, draft.id, person.user.id)
    return went_to(EXERCISES if draft.exercise else PATH)


@routes.post(OF_ONE + "/copy")
@for_people(*WRITERS)
async def post_copy(request: web.Request, person: Person) -> web.Response:
    """Another draft that says the same, but for its number."""
    await sent_form(person)
    draft = await draft_of(person)
    document = {key: value for key, value in draft.document.items() if key != "document_number"}
    return went_to(f"{PATH}/{await kept(person, draft.plan, draft.exercise, document, draft.selection)}")


async def form_page(
    person: Person,
    draft: Draft,
    plan: Plan,
    *,
    status: int = 200,
    saved: bool = False,
    of_example: bool = False,
    overtaken: bool = False,
    more: int = 0,
    order: Sequence[Mapping[str, str | None]] | None = None,
    error: InputError | None = None,
    text: str = "",
) -> web.Response:
    """The form of a draft. `of_example`: it was just filled in with an example; `overtaken`: it was changed
    elsewhere meanwhile, and this is not kept yet; `more`: rows of the forecast beyond those that are needed;
    `order`: what people check where an order filled it in; `error`: what was wrong with a document, `text`,
    that was to take the place of it all."""
    document = draft.document
    found = await looked(person, draft)
    action = document["action"]
    required = draft_view.required(plan, action)
    said = draft_view.remarks(found, document, required)
    meant = None if action in INHERITS else await _meant(person, draft, plan)
    if meant is not None and meant.nobody and "selection" not in said:
        none_listed = draft_view.NO_EXERCISE if draft.exercise else draft_view.NONE_LISTED
        said["selection"] = [draft_view.NOBODY if meant.left_out else none_listed]
    return framed_draft(
        person,
        "draft.html",
        draft,
        status=status,
        plan=plan,
        action=action,
        path_of=f"{PATH}/{draft.id}",
        fields=draft_form.fields_of(document),
        days=draft_form.days_of(document, more=more),
        area=draft_form.area_of(document),
        areas=areas_for(person, plan),
        whole=plan.area,
        limited=bool(person.user.areas) and not person.sees(plan.area),
        remarks=said,
        summary=draft_view.summary(said, person.language),
        meant=meant,
        inherited=await _in_words(person, plan, found.selection),
        counts=draft_view.counts(said),
        required=required,
        chart=draft_chart.chart(plan, document),
        rules=draft_chart.rules(plan),
        by_forecast=None if found.check is None else found.check.level_by_forecast,
        checked=found.check is not None,
        way_on=way_on(person, *found.problems),
        ready=found.ready and (meant is None or not meant.nobody),
        saved=saved,
        of_order=order,
        of_example=of_example,
        overtaken=overtaken,
        error=error,
        text=text,
        kilobytes=DOCUMENT_BYTES // 1000,
    )


async def _in_words(person: Person, plan: Plan, selection: Selection | None) -> str:
    if selection is None:
        return ""
    called = await names_of(person.request.app[LEDGER], selection)
    return in_words(person.language, plan, selection, called)


async def _meant(person: Person, draft: Draft, plan: Plan) -> draft_meant.Meant:
    app, asked = person.request.app, person.request.query
    sought = asked.get("find", "").strip()[:50]
    return await app[LEDGER].read(
        draft_meant.meant,
        person.language,
        plan,
        draft.exercise,
        draft_form.area_of(draft.document),
        areas_for(person, plan),
        draft.selection,
        draft_meant.Sought(sought, _number(asked.get("after", "")), person.user.areas),
        local(moment(app[CLOCK]())).date(),
    )


def _number(told: str) -> int:
    """How many of what was found were seen; 0 for anything else."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < _DIGITS else 0


async def _of_order(person: Person, draft: Draft, number: str) -> Sequence[Mapping[str, str | None]] | None:
    """What is to be checked in a draft that an order filled in; None where none did."""
    app = person.request.app
    if not _number(number):
        return None
    try:
        made = await app[LEDGER].read(draft_json, app[DESK].catalogue, _number(number), app[CLOCK]())
    except InputError:  # something else happened meanwhile: the form says what does not fit
        return ()
    fits = (made["document"]["plan"], made["document"].get("exercise", False)) == (draft.plan, draft.exercise)
    remarks: Sequence[Mapping[str, str | None]] = made["remarks"]
    return remarks if fits else None
