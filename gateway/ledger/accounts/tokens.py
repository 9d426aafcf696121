"""Tokens of the API: a name, scopes, an end, a person. Only a token's SHA-256 is kept: 256 random bits."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal, get_args

from sqlalchemy import Connection, insert, or_, select, update

from gateway.ledger.schema import tokens

Scope = Literal["read", "submit", "approve", "launch", "directory", "operate", "report", "sign", "audit"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_USED_STEP = 3_600_000  # ms between writes of `last_used_at`


@dataclass(frozen=True, slots=True)
class Token:
    """One token; moments in milliseconds since 1970 UTC. `person` is whose it is, `titles` those that the
    person approves under, `areas` the codes that it is limited to (none: everywhere)."""

    name: str
    scopes: frozenset[Scope]
    person: str | None
    titles: tuple[str, ...]
    areas: tuple[str, ...]
    created_at: int
    expires_at: int
    revoked_at: int | None
    last_used_at: int | None = field(compare=False)  # to the hour


_columns = select(
    tokens.c.name,
    tokens.c.scopes,
    tokens.c.person,
    tokens.c.titles,
    tokens.c.areas,
    tokens.c.created_at,
    tokens.c.expires_at,
    tokens.c.revoked_at,
    tokens.c.last_used_at,
)


def find(connection: Connection, token: str, now: int) -> Token | None:
    """The token that these words are, unless it has expired or was revoked.

    It is looked up by its hash: how long that takes tells nothing about a token.
    """
    row = connection.execute(
        _columns.where(
            tokens.c.sha256 == _hash(token), tokens.c.revoked_at.is_(None), tokens.c.expires_at > now
        )
    ).first()
    return None if row is None else _token(*row)


def all_tokens(connection: Connection) -> list[Token]:
    """Every token ever made, oldest first."""
    return [_token(*row) for row in connection.execute(_columns.order_by(tokens.c.created_at, tokens.c.name))]


def add(
    connection: Connection,
    name: str,
    token: str,
    scopes: Collection[Scope],
    now: int,
    expires_at: int,
    *,
    person: str | None = None,
    titles: Sequence[str] = (),
    areas: Sequence[str] = (),
) -> bool:
    """Keep a new token's hash; False where the name was ever used: a name means one token for good."""
    if connection.execute(select(tokens.c.name).where(tokens.c.name == name)).first() is not None:
        return False
    connection.execute(
        insert(tokens),
        {
            "name": name,
            "sha256": _hash(token),
            "scopes": " ".join(scope for scope in SCOPES if scope in scopes),
            "person": person,
            "titles": json.dumps(list(titles), ensure_ascii=False),
            "areas": json.dumps(list(areas)),
            "created_at": now,
            "expires_at": expires_at,
        },
    )
    return True


def revoke(connection: Connection, name: str, now: int) -> bool:
    """End a token at once, for good; False where there is none of this name."""
    living = update(tokens).where(tokens.c.name == name, tokens.c.revoked_at.is_(None))
    ended = connection.execute(living.values(revoked_at=now)).rowcount == 1
    known = select(tokens.c.name).where(tokens.c.name == name)
    return ended or connection.execute(known).first() is not None


def use_is_unwritten(token: Token, now: int) -> bool:
    """Whether it is time to write down that a token is in use."""
    return token.last_used_at is None or token.last_used_at <= now - _USED_STEP


def used(connection: Connection, name: str, now: int) -> None:
    """Write down, to the hour, that a token is in use."""
    hour = now - now % _USED_STEP
    connection.execute(
        update(tokens)
        .where(tokens.c.name == name, or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < hour))
        .values(last_used_at=hour)
    )


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _token(
    name: str,
    scopes: str,
    person: str | None,
    titles: str,
    areas: str,
    created_at: int,
    expires_at: int,
    revoked_at: int | None,
    last_used_at: int | None,
) -> Token:
    held = frozenset(scope for scope in SCOPES if scope in scopes.split())
    return Token(
        name,
        held,
        person,
        tuple(json.loads(titles)),
        tuple(json.loads(areas)),
        created_at,
        expires_at,
        revoked_at,
        last_used_at,
    )
