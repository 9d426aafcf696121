"""Signing in with name, password and one-time code; how often it may be tried; setting the first password.

Tries are counted for a browser that the person signed in with before, by itself; else for the address,
for the name at that address, and for the name. So a flood from elsewhere may keep somebody from signing in
with a new browser, but not with their own. Passwords of unknown browsers are compared one at a time: the
other turn (see `Passwords`) stays for browsers that are known and for who is signed in.
"""

import asyncio
import hmac
import secrets
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from sqlalchemy import Connection

from gateway.accounts import one_time
from gateway.accounts.new_users import login
from gateway.accounts.passwords import Passwords, refuse_weak
from gateway.accounts.users import accept
from gateway.bus.limits import Limit, Limits
from gateway.identifiers import NewId
from gateway.ledger.accounts import sign_ins, users
from gateway.ledger.accounts.users import User, hashed
from gateway.ledger.database import Ledger

KNOWN_DAYS = 90  # a browser is known so long after somebody signed in with it
_DAY = 86_400_000  # ms
_OF_ADDRESS = Limit("signinaddress", 0.2, 30)  # an office may have one address for all
_OF_BOTH = Limit("signinboth", 1 / 120, 5)  # a name at an address
_OF_NAME = Limit("signinname", 1 / 15, 20)  # a name, from wherever
_OF_KNOWN = Limit("signinknown", 1 / 30, 10)  # a name in a browser that is known
_OF_USER = Limit("signinuser", 1 / 30, 10)  # passwords asked for again of somebody signed in
_MOST_STRANGERS = 20  # tries of unknown browsers that wait for their turn, each an eighth of a second
_AGAIN = 5.0  # seconds after which one more may find room


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """What somebody tries. `known`: the proof that their browser was signed in before, if it has one;
    `replaces`: the token of a sign-in that this one takes the place of."""

    name: str
    password: str
    code: str
    address: str
    device: str
    known: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """Somebody is signed in: the browser keeps `token`, and `known` for the next time."""

    user: User
    token: str
    known: str


@dataclass(frozen=True, slots=True)
class TooOften:
    """It may be tried again in so many seconds."""

    seconds: float


class Refusal(Enum):
    """Why nobody was signed in; of a name, password and code it is not said which was wrong."""

    WRONG = "wrong"


class _Proof(NamedTuple):
    """What a right code uses up: a step's, or a recovery code; neither where none is asked for."""

    step: int | None = None
    recovery: str | None = None


class SigningIn:
    """Signs people in. `key` proves known browsers; it stays the same from start to start."""

    def __init__(
        self, ledger: Ledger, limits: Limits, passwords: Passwords, key: bytes, new_id: NewId
    ) -> None:
        self._ledger = ledger
        self._limits = limits
        self._passwords = passwords
        self._key = hmac.digest(key, b"airwarn known browser", "sha256")
        self._new_id = new_id
        self._one_stranger = asyncio.Semaphore(1)
        self._strangers = 0

    async def sign_in(self, attempt: Attempt, now: int) -> SignedIn | TooOften | Refusal:
        """Sign in; whether the name is known, and what was wrong, shows neither in the answer nor in the
        time it takes. `now` in milliseconds since 1970 UTC."""
        name = login(attempt.name)
        browser = self._browser(name, attempt.known, now)
        if browser is not None:
            return await self._sign_in(name, browser, attempt, now)
        if self._strangers >= _MOST_STRANGERS:
            return TooOften(_AGAIN)
        self._strangers += 1
        try:
            return await self._sign_in(name, None, attempt, now)
        finally:
            self._strangers -= 1

    async def use_invitation(
        self, phrase: str, password: str, attempt: Attempt, now: int
    ) -> SignedIn | TooOften | Refusal:
        """Set the first password with an invitation's pass phrase, and sign in. Raises `InputError` of
        `refuse_weak`."""
        wait = await self._limits.wait(_OF_ADDRESS, attempt.address)
        if wait:
            return TooOften(wait)
        invited = await self._ledger.read(users.invited, one_time.plain(phrase), now)
        if invited is None:
            return Refusal.WRONG
        refuse_weak(password, invited.name, invited.person)
        kept = await self._passwords.hashed(password)
        token = secrets.token_urlsafe(32)
        user = await self._ledger.write(_accept, phrase, kept, token, attempt, self._new_id(now), now)
        return Refusal.WRONG if user is None else SignedIn(user, token, self._known(user.name, now))

    async def proves(self, user: User, password: str) -> bool | TooOften:
        """Whether somebody who is signed in knows their password."""
        wait = await self._limits.wait(_OF_USER, user.id)
        return TooOften(wait) if wait else await self._passwords.fits(password, user.password)

    async def kept_form(self, user: User, password: str) -> str:
        """The hash of a new password. Raises `InputError` of `refuse_weak`."""
        refuse_weak(password, user.name, user.person)
        return await self._passwords.hashed(password)

    async def _sign_in(
        self, name: str, browser: str | None, attempt: Attempt, now: int
    ) -> SignedIn | TooOften | Refusal:
        wait = await self._wait(name, browser, attempt)
        if wait:
            return TooOften(wait)
        found = await self._ledger.read(users.find, name)
        user = found if found is not None and found.disabled_at is None else None
        async with nullcontext() if browser is not None else self._one_stranger:
            fits = await self._passwords.fits(attempt.password, None if user is None else user.password)
        proof = None if user is None else _proof(user, attempt.code, now)
        if user is None or not fits or proof is None:
            return Refusal.WRONG
        token = secrets.token_urlsafe(32)
        begun = await self._ledger.write(_begin, user, proof, token, attempt, self._new_id(now), now)
        return SignedIn(user, token, self._known(name, now)) if begun else Refusal.WRONG

    async def _wait(self, name: str, browser: str | None, attempt: Attempt) -> float:
        """Spend one try of a browser (None: it is not known); 0, or the seconds until there is one."""
        limits = self._limits
        if browser is not None:
            return await limits.wait(_OF_KNOWN, browser)
        return (
            await limits.wait(_OF_ADDRESS, attempt.address)
            or await limits.wait(_OF_BOTH, f"{attempt.address} {name}")
            or await limits.wait(_OF_NAME, name)
        )

    def _known(self, name: str, now: int) -> str:
        """The proof that somebody signed in with a browser now."""
        said = f"{now}.{secrets.token_hex(16)}"
        return f"{said}.{self._signature(name, said)}"

    def _browser(self, name: str, known: str | None, now: int) -> str | None:
        """The browser that a proof is of, while it holds for this name."""
        said, _, signature = (known or "").rpartition(".")
        if not hmac.compare_digest(self._signature(name, said).encode(), _bytes(signature)):
            return None
        made_at, _, browser = said.partition(".")
        return browser if now < int(made_at) + KNOWN_DAYS * _DAY else None

    def _signature(self, name: str, said: str) -> str:
        return hmac.digest(self._key, _bytes(f"{name} {said}"), "sha256").hex()


def _bytes(words: str) -> bytes:
    return words.encode("utf-8", "surrogateescape")  # as headers have them that are not UTF-8


def _proof(user: User, code: str, now: int) -> _Proof | None:
    """What a code uses up; None where it is wrong or was used."""
    if user.one_time_secret is None:
        return _Proof()
    step = one_time.step_of(user.one_time_secret, code, now)
    if step is not None:
        return _Proof(step=step) if step > user.one_time_step else None
    given = one_time.plain(code)
    return _Proof(recovery=given) if hashed(given) in user.recovery_codes else None


def _begin(
    connection: Connection, user: User, proof: _Proof, token: str, attempt: Attempt, identifier: str, now: int
) -> bool:
    """Use the code up and keep the sign-in; False where another try was quicker."""
    if proof.step is not None and not users.take_code(connection, user.id, proof.step):
        return False
    if proof.recovery is not None and not users.take_recovery_code(connection, user.id, proof.recovery):
        return False
    same = users.get(connection, user.id)
    if same is None or same.disabled_at is not None or same.password != user.password:
        return False  # changed while the password was compared
    _keep(connection, user, token, attempt, identifier, now)
    return True


def _accept(
    connection: Connection, phrase: str, kept: str, token: str, attempt: Attempt, identifier: str, now: int
) -> User | None:
    user = accept(connection, phrase, kept, now)
    if user is not None:
        _keep(connection, user, token, attempt, identifier, now)
    return user


def _keep(
    connection: Connection, user: User, token: str, attempt: Attempt, identifier: str, now: int
) -> None:
    if attempt.replaces is not None:
        earlier = sign_ins.find(connection, attempt.replaces, now)
        if earlier is not None:
            sign_ins.end(connection, earlier[0].id, now, "signed_out", earlier[1].id)
    sign_ins.begin(connection, identifier, user.id, token, attempt.device, now)
    users.signed_in(connection, user.id, now)
