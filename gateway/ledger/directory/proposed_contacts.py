"""Contacts that people named in their place, until a keeper of the directory has accepted or refused them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, exists, update

from gateway.ledger.backends.areas import reached
from gateway.ledger.directory.verifications import QUESTIONS, Verification, read
from gateway.ledger.schema import (
    organisations,
    verifications,
)


def waiting(
    connection: Connection, exercise: bool | None = None, limits: Collection[str] = ()
) -> list[Verification]:
    """Where the last answer about an organisation's address says that somebody else is the contact now, and
    nobody has accepted or refused that; of organisations within `limits` (none: everywhere)."""
    return [read(row) for row in connection.execute(_proposed(exercise, limits).order_by(verifications.c.id))]


def newest(
    connection: Connection, limits: Collection[str], limit: int, before: int | None = None
) -> list[Verification]:
    """A page of what is `waiting`, the newest first, from the one before `before` on."""
    query = _proposed(None, limits).order_by(verifications.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(verifications.c.id < before)
    return [read(row) for row in connection.execute(query)]


def one(connection: Connection, identifier: int, limits: Collection[str] = ()) -> Verification | None:
    """One that is `waiting`; None where it is none, or none any more."""
    row = connection.execute(_proposed(None, limits).where(verifications.c.id == identifier)).one_or_none()
    return None if row is None else read(row)


def settle(connection: Connection, identifier: int, now: int) -> None:
    """A proposal was accepted or refused."""
    connection.execute(update(verifications).where(verifications.c.id == identifier).values(settled_at=now))


def _proposed(exercise: bool | None, limits: Collection[str]) -> Select[Any]:
    later = verifications.alias("later")
    query = QUESTIONS.where(
        verifications.c.answer == "changed",
        verifications.c.settled_at.is_(None),
        reached(organisations.c.area, limits),
        organisations.c.active.is_(True),
        ~exists().where(
            later.c.organisation_id == verifications.c.organisation_id,
            later.c.address_id == verifications.c.address_id,
            later.c.answered_at.is_not(None),
            later.c.id > verifications.c.id,
        ),
    )
    return query if exercise is None else query.where(organisations.c.exercise.is_(exercise))
