"""Files that somebody has sent and looks at before they are imported. They hold numbers and names: each goes
with its import or the person's next file; after an hour nobody gets it, and the next who comes by takes it
away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from gateway.ledger.schema import uploads

KEPT = 3_600_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits. `options`: how it is read; `report`: what it would change, as it was shown; `at` in
    milliseconds since 1970 UTC."""

    id: str
    user_id: str
    file_name: str
    content: bytes = field(repr=False)
    options: Mapping[str, Any]
    report: Mapping[str, Any]
    at: int


def put(connection: Connection, upload: Upload) -> None:
    """Keep a file; the person's earlier ones go, and those that are too old."""
    connection.execute(
        delete(uploads).where(or_(uploads.c.user_id == upload.user_id, uploads.c.at < upload.at - KEPT))
    )
    connection.execute(
        insert(uploads).values(
            id=upload.id,
            user_id=upload.user_id,
            file_name=upload.file_name,
            content=upload.content,
            options=_json(upload.options),
            report=_json(upload.report),
            at=upload.at,
        )
    )


def get(connection: Connection, identifier: str, user_id: str, now: int) -> Upload | None:
    """A person's file, unless it is too old."""
    row = connection.execute(
        select(uploads).where(
            uploads.c.id == identifier, uploads.c.user_id == user_id, uploads.c.at >= now - KEPT
        )
    ).one_or_none()
    if row is None:
        return None
    return Upload(
        row.id,
        row.user_id,
        row.file_name,
        row.content,
        json.loads(row.options),
        json.loads(row.report),
        row.at,
    )


def waiting(connection: Connection, user_id: str, now: int) -> tuple[str, str] | None:
    """Id and name of the file that waits for a person."""
    query = select(uploads.c.id, uploads.c.file_name).where(
        uploads.c.user_id == user_id, uploads.c.at >= now - KEPT
    )
    row = connection.execute(query.order_by(uploads.c.at.desc()).limit(1)).one_or_none()
    return None if row is None else (row.id, row.file_name)


def old(connection: Connection, now: int) -> bool:
    """Whether there is a file that is too old."""
    return bool(connection.execute(select(exists().where(uploads.c.at < now - KEPT))).scalar_one())


def shown(connection: Connection, identifier: str, report: Mapping[str, Any]) -> None:
    """Another report was shown of it: the directory has changed since."""
    connection.execute(update(uploads).where(uploads.c.id == identifier).values(report=_json(report)))


def drop(connection: Connection, identifier: str, user_id: str) -> None:
    """It was imported, or is not wanted."""
    connection.execute(delete(uploads).where(uploads.c.id == identifier, uploads.c.user_id == user_id))


def drop_old(connection: Connection, now: int) -> int:
    """Take away what nobody has imported within an hour; how many files."""
    return connection.execute(delete(uploads).where(uploads.c.at < now - KEPT)).rowcount


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
