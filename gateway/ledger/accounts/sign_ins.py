"""Browsers in which people are signed in. Only a token's SHA-256 is kept: 256 random bits.

A sign-in ends by itself 30 minutes after it was last used, and 12 hours after it began.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from gateway.ledger.accounts.users import COLUMNS, User, hashed, read
from gateway.ledger.schema import sign_ins, users

IDLE = 30 * 60_000  # ms
LENGTH = 12 * 3_600_000  # ms
KEPT = 400 * 86_400_000  # ms: a year and a season's review after it, as an auditor asks for a whole season
_SEEN_STEP = 60_000  # ms between writes of `seen_at`
Because = Literal["signed_out", "elsewhere", "password", "reset", "disabled", "changed"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """One browser; moments in milliseconds since 1970 UTC. `offered_secret`: of one-time codes that are
    being set up in it."""

    id: str
    user_id: str
    device: str
    offered_secret: str | None
    made_at: int
    seen_at: int  # to the minute
    ends_at: int


_columns = (
    sign_ins.c.id,
    sign_ins.c.user_id,
    sign_ins.c.device,
    sign_ins.c.offered_secret,
    sign_ins.c.made_at,
    sign_ins.c.seen_at,
    sign_ins.c.ends_at,
)


def begin(connection: Connection, identifier: str, user_id: str, token: str, device: str, now: int) -> None:
    """Keep a new sign-in."""
    connection.execute(
        insert(sign_ins).values(
            id=identifier,
            user_id=user_id,
            token_sha256=hashed(token),
            device=device,
            made_at=now,
            seen_at=now,
            ends_at=now + LENGTH,
        )
    )


def find(connection: Connection, token: str, now: int) -> tuple[User, SignIn] | None:
    """Who is signed in with this token, while the sign-in holds and the account is not disabled."""
    row = connection.execute(
        select(*COLUMNS, *(column.label(f"sign_in_{column.name}") for column in _columns))
        .join(sign_ins, sign_ins.c.user_id == users.c.id)
        .where(sign_ins.c.token_sha256 == hashed(token), users.c.disabled_at.is_(None), _holds(now))
    ).first()
    if row is None:
        return None
    return read(row), SignIn(
        row.sign_in_id,
        row.sign_in_user_id,
        row.sign_in_device,
        row.sign_in_offered_secret,
        row.sign_in_made_at,
        row.sign_in_seen_at,
        row.sign_in_ends_at,
    )


def of_user(connection: Connection, user_id: str, now: int) -> list[SignIn]:
    """Where somebody is signed in, the last used first."""
    query = select(*_columns).where(sign_ins.c.user_id == user_id, _holds(now))
    rows = connection.execute(query.order_by(sign_ins.c.seen_at.desc(), sign_ins.c.id))
    return [SignIn(*row) for row in rows]


def use_is_unwritten(sign_in: SignIn, now: int) -> bool:
    """Whether it is time to write down that a sign-in is in use."""
    return sign_in.seen_at <= now - _SEEN_STEP


def used(connection: Connection, identifier: str, now: int) -> None:
    """Write down that a sign-in is in use."""
    later = update(sign_ins).where(sign_ins.c.id == identifier, sign_ins.c.seen_at < now)
    connection.execute(later.values(seen_at=now))


def offer(connection: Connection, identifier: str, secret: str | None) -> None:
    """Keep the secret of one-time codes that are being set up, or forget it."""
    connection.execute(update(sign_ins).where(sign_ins.c.id == identifier).values(offered_secret=secret))


def renew(connection: Connection, identifier: str, token: str) -> None:
    """Another token for the same sign-in; the earlier one is worth nothing any more."""
    connection.execute(update(sign_ins).where(sign_ins.c.id == identifier).values(token_sha256=hashed(token)))


def end(
    connection: Connection, user_id: str, now: int, because: Because, identifier: str | None = None
) -> int:
    """End one of somebody's sign-ins, or all; how many were ended."""
    living = update(sign_ins).where(sign_ins.c.user_id == user_id, _holds(now))
    if identifier is not None:
        living = living.where(sign_ins.c.id == identifier)
    return connection.execute(living.values(ended_at=now, ended_because=because)).rowcount


def end_others(connection: Connection, user_id: str, kept: str, now: int, because: Because) -> int:
    """End all of somebody's sign-ins but one; how many were ended."""
    others = update(sign_ins).where(sign_ins.c.user_id == user_id, sign_ins.c.id != kept, _holds(now))
    return connection.execute(others.values(ended_at=now, ended_because=because)).rowcount


def discard(connection: Connection, now: int) -> int:
    """Forget sign-ins that began longer ago than `KEPT`; how many there were."""
    return connection.execute(delete(sign_ins).where(sign_ins.c.made_at < now - KEPT)).rowcount


def _holds(now: int) -> ColumnElement[bool]:
    return and_(sign_ins.c.ended_at.is_(None), sign_ins.c.ends_at > now, sign_ins.c.seen_at > now - IDLE)
