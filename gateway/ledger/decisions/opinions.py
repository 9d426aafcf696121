"""Opinions (会商意见): the files that the consultation behind a decision left. Rows are only added."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, insert, select

from gateway.ledger.schema import opinions


@dataclass(frozen=True, slots=True)
class NewOpinion:
    """A file to be kept; `sha256` (hex) of `content`, `at` in milliseconds since 1970 UTC."""

    name: str
    media_type: str
    sha256: str
    content: bytes
    caller: str
    at: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """A kept file without its content."""

    id: int
    name: str
    media_type: str
    sha256: str
    size: int
    caller: str
    at: int


def add(connection: Connection, decision_id: str, new: NewOpinion) -> int:
    """Keep a file; gives its id."""
    statement = insert(opinions).values(decision_id=decision_id, **asdict(new))
    return int(connection.execute(statement.returning(opinions.c.id)).scalar_one())


def of_decision(connection: Connection, decision_id: str) -> list[Opinion]:
    """A decision's files, oldest first."""
    rows = connection.execute(
        select(
            opinions.c.id,
            opinions.c.name,
            opinions.c.media_type,
            opinions.c.sha256,
            func.length(opinions.c.content),
            opinions.c.caller,
            opinions.c.at,
        )
        .where(opinions.c.decision_id == decision_id)
        .order_by(opinions.c.id)
    )
    return [Opinion(*row) for row in rows]


def content(connection: Connection, decision_id: str, opinion_id: int) -> bytes | None:
    """The bytes of one of a decision's files."""
    found: bytes | None = connection.execute(
        select(opinions.c.content).where(opinions.c.decision_id == decision_id, opinions.c.id == opinion_id)
    ).scalar()
    return found
