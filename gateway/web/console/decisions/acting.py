"""What approving and launching have in common: the page of all that is acted on, and what is typed there."""

from aiohttp import web

from gateway.broadcasts.approving.sheet import Sheet
from gateway.errors import InputError
from gateway.web.console import typed
from gateway.web.console.decisions.sheets import main_texts, told
from gateway.web.people import Form, Person
from gateway.web.problems import status_of


def confirm(of: Sheet, form: Form) -> None:
    """Raise what `typed.confirm` raises unless word and number were typed as the page showed them. Of a page
    that showed another content nothing is asked: the act itself says that it has changed."""
    if form["manifest"] == of.entry.manifest:
        word = typed.word_of(of.decision.action, of.decision.level, exercise=of.entry.exercise)
        typed.confirm(word, of.reach.recipients, form["word"], form["number"])


async def acting_page(
    person: Person,
    template: str,
    of: Sheet,
    form: Form | None = None,
    error: InputError | None = None,
    status: int = 200,
) -> web.Response:
    """The page, with what is wrong; what was typed about another content than is frozen now is to be typed
    anew, but for a comment."""
    same = form is not None and form["manifest"] == of.entry.manifest
    return await told(
        person,
        template,
        of,
        acting=True,
        status=status if error is None else status_of(error),
        texts=await main_texts(person, of),
        error=error,
        changed=form is not None and not same,
        filled={
            "word": form["word"] if form is not None and same else "",
            "number": form["number"] if form is not None and same else "",
            "comment": form["comment"] if form is not None else "",
        },
    )
