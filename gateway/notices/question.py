"""The words that ask whether an address is still right: no warning, one reader, two answers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.errors import InputError
from gateway.notices.chinese import one_line
from gateway.notices.fit import segments, sms_form
from gateway.notices.model import Office
from gateway.notices.templates import fill, say
from gateway.notices.words import WORDS
from gateway.vocabulary import Language

MOST_SEGMENTS = 3  # of an SMS: a long name of a plant in English
_TEMPLATE = "question.j2"


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """One question as it leaves; `html` of an email, `segments` of an SMS with its signature."""

    title: str
    text: str
    html: str | None = None
    segments: int | None = None


def sms_question(
    office: Office, names: Sequence[str], language: Language, *, exercise: bool
) -> QuestionWords:
    """The SMS that asks about organisations (by name, at least one): answered by `1` or `2`.

    Raises `InputError`: SMS_CHARACTER for a name that no SMS can hold, TEXT_TOO_LONG.
    """
    name = one_line(names[0])
    body = sms_form(say(language, _TEMPLATE, "sms", name, len(names)))
    mark = WORDS[language].SMS_EXERCISE if exercise else ""
    text = f"【{office.signature}】{mark}{body}"
    if segments(text) > MOST_SEGMENTS:
        raise InputError(
            "TEXT_TOO_LONG",
            f"核实短信超过 {MOST_SEGMENTS} 条：{name}",
            f"the SMS that asks has more than {MOST_SEGMENTS} segments: {name}",
        )
    return QuestionWords(say(language, _TEMPLATE, "title", name, len(names)), text, None, segments(text))


def email_question(
    office: Office, names: Sequence[str], language: Language, until: datetime, link: str, *, exercise: bool
) -> QuestionWords:
    """The email that asks; `link` (with the slot of its token) opens the page on which it is answered,
    `until` then (aware)."""
    names = [one_line(each) for each in names]
    words = WORDS[language]
    mark = words.EXERCISE if exercise else ""
    title = mark + say(language, _TEMPLATE, "title", names[0], len(names))
    last = words.hour(until, year=True, closing=True)
    told = say(language, _TEMPLATE, "lines", office.signature, names, last, link, office.contacts)
    lines = [each for each in told.splitlines() if each]
    if mark:
        lines.insert(0, mark)
    html = fill(language, "question.html.j2", lang=language, title=title, lines=lines, link=link)
    return QuestionWords(title, "\n\n".join(lines), html)
