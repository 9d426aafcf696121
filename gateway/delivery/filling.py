"""A message as it leaves: the frozen words with what is the organisation's own in their slots."""

import json

from gateway.ledger.queue import Words
from gateway.sign_tokens import SIGN_SLOT
from gateway.slots import with_own, with_own_html


def own_words(words: Words, part: int, own: str | None) -> tuple[str, str | None]:
    """Text and HTML of one part of a notice for an organisation with its `own` words (see
    `gateway.ledger.personal`; None: it has none, and the slot for them goes)."""
    if own is not None and words.medium == "sms":
        return own, None
    if own is not None and words.medium == "webhook":
        return json.loads(own)[part], None
    lines = own.splitlines() if own else ()
    html = None if words.html is None else with_own_html(words.html, lines)
    return with_own(words.messages[part], lines), html


def wants_token(text: str, html: str | None) -> bool:
    """Whether a sign link stands in the message."""
    return SIGN_SLOT in text or (html is not None and SIGN_SLOT in html)


def with_token(text: str, html: str | None, token: str) -> tuple[str, str | None]:
    """The message with the organisation's token in its sign link."""
    return text.replace(SIGN_SLOT, token), None if html is None else html.replace(SIGN_SLOT, token)
