"""Calls: who is to be called because nobody signed, and what was heard. Calls are append-only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sqlalchemy import Connection, and_, exists, func, insert, or_, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.slices import slices
from gateway.ledger.follow_up import escalation
from gateway.ledger.schema import (
    acknowledgements,
    broadcasts,
    calls,
    contacts,
    escalation_steps,
    organisations,
)

Result = Literal["signed", "objected", "told", "no_answer", "wrong_number", "absent"]
RESULTS: tuple[Result, ...] = get_args(Result)


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation on the list of calls. `id` is its acknowledgement's, which a call names; `since`:
    when it came onto the list; `tries`: how often it was called, `last` with what result.
    Moments in milliseconds since 1970 UTC."""

    id: int
    broadcast_id: int
    organisation_id: int
    since: int
    objection: str | None
    tries: int
    last: Result | None
    last_at: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One call. `contact`: who was called, None for the organisation's own number."""

    acknowledgement_id: int
    contact_id: int | None
    contact: str | None
    caller: str
    result: Result
    note: str | None
    at: int


# of an objection: somebody was called after it, and was told or signed
settled_by_call = exists().where(
    calls.c.acknowledgement_id == acknowledgements.c.id,
    calls.c.result.in_(("told", "signed")),
    calls.c.at >= acknowledgements.c.objected_at,
)
_to_call = exists().where(
    escalation_steps.c.acknowledgement_id == acknowledgements.c.id,
    escalation_steps.c.kind == "phone",
    escalation_steps.c.taken_at.is_not(None),
    escalation_steps.c.ended_at.is_(None),
)
_listed_since = (
    select(func.min(escalation_steps.c.taken_at))
    .where(
        escalation_steps.c.acknowledgement_id == acknowledgements.c.id,
        escalation_steps.c.kind == "phone",
    )
    .scalar_subquery()
)
_tries = select(func.count()).where(calls.c.acknowledgement_id == acknowledgements.c.id).scalar_subquery()
_last = select(func.max(calls.c.id)).where(calls.c.acknowledgement_id == acknowledgements.c.id)
_newest = calls.alias("newest")


def listed(
    connection: Connection,
    now: int,
    *,
    broadcast_id: int | None = None,
    area: str | None = None,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> list[Listed]:
    """Who is to be called about what is in force, by number, from the one after `after`: who came to a
    call in vain so far, and who objected and was not spoken to since; within these areas (none:
    everywhere)."""
    query = (
        select(
            acknowledgements.c.id,
            acknowledgements.c.broadcast_id,
            acknowledgements.c.organisation_id,
            func.coalesce(acknowledgements.c.objected_at, _listed_since),
            acknowledgements.c.objection,
            _tries,
            _newest.c.result,
            _newest.c.at,
        )
        .join(broadcasts, broadcasts.c.id == acknowledgements.c.broadcast_id)
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .outerjoin(_newest, _newest.c.id == _last.scalar_subquery())
        .where(
            broadcasts.c.live.is_(True),
            broadcasts.c.valid_until > now,
            acknowledgements.c.ended_at.is_(None),
            reached(organisations.c.area, limits),
            or_(
                and_(acknowledgements.c.objected_at.is_(None), _to_call),
                and_(acknowledgements.c.objected_at.is_not(None), ~settled_by_call),
            ),
            acknowledgements.c.id > after,
        )
        .order_by(acknowledgements.c.id)
        .limit(limit)
    )
    if broadcast_id is not None:
        query = query.where(acknowledgements.c.broadcast_id == broadcast_id)
    if area is not None:
        query = query.where(organisations.c.area.startswith(area, autoescape=True))
    return [Listed(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]


def add(
    connection: Connection,
    acknowledgement_id: int,
    contact_id: int | None,
    caller: str,
    result: Result,
    note: str | None,
    now: int,
) -> None:
    """Keep what was heard. Who was told need not be called again: the list lets go of it."""
    connection.execute(
        insert(calls),
        {
            "acknowledgement_id": acknowledgement_id,
            "contact_id": contact_id,
            "caller": caller,
            "result": result,
            "note": note,
            "at": now,
        },
    )
    if result == "told":
        escalation.stop(connection, acknowledgement_id, "told", now)


def heard(connection: Connection, acknowledgement_ids: Iterable[int]) -> list[Heard]:
    """The calls about these acknowledgements, in their order."""
    found: list[Heard] = []
    for some in slices(acknowledgement_ids):
        query = (
            select(
                calls.c.acknowledgement_id,
                calls.c.contact_id,
                contacts.c.name,
                calls.c.caller,
                calls.c.result,
                calls.c.note,
                calls.c.at,
            )
            .outerjoin(contacts, contacts.c.id == calls.c.contact_id)
            .where(calls.c.acknowledgement_id.in_(some))
            .order_by(calls.c.id)
        )
        found += [Heard(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]
    return found
