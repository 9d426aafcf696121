"""What was answered to a request that may come again under the same key, for a day."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import idempotency_keys

KEPT = 24 * 3_600_000  # ms


@dataclass(frozen=True, slots=True)
class Answered:
    """A request's answer; `request_sha256` says which request it was."""

    request_sha256: str
    status: int
    content_type: str
    body: str


_keys = idempotency_keys.c


def find(connection: Connection, caller: str, key: str, now: int) -> Answered | None:
    """What was answered to this caller under this key within the last day."""
    row = connection.execute(
        select(_keys.request_sha256, _keys.status, _keys.content_type, _keys.body).where(
            _keys.caller == caller, _keys.key == key, _keys.answered_at > now - KEPT
        )
    ).first()
    return None if row is None else Answered(*row)


def keep(connection: Connection, caller: str, key: str, answered: Answered, now: int) -> None:
    """Keep an answer; those of more than a day ago go."""
    connection.execute(delete(idempotency_keys).where(_keys.answered_at <= now - KEPT))
    connection.execute(
        insert(idempotency_keys).on_conflict_do_nothing(),
        {
            "caller": caller,
            "key": key,
            "request_sha256": answered.request_sha256,
            "status": answered.status,
            "content_type": answered.content_type,
            "body": answered.body,
            "answered_at": now,
        },
    )
