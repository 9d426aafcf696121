"""The spoken text of one reader, for loudspeakers, calls and village radio: read aloud as it stands.

Who speaks, for whom, what to do by when, and the main of it once more at the end.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from gateway.notices.aloud import aloud
from gateway.notices.aloud_english import aloud_english
from gateway.notices.announcement import Announcement
from gateway.notices.essentials import Main, by_category, lessons, mains
from gateway.notices.model import NoticeMeasure
from gateway.notices.page import Page
from gateway.notices.templates import fill
from gateway.vocabulary import Language

# Characters: about a minute for the public, a minute and a half for others. Speech has no hard limit,
# so a long name makes a text longer rather than refused.
_WANTED: dict[Language, tuple[int, int]] = {"zh-CN": (350, 500), "en": (900, 1350)}
_ALOUD: dict[Language, Callable[[str], str]] = {"zh-CN": aloud, "en": aloud_english}
_REPEATED = 2  # measures that are said once more; never advice, which would sound like an order
_KEYS = frozenset(
    {"action", "content", "former_action", "after_action", "colour", "basis"}
)  # keys of templates, not words


def spoken(page: Page) -> tuple[str, tuple[NoticeMeasure, ...]]:
    """The text, and the measures that it carries in the words that it says.

    The main measure of each category is always among them; others are as far as there is time.
    """
    reading, say = page.reading, _ALOUD[page.language]
    wanted = _WANTED[page.language][reading.audience != "public"]
    announcement = _said(page.announcement, page.language)

    advice = [say(piece.short) for piece in page.advice]

    def written(chosen: list[Main], forecast: bool) -> str:
        text = fill(
            page.language,
            "spoken.j2",
            a=announcement,
            to=say(page.say("addressee", page.announcement, reading.audience, reading.sector)),
            audience=reading.audience,
            carried=by_category(chosen),
            repeated=[main.phrase for main in chosen if main.item.category != "suggested"][:_REPEATED],
            lessons=lessons(reading),
            forecast=forecast,
            advice=advice,
            verify=_telephone(page),
            nothing=not reading.items,
            rest=len(reading.items) - len(chosen),
            reply=say(reading.words.reply_within(page.reply_minutes)) if page.reply_minutes else "",
            kind=page.kind,
        )
        return _joined(text, page.language)

    found = [replace(main, phrase=say(main.phrase)) for main in mains(reading)]
    chosen = [main for main in found if main.rank == 0]
    text = written(chosen, forecast=True)
    forecast = len(text) <= wanted
    room = wanted - len(text)
    for main in found[len(chosen) :]:
        if (needed := len(main.phrase) + 2) <= room:
            chosen.append(main)
            room -= needed
    text = written(chosen, forecast)
    while len(text) > wanted and len(chosen) > 1:  # a category's own words had no room
        chosen.pop()
        text = written(chosen, forecast)
    return text, tuple(main.item.measure(main.phrase) for main in chosen)


def _telephone(page: Page) -> str:
    """The first contact as it is said; of a Chinese one, an English speaker says the number."""
    said = _ALOUD[page.language]("".join(page.announcement.contacts[:1]))
    return said if page.language == "zh-CN" else said.encode("ascii", "ignore").decode().strip()


@lru_cache(maxsize=64)
def _said(announcement: Announcement, language: Language) -> Announcement:
    """The announcement with every text in it as it is read aloud; document numbers are not."""
    say = _ALOUD[language]
    said: dict[str, Any] = {
        name: say(value)
        for name in announcement.__dataclass_fields__
        if name not in _KEYS and isinstance(value := getattr(announcement, name), str)
    }
    return replace(announcement, **said)


def _joined(text: str, language: Language) -> str:
    """The template's lines as one line; Chinese has no spaces between them."""
    return (" " if language == "en" else "").join(each.strip() for each in text.splitlines() if each.strip())
