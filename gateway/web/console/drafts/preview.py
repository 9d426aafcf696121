"""`/console/drafts/{id}/preview`: the wall of everything that a draft would say, before it is submitted.

Nothing of it is stored: the directory is read beside the event loop, as the API's dry run does. A reader's
own page needs no directory.
"""

import asyncio
import logging
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.approving.submit import Submitted
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import alert_draft, standing
from gateway.broadcasts.preparing.draft_check import Look
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.broadcasts.preparing.texts import Texts
from gateway.decisions.model import Decision
from gateway.directory.selection import Selection
from gateway.directory.targets import PUSH
from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import drafts
from gateway.ledger.decisions.drafts import Draft
from gateway.ledger.decisions.listed import Listed
from gateway.ledger.decisions.notices import PURPOSES, Purpose
from gateway.vocabulary import ENGLISH_AUDIENCES, Audience, Language, Sector
from gateway.web.console.drafts import draft_form, draft_view, preview_view
from gateway.web.console.drafts.own_draft import (
    OF_ONE,
    PATH,
    draft_of,
    framed_draft,
    looked,
    plan_of,
    refuse_closed,
    refuse_other_areas,
    way_on,
)
from gateway.web.console.drafts.preview_overview import Worded, overview, stated
from gateway.web.console.drafts.preview_words import MEDIA, SKIPS, TEXTS
from gateway.web.console.drafts.preview_words import PURPOSES as PURPOSE_WORDS
from gateway.web.console.drafts.walls import Asked, Figures, Walls
from gateway.web.console.frame import for_people, went_to
from gateway.web.console.navigation import WRITERS
from gateway.web.console.served import unserved
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import AUDIENCES, SECTORS, Speech
from gateway.web.live.rendering import HEADERS
from gateway.web.people import Person, sent_form

_WALL = OF_ONE + "/preview"
_NUMBERS = _WALL + "/numbers"
_READER = _WALL + r"/{reader:[a-z]{1,20}(?:-[a-z]{1,20})?}"
_PAGE_POLICY = (  # a page as it is mailed or printed brings its own look, and nothing else
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)

WALLS = web.AppKey("walls", Walls)

routes = web.RouteTableDef()
_log = logging.getLogger(__name__)


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
        **await _unserved(person, draft, known),
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
        before=standing.before(worded.link),
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
            selection=stated(decision, found.selection),
            then=noted,
        )
    except (InputError, Refused) as refusal:
        return await _wall(person, draft, refusal)
    _log.info("decision_submitted", extra={"decision": submitted.recorded.id})
    if submitted.prepared is None:  # launched before: nothing was stored that could have been noted with it
        await app[LEDGER].write(drafts.submitted, draft.id, person.user.id, submitted.recorded.id)
    return went_to(f"/console/decisions/{submitted.recorded.id}?done=submitted")


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
            app, worded = person.request.app, Worded(plan, decision, link)
            whole = await overview(
                app[WALLS], app[LEDGER], app[DESK], person.language, worded, selection, app[CLOCK]()
            )
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
        way_on=way_on(person, refusal, *found.problems),
        whole=whole is not None,
        figures=known,
        **await _unserved(person, draft, known),
        **(whole or {}),
    )


async def _unserved(person: Person, draft: Draft, known: Figures | None) -> dict[str, object]:
    channels = [row.channel for row in known["rows"]] if known is not None else []
    return await unserved(person, channels, exercise=draft.exercise)


def _asked(
    person: Person, draft: Draft, decision: Decision, selection: Selection
) -> tuple[Ledger, Desk, Asked]:
    """What the figures of a draft are asked with."""
    app = person.request.app
    asked = Asked(draft.id, decision, stated(decision, selection), app[CLOCK]())
    return app[LEDGER], app[DESK], asked


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
    pushed = await asyncio.to_thread(alert_draft.push_notice, desk, plan, decision, link)
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
        texts=TEXTS,
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


def _reader(request: web.Request) -> tuple[Audience, Sector | None]:
    found = preview_view.reader_of(request.match_info["reader"])
    if found is None:
        raise InputError("READER_UNKNOWN", "没有这类受众", "there is no such audience", field="reader")
    return found
