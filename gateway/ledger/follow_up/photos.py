"""Photos of what was done; `gateway.follow_up.signatures.photographs` re-encodes them before."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, func, insert, select

from gateway.ledger.schema import photos


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo without its content; `at` in milliseconds since 1970 UTC."""

    id: int
    sha256: str
    bytes: int
    at: int


def add(connection: Connection, acknowledgement_id: int, jpegs: Iterable[bytes], now: int) -> None:
    """Keep photos, in their order."""
    rows = [
        {
            "acknowledgement_id": acknowledgement_id,
            "jpeg": each,
            "sha256": sha256(each).hexdigest(),
            "at": now,
        }
        for each in jpegs
    ]
    if rows:
        connection.execute(insert(photos), rows)


def of_acknowledgement(connection: Connection, acknowledgement_id: int) -> list[Photo]:
    """The photos of one organisation's report, oldest first."""
    rows = connection.execute(
        select(photos.c.id, photos.c.sha256, func.length(photos.c.jpeg), photos.c.at)
        .where(photos.c.acknowledgement_id == acknowledgement_id)
        .order_by(photos.c.id)
    )
    return [Photo(*row) for row in rows]


def content(connection: Connection, acknowledgement_id: int, identifier: int) -> bytes | None:
    """A photo of that report as JPEG; None where there is none of this id."""
    query = select(photos.c.jpeg).where(
        photos.c.acknowledgement_id == acknowledgement_id, photos.c.id == identifier
    )
    found: bytes | None = connection.execute(query).scalar_one_or_none()
    return found
