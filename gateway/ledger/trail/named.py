"""What the rows of the audit trail are about, and who acted, by the names that people know them by."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from gateway.ledger.schema import (
    broadcasts,
    decisions,
    episodes,
    lanes,
    obligations,
    orders,
    organisations,
    users,
)

_MOST = 50  # decisions or people that words may mean


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is named: what, at which level, under which document number."""

    id: str
    action: str
    level: str | None
    document_number: str | None
    exercise: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What was found: decisions by their ids and by their broadcasts; of episodes their plan and when they
    opened (milliseconds since 1970 UTC); organisations (id and name) by their codes; what is owed and by
    whom; lanes; the document numbers or senders of orders; people by the names that they sign in with."""

    decisions: dict[str, Decided] = field(default_factory=dict)
    broadcasts: dict[int, Decided] = field(default_factory=dict)
    episodes: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    organisations: dict[str, tuple[int, str]] = field(default_factory=dict)
    obligations: dict[int, tuple[str, str]] = field(default_factory=dict)
    lanes: dict[int, str] = field(default_factory=dict)
    orders: dict[int, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def names(
    connection: Connection, subjects: Iterable[str], codes: Iterable[str], logins: Iterable[str]
) -> Names:
    """The names of subjects such as `decision:0190…`, of organisations by their codes, of people by the names
    that they sign in with; what is not known any more is left out."""
    of: dict[str, set[str]] = {}
    for kind, _, key in (subject.partition(":") for subject in subjects):
        of.setdefault(kind, set()).add(key)
    every = {*codes, *of.get("organisation", ())}
    decided = _decided(connection, decisions.c.id.in_(_texts(of.get("decision"))))
    broadcast = _decided(connection, broadcasts.c.id.in_(_numbers(of.get("broadcast"))))
    return Names(
        decisions={each.id: each for each, _ in decided},
        broadcasts={number: each for each, number in broadcast},
        episodes={
            row.id: (row.plan, row.opened_at)
            for row in _rows(connection, episodes, "id plan opened_at", _texts(of.get("episode")))
        },
        organisations={
            row.code: (row.id, row.name)
            for row in connection.execute(
                select(organisations.c.code, organisations.c.id, organisations.c.name).where(
                    organisations.c.code.in_(sorted(every))
                )
            )
        },
        obligations={
            row.id: (row.what, row.by_whom)
            for row in _rows(connection, obligations, "id what by_whom", _numbers(of.get("obligation")))
        },
        lanes={row.id: row.name for row in _rows(connection, lanes, "id name", _numbers(of.get("lane")))},
        orders={
            row.id: row.document_number or row.sender
            for row in _rows(connection, orders, "id document_number sender", _numbers(of.get("order")))
        },
        people={
            row.name: row.person
            for row in connection.execute(
                select(users.c.name, users.c.person).where(
                    users.c.name.in_(sorted({*logins, *of.get("user", ())}))
                )
            )
        },
    )


def subjects_of(connection: Connection, words: str) -> list[str]:
    """The subjects under which the trail tells of decisions: those of this id, or with these words in their
    document number."""
    meant = or_(decisions.c.id == words, decisions.c.document_number.contains(words, autoescape=True))
    found = _decided(connection, meant, _MOST)
    return [
        *(f"decision:{each.id}" for each, _ in found),
        *(f"broadcast:{number}" for _, number in found if number is not None),
    ]


def actors_of(connection: Connection, words: str) -> list[str]:
    """As whom the trail knows people with these words in their name, or who sign in with it; and a token or a
    command of this name."""
    meant = or_(users.c.name == words.lower(), users.c.person.contains(words, autoescape=True))
    found = connection.execute(select(users.c.name).where(meant).limit(_MOST)).scalars()
    return [words, *(f"user:{name}" for name in found)]


def _decided(
    connection: Connection, meant: ColumnElement[bool], limit: int | None = None
) -> list[tuple[Decided, Any]]:
    query = (
        select(
            decisions.c.id,
            decisions.c.action,
            decisions.c.level,
            decisions.c.document_number,
            decisions.c.exercise,
            broadcasts.c.id.label("broadcast"),
        )
        .join_from(decisions, broadcasts, broadcasts.c.decision_id == decisions.c.id, isouter=True)
        .where(meant)
        .order_by(decisions.c.id.desc())
        .limit(limit)
    )
    return [
        (Decided(row.id, row.action, row.level, row.document_number, row.exercise), row.broadcast)
        for row in connection.execute(query)
    ]


def _rows(connection: Connection, table: Any, columns: str, keys: list[Any]) -> Iterable[Any]:
    query = select(*(table.c[name] for name in columns.split())).where(table.c.id.in_(keys))
    return connection.execute(query)


def _texts(keys: set[str] | None) -> list[str]:
    return sorted(keys or ())


def _numbers(keys: set[str] | None) -> list[int]:
    return sorted(int(key) for key in keys or () if key.isascii() and key.isdecimal() and len(key) < 19)
