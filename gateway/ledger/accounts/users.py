"""People who sign in: who they are, what they may, and how they prove it. Of secrets only hashes are kept,
but for that of one-time codes, which codes are computed from."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import Connection, insert, select, update

from gateway.ledger.schema import users

Role = Literal[
    "viewer", "drafter", "approver", "duty_officer", "directory_keeper", "auditor", "administrator"
]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class User:
    """An account; moments in milliseconds since 1970 UTC. `areas`: codes, none for everywhere. `password` is
    its argon2id hash. `one_time_step` is that of the last code that was taken, `recovery_codes` the hashes
    of those still good."""

    id: str
    name: str
    person: str
    titles: tuple[str, ...]
    roles: frozenset[Role]
    areas: tuple[str, ...]
    language: str
    made_at: int
    signed_in_at: int | None
    disabled_at: int | None
    invitation_ends_at: int | None
    password: str | None = field(repr=False)
    one_time_secret: str | None = field(repr=False)
    one_time_step: int
    recovery_codes: tuple[str, ...] = field(repr=False)

    @property
    def has_one_time_code(self) -> bool:
        """Whether a code is asked for at each sign-in."""
        return self.one_time_secret is not None


COLUMNS = (
    users.c.id,
    users.c.name,
    users.c.person,
    users.c.titles,
    users.c.roles,
    users.c.areas,
    users.c.language,
    users.c.made_at,
    users.c.signed_in_at,
    users.c.disabled_at,
    users.c.invitation_ends_at,
    users.c.password,
    users.c.one_time_secret,
    users.c.one_time_step,
    users.c.recovery_codes,
)


def find(connection: Connection, name: str) -> User | None:
    """The account of this name, in lower case."""
    row = connection.execute(select(*COLUMNS).where(users.c.name == name)).first()
    return None if row is None else read(row)


def get(connection: Connection, identifier: str) -> User | None:
    """The account of this id."""
    row = connection.execute(select(*COLUMNS).where(users.c.id == identifier)).first()
    return None if row is None else read(row)


def all_users(connection: Connection) -> list[User]:
    """Every account ever made, by name."""
    return [read(row) for row in connection.execute(select(*COLUMNS).order_by(users.c.name))]


def add(
    connection: Connection,
    identifier: str,
    name: str,
    person: str,
    titles: Sequence[str],
    roles: Collection[Role],
    areas: Sequence[str],
    language: str,
    now: int,
) -> bool:
    """Keep a new account, which has no password yet; False where the name was ever used."""
    if connection.execute(select(users.c.id).where(users.c.name == name)).first() is not None:
        return False
    connection.execute(
        insert(users).values(
            id=identifier,
            name=name,
            person=person,
            titles=_list(titles),
            roles=_words(roles),
            areas=_list(areas),
            language=language,
            one_time_step=0,
            recovery_codes="[]",
            made_at=now,
        )
    )
    return True


def invite(connection: Connection, identifier: str, phrase: str, ends_at: int) -> None:
    """From now on this pass phrase, and no earlier one, sets the password; nothing else proves who it is."""
    _change(
        connection,
        identifier,
        password=None,
        one_time_secret=None,
        recovery_codes="[]",
        invitation_sha256=hashed(phrase),
        invitation_ends_at=ends_at,
    )


def invited(connection: Connection, phrase: str, now: int) -> User | None:
    """Whom this pass phrase invites, while it holds."""
    row = connection.execute(
        select(*COLUMNS).where(
            users.c.invitation_sha256 == hashed(phrase),
            users.c.invitation_ends_at > now,
            users.c.disabled_at.is_(None),
        )
    ).first()
    return None if row is None else read(row)


def set_password(connection: Connection, identifier: str, password: str) -> None:
    """Keep a password's hash; an invitation is used up by it."""
    _change(connection, identifier, password=password, invitation_sha256=None, invitation_ends_at=None)


def set_one_time(
    connection: Connection, identifier: str, secret: str | None, step: int, recovery_codes: Sequence[str]
) -> None:
    """Ask for one-time codes from now on, later ones than of `step`; or, without a secret, no more."""
    _change(
        connection,
        identifier,
        one_time_secret=secret,
        one_time_step=step,
        recovery_codes=_list([hashed(code) for code in recovery_codes]),
    )


def take_code(connection: Connection, identifier: str, step: int) -> bool:
    """Use up the one-time code of a step; False where it, or a later one, was used before."""
    fresh = update(users).where(users.c.id == identifier, users.c.one_time_step < step)
    return connection.execute(fresh.values(one_time_step=step)).rowcount == 1


def take_recovery_code(connection: Connection, identifier: str, code: str) -> bool:
    """Use up a recovery code; False where it is none of those still good."""
    kept = connection.execute(select(users.c.recovery_codes).where(users.c.id == identifier)).scalar_one()
    codes = json.loads(kept)
    left = [each for each in codes if each != hashed(code)]
    if len(left) == len(codes):
        return False
    same = update(users).where(users.c.id == identifier, users.c.recovery_codes == kept)
    return connection.execute(same.values(recovery_codes=_list(left))).rowcount == 1


def set_rights(
    connection: Connection,
    identifier: str,
    roles: Collection[Role],
    areas: Sequence[str],
    titles: Sequence[str],
) -> None:
    """What the person may from now on, where, and under which titles."""
    _change(connection, identifier, roles=_words(roles), areas=_list(areas), titles=_list(titles))


def signed_in(connection: Connection, identifier: str, now: int) -> None:
    """Write down when the person signed in last."""
    _change(connection, identifier, signed_in_at=now)


def disable(connection: Connection, identifier: str, now: int) -> None:
    """Nobody signs in with this account any more."""
    _change(connection, identifier, disabled_at=now, invitation_sha256=None, invitation_ends_at=None)


def enable(connection: Connection, identifier: str) -> None:
    """An account is no longer disabled; it still has no password that counts (see `invite`)."""
    _change(connection, identifier, disabled_at=None)


def hashed(secret: str) -> str:
    """SHA-256 (hex) of a secret that is random itself."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def read(row: Any) -> User:
    """An account of a row of `COLUMNS`."""
    return User(
        row.id,
        row.name,
        row.person,
        tuple(json.loads(row.titles)),
        frozenset(role for role in ROLES if role in row.roles.split()),
        tuple(json.loads(row.areas)),
        row.language,
        row.made_at,
        row.signed_in_at,
        row.disabled_at,
        row.invitation_ends_at,
        row.password,
        row.one_time_secret,
        row.one_time_step,
        tuple(json.loads(row.recovery_codes)),
    )


def _change(connection: Connection, identifier: str, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == identifier).values(**values))


def _words(roles: Collection[Role]) -> str:
    return " ".join(role for role in ROLES if role in roles)


def _list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
