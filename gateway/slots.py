"""The slot of an enterprise's own measures: it stands in frozen texts that many enterprises share.

A message leaves with the organisation's own lines in its place, or without the slot's line. The slot of
a sign link's token is `gateway.sign_tokens.SIGN_SLOT`.
"""

import re
from collections.abc import Sequence
from html import escape

OWN_SLOT = "〔本单位措施〕"
_LINE = re.compile(rf"\n*^{OWN_SLOT}$", re.MULTILINE)  # with the empty line before it
_ELEMENT = re.compile(rf"^.*{OWN_SLOT}.*\n?", re.MULTILINE)  # a line of its own in HTML


def with_own(text: str, lines: Sequence[str]) -> str:
    """A plain text with an organisation's own lines in its slot; without lines the slot goes too."""
    if OWN_SLOT not in text:
        return text
    return text.replace(OWN_SLOT, "\n".join(lines)) if lines else _LINE.sub("", text)


def with_own_html(html: str, lines: Sequence[str]) -> str:
    """The same in a page: the lines are plain text, the first of them is the heading."""
    if OWN_SLOT not in html:
        return html
    if not lines:
        return _ELEMENT.sub("", html)
    heading, *others = map(escape, lines)
    return html.replace(OWN_SLOT, "<br>".join([f"<strong>{heading}</strong>", *others]))
