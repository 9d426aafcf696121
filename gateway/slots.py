"""The slot of an enterprise's own measures: it stands in frozen texts that many enterprises share.

A message leaves with the organisation's own lines in its place, or without the slot's line. The slot of
a sign link's token is `gateway.sign_tokens.SIGN_SLOT`.
"""

import json
import re
from collections.abc import Sequence
from html import escape

OWN_SLOT = "〔本单位措施〕"
_LINE = re.compile(rf"(\n*)^{OWN_SLOT}$", re.MULTILINE)  # with the empty line before it
_ELEMENT = re.compile(rf'^(<p class="own"[^>]*>){OWN_SLOT}(</p>\n?)', re.MULTILINE)


def filled(
    medium: str, messages: Sequence[str], html: str | None, own: str | None
) -> tuple[tuple[str, ...], str | None]:
    """The messages and the page of a frozen text as an organisation reads them. `own`: its words as
    `gateway.ledger.decisions.personal` keeps them (of `sms` the whole message, of `webhook` all messages
    as JSON, else the lines of its section); None: it has none."""
    if own is not None and medium == "sms":
        return (own,), None
    if own is not None and medium == "webhook":
        return tuple(json.loads(own)), None
    lines = own.splitlines() if own else ()
    return (
        tuple(with_own(message, lines) for message in messages),
        None if html is None else with_own_html(html, lines),
    )


def own_medium(medium: str) -> str:
    """Under which medium the own words of a text are kept: what is mailed has those of the document."""
    return "notice" if medium == "email" else medium


def with_own(text: str, lines: Sequence[str]) -> str:
    """A plain text with an organisation's own lines in its slot; without lines the slot goes too."""
    if OWN_SLOT not in text:
        return text
    told = "\n".join(lines)
    return _LINE.sub(lambda slot: f"{slot[1]}{told}" if told else "", text)


def with_own_html(html: str, lines: Sequence[str]) -> str:
    """The same in a page: the lines are plain text, the first of them is the heading."""
    if OWN_SLOT not in html:
        return html
    if not lines:
        return _ELEMENT.sub("", html)
    heading, *others = map(escape, lines)
    told = "<br>".join([f"<strong>{heading}</strong>", *others])
    return _ELEMENT.sub(lambda slot: f"{slot[1]}{told}{slot[2]}", html)
