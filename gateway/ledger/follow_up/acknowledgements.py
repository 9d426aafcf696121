"""Acknowledgements (签收): one row for each organisation that a broadcast asks to sign.

What happened to one stands in columns of its own, so that opened, signed, objected and done never hide
each other. Moments are milliseconds since 1970 UTC.
"""

import hmac
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import Connection, bindparam, func, select, update

from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.slices import slices
from gateway.ledger.backends.upserts import insert
from gateway.ledger.follow_up import escalation
from gateway.ledger.schema import acknowledgements, organisations

Via = Literal["link", "sms", "api", "phone"]
LINK_OUTLIVES = 48 * 3_600_000  # ms that a sign link works after its broadcast's `valid_until`


@dataclass(frozen=True, slots=True)
class Asked:
    """An organisation that is asked to sign by `due_at`."""

    organisation_id: int
    token_sha256: str
    due_at: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One organisation's answer to one broadcast. `name`, `role` and `via` are of whoever signed, or
    objected where nobody signed; `ended_at`: nobody waits for it any more."""

    id: int
    broadcast_id: int
    organisation_id: int
    exercise: bool
    due_at: int
    expires_at: int
    opened_at: int | None
    signed_at: int | None
    name: str | None
    role: str | None
    via: Via | None
    objected_at: int | None
    objection: str | None
    done_at: int | None
    note: str | None
    ended_at: int | None
    organisation_code: str
    organisation: str

    @property
    def open(self) -> bool:
        """Neither signed nor objected, and still waited for."""
        return self.signed_at is None and self.objected_at is None and self.ended_at is None


_columns = select(
    *(
        acknowledgements.c[name]
        for name in Acknowledgement.__dataclass_fields__
        if name in acknowledgements.c
    ),
    organisations.c.code.label("organisation_code"),
    organisations.c.name.label("organisation"),
).join(organisations, organisations.c.id == acknowledgements.c.organisation_id)


def ask(
    connection: Connection, broadcast_id: int, exercise: bool, valid_until: int, asked: Iterable[Asked]
) -> None:
    """Make the rows of these organisations; who has one keeps it."""
    rows = [
        {
            "broadcast_id": broadcast_id,
            "organisation_id": each.organisation_id,
            "exercise": exercise,
            "token_sha256": each.token_sha256,
            "due_at": each.due_at,
            "expires_at": valid_until + LINK_OUTLIVES,
        }
        for each in asked
    ]
    if rows:
        connection.execute(insert(acknowledgements).on_conflict_do_nothing(), rows)


def by_token(connection: Connection, token_sha256: str, now: int) -> Acknowledgement | None:
    """The one that this token opens, unless its link has run out.

    It is looked up by the token's hash, so that how long that takes tells nothing about a token.
    """
    query = _columns.add_columns(acknowledgements.c.token_sha256).where(
        acknowledgements.c.token_sha256 == token_sha256, acknowledgements.c.expires_at > now
    )
    row = connection.execute(query).one_or_none()
    if row is None or not hmac.compare_digest(row[-1], token_sha256):
        return None
    return Acknowledgement(*cast(tuple[Any, ...], row)[:-1])


def by_id(connection: Connection, identifier: int) -> Acknowledgement | None:
    """The one of that id."""
    row = connection.execute(_columns.where(acknowledgements.c.id == identifier)).one_or_none()
    return None if row is None else Acknowledgement(*cast(tuple[Any, ...], row))


def of_organisation(connection: Connection, broadcast_id: int, code: str) -> Acknowledgement | None:
    """The one of an organisation, by its code; None where the broadcast does not ask it."""
    query = _columns.where(acknowledgements.c.broadcast_id == broadcast_id, organisations.c.code == code)
    row = connection.execute(query).one_or_none()
    return None if row is None else Acknowledgement(*cast(tuple[Any, ...], row))


def of_readers(
    connection: Connection, broadcast_id: int, organisation_ids: Collection[int]
) -> list[Acknowledgement]:
    """Those of these organisations, as far as the broadcast asks them."""
    query = _columns.where(
        acknowledgements.c.broadcast_id == broadcast_id,
        acknowledgements.c.organisation_id.in_(list(organisation_ids)),
    )
    return [Acknowledgement(*cast(tuple[Any, ...], row)) for row in connection.execute(query)]


def opened(connection: Connection, identifier: int, now: int) -> None:
    """A person has opened the page; the first time counts."""
    connection.execute(
        update(acknowledgements)
        .where(acknowledgements.c.id == identifier, acknowledgements.c.opened_at.is_(None))
        .values(opened_at=now)
    )


def sign(connection: Connection, identifier: int, name: str, role: str, via: Via, now: int) -> bool:
    """Sign; False where it was signed before, or is no longer waited for: nothing changes then."""
    signed = connection.execute(
        update(acknowledgements)
        .where(
            acknowledgements.c.id == identifier,
            acknowledgements.c.signed_at.is_(None),
            acknowledgements.c.ended_at.is_(None),
        )
        .values(signed_at=now, name=name, role=role, via=via)
    )
    if signed.rowcount == 1:
        escalation.stop(connection, identifier, "signed", now)
    return signed.rowcount == 1


def object_to(
    connection: Connection, identifier: int, objection: str, name: str, role: str, via: Via, now: int
) -> bool:
    """Object; False where somebody objected before, or it is no longer waited for.

    Who signed stays who signed.
    """
    objected = connection.execute(
        update(acknowledgements)
        .where(
            acknowledgements.c.id == identifier,
            acknowledgements.c.objected_at.is_(None),
            acknowledgements.c.ended_at.is_(None),
        )
        .values(
            objected_at=now,
            objection=objection,
            name=func.coalesce(acknowledgements.c.name, name),
            role=func.coalesce(acknowledgements.c.role, role),
            via=func.coalesce(acknowledgements.c.via, via),
        )
    )
    if objected.rowcount == 1:
        escalation.stop(connection, identifier, "objected", now)
    return objected.rowcount == 1


def report_done(connection: Connection, identifier: int, note: str, now: int) -> bool:
    """Report that what was ordered is done; False where nobody has signed, or it was reported before."""
    done = connection.execute(
        update(acknowledgements)
        .where(
            acknowledgements.c.id == identifier,
            acknowledgements.c.signed_at.is_not(None),
            acknowledgements.c.done_at.is_(None),
        )
        .values(done_at=now, note=note)
    )
    return done.rowcount == 1


def end(connection: Connection, broadcast_id: int, now: int) -> None:
    """Nobody waits any more for those of a broadcast that are still open."""
    connection.execute(
        update(acknowledgements)
        .where(
            acknowledgements.c.broadcast_id == broadcast_id,
            acknowledgements.c.signed_at.is_(None),
            acknowledgements.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def page(
    connection: Connection,
    broadcast_id: int,
    *,
    identifiers: Collection[int] | None = None,
    audience: str | None = None,
    area: str | None = None,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> list[Acknowledgement]:
    """Those of a broadcast in the order of their ids, from the one after `after`; `area` with its streets.

    `identifiers` bounds them to these, `limits` to what lies within these areas (none: everywhere).
    """
    query = _columns.where(
        acknowledgements.c.broadcast_id == broadcast_id,
        acknowledgements.c.id > after,
        reached(organisations.c.area, limits),
    )
    if identifiers is not None:
        query = query.where(acknowledgements.c.id.in_(list(identifiers)))
    if audience is not None:
        query = query.where(organisations.c.audience == audience)
    if area is not None:
        query = query.where(organisations.c.area.startswith(area, autoescape=True))
    rows = connection.execute(query.order_by(acknowledgements.c.id).limit(limit))
    return [Acknowledgement(*cast(tuple[Any, ...], row)) for row in rows]


def by_codes(connection: Connection, broadcast_id: int, codes: Iterable[str]) -> dict[str, Acknowledgement]:
    """Those of these organisations, by code."""
    found: dict[str, Acknowledgement] = {}
    for some in slices(codes):
        query = _columns.where(
            acknowledgements.c.broadcast_id == broadcast_id, organisations.c.code.in_(some)
        )
        for row in connection.execute(query):
            each = Acknowledgement(*cast(tuple[Any, ...], row))
            found[each.organisation_code] = each
    return found


def renew_tokens(connection: Connection, sha256: Callable[[int, int], str], now: int) -> None:
    """With another key (the old one was lost), let the links that are still to be sent open what is asked.

    `sha256`: of the token of a broadcast and an organisation. What a person has opened keeps its old link.
    """
    waiting = (
        acknowledgements.c.expires_at > now,
        acknowledgements.c.opened_at.is_(None),
        acknowledgements.c.signed_at.is_(None),
    )
    found = connection.execute(
        select(
            acknowledgements.c.id, acknowledgements.c.broadcast_id, acknowledgements.c.organisation_id
        ).where(*waiting)
    ).all()
    if found:
        connection.execute(
            update(acknowledgements)
            .where(acknowledgements.c.id == bindparam("known_id"))
            .values(token_sha256=bindparam("fresh")),
            [{"known_id": row.id, "fresh": sha256(row.broadcast_id, row.organisation_id)} for row in found],
        )
