"""What the public's outlets know of: every real message that was released, in the order of its release."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, func, select

from gateway.ledger.backends.incarnation import guard
from gateway.ledger.decisions import publications
from gateway.ledger.decisions.notices import Text, texts
from gateway.ledger.exchange.alerts import Kind
from gateway.ledger.schema import alerts, episodes


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger has come: the newest message's id and how many there are, whether it may be out
    of date (a restored copy that nobody has looked at), and which version of what is published beside."""

    newest_id: int
    count: int
    guarded: bool
    beside: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Released:
    """A released message. `sha256` (hex) is of its CAP bytes, `json` the message as JSON."""

    id: int
    kind: Kind
    plan: str
    episode_id: str
    sha256: str
    json: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A released message as JSON, and what was frozen with its decision for whoever reads a document or
    reads one aloud: shared by all readers of an audience, with slots where an organisation's own words are
    put in."""

    json: bytes = field(repr=False)
    texts: tuple[Text, ...] = field(repr=False)


_head = select(func.coalesce(func.max(alerts.c.id), 0), func.count()).where(alerts.c.exercise.is_(False))
_after = (
    select(
        alerts.c.id,
        alerts.c.kind,
        episodes.c.plan,
        alerts.c.episode_id,
        alerts.c.sha256,
        alerts.c.json,
    )
    .join(episodes, episodes.c.id == alerts.c.episode_id)
    .where(alerts.c.exercise.is_(False), alerts.c.id > bindparam("after"))
    .order_by(alerts.c.id)
    .limit(bindparam("most"))
)
_cap = select(alerts.c.cap, alerts.c.sha256, alerts.c.released_at).where(
    alerts.c.exercise.is_(False), alerts.c.identifier == bindparam("identifier")
)

_message = select(alerts.c.json, alerts.c.decision_id).where(
    alerts.c.exercise.is_(False), alerts.c.identifier == bindparam("identifier")
)
# of the public and of the kinds of places whose general orders are everybody's: nothing else is read here
_READ = (
    ("public", "spoken"),
    ("public", "notice"),
    ("schools", "notice"),
    ("hospitals", "notice"),
    ("enterprises", "notice"),
)


def head(connection: Connection) -> Head:
    """How far it has come."""
    newest, count = connection.execute(_head).one()
    return Head(newest, count, guard(connection) is not None, publications.version(connection))


def after(connection: Connection, identifier: int, most: int) -> list[Released]:
    """The messages after the one of that id, oldest first."""
    found = connection.execute(_after, {"after": identifier, "most": most}).all()
    return [Released(*row) for row in found]


def cap(connection: Connection, identifier: str) -> tuple[bytes, str, int] | None:
    """A message's CAP bytes, their SHA-256 (hex) and when it was released (ms since 1970 UTC); None where
    there is no such message, or it is of an exercise."""
    row = connection.execute(_cap, {"identifier": identifier}).first()
    return None if row is None else (row.cap, row.sha256, row.released_at)


def message(connection: Connection, identifier: str) -> Message | None:
    """A message with the texts of its decision; None where there is no such message, or it is of an
    exercise."""
    row = connection.execute(_message, {"identifier": identifier}).first()
    if row is None:
        return None
    found = [
        text
        for purpose in ("now", "dropped")
        for audience, medium in _READ
        for text in texts(
            connection, row.decision_id, {"purpose": purpose, "audience": audience, "medium": medium}
        )
    ]
    return Message(row.json, tuple(found))
