"""Papers as pages: as they look on A4, and as files. Those of a decision, and of any page that has one."""

from typing import Literal
from urllib.parse import quote

from aiohttp import web

from gateway.boards.paper_document import paper_document
from gateway.boards.printing import MEDIA_TYPE, can_print, font_folders, to_pdf
from gateway.errors import InputError
from gateway.follow_up.papers.formats import MEDIA, SUFFIX, Format, as_file
from gateway.moments import moment
from gateway.notices.papers.model import PAPER_WORDS, Paper, paper_from
from gateway.vocabulary import Words
from gateway.web.console.decisions.sheets import DECISIONS, ONE, seen
from gateway.web.console.episodes.episode_words import TEXTS
from gateway.web.console.frame import for_people, framed
from gateway.web.heavy import HEAVY
from gateway.web.keys import CLOCK, SETTINGS
from gateway.web.live.rendering import HEADERS
from gateway.web.people import Person

Form = Literal[Format, "pdf"]
FORMS: tuple[Form, ...] = ("docx", "pdf", "html", "text")

routes = web.RouteTableDef()


@routes.get(ONE + r"/papers/{kind:[a-z_]{1,40}}")
@for_people()
async def get_paper(request: web.Request, person: Person) -> web.Response:
    """A paper frozen with a decision, as a page or (`?format=`) as a file."""
    of, kind = await seen(person), request.match_info["kind"]
    stored = next((each for each in of.papers if each.kind == kind), None)
    if stored is None:
        raise InputError("PAPER_UNKNOWN", "没有这份公文", "there is no such paper")
    return await answer(
        person,
        paper_from(stored.plain()),
        f"{kind}-{of.entry.id[:8]}",
        back=f"{DECISIONS}/{of.entry.id}",
        back_to=TEXTS["to_decision"],
        exercise=of.entry.exercise,
        sha256=stored.sha256,
    )


async def answer(
    person: Person,
    paper: Paper,
    stem: str,
    /,
    *,
    exercise: bool,
    back: str,
    back_to: Words,
    sha256: str = "",
) -> web.Response:
    """The paper as a page (`back`, `back_to`: where from), or as the file that the address asks for.

    Raises `InputError` (FIELD_INVALID) and those of `download`.
    """
    form = form_of(person.request.query.get("format"))
    if form is not None:
        return await download(person, paper, stem, form)
    return framed(
        person,
        "paper.html",
        exercise=exercise,
        words=TEXTS,
        paper=paper,
        kind=PAPER_WORDS[paper.kind],
        forms=[each for each in FORMS if each != "pdf" or can_print()],
        back=back,
        back_to=back_to,
        sha256=sha256,
    )


async def download(person: Person, paper: Paper, stem: str, form: Form) -> web.Response:
    """The paper as a file to be kept. Raises `InputError` for a PDF: TYPST_MISSING, FONTS_MISSING,
    GLYPHS_MISSING."""
    app = person.request.app
    now, heavy, who = moment(app[CLOCK]()), app[HEAVY], person.caller.name
    if form == "pdf":
        folders = font_folders(app[SETTINGS].fonts_folder)
        content = await heavy.run(who, to_pdf, paper_document(paper, now), folders)
        media, suffix = MEDIA_TYPE, "pdf"
    else:
        content = await heavy.run(who, as_file, paper, form, now)
        media, suffix = MEDIA[form], SUFFIX[form]
    named = quote(f"{paper.title}.{suffix}", safe="")
    disposition = f"attachment; filename=\"{stem}.{suffix}\"; filename*=UTF-8''{named}"
    return web.Response(
        body=content,
        content_type=media,
        charset="utf-8" if media.startswith("text/") else None,
        headers=HEADERS | {"Content-Disposition": disposition},
    )


def form_of(asked: str | None) -> Form | None:
    """The form that is asked for; None for none. Raises `InputError` (FIELD_INVALID)."""
    found = next((each for each in FORMS if each == asked), None)
    if asked is not None and found is None:
        raise InputError("FIELD_INVALID", "没有这种格式", "there is no such format", field="format")
    return found
