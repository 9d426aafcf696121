"""`/console/obligations/{id}/draft`: a report to whom the plan names, prepared, mended, noted as sent.

What was mended is kept for everybody who writes it, until it is sent or discarded.
"""

from collections.abc import Mapping, Sequence

from aiohttp import web

from gateway.boards.printing import can_print
from gateway.errors import InputError
from gateway.follow_up.obligations import obligations as use_case
from gateway.follow_up.papers import reporting
from gateway.follow_up.papers.reporting import NUMBER, PreparedPart
from gateway.ledger.follow_up import obligations as ledger
from gateway.ledger.follow_up import report_drafts
from gateway.ledger.follow_up.obligations import Obligation
from gateway.vocabulary import Words
from gateway.web.console import papers
from gateway.web.console.episodes.episode_words import SOURCES, TEXTS
from gateway.web.console.episodes.obligations import ONE, PATH, detail_of
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.table import told
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_DRAFT = ONE + "/draft"
_PART = "part-"
_DIGITS = 9  # of a version

routes = web.RouteTableDef()


@routes.get(_DRAFT)
@for_people("drafter", "duty_officer")
async def get_draft(_request: web.Request, person: Person) -> web.Response:
    """The report as it was kept, or with what the ledger knows as of now, to be mended."""
    row, parts = await _prepared(person)
    return await _page(person, row, parts)


@routes.post(_DRAFT + "/keep")
@for_people("drafter", "duty_officer")
async def post_keep(request: web.Request, person: Person) -> web.Response:
    """Keeps what is written so far."""
    row, parts = await _prepared(person)
    form = await _form(person, parts)
    try:
        await request.app[LEDGER].write(
            reporting.keep,
            row.id,
            _contents(parts, form),
            form["number"].strip(),
            _seen(form),
            person.user.person,
            request.app[CLOCK](),
        )
    except InputError as error:
        return await _page(person, row, parts, form, error)
    return went_to(f"{PATH}/{row.id}/draft")


@routes.post(_DRAFT + "/discard")
@for_people("drafter", "duty_officer")
async def post_discard(request: web.Request, person: Person) -> web.Response:
    """Forgets what was written: the report is prepared anew."""
    row, _ = await _prepared(person)
    await sent_form(person)
    await request.app[LEDGER].write(report_drafts.drop, row.id)
    return went_to(f"{PATH}/{row.id}/draft")


@routes.post(_DRAFT)
@for_people("duty_officer")
async def post_sent(request: web.Request, person: Person) -> web.Response:
    """Notes it as sent: what was said is kept, and the obligation met once nothing is missing."""
    row, parts = await _prepared(person)
    form = await _form(person, parts)
    try:
        await request.app[LEDGER].write(
            reporting.send,
            person.caller.actor,
            row.id,
            _contents(parts, form),
            form["number"],
            request.app[CLOCK](),
        )
    except InputError as error:
        return await _page(person, row, parts, form, error)
    return went_to(f"{PATH}/{row.id}")


@routes.post(_DRAFT + "/file")
@for_people("drafter", "duty_officer")
async def post_file(request: web.Request, person: Person) -> web.Response:
    """What stands in the form, as a file to be signed and handed over."""
    row, parts = await _prepared(person)
    form = await _form(person, parts)
    asked = papers.form_of(form["format"] or "docx") or "docx"
    contents = {**_contents(parts, form), NUMBER: form["number"]}
    paper = reporting.as_paper(row, contents, row.by_whom, request.app[CLOCK]())
    return await papers.download(person, paper, f"report-{row.id}", asked)


@routes.get(ONE + r"/reports/{report:\d{1,18}}")
@for_people()
async def get_report(request: web.Request, person: Person) -> web.Response:
    """A report that was received or sent, as a page or (`?format=`) as a file."""
    detail = await detail_of(person)
    found = await request.app[LEDGER].read(ledger.received, detail["id"])
    report = next((each for each in found if each.id == int(request.match_info["report"])), None)
    if report is None:
        raise InputError("REPORT_UNKNOWN", "没有这份报告", "there is no such report")
    row = await request.app[LEDGER].read(reporting.known, detail["id"])
    return await papers.answer(
        person,
        reporting.as_paper(row, report.contents, report.from_whom, report.received_at),
        f"report-{row.id}-{report.id}",
        exercise=row.exercise,
        back=f"{PATH}/{row.id}",
        back_to=TEXTS["to_obligation"],
    )


async def _prepared(person: Person) -> tuple[Obligation, Sequence[PreparedPart]]:
    detail, app = await detail_of(person), person.request.app
    row = await app[LEDGER].read(reporting.known, detail["id"])
    parts = await app[LEDGER].read(reporting.prepared, app[DESK], row.id, app[CLOCK]())
    return row, parts


async def _form(person: Person, parts: Sequence[PreparedPart]) -> Form:
    names = (f"{_PART}{number}" for number in range(1, len(parts) + 1))
    return await sent_form(person, ("number", "format", "seen", "go", *names))


def _seen(form: Form) -> int:
    """The version of the draft that the form began with."""
    stated = form["seen"]
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < _DIGITS else 0


def _contents(parts: Sequence[PreparedPart], form: Form) -> Mapping[str, str]:
    return {part.heading: form[f"{_PART}{number}"].strip() for number, part in enumerate(parts, 1)}


async def _page(
    person: Person,
    row: Obligation,
    parts: Sequence[PreparedPart],
    form: Form | None = None,
    error: InputError | None = None,
) -> web.Response:
    app, say = person.request.app, Speech(person.language, TEXTS)
    detail = await app[LEDGER].read(use_case.detail, row.id, app[CLOCK]())
    kept = await app[LEDGER].read(report_drafts.of_obligation, row.id)

    def written(number: int, part: PreparedPart) -> str:
        if form:
            return form[f"{_PART}{number}"]
        return part.text if kept is None else kept.contents.get(part.heading, "")

    def others(number: int, part: PreparedPart) -> list[tuple[Words, str]]:
        """What else there is for a part, beside what is written in it."""
        known = [] if kept is None else [(TEXTS["known_now"], part.text)]
        if kept is not None and form:
            known.insert(0, (TEXTS["kept_text"], kept.contents.get(part.heading, "")))
        return [
            (title, text) for title, text in known if text.strip() not in ("", written(number, part).strip())
        ]

    return framed(
        person,
        "report_draft.html",
        status=200 if error is None else status_of(error),
        exercise=row.exercise,
        words=TEXTS,
        told=told,
        one=detail,
        parts=[
            {
                "name": f"{_PART}{number}",
                "heading": part.heading,
                "text": written(number, part),
                "others": [(say.of(title), text) for title, text in others(number, part)],
                "sources": [say.of(SOURCES[source]) for source in part.sources],
                "known": bool(part.text),
            }
            for number, part in enumerate(parts, 1)
        ],
        number=form["number"] if form else "" if kept is None else kept.number,
        kept=kept,
        seen=0 if kept is None else kept.version,
        path_of=f"{PATH}/{row.id}",
        ours=reporting.is_ours(app[DESK], row),
        can_print=can_print(),
        takes=detail["ended_at"] is None and person.holds("duty_officer"),
        error=error,
    )
