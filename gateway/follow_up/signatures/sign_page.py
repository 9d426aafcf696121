"""What an organisation finds behind its sign link: the order as it was frozen, and how it stands today."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.decisions import broadcasts, decisions, notices, personal
from gateway.ledger.decisions.broadcasts import Summary
from gateway.ledger.follow_up import acknowledgements, photos
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.notices import chinese
from gateway.sign_tokens import SIGN_SLOT, SignTokens
from gateway.slots import OWN_SLOT
from gateway.vocabulary import Action, Language, Level

LineKind = Literal["heading", "subheading", "item", "text"]
Standing = Literal["in_force", "replaced", "lifted", "withdrawn"]

_HEADING = re.compile(r"[一二三四五六七八九十]+、")
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）")
_ITEM = re.compile(r"(?:\d+\. |－)")
_MARK = re.compile(r"(?<=\. )【([^】]{1,8})】")
_CHAIN = 1000  # broadcasts that one may be replaced by in turn: more than an episode has
_LAST: dict[str, Standing] = {"lift": "lifted", "retract": "withdrawn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the frozen document; `mark` is what it says of a change (新增, 调整), taken out of it."""

    kind: LineKind
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class SignPage:
    """Everything on the page but its own words. `newer` is the token of the same organisation for what
    has taken this one's place; `own` are lines that only this organisation reads. `language` is that of
    title and document."""

    asked: Acknowledgement
    action: Action
    level: Level | None
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime | None
    number: str | None
    own: tuple[str, ...]
    language: str
    own_language: str
    lines: tuple[Line, ...]
    contacts: tuple[str, ...]
    standing: Standing
    newer: str | None
    photos: int


def sign_page(
    connection: Connection,
    desk: Desk,
    tokens: SignTokens,
    asked: Acknowledgement,
    language: Language = "zh-CN",
) -> SignPage:
    """The page of one acknowledgement, the frozen document in that language where there is one."""
    (summary,) = broadcasts.summaries(connection, asked.broadcast_id)
    decision = Decision.model_validate_json(decisions.document(connection, summary.decision_id))
    text = notices.read_by(connection, asked.broadcast_id, asked.organisation_id, language)
    own, own_language = None, language
    for own_language in dict.fromkeys((language, "zh-CN")):
        words = personal.of_organisation(connection, summary.decision_id, asked.organisation_id, own_language)
        if own := words.get("notice"):
            break
    last = _last(connection, summary)
    return SignPage(
        asked=asked,
        action=decision.action,
        level=decision.level,
        title=text.title if text else "",
        place=_place(desk, decision),
        starts_at=decision.starts_at,
        ends_at=decision.expected_end_at,
        number=decision.document_number,
        own=tuple(own.splitlines()) if own else (),
        language=text.language if text else "zh-CN",
        own_language=own_language,
        lines=tuple(_lines("\n".join(json.loads(text.messages)), text.title)) if text else (),
        contacts=desk.office.contacts,
        standing="in_force" if last is summary else _LAST.get(last.action, "replaced"),
        newer=None
        if last is summary
        else _token(connection, tokens, last.id, asked.organisation_id, asked.organisation_code),
        photos=len(photos.of_acknowledgement(connection, asked.id)),
    )


def _last(connection: Connection, summary: Summary) -> Summary:
    """What stands in this broadcast's place by now; itself where nothing does."""
    for _ in range(_CHAIN):
        if summary.superseded_by is None:
            break
        (summary,) = broadcasts.summaries(connection, summary.superseded_by)
    return summary


def _token(
    connection: Connection, tokens: SignTokens, broadcast_id: int, organisation_id: int, code: str
) -> str | None:
    if acknowledgements.of_organisation(connection, broadcast_id, code) is None:
        return None
    return tokens.token(broadcast_id, organisation_id)


def _place(desk: Desk, decision: Decision) -> str:
    """The place in words; its codes where the plan is no longer there."""
    try:
        return chinese.place(desk.catalogue.load(decision.plan).plan, decision)
    except InputError:
        return "、".join(decision.area)


def _lines(document: str, title: str) -> Iterator[Line]:
    """The frozen document, a line at a time, without its title and its link to this page."""
    for line in document.splitlines():
        words = line.strip()
        if not words or words in (title, OWN_SLOT) or SIGN_SLOT in words:
            continue
        mark = _MARK.search(words)
        kind: LineKind = "text"
        if _HEADING.match(words):
            kind = "heading"
        elif _SUBHEADING.match(words):
            kind = "subheading"
        elif _ITEM.match(words):
            kind = "item"
        yield Line(kind, _MARK.sub("", words, count=1), mark[1] if mark else "")
