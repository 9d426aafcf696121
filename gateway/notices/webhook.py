"""The WeCom markdown of one reader, in as many numbered messages as it needs."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from functools import lru_cache
from typing import TypeVar, cast

from gateway.notices.announcement import Announcement
from gateway.notices.fit import WEBHOOK_BYTES, Block, markdown_form, parts
from gateway.notices.page import Page
from gateway.notices.reading import TOLD_UNITS
from gateway.notices.sentences import Sentences
from gateway.notices.templates import say
from gateway.slots import OWN_SLOT

_TEMPLATE = "webhook.j2"
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]`*]+\Z")
_Value = TypeVar("_Value")


def webhook(page: Page) -> tuple[str, ...]:
    """The messages, each beginning with the title and its number where there are several.

    Cut between measures, each at most 4,096 bytes. Raises `TooLong` where one measure alone is longer.
    """
    announcement, sentences = _announced(page.announcement, page.sentences)
    title = markdown_form(page.title)
    drill = f"{page.marked(page.say('drill', page.kind))}\n" if announcement.exercise else ""

    def head(part: int, total: int) -> str:
        return f"{drill}{say(page.language, _TEMPLATE, 'head', announcement, sentences, title, part, total)}"

    return parts(
        tuple(_blocks(page, announcement, sentences)), head, WEBHOOK_BYTES, page.reading.words.CONTINUED
    )


@lru_cache(maxsize=64)
def _announced(announcement: Announcement, sentences: Sentences) -> tuple[Announcement, Sentences]:
    return _inert(announcement), _inert(sentences)


def _blocks(page: Page, announcement: Announcement, sentences: Sentences) -> Iterator[Block]:
    """The page cut into pieces; announcement and sentences are inert."""
    last = len(sentences.mending) - 1
    for number, line in enumerate(sentences.mending):
        plain = number != 1 if announcement.action == "retract" else number in (0, last)
        told = line if plain else f"**{line}**"  # what holds, or what was wrong and is true
        yield Block(told if number < last else f"{told}\n")
    essentials = markdown_form(page.say("sentences", page.essentials))
    units = page.reading.audience in TOLD_UNITS
    yield Block(
        say(page.language, _TEMPLATE, "facts", announcement, sentences, essentials, page.legend, units)
    )
    if page.own:
        heading = say(page.language, _TEMPLATE, "own_heading", markdown_form(page.own[0]))
        yield from (Block(markdown_form(line), heading) for line in page.own[1:])
    if announcement.content == "warning":
        yield from _measures(page, announcement)
    elif page.advice:
        yield from _advice(page, announcement)
    # Others may read along in a chat room: the link to sign by stands only in an organisation's own words.
    sign_link = page.sign_link if page.own not in ((), (OWN_SLOT,)) else None
    links = [_link(address or "") for address in (sign_link, page.announcement.full_text_at)]
    yield Block(say(page.language, _TEMPLATE, "tail", announcement, page.kind, page.reply_minutes, *links))


def _link(address: str) -> str:
    return f"[{address}]({address})" if _ADDRESS.match(address) else markdown_form(address)


def _advice(page: Page, announcement: Announcement) -> Iterator[Block]:
    heading = say(page.language, _TEMPLATE, "advice_heading", announcement)
    for number, piece in enumerate(_inert(page.advice), 1):
        yield Block(say(page.language, _TEMPLATE, "advice", number, piece.text), heading)
    yield Block(markdown_form(say(page.language, _TEMPLATE, "closing", announcement)))


def _measures(page: Page, announcement: Announcement) -> Iterator[Block]:
    reading = page.reading
    for group in reading.groups:
        for section in group.sections:
            heading = say(page.language, _TEMPLATE, "heading", group, section)
            for item in section.items:
                mark = say(page.language, _TEMPLATE, "marked", item.mark) if item.mark else ""
                yield Block(f"{item.number}. {mark}{markdown_form(item.line)}", heading)
    if not reading.items:
        yield Block(markdown_form(page.say("nothing", announcement, reading)))
    for note in reading.notes:
        yield Block(markdown_form(page.say("note", note)))
    if page.ended:
        heading = say(page.language, _TEMPLATE, "ended_heading", announcement, page.ended)
        for each in _inert(page.ended):
            yield Block(say(page.language, _TEMPLATE, "ended", each), heading)


# Keys of templates, not words: `own_forecast` keeps its underscore.
_KEYS = frozenset(
    {
        "action",
        "content",
        "former_action",
        "after_action",
        "basis",
        "audience",
        "sector",
        "category",
        "source",
        "colour",
        "id",
    }
)


def _inert(value: _Value) -> _Value:
    """The value with every text in it freed of what markdown would read as markup."""
    if isinstance(value, str):
        return cast(_Value, markdown_form(value))
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return cast(_Value, tuple(map(_inert, value)))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        name: inert
        for name in value.__dataclass_fields__
        if name not in _KEYS and (inert := _inert(old := getattr(value, name))) != old
    }
    return cast(_Value, replace(value, **changed)) if changed else value
