"""Signed-in people: a cookie that says who and until when, under the data folder's key.

Nothing is stored: a session ends with its time, with its token (revoked, expired, or another
`api_token` in the settings), or when the browser forgets it.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection

from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import Token
from gateway.web.access import INITIAL

COOKIE = "airwarn_session"
HOURS = 8
_LENGTH = HOURS * 3_600_000  # ms
_MOMENT = re.compile(r"[0-9]{1,15}")  # milliseconds since 1970
_SETTINGS = "settings"  # who signed in with the settings' `api_token`


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in; `expires_at` in milliseconds since 1970 UTC. `operates`: they may also do what
    needs the scope `operate`. `name` as the audit trail names them; `areas` are the codes that they are
    limited to (none: everywhere)."""

    name: str
    cookie: str
    expires_at: int
    operates: bool
    areas: tuple[str, ...]


class Sessions:
    """Makes and checks sessions. `secret` stays the same from start to start."""

    def __init__(self, secret: bytes, api_token: str | None) -> None:
        self._key = hmac.digest(secret, b"airwarn session", "sha256")
        self._api_token = api_token

    def sign_in(self, connection: Connection, token: str, now: int) -> Session | None:
        """A session for whoever has this token; None where it is none or may not read."""
        if self._api_token is not None and hmac.compare_digest(token.encode(), self._api_token.encode()):
            return self._session(_SETTINGS, _Held(self._api_token, operates=True), now + _LENGTH)
        found = tokens.find(connection, token, now)
        if found is None or "read" not in found.scopes:
            return None
        return self._session("token " + found.name, _held(found), min(now + _LENGTH, found.expires_at))

    def check(self, connection: Connection, cookie: str | None, now: int) -> Session | None:
        """The session of this cookie, if it still holds."""
        expires, _, rest = (cookie or "").partition(".")
        who, _, _signature = rest.rpartition(".")
        if cookie is None or not _MOMENT.fullmatch(expires) or int(expires) <= now:
            return None
        try:
            name = bytes.fromhex(who).decode()
        except ValueError:
            return None
        held = self._held_by(connection, name, now)
        if held is None:
            return None
        session = self._session(name, held, int(expires))
        return session if hmac.compare_digest(session.cookie.encode(), cookie.encode()) else None

    def _session(self, who: str, held: "_Held", expires_at: int) -> Session:
        said = f"{expires_at}.{who.encode().hex()}"
        signature = hmac.digest(
            self._key, f"{said}.{sha256(held.nature.encode()).hexdigest()}".encode(), "sha256"
        )
        name = INITIAL.name if who == _SETTINGS else who.removeprefix("token ")
        return Session(name, f"{said}.{signature.hex()}", expires_at, held.operates, held.areas)

    def _held_by(self, connection: Connection, who: str, now: int) -> "_Held | None":
        if who == _SETTINGS:
            return None if self._api_token is None else _Held(self._api_token, operates=True)
        for token in tokens.all_tokens(connection):
            if who == "token " + token.name:
                holds = token.revoked_at is None and token.expires_at > now and "read" in token.scopes
                return _held(token) if holds else None
        return None


@dataclass(frozen=True, slots=True)
class _Held:
    """What a session was given for: another one of the same name is not it."""

    nature: str
    operates: bool
    areas: tuple[str, ...] = ()


def _held(token: Token) -> _Held:
    return _Held(f"{token.name} {token.created_at}", "operate" in token.scopes, token.areas)
