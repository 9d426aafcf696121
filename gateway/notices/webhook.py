"""The WeCom markdown of one reader, in as many numbered messages as it needs."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from gateway.notices.announcement import Announcement
from gateway.notices.fit import WEBHOOK_BYTES, Block, markdown_form, parts
from gateway.notices.reading import Ended, Reading
from gateway.notices.templates import say

_TEMPLATE = "webhook.j2"
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]`*]+\Z")
_Value = TypeVar("_Value")


def webhook(
    announcement: Announcement,
    reading: Reading,
    ended: tuple[Ended, ...],
    title: str,
    essentials: str,
    reply_minutes: int | None,
    kind: str,
    opening: str,
) -> tuple[str, ...]:
    """The messages, each beginning with `opening`, the title and its number where there are several.

    Cut between measures, each at most 4,096 bytes. Raises `TooLong` where one measure alone is longer.
    """
    address = announcement.full_text_at or ""
    link = f"[{address}]({address})" if _ADDRESS.match(address) else markdown_form(address)
    told = _inert(announcement)
    heading = markdown_form(title)
    blocks = _blocks(
        told, _inert(reading), _inert(ended), markdown_form(essentials), reply_minutes, kind, link
    )

    def head(part: int, total: int) -> str:
        return f"{opening}{say(_TEMPLATE, 'head', told, heading, part, total)}"

    return parts(tuple(blocks), head, WEBHOOK_BYTES)


def _blocks(
    told: Announcement,
    reading: Reading,
    ended: tuple[Ended, ...],
    essentials: str,
    reply_minutes: int | None,
    kind: str,
    link: str,
) -> Iterator[Block]:
    legend = "".join(say("macros.j2", "legend", reading).split()) if told.action != "lift" else ""
    yield Block(say(_TEMPLATE, "facts", told, kind, essentials, legend))
    if told.action != "lift":
        units = reading.audience in ("departments", "districts")
        for group in reading.groups:
            for section in group.sections:
                heading = say(_TEMPLATE, "heading", group, section)
                for item in section.items:
                    yield Block(say(_TEMPLATE, "item", item, units), heading)
        if not reading.items:
            yield Block(say(_TEMPLATE, "nothing", told, reading))
        for note in reading.notes:
            yield Block(f"说明：{note}。")
        for each in ended:
            heading = say(_TEMPLATE, "ended_heading", told, ended)
            yield Block(say(_TEMPLATE, "ended", each), heading)
    yield Block(say(_TEMPLATE, "tail", told, kind, reply_minutes, link))


def _inert(value: _Value) -> _Value:
    """The value with every text in it freed of what markdown would read as markup."""
    if isinstance(value, str):
        return cast(_Value, markdown_form(value))
    if isinstance(value, tuple):
        return cast(_Value, tuple(_inert(each) for each in value))
    if is_dataclass(value) and not isinstance(value, type):
        # `action`, `basis` and `audience` are keys of templates, not words: `sand_dust` stays as it is
        changed = {
            field.name: _inert(getattr(value, field.name))
            for field in fields(value)
            if field.name not in _KEYS
        }
        return cast(_Value, replace(value, **changed))
    return value


_KEYS = frozenset({"action", "basis", "audience", "sector", "category", "source", "colour", "id"})
