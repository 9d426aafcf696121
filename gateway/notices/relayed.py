"""What operators, platforms and neighbours pass on to everyone in an area: the public's words, in pieces.

Each piece has its size, so that nobody who relays it has to cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.notices.compose import public_page
from gateway.notices.essentials import labelled, mains
from gateway.notices.fit import SINGLE, TooLong, sms_form, utf16_units
from gateway.notices.model import InForce, Office
from gateway.notices.page import Page
from gateway.notices.sms import Cut, sms, write
from gateway.notices.templates import fill, say
from gateway.plans.model import Plan
from gateway.vocabulary import Language

_TEMPLATE = "relayed.j2"
_HEADLINE = 160  # characters that CAP 1.2 advises; only English passes them


@dataclass(frozen=True, slots=True)
class Relayed:
    """One language's pieces; none of them asks for an answer or holds a link to sign by.

    `headline` names who does what; `situation` is what was decided, `instruction` what to do ("" where
    nothing is asked). `short` is an SMS of at most 70 units with its signature (None in English, which
    does not fit), `sms` the public's SMS; `cell` is the same without a signature, the issuer before it.
    """

    headline: str
    situation: str
    instruction: str
    short: str | None
    sms: str
    cell: str
    issuer: str


def relayed(
    plan: Plan,
    decision: Decision,
    office: Office,
    language: Language = "zh-CN",
    before: InForce | None = None,
    after: InForce | None = None,
) -> Relayed:
    """What is passed on of a decision; `before` and `after` as in `compose.render`.

    Raises `InputError` like `compose.render`.
    """
    page = public_page(
        plan, decision, replace(office, reply_by_minutes=(), sign_at=None), language, before, after
    )
    try:
        text, _ = sms(page)
        short = _short(page) if language == "zh-CN" else None
    except TooLong as error:
        raise InputError(
            "NOTICE_TOO_LONG",
            f"转发用的短信最短也有 {error.size} 个字符，超过 {error.limit}；请缩短签名或更正说明",
            f"the SMS to relay: even the shortest cut has {error.size} UTF-16 units, more than {error.limit};"
            " shorten the signature or what is corrected",
            field="public.sms",
        ) from None
    announcement = page.announcement
    issuer = _issuer(plan, decision, short=False) if language == "en" else announcement.issuer
    named = _issuer(plan, decision, short=True) if language == "en" else issuer
    return Relayed(
        headline=_headline(plan, page, named),
        situation=page.marked(_filled(page, "situation.j2")),
        instruction=_filled(page, "instruction.j2"),
        short=short,
        sms=text,
        cell=_cell(page, text, sms_form(named)),
        issuer=issuer,
    )


def _headline(plan: Plan, page: Page, issuer: str) -> str:
    announcement = page.announcement
    said = page.marked(say(page.language, _TEMPLATE, "headline", announcement, issuer))
    if len(said) <= _HEADLINE or page.language != "en":
        return said
    parts = replace(announcement, shortest_place=f"parts of {page.reading.words.town(plan)}")
    return page.marked(say(page.language, _TEMPLATE, "headline", parts, issuer))


def _filled(page: Page, template: str) -> str:
    announcement, reading = page.announcement, page.reading
    return fill(
        page.language,
        template,
        a=announcement,
        s=page.sentences,
        r=reading,
        advice=page.advice,
        drill=page.say("drill", page.kind) if announcement.exercise else "",
        nothing=page.say("nothing", announcement, reading) if reading.warns and not reading.items else "",
        notes=[page.say("note", note) for note in reading.notes],
    ).strip()


def _cell(page: Page, text: str, issuer: str) -> str:
    """The SMS without its signature, which cell broadcast does not ask for, and with who says it.

    A document's number is Chinese: in an English text it would cost twice the pages.
    """
    announcement = page.announcement
    if page.language == "en" and announcement.number:
        text, _ = sms(replace(page, announcement=replace(announcement, number=None)))
    mark = page.reading.words.SMS_EXERCISE if announcement.exercise else ""
    body = text.removeprefix(f"【{page.signature}】").removeprefix(mark)
    return f"{mark}{say(page.language, _TEMPLATE, 'issued', announcement, issuer, strip=False)}{body}"


def _issuer(plan: Plan, decision: Decision, *, short: bool) -> str:
    """In English, the plan's body where it is who issues, else the place."""
    body = plan.issuing_body
    stated = decision.issuer
    own = stated is None or any(stated in name or name in stated for name in (body.name, *body.also_known_as))
    name = (body.short_name_en or body.name_en if short else body.name_en) if own else None
    return name or f"Government of {plan.place_en or plan.place}"


def _short(page: Page) -> str:
    """The richest cut in one segment. Raises `TooLong`."""
    for cut, rest in _cuts(page):
        reading = page.reading
        text = write(page, cut, labelled(reading, cut.chosen), (), rest)
        if utf16_units(text) <= SINGLE:
            return text
    brief = ""
    for doing in (page.sentences.doing.replace("级应急响应", "级响应"), ""):
        brief = _brief(page, doing)
        if utf16_units(brief) <= SINGLE:
            return brief
    raise TooLong(utf16_units(brief), SINGLE)


def _brief(page: Page, doing: str) -> str:
    announcement = page.announcement
    said = fill(page.language, "brief.j2", a=announcement, s=page.sentences, doing=doing)
    mark = page.reading.words.SMS_EXERCISE if announcement.exercise else ""
    return f"【{page.signature}】{mark}{sms_form(''.join(said.splitlines()).strip())}"


def _cuts(page: Page) -> Iterator[tuple[Cut, int]]:
    """What one segment could carry and how many items it says stand elsewhere, the most useful first.

    What is corrected counts most, then the measures, then that there are more of them.
    """
    announcement, reading = page.announcement, page.reading
    main = () if announcement.action == "retract" else tuple(each for each in mains(reading) if not each.rank)
    corrects = ("both", "right", "") if announcement.wrong or announcement.right else ("",)
    places = dict.fromkeys((announcement.short_place, announcement.shortest_place))
    for corrected, number, counted, elsewhere, place in product(
        corrects, range(len(main), -1, -1), (True, False), (True, False), places
    ):
        if elsewhere and not announcement.elsewhere:
            continue
        chosen = main[:number]
        cut = Cut(chosen, place, corrects=corrected, link=False, sign=False, elsewhere=elsewhere)
        for advice in (1, 0) if page.advice else (0,):
            yield replace(cut, advice=advice), len(reading.items) - number if counted else 0
