"""The words that claimed messages need: their notices', and those of single organisations."""

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    and_,
    case,
    exists,
    select,
)

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.exchange import alerts
from gateway.ledger.schema import (
    notices,
    personal_words,
)


class Words(NamedTuple):
    """A notice's words as they leave: `messages` in order. `medium` says how they are read; `personal`:
    some organisations have words of their own in their place or in their slot."""

    title: str
    messages: tuple[str, ...]
    html: str | None
    medium: str
    personal: bool


_chosen = rows(id=BigInteger)
# what is printed or mailed shares its own lines
_own_medium = case((notices.c.medium == "email", "notice"), else_=notices.c.medium)
_words = (
    select(
        notices.c.id,
        notices.c.title,
        notices.c.messages,
        notices.c.html,
        notices.c.medium,
        exists().where(
            personal_words.c.decision_id == notices.c.decision_id, personal_words.c.medium == _own_medium
        ),
    )
    .select_from(_chosen)
    .join(notices, notices.c.id == _chosen.c.id)
)
_whose = rows(id=BigInteger, notice=BigInteger, organisation=BigInteger)
_own = (
    select(_whose.c.id, personal_words.c.words)
    .select_from(_whose)
    .join(notices, notices.c.id == _whose.c.notice)
    .join(
        personal_words,
        and_(
            personal_words.c.decision_id == notices.c.decision_id,
            personal_words.c.organisation_id == _whose.c.organisation,
            personal_words.c.medium == _own_medium,
            personal_words.c.language == notices.c.language,
        ),
    )
)


def words_of(connection: Connection, notice_ids: Collection[int]) -> dict[int, Words]:
    """The words of notices, by id; of what systems take, the alert as it was released."""
    found = connection.execute(_words, {"rows": pack((each,) for each in notice_ids)}).all()
    return {
        identifier: Words(
            title,
            (alerts.envelope(connection, identifier),) if medium == "push" else tuple(json.loads(messages)),
            html,
            medium,
            bool(personal),
        )
        for identifier, title, messages, html, medium, personal in found
    }


def own_of(connection: Connection, whose: Sequence[tuple[int, int, int]]) -> dict[int, str]:
    """The words of single organisations, by delivery, of `(delivery, notice, organisation)`; see
    `gateway.ledger.decisions.personal`."""
    if not whose:
        return {}
    return {row.id: row.words for row in connection.execute(_own, {"rows": pack(whose)})}
