"""The words of one message as they leave: an organisation's own in their slot, its links in theirs."""

from gateway.ledger.delivery.message_words import Words
from gateway.ledger.delivery.queue import Claimed
from gateway.ledger.delivery.unclear import Unclear
from gateway.sign_tokens import QUESTION_SLOT, SIGN_SLOT, SignTokens
from gateway.slots import filled


def worded(
    message: Claimed | Unclear, words: Words, own: str | None, tokens: SignTokens
) -> tuple[str, str | None, bool]:
    """A message's text and page, and whether one organisation alone reads them among the notice's readers.

    `own`: see `gateway.slots.filled`.
    """
    messages, html = filled(words.medium, words.messages, words.html, own)
    text = messages[message.part]
    signs = SIGN_SLOT in text or (html is not None and SIGN_SLOT in html)
    slots: list[tuple[str, str]] = []
    if signs:
        slots.append((SIGN_SLOT, tokens.token(message.broadcast_id, message.organisation_id)))
    if QUESTION_SLOT in text:  # such a notice has one reader
        slots.append((QUESTION_SLOT, tokens.question(message.notice_id)))
    for slot, token in slots:
        text = text.replace(slot, token)
        html = None if html is None else html.replace(slot, token)
    return text, html, signs or own is not None
