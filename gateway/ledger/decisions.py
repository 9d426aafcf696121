"""Decisions, their episodes and their texts; a decision is kept as its canonical JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from gateway.ledger.schema import broadcasts, decisions, episodes, notice_readers, notices, recipients
from gateway.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Standing:
    """A warning in force: its episode, and its newest launched decision and broadcast."""

    episode_id: str
    opened_at: int
    broadcast_id: int
    decision_id: str
    document: str


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to be recorded: the columns that questions are asked by, and the whole document."""

    id: str
    episode_id: str
    exercise: bool
    plan: str
    plan_version: str
    action: str
    level: str | None
    document_number: str | None
    document: str
    fingerprint: str
    manifest: str
    findings: str


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


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision in the ledger with its broadcast."""

    id: str
    episode_id: str
    broadcast_id: int
    manifest: str
    launched: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision as people look it up; `findings` and `document` are JSON, moments in ms since 1970 UTC."""

    id: str
    episode_id: str
    broadcast_id: int
    plan: str
    plan_version: str
    action: str
    level: Level | None
    exercise: bool
    document_number: str | None
    manifest: str
    findings: str
    document: str
    recorded_at: int
    launched_at: int | None


@dataclass(frozen=True, slots=True)
class Text:
    """A stored text and one of its readers; `messages` and `measures` are JSON."""

    audience: str
    sector: str | None
    medium: str
    language: str
    title: str
    messages: str
    html: str | None
    measures: str


_entries = select(
    decisions.c.id,
    decisions.c.episode_id,
    broadcasts.c.id.label("broadcast_id"),
    decisions.c.plan,
    decisions.c.plan_version,
    decisions.c.action,
    decisions.c.level,
    decisions.c.exercise,
    decisions.c.document_number,
    decisions.c.manifest,
    decisions.c.findings,
    decisions.c.document,
    decisions.c.recorded_at,
    broadcasts.c.launched_at,
).join(broadcasts, broadcasts.c.decision_id == decisions.c.id)


def standing(connection: Connection, plan: str, exercise: bool) -> list[Standing]:
    """Every warning in force under a plan, oldest first: episodes opened and not closed."""
    newest = (
        select(
            broadcasts.c.episode_id,
            episodes.c.opened_at,
            broadcasts.c.id,
            broadcasts.c.decision_id,
            decisions.c.document,
        )
        .join(decisions, decisions.c.id == broadcasts.c.decision_id)
        .join(episodes, episodes.c.id == broadcasts.c.episode_id)
        .where(
            episodes.c.plan == plan,
            episodes.c.exercise == exercise,
            episodes.c.opened_at.is_not(None),
            episodes.c.closed_at.is_(None),
            broadcasts.c.launched_at.is_not(None),
        )
        .order_by(broadcasts.c.launched_at.desc(), broadcasts.c.id.desc())
    )
    found: dict[str, Standing] = {}
    for row in connection.execute(newest):
        if row.episode_id not in found:
            found[row.episode_id] = Standing(*row)
    return sorted(found.values(), key=lambda each: (each.opened_at, each.episode_id))


def levels_of(connection: Connection, episode_id: str) -> list[Level]:
    """The levels that an episode's launched decisions had, oldest first."""
    rows = connection.execute(
        select(decisions.c.level)
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(
            decisions.c.episode_id == episode_id,
            decisions.c.level.is_not(None),
            broadcasts.c.launched_at.is_not(None),
        )
        .order_by(broadcasts.c.id)
    )
    return list(rows.scalars())


def by_fingerprint(connection: Connection, fingerprint: str) -> Recorded | None:
    """The decision recorded from an equal document."""
    return _recorded(connection, decisions.c.fingerprint == fingerprint)


def by_id(connection: Connection, identifier: str) -> Recorded | None:
    """The decision of that id."""
    return _recorded(connection, decisions.c.id == identifier)


def _recorded(connection: Connection, condition: ColumnElement[bool]) -> Recorded | None:
    row = connection.execute(
        select(
            decisions.c.id,
            decisions.c.episode_id,
            broadcasts.c.id.label("broadcast_id"),
            decisions.c.manifest,
            broadcasts.c.launched_at,
        )
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(condition)
    ).one_or_none()
    if row is None:
        return None
    return Recorded(row.id, row.episode_id, row.broadcast_id, row.manifest, row.launched_at is not None)


def entry(connection: Connection, identifier: str) -> Entry | None:
    """The decision of that id with all that is known of it."""
    row = connection.execute(_entries.where(decisions.c.id == identifier)).mappings().one_or_none()
    return None if row is None else Entry(**row)


def page(connection: Connection, after: str = "", limit: int = 100) -> list[Entry]:
    """Decisions in the order in which they came (that of their ids), from the one after `after`."""
    rows = connection.execute(_entries.where(decisions.c.id > after).order_by(decisions.c.id).limit(limit))
    return [Entry(**row) for row in rows.mappings()]


def document(connection: Connection, identifier: str) -> str:
    """The decision as it was stated. Raises `NoResultFound`."""
    query = select(decisions.c.document).where(decisions.c.id == identifier)
    text: str = connection.execute(query).scalar_one()
    return text


def record(
    connection: Connection, new: NewDecision, *, new_episode: bool, follows: int | None, now: int
) -> int:
    """Store a frozen decision with its (not yet live) broadcast; gives the broadcast's id."""
    if new_episode:
        connection.execute(insert(episodes).values(id=new.episode_id, plan=new.plan, exercise=new.exercise))
    connection.execute(insert(decisions).values(**asdict(new), state="submitted", drafter="(local)", recorded_at=now))
    broadcast = insert(broadcasts).values(
        decision_id=new.id,
        episode_id=new.episode_id,
        exercise=new.exercise,
        follows_id=follows,
        live=False,
        expanded_through=0,
    )
    return int(connection.execute(broadcast.returning(broadcasts.c.id)).scalar_one())


def discard(connection: Connection, recorded: Recorded) -> None:
    """Take away a decision that was never launched, so that its document can be frozen anew."""
    connection.execute(delete(recipients).where(recipients.c.broadcast_id == recorded.broadcast_id))
    connection.execute(delete(broadcasts).where(broadcasts.c.id == recorded.broadcast_id))
    connection.execute(delete(notice_readers).where(notice_readers.c.decision_id == recorded.id))
    connection.execute(delete(notices).where(notices.c.decision_id == recorded.id))
    connection.execute(delete(decisions).where(decisions.c.id == recorded.id))
    still_used = select(decisions.c.id).where(decisions.c.episode_id == recorded.episode_id)
    connection.execute(delete(episodes).where(episodes.c.id == recorded.episode_id, ~still_used.exists()))


def open_episode(connection: Connection, episode_id: str, now: int) -> None:
    """The episode's first decision is launched."""
    connection.execute(
        update(episodes)
        .where(episodes.c.id == episode_id, episodes.c.opened_at.is_(None))
        .values(opened_at=now)
    )


def close_episode(connection: Connection, episode_id: str, now: int) -> None:
    """Its lift is launched."""
    connection.execute(update(episodes).where(episodes.c.id == episode_id).values(closed_at=now))


def add_notices(
    connection: Connection, decision_id: str, rendered: Iterable[NewNotice]
) -> dict[tuple[str, str | None, str], int]:
    """Store each text once; gives the notice's id by (audience, sector, medium)."""
    ids: dict[tuple[str, str], int] = {}
    readers: dict[tuple[str, str | None, str], int] = {}
    for notice in rendered:
        key = (notice.medium, notice.sha256)
        if key not in ids:
            text = insert(notices).values(
                decision_id=decision_id,
                medium=notice.medium,
                sha256=notice.sha256,
                title=notice.title,
                messages=json.dumps(notice.messages, ensure_ascii=False),
                html=notice.html,
                measures=json.dumps(notice.measures),
            )
            ids[key] = int(connection.execute(text.returning(notices.c.id)).scalar_one())
        readers[(notice.audience, notice.sector, notice.medium)] = ids[key]
        connection.execute(
            insert(notice_readers).values(
                decision_id=decision_id,
                purpose="now",
                audience=notice.audience,
                sector=notice.sector or "",
                medium=notice.medium,
                language=notice.language,
                notice_id=ids[key],
            )
        )
    return readers


def readers(connection: Connection, decision_id: str) -> dict[tuple[str, str | None, str], int]:
    """The notice's id by (audience, sector, medium)."""
    rows = connection.execute(
        select(
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.notice_id,
        ).where(notice_readers.c.decision_id == decision_id)
    )
    return {(row.audience, row.sector or None, row.medium): row.notice_id for row in rows}


def texts(connection: Connection, decision_id: str, wanted: Mapping[str, str] | None = None) -> list[Text]:
    """A decision's texts with their readers; `wanted` bounds audience, sector, medium or language."""
    query = (
        select(
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.language,
            notices.c.title,
            notices.c.messages,
            notices.c.html,
            notices.c.measures,
        )
        .join(notices, notices.c.id == notice_readers.c.notice_id)
        .where(notice_readers.c.decision_id == decision_id)
        .where(*(notice_readers.c[name] == word for name, word in (wanted or {}).items()))
        .order_by(
            notice_readers.c.audience,
            notice_readers.c.sector,
            notice_readers.c.medium,
            notice_readers.c.language,
        )
    )
    rows = connection.execute(query).mappings()
    return [Text(**{**row, "sector": row["sector"] or None}) for row in rows]
