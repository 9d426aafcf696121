"""What is done to people's accounts: make, invite, change what they may, disable, enable, reset.

Each is one transaction with its row of the audit trail. Who may ask for it is decided before: two
administrators (`changes`), or whoever owns the server's machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gateway.accounts import one_time
from gateway.accounts.new_users import NewUser, login
from gateway.errors import InputError
from gateway.identifiers import NewId
from gateway.ledger.accounts import sign_ins, users
from gateway.ledger.accounts.users import ROLES, Role, User
from gateway.ledger.trail import audit
from gateway.moments import iso

INVITED_HOURS = 24
_HOUR = 3_600_000  # ms


@dataclass(frozen=True, slots=True)
class Invitation:
    """The pass phrase with which somebody sets their password, told this once; it ends at `ends_at`
    (milliseconds since 1970 UTC) or when it is used."""

    name: str
    phrase: str
    ends_at: int

    def as_json(self) -> dict[str, Any]:
        """What commands print."""
        return {"name": self.name, "phrase": self.phrase, "ends_at": iso(self.ends_at)}


def make(connection: Connection, new: NewUser, now: int, new_id: NewId, actor: str) -> Invitation:
    """A new account and its invitation. `now` in milliseconds since 1970 UTC; `actor` as the audit trail
    names whoever does it. Raises `InputError` (USER_EXISTS)."""
    identifier = new_id(now)
    if not users.add(
        connection,
        identifier,
        new.name,
        new.person,
        new.titles,
        new.roles,
        new.areas,
        new.language,
        now,
    ):
        raise exists_already(new.name)
    detail = {"roles": list(new.roles), "areas": list(new.areas), "titles": list(new.titles)}
    audit.append(connection, now, actor, "user_made", subject(new.name), detail)
    return _invited(connection, identifier, new.name, now)


def set_rights(
    connection: Connection,
    name: str,
    roles: Sequence[Role],
    areas: Sequence[str],
    titles: Sequence[str],
    now: int,
    actor: str,
) -> None:
    """What somebody may from now on; they sign in anew. Raises `InputError` (USER_UNKNOWN, USER_DISABLED,
    LAST_ADMINISTRATOR)."""
    user = active(connection, name)
    if "administrator" not in roles:
        keep_an_administrator(connection, user)
    users.set_rights(connection, user.id, roles, areas, titles)
    sign_ins.end(connection, user.id, now, "changed")
    detail = {"roles": list(roles), "areas": list(areas), "titles": list(titles)}
    audit.append(connection, now, actor, "user_changed", subject(name), detail)


def disable(connection: Connection, name: str, now: int, actor: str) -> None:
    """Nobody signs in with this account any more, and who is signed in with it no longer is. Raises
    `InputError` (USER_UNKNOWN, USER_DISABLED, LAST_ADMINISTRATOR)."""
    user = active(connection, name)
    keep_an_administrator(connection, user)
    users.disable(connection, user.id, now)
    sign_ins.end(connection, user.id, now, "disabled")
    audit.append(connection, now, actor, "user_disabled", subject(name), {})


def enable(connection: Connection, name: str, now: int, actor: str) -> Invitation:
    """A disabled account is back with its rights, and invited anew: its password and codes stay void. Raises
    `InputError` (USER_UNKNOWN, USER_ACTIVE)."""
    user = disabled(connection, name)
    users.enable(connection, user.id)
    audit.append(connection, now, actor, "user_enabled", subject(user.name), {})
    return _invited(connection, user.id, user.name, now)


def reset(connection: Connection, name: str, now: int, actor: str) -> Invitation:
    """Password, one-time codes and sign-ins of an account are void, and it is invited anew. Raises
    `InputError` (USER_UNKNOWN, USER_DISABLED)."""
    user = active(connection, name)
    sign_ins.end(connection, user.id, now, "reset")
    audit.append(connection, now, actor, "user_reset", subject(name), {})
    return _invited(connection, user.id, user.name, now)


def accept(connection: Connection, phrase: str, password: str, now: int) -> User | None:
    """Whoever has the pass phrase sets their password (its hash); None where it invites nobody now."""
    user = users.invited(connection, one_time.plain(phrase), now)
    if user is not None:
        users.set_password(connection, user.id, password)
        audit.append(connection, now, actor_of(user), "invitation_used", subject(user.name), {})
    return user


def active(connection: Connection, name: str) -> User:
    """An account that is not disabled. Raises `InputError` (USER_UNKNOWN, USER_DISABLED)."""
    user = users.find(connection, login(name))
    if user is None:
        raise _unknown()
    if user.disabled_at is not None:
        raise InputError(
            "USER_DISABLED", f"用户“{name}”已停用", f"the user {name!r} is disabled", field="name"
        )
    return user


def disabled(connection: Connection, name: str) -> User:
    """An account that is disabled. Raises `InputError` (USER_UNKNOWN, USER_ACTIVE)."""
    user = users.find(connection, login(name))
    if user is None:
        raise _unknown()
    if user.disabled_at is None:
        raise InputError(
            "USER_ACTIVE", f"用户“{name}”没有停用", f"the user {name!r} is not disabled", field="name"
        )
    return user


def keep_an_administrator(connection: Connection, leaving: User) -> None:
    """Refuse what would leave nobody who can administer. Raises `InputError` (LAST_ADMINISTRATOR)."""
    counts = "administrator" in leaving.roles and leaving.password is not None
    if counts and not any(
        "administrator" in other.roles
        and other.disabled_at is None
        and other.password is not None
        and other.id != leaving.id
        for other in users.all_users(connection)
    ):
        raise InputError(
            "LAST_ADMINISTRATOR",
            "这是最后一个能登录的管理员，先增加另一个",
            "this is the last administrator who can sign in; add another one first",
            field="name",
        )


def _unknown() -> InputError:
    return InputError("USER_UNKNOWN", "没有这个用户", "there is no such user", field="name")


def exists_already(name: str) -> InputError:
    """A name stands for one person for good."""
    return InputError(
        "USER_EXISTS",
        f"登录名“{name}”已用过，请换一个",
        f"the name {name!r} was used before; choose another",
        field="name",
    )


def subject(name: str) -> str:
    """What the audit trail calls an account."""
    return f"user:{name}"


def actor_of(user: User) -> str:
    """What the audit trail calls somebody who is signed in; no token can be named so."""
    return f"user:{user.name}"


def as_json(user: User, now: int) -> dict[str, Any]:
    """An account in a list; `state` is `invited`, `lapsed` (nobody used the invitation), `active` or
    `disabled`."""
    return {
        "name": user.name,
        "person": user.person,
        "titles": list(user.titles),
        "roles": [role for role in ROLES if role in user.roles],
        "areas": list(user.areas),
        "state": state_of(user, now),
        "one_time_code": user.has_one_time_code,
        "made_at": iso(user.made_at),
        "signed_in_at": iso(user.signed_in_at),
        "disabled_at": iso(user.disabled_at),
    }


def state_of(user: User, now: int) -> str:
    """How an account stands; see `as_json`."""
    if user.disabled_at is not None:
        return "disabled"
    if user.password is not None:
        return "active"
    return "invited" if (user.invitation_ends_at or 0) > now else "lapsed"


def _invited(connection: Connection, identifier: str, name: str, now: int) -> Invitation:
    phrase, ends_at = one_time.phrase(5, 4), now + INVITED_HOURS * _HOUR
    users.invite(connection, identifier, one_time.plain(phrase), ends_at)
    return Invitation(name, phrase, ends_at)
