"""Notices: each text of a decision once, and who reads it for which purpose."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.ledger.schema import notice_readers, notices, organisations, recipients
from gateway.vocabulary import Language

# now: what leaves at the launch; dropped: for what a change takes out of force; the others are prepared
# and approved with the decision, so that its end can leave in one step: before its start with other words
Purpose = Literal["now", "dropped", "lift", "lift_before_start", "correct", "retract"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

Reader = tuple[str, str | None, str, str]  # audience, sector, medium, language


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A text to be stored, for one reader. `sha256` names the words that leave."""

    audience: str
    sector: str | None
    medium: str
    language: str
    title: str
    messages: tuple[str, ...]
    html: str | None
    measures: tuple[str, ...]
    sha256: str
    reply_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A stored text and one of its readers; `messages` and `measures` are JSON."""

    purpose: Purpose
    audience: str
    sector: str | None
    medium: str
    language: str
    title: str
    messages: str
    html: str | None
    measures: str


Words = tuple[str, str]  # medium and hash

_TEXT = (
    notice_readers.c.purpose,
    notice_readers.c.audience,
    notice_readers.c.sector,
    notice_readers.c.medium,
    notice_readers.c.language,
    notices.c.title,
    notices.c.messages,
    notices.c.html,
    notices.c.measures,
)


def keep(connection: Connection, texts: Iterable[NewNotice]) -> dict[Words, int]:
    """Store each text once, of no decision yet; gives the notices' ids."""
    ids: dict[Words, int] = {}
    for notice in texts:
        key = (notice.medium, notice.sha256)
        if key not in ids:
            text = insert(notices).values(
                medium=notice.medium,
                language=notice.language,
                sha256=notice.sha256,
                title=notice.title,
                messages=json.dumps(notice.messages, ensure_ascii=False),
                html=notice.html,
                measures=json.dumps(notice.measures),
                reply_minutes=notice.reply_minutes,
            )
            ids[key] = int(connection.execute(text.returning(notices.c.id)).scalar_one())
    return ids


def add_readers(connection: Connection, decision_id: str, read: Mapping[tuple[Purpose, Reader], int]) -> None:
    """Note who reads which of a decision's texts, by the notices' ids."""
    rows = [
        {
            "decision_id": decision_id,
            "purpose": purpose,
            "audience": audience,
            "sector": sector or "",
            "medium": medium,
            "language": language,
            "notice_id": notice_id,
        }
        for (purpose, (audience, sector, medium, language)), notice_id in read.items()
    ]
    if rows:
        connection.execute(insert(notice_readers), rows)


def readers(connection: Connection, decision_id: str, purpose: Purpose) -> dict[Reader, int]:
    """The notice's id by reader; empty where a decision has no texts for the purpose."""
    rows = connection.execute(
        select(
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.language,
            notice_readers.c.notice_id,
        ).where(notice_readers.c.decision_id == decision_id, notice_readers.c.purpose == purpose)
    )
    return {(row.audience, row.sector or None, row.medium, row.language): row.notice_id for row in rows}


def hashes(connection: Connection, decision_id: str, purpose: Purpose) -> dict[Reader, str]:
    """The hash of the words by reader."""
    rows = connection.execute(
        select(
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.language,
            notices.c.sha256,
        )
        .join(notices, notices.c.id == notice_readers.c.notice_id)
        .where(notice_readers.c.decision_id == decision_id, notice_readers.c.purpose == purpose)
    )
    return {(row.audience, row.sector or None, row.medium, row.language): row.sha256 for row in rows}


def purposes(connection: Connection, decision_id: str) -> dict[Purpose, int]:
    """The purposes for which a decision has texts, with how many readers' texts each has."""
    found = connection.execute(
        select(notice_readers.c.purpose).where(notice_readers.c.decision_id == decision_id)
    )
    listed = list(found.scalars())
    return {purpose: listed.count(purpose) for purpose in PURPOSES if purpose in listed}


def texts(connection: Connection, decision_id: str, wanted: Mapping[str, str] | None = None) -> list[Text]:
    """A decision's texts with their readers; `wanted` bounds purpose, audience, sector, medium or
    language."""
    query = (
        select(*_TEXT)
        .join(notices, notices.c.id == notice_readers.c.notice_id)
        .where(notice_readers.c.decision_id == decision_id)
        .where(*(notice_readers.c[name] == word for name, word in (wanted or {}).items()))
        .order_by(
            notice_readers.c.purpose,
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.language,
        )
    )
    rows = connection.execute(query).mappings()
    return [_text(row) for row in rows]


def discard(connection: Connection, decision_id: str) -> None:
    """Take its texts from a decision that is frozen anew. They stay without one (see `freezing.clear`)."""
    connection.execute(delete(notice_readers).where(notice_readers.c.decision_id == decision_id))
    connection.execute(update(notices).where(notices.c.decision_id == decision_id).values(decision_id=None))


def read_by(
    connection: Connection, broadcast_id: int, organisation_id: int, language: Language = "zh-CN"
) -> Text | None:
    """The full document for whoever reads what an organisation was told, whatever it was told by, in that
    language if there is one; None where the broadcast does not tell it anything."""
    told = notice_readers.alias("told")
    query = (
        select(*_TEXT)
        .select_from(recipients)
        .join(organisations, organisations.c.id == recipients.c.organisation_id)
        .join(told, told.c.notice_id == recipients.c.notice_id)
        .join(
            notice_readers,
            (notice_readers.c.decision_id == told.c.decision_id)
            & (notice_readers.c.purpose == told.c.purpose)
            & (notice_readers.c.audience == told.c.audience)
            & (notice_readers.c.sector == told.c.sector)
            & (notice_readers.c.language.in_(("zh-CN", language)))
            & (notice_readers.c.medium == "notice"),
        )
        .join(notices, notices.c.id == notice_readers.c.notice_id)
        .where(
            recipients.c.broadcast_id == broadcast_id,
            recipients.c.organisation_id == organisation_id,
            told.c.purpose.in_(("now", "dropped")),
        )
        .order_by(  # as it was told, though it may be listed under another audience by now
            told.c.audience != organisations.c.audience,
            told.c.sector != func.coalesce(organisations.c.sector, ""),
            told.c.purpose.desc(),
            notice_readers.c.language != language,
        )
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _text(row)


def _text(row: Mapping[Any, Any]) -> Text:
    return Text(**{**row, "sector": row["sector"] or None})
