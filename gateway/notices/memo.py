"""What the office tells its own people about a decision, and the code that proves an address. Pure.

No warning: whoever reads it is to act on the decision, or drafted it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.notices.chinese import one_line
from gateway.notices.fit import sms_form
from gateway.notices.model import Office
from gateway.notices.templates import fill, say
from gateway.notices.words import WORDS
from gateway.plans.model import Plan
from gateway.vocabulary import Action, Language

Kind = Literal["approve", "launch", "unanswered", "unlaunched", "returned", "refused"]
_TEMPLATE = "memo.j2"
_LONGEST = 40  # characters of a name or a document number in an SMS: a longer one is left out
_MINUTE = 60  # seconds
_SHOWN = 3  # organisations that an SMS names


@dataclass(frozen=True, slots=True)
class Matter:
    """What a memo says. `again`: it was said before. `whose`: who is to be telephoned. `minutes_left` until
    it starts; None where it has no start to come. `starts` in words."""

    kind: Kind
    again: bool
    action: Action
    level: str | None
    place: str
    number: str | None
    starts: str
    minutes_left: int | None
    drafter: str | None
    whose: str


@dataclass(frozen=True, slots=True)
class MemoWords:
    """The words for one medium; `html` of an email."""

    title: str
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """A decision as a memo tells of it; `link` opens the page on which somebody acts (None: no page is
    reached from outside), `now` is aware."""

    plan: Plan
    decision: Decision
    kind: Kind
    now: datetime
    again: bool = False
    drafter: str | None = None
    whose: str = ""
    link: str | None = None


def memo_sms(office: Office, about: About, language: Language) -> MemoWords:
    """The SMS. What no SMS can hold, or is too long for one, is left out of it: name or document number."""
    matter = _matter(about, language, brief=True)
    mark = WORDS[language].EXERCISE if about.decision.exercise else ""
    title = mark + say(language, _TEMPLATE, "title", matter)
    body = sms_form(say(language, _TEMPLATE, "sms", matter, about.link))
    return MemoWords(title, _marked_sms(office, body, language, exercise=about.decision.exercise))


def memo_email(office: Office, about: About, language: Language) -> MemoWords:
    """The email."""
    matter = _matter(about, language, brief=False)
    mark = WORDS[language].EXERCISE if about.decision.exercise else ""
    title = mark + say(language, _TEMPLATE, "title", matter)
    plan_title = WORDS[language].plan_title(about.plan)
    told = say(language, _TEMPLATE, "lines", matter, plan_title, about.link)
    return _mail(language, title, [mark, *told.splitlines(), office.signature], about.link)


def code_sms(office: Office, code: str, minutes: int, language: Language, *, exercise: bool) -> MemoWords:
    """The SMS that brings a code."""
    body = sms_form(say(language, _TEMPLATE, "code", code, minutes))
    return MemoWords(
        say(language, _TEMPLATE, "code_title"), _marked_sms(office, body, language, exercise=exercise)
    )


def code_email(office: Office, code: str, minutes: int, language: Language, *, exercise: bool) -> MemoWords:
    """The email that brings a code."""
    mark = WORDS[language].EXERCISE if exercise else ""
    title = mark + say(language, _TEMPLATE, "code_title")
    told = say(language, _TEMPLATE, "code", code, minutes) + WORDS[language].STOP
    return _mail(language, title, [mark, told, office.signature], None)


def moved_sms(office: Office, language: Language, *, exercise: bool) -> MemoWords:
    """The SMS to where somebody is told no more."""
    body = sms_form(say(language, _TEMPLATE, "moved", "；".join(office.contacts)))
    return MemoWords(
        say(language, _TEMPLATE, "moved_title"), _marked_sms(office, body, language, exercise=exercise)
    )


def moved_email(office: Office, language: Language, *, exercise: bool) -> MemoWords:
    """The email to where somebody is told no more."""
    mark = WORDS[language].EXERCISE if exercise else ""
    title = mark + say(language, _TEMPLATE, "moved_title")
    told = say(language, _TEMPLATE, "moved", "；".join(office.contacts)) + WORDS[language].STOP
    return _mail(language, title, [mark, told, office.signature], None)


def several_sms(office: Office, names: Sequence[str], *, exercise: bool) -> MemoWords:
    """The SMS to a number that answered what it was told for several organisations at once."""
    shown = [name for each in names if (name := _short(each)) is not None][:_SHOWN]
    calls = "；".join(office.contacts)
    body = sms_form(say("zh-CN", _TEMPLATE, "several", shown, len(names), office.sign_at is not None, calls))
    return MemoWords(
        say("zh-CN", _TEMPLATE, "several_title"), _marked_sms(office, body, "zh-CN", exercise=exercise)
    )


def _marked_sms(office: Office, body: str, language: Language, *, exercise: bool) -> str:
    return f"【{office.signature}】{WORDS[language].SMS_EXERCISE if exercise else ''}{body}"


def _mail(language: Language, title: str, lines: list[str], link: str | None) -> MemoWords:
    said = [each for each in lines if each]
    html = fill(language, "question.html.j2", lang=language, title=title, lines=said, link=link)
    return MemoWords(title, "\n\n".join(said), html)


def _matter(about: About, language: Language, *, brief: bool) -> Matter:
    words, decision = WORDS[language], about.decision
    seconds = (decision.starts_at - about.now).total_seconds()
    kept: Callable[[str | None], str | None] = _short if brief else _whole
    return Matter(
        kind=about.kind,
        again=about.again,
        action=decision.action,
        level=None if decision.level is None else words.level_word(decision.level),
        place=words.short_place(about.plan, decision) if brief else words.place(about.plan, decision),
        number=kept(decision.document_number),
        starts=words.hour(decision.starts_at, year=False),
        minutes_left=max(0, int(seconds // _MINUTE))
        if decision.action not in ("correct", "retract")
        else None,
        drafter=kept(about.drafter),
        whose=about.whose,
    )


def _whole(said: str | None) -> str | None:
    return one_line(said) if said else None


def _short(said: str | None) -> str | None:
    said = _whole(said)
    if said is None or len(said) > _LONGEST:
        return None
    try:
        return sms_form(said)
    except InputError:
        return None
