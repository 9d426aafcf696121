"""What may come again: a request under a key, a form that is sent twice. It is done once, on all machines:
whoever takes the key does it, and the answer is kept for a day.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import idempotency_keys

KEPT = 24 * 3_600_000  # ms
ABANDONED = 300_000  # ms after which what was begun and never answered (its process died) may be done anew
_UNDER_WAY = 0  # no status of HTTP


@dataclass(frozen=True, slots=True)
class Answered:
    """A request's answer; `request_sha256` says which request it was."""

    request_sha256: str
    status: int
    content_type: str
    body: str

    @property
    def under_way(self) -> bool:
        """It is being worked on: there is no answer yet."""
        return self.status == _UNDER_WAY


_keys = idempotency_keys.c


def take(connection: Connection, caller: str, key: str, request_sha256: str, now: int) -> Answered | None:
    """Begin what a key stands for: None, and it is the caller's to do and then to `keep` or `release`; else
    what was answered within the last day, or that it is under way. `now`: milliseconds since 1970 UTC."""
    connection.execute(delete(idempotency_keys).where(_keys.answered_at <= now - KEPT))
    begun = {"request_sha256": request_sha256, "status": _UNDER_WAY, "content_type": "", "body": ""}
    own = (_keys.caller == caller, _keys.key == key)
    left = (*own, _keys.status == _UNDER_WAY, _keys.answered_at <= now - ABANDONED)
    if connection.execute(update(idempotency_keys).where(*left).values(**begun, answered_at=now)).rowcount:
        return None
    row = {"caller": caller, "key": key, **begun, "answered_at": now}
    if connection.execute(insert(idempotency_keys).on_conflict_do_nothing(), row).rowcount:
        return None
    found = connection.execute(
        select(_keys.request_sha256, _keys.status, _keys.content_type, _keys.body).where(*own)
    ).one()
    return Answered(*found)


def keep(connection: Connection, caller: str, key: str, answered: Answered, now: int) -> None:
    """Keep the answer to what was taken."""
    connection.execute(
        update(idempotency_keys)
        .where(_keys.caller == caller, _keys.key == key)
        .values(
            request_sha256=answered.request_sha256,
            status=answered.status,
            content_type=answered.content_type,
            body=answered.body,
            answered_at=now,
        )
    )


def release(connection: Connection, caller: str, key: str) -> None:
    """Nothing was done: it may be mended and sent again."""
    connection.execute(delete(idempotency_keys).where(_keys.caller == caller, _keys.key == key))
