"""`/console/drafts/{id}/preview`: the wall of everything that a draft would say, before it is submitted.

Nothing of it is stored: the directory is read beside the event loop, as the API's dry run does. A reader's
own page needs no directory.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts import drafting, reach, standing
from gateway.broadcasts.aside import submit_aside
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.gathering import Refused, moment
from gateway.broadcasts.looking import Look
from gateway.broadcasts.prepare import Prepared
from gateway.broadcasts.selecting import INHERITS
from gateway.broadcasts.standing import Link
from gateway.broadcasts.submit import Submitted
from gateway.broadcasts.texts import Texts
from gateway.decisions.model import Decision, local
from gateway.directory import counting
from gateway.directory.selection import EVERYONE, Selection
from gateway.directory.targets import PUSH
from gateway.errors import InputError
from gateway.ledger import drafts, kinds
from gateway.ledger.database import Ledger
from gateway.ledger.drafts import Draft
from gateway.ledger.listed import Listed
from gateway.ledger.notices import PURPOSES, Purpose
from gateway.plans.model import Plan
from gateway.vocabulary import ENGLISH_AUDIENCES, Audience, Language, Sector
from gateway.web.console import draft_form, draft_view, preview_view
from gateway.web.console.draft_words import MEDIA, SECTORS, SKIPS, TEXTS
from gateway.web.console.draft_words import PURPOSES as PURPOSE_WORDS
from gateway.web.console.drafts import (
    OF_ONE,
    PATH,
    WRITERS,
    draft_of,
    framed_draft,
    looked,
    plan_of,
    refuse_closed,
    refuse_other_areas,
)
from gateway.web.console.frame import for_people, went_to
from gateway.web.console.selection_words import in_words
from gateway.web.console.walls import Asked, Figures, Walls
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.rendering import HEADERS
from gateway.web.live.words import AUDIENCES, Speech
from gateway.web.people import Person, sent_form

_WALL = OF_ONE + "/preview"
_NUMBERS = _WALL + "/numbers"
_READER = _WALL + r"/{reader:[a-z]{1,20}(?:-[a-z]{1,20})?}"
_SKIPPED = 20  # organisations that are named; the others are counted
_PAGE_POLICY = (  # a page as it is mailed or printed brings its own look, and nothing else
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)

WALLS = web.AppKey("walls", Walls)

routes = web.RouteTableDef()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worded:
    """A draft that is whole enough to be written out."""

    plan: Plan
    decision: Decision
    link: Link


@routes.get(_WALL)
@for_people(*WRITERS)
async def get_wall(_request: web.Request, person: Person) -> web.Response:
    """The overview: counts, findings, what changes, each reader's SMS, approvals."""
    draft = await draft_of(person)
    return await _wall(person, draft)


@routes.get(_NUMBERS)
@for_people(*WRITERS)
async def get_numbers(_request: web.Request, person: Person) -> web.Response:
    """Where everybody is reached, in how many segments, and who cannot be; the wall takes it in. A page that
    comes again by itself while that is being worked out."""
    draft = await draft_of(person)
    found = await looked(person, draft)
    refuse_other_areas(person, draft_form.area_of(draft.document))
    if found.decision is None or found.selection is None:
        return went_to(f"{PATH}/{draft.id}#said")
    known: Figures | None = None
    refusal: InputError | Refused | None = None
    try:
        known = await person.request.app[WALLS].figures(
            *_asked(person, draft, found.decision, found.selection)
        )
    except (InputError, Refused) as error:
        refusal = error
    page = _framed(
        person,
        "preview_numbers.html",
        draft,
        status=200 if refusal is None else 422,
        refusal=refusal if isinstance(refusal, InputError) else None,
        refused=refusal is not None,
        figures=known,
    )
    if known is None and refusal is None:
        page.headers["Refresh"] = "1"
    return page


@routes.get(_READER)
@for_people(*WRITERS)
async def get_reader(request: web.Request, person: Person) -> web.Response:
    """Everything that one reader gets in every medium, with what is kept ready beside it."""
    draft, reader = await draft_of(person), _reader(request)
    worded = await _worded(person, draft)
    if worded is None:
        return went_to(f"{PATH}/{draft.id}#said")
    english = "in" in request.query and reader[0] in ENGLISH_AUDIENCES
    fault: InputError | None = None
    written: Texts = {}
    try:
        written = await _texts(person, worded, "en" if english else "zh-CN")
    except InputError as error:
        fault = error
    changed = await asyncio.to_thread(
        preview_view.changes, worded.plan, worded.decision, worded.link, [reader]
    )
    return _framed(
        person,
        "preview_reader.html",
        draft,
        reader=reader,
        changes=changed[reader],
        before=standing.in_force(worded.link.follows),
        purposes=[
            (purpose, preview_view.of_reader(written[purpose], *reader))
            for purpose in PURPOSES
            if purpose in written
        ],
        has_english=reader[0] in ENGLISH_AUDIENCES,
        english=english,
        fault=fault,
        signature=person.request.app[DESK].office.signature,
    )


@routes.get(_READER + r"/{medium:email|notice}")
@for_people(*WRITERS)
async def get_page(request: web.Request, person: Person) -> web.Response:
    """An email or a printed notice as it is sent, alone and without anything that it could run."""
    draft, reader = await draft_of(person), _reader(request)
    worded = await _worded(person, draft)
    if worded is None:
        return went_to(f"{PATH}/{draft.id}#said")
    written = await _texts(person, worded, "zh-CN")
    purpose: Purpose = next((each for each in PURPOSES if each == request.query.get("for")), "now")
    found = preview_view.of_reader(written.get(purpose, ()), *reader)
    notice = next((each for medium, each in found.items() if medium == request.match_info["medium"]), None)
    if notice is None or notice.html is None:
        raise InputError("NOTICE_UNKNOWN", "没有这份文本", "there is no such text")
    headers = HEADERS | {"Content-Security-Policy": _PAGE_POLICY}
    return web.Response(text=notice.html, content_type="text/html", headers=headers)


@routes.post(OF_ONE + "/submit")
@for_people(*WRITERS)
async def post_submit(request: web.Request, person: Person) -> web.Response:
    """Freeze it for its approvers; from then on it is a decision."""
    await sent_form(person)
    draft = await draft_of(person)
    refuse_closed(draft)
    found = await looked(person, draft)
    if found.decision is None or found.selection is None:
        return went_to(f"{PATH}/{draft.id}#said")
    decision = found.decision
    if decision.exercise is not draft.exercise:
        raise InputError("DRAFT_MIXED", "演练和正式不能混用", "a drill cannot become an alert")
    refuse_other_areas(person, decision.area)
    app = request.app

    def noted(connection: Connection, submitted: Submitted, _seen: Listed | None) -> Submitted:
        drafts.submitted(connection, draft.id, person.user.id, submitted.recorded.id)
        return submitted

    try:
        submitted = await submit_aside(
            app[LEDGER],
            app[DESK],
            decision,
            app[CLOCK](),
            person.caller.actor,
            selection=_stated(decision, found.selection),
            then=noted,
        )
    except (InputError, Refused) as refusal:
        return await _wall(person, draft, refusal)
    _log.info("decision_submitted", extra={"decision": submitted.recorded.id})
    if submitted.prepared is None:  # launched before: nothing was stored that could have been noted with it
        await app[LEDGER].write(drafts.submitted, draft.id, person.user.id, submitted.recorded.id)
    return went_to(f"/console/decisions/{submitted.recorded.id}")


async def _wall(person: Person, draft: Draft, refusal: InputError | Refused | None = None) -> web.Response:
    plan = plan_of(person, draft)
    found = await looked(person, draft)
    refuse_other_areas(person, draft_form.area_of(draft.document))
    whole: dict[str, Any] | None = None
    known: Figures | None = None
    decision, link, selection = found.decision, found.link, found.selection
    if refusal is None and decision is not None and link is not None and selection is not None:
        try:
            if found.check is not None and not found.ready:
                raise Refused(found.check)
            whole = await _overview(person, Worded(plan, decision, link), selection)
            known = await person.request.app[WALLS].known(*_asked(person, draft, decision, selection))
        except (InputError, Refused) as error:
            whole, refusal = None, error
    asked = draft_view.required(plan, draft.document["action"])
    said = draft_view.remarks(found, draft.document, asked)
    return _framed(
        person,
        "preview.html",
        draft,
        status=200 if refusal is None else 422,
        plan=plan,
        remarks=[
            (draft_view.name_of(field, person.language), each)
            for field, some in said.items()
            for each in some
        ],
        refusal=refusal if isinstance(refusal, InputError) else None,
        whole=whole is not None,
        figures=known,
        **(whole or {}),
    )


async def _overview(person: Person, worded: Worded, selection: Selection) -> dict[str, Any]:
    """What the wall shows at once. Raises what writing its texts raises, and SELECTION_EMPTY."""
    plan, decision, link = worded.plan, worded.decision, worded.link
    app = person.request.app
    desk = app[DESK]
    loaded = desk.catalogue.load(plan.id)
    written = await app[WALLS].texts(desk, loaded, decision, link, media=("sms",))
    sms = {
        purpose: {(each.audience, each.sector): each for each in notices}
        for purpose, notices in written.items()
    }
    changes = await asyncio.to_thread(preview_view.changes, plan, decision, link, preview_view.readers())
    return {
        "meant": in_words(person.language, plan, selection),
        "limited": selection.limits,
        "told": None if decision.action in INHERITS else await _told(person, plan, decision, selection),
        "level": decision.level,
        "before": standing.in_force(link.follows),
        "changes": changes,
        "sms": [(reader, sms["now"][reader]) for reader in preview_view.readers() if reader in sms["now"]],
        "ready_sms": [(purpose, sms[purpose]) for purpose in PURPOSES if purpose in sms and purpose != "now"],
    }


async def _told(
    person: Person, plan: Plan, decision: Decision, selection: Selection
) -> Counter[tuple[Audience, Sector | None]]:
    """How many organisations read what each reader reads. Raises SELECTION_EMPTY for nobody."""
    app = person.request.app
    on = local(moment(app[CLOCK]())).date()
    found = await app[LEDGER].read(kinds.kinds, decision.exercise, on, selection.groups or ())
    told = counting.readers(found, plan, decision.area, selection)
    if not told:
        nobody = draft_view.NOBODY
        raise InputError("SELECTION_EMPTY", nobody.message, nobody.message_en, field="selection")
    return told


def _asked(
    person: Person, draft: Draft, decision: Decision, selection: Selection
) -> tuple[Ledger, Desk, Asked]:
    """What the figures of a draft are asked with."""
    app = person.request.app
    asked = Asked(draft.id, decision, _stated(decision, selection), app[CLOCK]())
    return app[LEDGER], app[DESK], asked


def _stated(decision: Decision, selection: Selection) -> Selection:
    """What is stated beside a decision: nothing where it means whomever the one before it meant."""
    return EVERYONE if decision.action in INHERITS else selection


def figures(prepared: Prepared) -> Figures:
    """What only a walk through the directory tells: where everybody is reached, and in how many segments."""
    return {
        "reach": reach.count(prepared),
        "rows": preview_view.rows(prepared),
        "skipped": prepared.targeted.skipped[:_SKIPPED],
        "outside": prepared.targeted.outside,
        "untranslated": prepared.targeted.untranslated,
        "formless": prepared.formless,
        "own": len({each.organisation_id for each in prepared.personal if each.medium == "sms"}),
        "steps": prepared.steps,
    }


async def end(app: web.Application) -> None:
    """Nobody looks at previews any more."""
    await app[WALLS].aclose()


async def _worded(person: Person, draft: Draft) -> Worded | None:
    """The draft as a decision that fits the ledger; None where it is none yet."""
    found: Look = await looked(person, draft)
    if found.decision is None or found.link is None:
        return None
    refuse_other_areas(person, found.decision.area)
    return Worded(plan_of(person, draft), found.decision, found.link)


async def _texts(person: Person, worded: Worded, language: Language) -> Texts:
    """Every text of a draft in one language. Raises `InputError` where one cannot be written."""
    app = person.request.app
    desk = app[DESK]
    plan, decision, link = worded.plan, worded.decision, worded.link
    composed = await app[WALLS].texts(desk, desk.catalogue.load(plan.id), decision, link, language)
    if language != "zh-CN":
        return composed
    pushed = await asyncio.to_thread(drafting.push_notice, desk, plan, decision, link)
    return {**composed, "now": (*composed["now"], pushed)}


def _framed(person: Person, template: str, draft: Draft, /, **values: Any) -> web.Response:
    speech = Speech(person.language)
    own = Speech(person.language, TEXTS)("empty_own")

    def reader_words(audience: str, sector: str | None) -> str:
        words = speech.among(AUDIENCES, audience)
        return f"{words} · {speech.among(SECTORS, sector)}" if sector else words

    return framed_draft(
        person,
        template,
        draft,
        path_of=f"{PATH}/{draft.id}",
        reader_words=reader_words,
        name_of=preview_view.name_of,
        marked=partial(preview_view.marked, own=own),
        chat=partial(preview_view.chat, own=own),
        media=preview_view.SHOWN,
        push=PUSH[0],
        medium_words=partial(speech.among, MEDIA),
        purpose_words=partial(speech.among, PURPOSE_WORDS),
        skip_words=partial(speech.among, SKIPS),
        **values,
    )


def _reader(request: web.Request) -> Any:
    found = preview_view.reader_of(request.match_info["reader"])
    if found is None:
        raise InputError("READER_UNKNOWN", "没有这类受众", "there is no such audience", field="reader")
    return found
