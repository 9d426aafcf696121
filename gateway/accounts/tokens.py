"""Making and ending tokens of the API: by two administrators, or on the server's machine."""

import re
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from gateway.accounts.new_users import checked_areas
from gateway.broadcasts.actor import LOCAL
from gateway.errors import InputError
from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import SCOPES, Scope, Token
from gateway.ledger.trail import audit
from gateway.moments import iso

MOST_DAYS = 3660
_MOST_TITLE = 100
_DAY = 86_400_000  # ms
_NAME = re.compile(
    r"[\w.-]{1,64}"
)  # no bracket and no colon: those are in the names of callers without a token of the ledger


def make(
    connection: Connection,
    name: str,
    scopes: Collection[str],
    days: int,
    now: int,
    person: str | None = None,
    titles: Sequence[str] = (),
    areas: Sequence[str] = (),
    actor: str = LOCAL.name,
) -> dict[str, Any]:
    """A new token, whose words are told this once: `{name, token, scopes, person, titles, areas,
    expires_at}`.

    `now` is in milliseconds since 1970 UTC. A token that approves belongs to a person, who approves under
    `titles`; `areas` are the codes that it is limited to (none: everywhere). Raises `InputError`
    (TOKEN_EXISTS and those of `checked`).
    """
    held, person, titles, areas = checked(name, scopes, days, person, titles, areas)
    token = f"airwarn_{secrets.token_urlsafe(32)}"
    expires_at = now + days * _DAY
    kept = tokens.add(
        connection, name, token, held, now, expires_at, person=person, titles=titles, areas=areas
    )
    if not kept:
        raise exists_already(name)
    told: dict[str, object] = {
        "scopes": held,
        "person": person,
        "titles": list(titles),
        "areas": list(areas),
        "expires_at": iso(expires_at),
    }
    audit.append(connection, now, actor, "token_made", f"token:{name}", told)
    return {"name": name, "token": token, **told}


def checked(
    name: str,
    scopes: Collection[str],
    days: int,
    person: str | None,
    titles: Sequence[str],
    areas: Sequence[str],
) -> tuple[list[Scope], str | None, tuple[str, ...], tuple[str, ...]]:
    """What a token is to be, put right: scopes, person, titles, areas. Raises `InputError` (TOKEN_NAME,
    SCOPE_UNKNOWN, TOKEN_DAYS, TOKEN_PERSON, AREAS_MALFORMED)."""
    if not _NAME.fullmatch(name):
        raise InputError(
            "TOKEN_NAME",
            "令牌名称应为 1—64 个字母、数字、汉字、点、横线或下划线",
            "a token's name has 1 to 64 letters, digits, dots, hyphens or underscores",
            field="name",
        )
    held = [scope for scope in SCOPES if scope in scopes]
    if not held or len(held) != len(set(scopes)):
        raise InputError(
            "SCOPE_UNKNOWN",
            f"权限（scope）应为 {'、'.join(SCOPES)} 中的一个或几个",
            f"scopes are one or several of {', '.join(SCOPES)}",
            field="scope",
        )
    if not 1 <= days <= MOST_DAYS:
        raise InputError(
            "TOKEN_DAYS",
            f"有效期应为 1—{MOST_DAYS} 天",
            f"a token lasts 1 to {MOST_DAYS} days",
            field="expires-days",
        )
    return held, *_person(held, person, titles), checked_areas(areas)


def exists_already(name: str) -> InputError:
    """A name means one token for good."""
    return InputError(
        "TOKEN_EXISTS",
        f"令牌名称“{name}”已用过；请换一个名称",
        f"the name {name!r} was used before; choose another",
        field="name",
    )


def _person(
    scopes: Collection[Scope], person: str | None, titles: Sequence[str]
) -> tuple[str | None, tuple[str, ...]]:
    """Whose the token is, without spaces around names and titles."""
    person = (person or "").strip() or None
    held = tuple(dict.fromkeys(each.strip() for each in titles if each.strip()))
    fitting = all(len(each) <= _MOST_TITLE and each.isprintable() for each in (person or "", *held))
    if not fitting or (person is None and held) or ("approve" in scopes and not (person and held)):
        raise InputError(
            "TOKEN_PERSON",
            "批准（approve）的令牌须写明姓名（--person）和至少一个职务（--title），各不超过 100 字",
            "a token that approves names a person (--person) and at least one title (--title),"
            " of at most 100 characters each",
            field="person",
        )
    return person, held


def end(connection: Connection, name: str, now: int, actor: str = LOCAL.name) -> dict[str, Any]:
    """Revoke a token: `{name, revoked}`. Raises `InputError` (TOKEN_UNKNOWN)."""
    if not tokens.revoke(connection, name, now):
        raise InputError(
            "TOKEN_UNKNOWN",
            f"没有名为“{name}”的令牌",
            f"there is no token named {name!r}",
            field="name",
        )
    audit.append(connection, now, actor, "token_revoked", f"token:{name}", {})
    return {"name": name, "revoked": True}


def as_json(token: Token, now: int) -> dict[str, Any]:
    """A token in a list; `state` is `valid`, `expired` or `revoked`."""
    valid = "valid" if token.expires_at > now else "expired"
    return {
        "name": token.name,
        "scopes": [scope for scope in SCOPES if scope in token.scopes],
        "person": token.person,
        "titles": list(token.titles),
        "areas": list(token.areas),
        "state": "revoked" if token.revoked_at is not None else valid,
        "created_at": iso(token.created_at),
        "expires_at": iso(token.expires_at),
        "revoked_at": iso(token.revoked_at),
        "last_used_at": iso(token.last_used_at),
    }
