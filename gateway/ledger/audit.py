"""The audit trail: an append-only chain in which every row's hash covers the row before it."""

import hashlib
import json

from sqlalchemy import Connection, insert, select

from gateway.ledger.schema import audit

START = "0" * 64  # what the first row follows


def append(
    connection: Connection, now: int, actor: str, kind: str, subject: str, detail: dict[str, object]
) -> None:
    """Add a row; it is written in the same transaction as what it tells of.

    `now`: milliseconds since 1970 UTC. `actor`: a token's name, (local), or (airwarn) for what the
    program does by itself. `detail` holds no personal number and no secret.
    """
    last = connection.execute(
        select(audit.c.id, audit.c.sha256).order_by(audit.c.id.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.id + 1, last.sha256) if last else (1, START)
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    connection.execute(
        insert(audit).values(
            id=number,
            at=now,
            actor=actor,
            kind=kind,
            subject=subject,
            detail=text,
            previous=previous,
            sha256=row_hash(number, now, actor, kind, subject, text, previous),
        )
    )


def row_hash(number: int, at: int, actor: str, kind: str, subject: str, detail: str, previous: str) -> str:
    """SHA-256 (hex) over a row and the hash of the row before it."""
    content = json.dumps([number, at, actor, kind, subject, detail, previous], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
