"""The audit trail: an append-only chain in which every row's hash covers the row before it."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gateway.ledger.backends import locks
from gateway.ledger.backends.keysets import paged
from gateway.ledger.schema import audit

START = "0" * 64  # what the first row follows
ADDED = "audit_heads"  # where a connection carries the heads before and after its transaction
AT_ONCE = 5000  # rows read together
_columns = select(
    audit.c.id,
    audit.c.at,
    audit.c.actor,
    audit.c.kind,
    audit.c.subject,
    audit.c.detail,
    audit.c.previous,
    audit.c.sha256,
).order_by(audit.c.id)


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the chain as it was at some moment: how many rows there were, and its hash."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row; `at` in milliseconds since 1970 UTC."""

    id: int
    at: int
    actor: str
    kind: str
    subject: str
    detail: Mapping[str, Any]
    previous: str
    sha256: str


def append(
    connection: Connection, now: int, actor: str, kind: str, subject: str, detail: dict[str, object]
) -> None:
    """Add a row; it is written in the same transaction as what it tells of.

    `now`: milliseconds since 1970 UTC. `actor`: a token's name, (local), or (airwarn) for what the
    program does by itself. `detail` holds no personal number and no secret.
    """
    locks.act(connection)
    before = head(connection)
    number = before.rows + 1
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = row_hash(number, now, actor, kind, subject, text, before.sha256)
    connection.execute(
        insert(audit).values(
            id=number,
            at=now,
            actor=actor,
            kind=kind,
            subject=subject,
            detail=text,
            previous=before.sha256,
            sha256=sha256,
        )
    )
    # kept beside the ledger with the commit, see gateway/ledger/trail/heads.py
    first, _ = connection.info.get(ADDED, (before, None))
    connection.info[ADDED] = (first, Head(number, sha256))


def head(connection: Connection) -> Head:
    """The chain's last row as it is now."""
    last = connection.execute(
        select(audit.c.id, audit.c.sha256).order_by(audit.c.id.desc()).limit(1)
    ).one_or_none()
    return Head(last.id, last.sha256) if last else Head(0, START)


def holds(connection: Connection, known: Head) -> bool:
    """Whether the chain has this row."""
    if known.rows == 0:
        return True
    query = select(audit.c.sha256).where(audit.c.id == known.rows)
    return bool(connection.execute(query).scalar_one_or_none() == known.sha256)


def row_hash(number: int, at: int, actor: str, kind: str, subject: str, detail: str, previous: str) -> str:
    """SHA-256 (hex) over a row and the hash of the row before it."""
    content = json.dumps([number, at, actor, kind, subject, detail, previous], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def page(
    connection: Connection,
    *,
    after: int = 0,
    limit: int | None = None,
    subject: str | None = None,
    kind: str | None = None,
) -> list[Entry]:
    """Rows in their order, from the one after `after`. A `subject` ending in `:` is any of its kind."""
    query = _columns.where(audit.c.id > after)
    if subject is not None:
        whole = audit.c.subject == subject
        query = query.where(
            audit.c.subject.startswith(subject, autoescape=True) if subject[-1:] == ":" else whole
        )
    if kind is not None:
        query = query.where(audit.c.kind == kind)
    return [_entry(row) for row in connection.execute(query.limit(limit))]


def of_subjects(connection: Connection, subjects: Collection[str]) -> list[Entry]:
    """Every row about these subjects, in order."""
    query = _columns.where(audit.c.subject.in_(list(subjects)))
    return [_entry(row) for row in connection.execute(query)]


def newest(connection: Connection, kind: str) -> Entry | None:
    """The last row of a kind."""
    last = select(func.max(audit.c.id)).where(audit.c.kind == kind).scalar_subquery()
    row = connection.execute(_columns.where(audit.c.id == last)).one_or_none()
    return None if row is None else _entry(row)


def stream(connection: Connection, kinds: Collection[str] | None = None) -> Iterator[Any]:
    """Every row (of some kinds) as it is stored, read as they come."""
    query = _columns if kinds is None else _columns.where(audit.c.kind.in_(list(kinds)))
    yield from connection.execute(query.execution_options(yield_per=AT_ONCE))


def _entry(row: Any) -> Entry:
    return Entry(
        row.id, row.at, row.actor, row.kind, row.subject, json.loads(row.detail), row.previous, row.sha256
    )


def recorded(
    connection: Connection,
    *,
    subjects: Collection[str] | None = None,
    kind: str | None = None,
    actors: Collection[str] | None = None,
    since: int | None = None,
    until: int | None = None,
    descending: bool = True,
    after: int | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """Rows for people, the newest first, from the one after `after`: about one of `subjects`, of a `kind`, by
    one of `actors`, not before `since` and before `until` (milliseconds since 1970 UTC). Raises `InputError`
    (ROW_UNKNOWN)."""
    query = _columns.order_by(None)
    if subjects is not None:
        query = query.where(audit.c.subject.in_(list(subjects)))
    if kind is not None:
        query = query.where(audit.c.kind == kind)
    if actors is not None:
        query = query.where(audit.c.actor.in_(list(actors)))
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at < until)
    page = paged(connection, query, audit.c.id, audit.c.id, descending=descending, after=after, limit=limit)
    return [_entry(row) for row in connection.execute(page)]
