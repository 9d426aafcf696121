"""Papers as pages: as they look on A4, and as files. Those of a decision, and of any page that has one."""

from urllib.parse import quote

from aiohttp import web

from gateway.broadcasts.prepare import moment
from gateway.delivery.words import Words
from gateway.errors import InputError
from gateway.follow_up.formats import FORMATS, MEDIA, SUFFIX, Format, as_file
from gateway.notices.papers.model import PAPER_WORDS, Paper, paper_from
from gateway.web.console.episode_words import TEXTS
from gateway.web.console.frame import for_people, framed
from gateway.web.console.sheets import DECISIONS, ONE, seen
from gateway.web.keys import CLOCK
from gateway.web.live.rendering import HEADERS
from gateway.web.people import Person

routes = web.RouteTableDef()


@routes.get(ONE + r"/papers/{kind:[a-z_]{1,40}}")
@for_people()
async def get_paper(request: web.Request, person: Person) -> web.Response:
    """A paper frozen with a decision, as a page or (`?format=`) as a file."""
    of, kind = await seen(person), request.match_info["kind"]
    stored = next((each for each in of.papers if each.kind == kind), None)
    if stored is None:
        raise InputError("PAPER_UNKNOWN", "没有这份公文", "there is no such paper")
    return answer(
        person,
        paper_from(stored.plain()),
        f"{kind}-{of.entry.id[:8]}",
        back=f"{DECISIONS}/{of.entry.id}",
        back_to=TEXTS["to_decision"],
        exercise=of.entry.exercise,
        sha256=stored.sha256,
    )


def answer(
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

    Raises `InputError` (FIELD_INVALID).
    """
    form = form_of(person.request.query.get("format"))
    if form is not None:
        return download(person, paper, stem, form)
    return framed(
        person,
        "paper.html",
        exercise=exercise,
        words=TEXTS,
        paper=paper,
        kind=PAPER_WORDS[paper.kind],
        formats=FORMATS,
        back=back,
        back_to=back_to,
        sha256=sha256,
    )


def download(person: Person, paper: Paper, stem: str, form: Format) -> web.Response:
    """The paper as a file to be kept."""
    content = as_file(paper, form, moment(person.request.app[CLOCK]()))
    name = f"{stem}.{SUFFIX[form]}"
    disposition = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(f'{paper.title}.{SUFFIX[form]}', safe='')}"
    )
    return web.Response(
        body=content,
        content_type=MEDIA[form],
        charset=None if form == "docx" else "utf-8",
        headers=HEADERS | {"Content-Disposition": disposition},
    )


def form_of(asked: str | None) -> Format | None:
    """The form that is asked for; None for none. Raises `InputError` (FIELD_INVALID)."""
    found = next((each for each in FORMATS if each == asked), None)
    if asked is not None and found is None:
        raise InputError("FIELD_INVALID", "没有这种格式", "there is no such format", field="format")
    return found
