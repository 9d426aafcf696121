"""An office's people: a real ledger, the way in, and a clock that tests move."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.accounts import new_users
from gateway.accounts import users as accounts
from gateway.accounts.signing_in import Attempt, Refusal, SignedIn, SigningIn, TooOften
from gateway.bus.limits import Limits
from gateway.identifiers import uuid7
from gateway.ledger.accounts import sign_ins, users
from gateway.ledger.accounts.sign_ins import SignIn
from gateway.ledger.accounts.users import Role, User
from gateway.ledger.database import Ledger
from gateway.ledger.trail import audit
from tests.people import PASSWORD, quick

NOW = 1_800_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE


class Office:
    """The people of one ledger. `now` in milliseconds since 1970 UTC."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = NOW
        self.passwords = quick()
        limits = Limits(None, "test", lambda: self.now / 1000)
        self.way_in = SigningIn(ledger, limits, self.passwords, b"k" * 32, uuid7)

    def do(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return self.ledger.write_now(function, *arguments)

    def invited(
        self, name: str, *roles: Role, areas: Sequence[str] = (), titles: Sequence[str] = ()
    ) -> accounts.Invitation:
        new = new_users.checked(name, f"{name}同志", titles, roles or ("viewer",), areas)
        made: accounts.Invitation = self.do(accounts.make, new, self.now, uuid7, "(local)")
        return made

    async def member(
        self, name: str, *roles: Role, areas: Sequence[str] = (), titles: Sequence[str] = ()
    ) -> User:
        """Somebody whose password is `PASSWORD`."""
        invitation = self.invited(name, *roles, areas=areas, titles=titles)
        kept = await self.passwords.hashed(PASSWORD)
        self.do(accounts.accept, invitation.phrase, kept, self.now)
        return self.user(name)

    def user(self, name: str) -> User:
        found = self.ledger.read_now(users.find, name)
        assert found is not None
        return found

    async def tries(
        self,
        name: str,
        password: str = PASSWORD,
        code: str = "",
        *,
        address: str = "192.0.2.1",
        known: str | None = None,
        replaces: str | None = None,
    ) -> SignedIn | TooOften | Refusal:
        attempt = Attempt(name, password, code, address, "Chrome · Linux", known, replaces)
        return await self.way_in.sign_in(attempt, self.now)

    async def signs_in(self, name: str, code: str = "", *, replaces: str | None = None) -> SignedIn:
        signed = await self.tries(name, code=code, address=f"192.0.2.{self.now}", replaces=replaces)
        assert isinstance(signed, SignedIn), signed
        return signed

    def behind(self, token: str) -> tuple[User, SignIn] | None:
        """Who is signed in with a token."""
        return self.ledger.read_now(sign_ins.find, token, self.now)

    def told(self) -> list[tuple[str, str, str]]:
        """The audit trail: who did what to whom."""
        return [(each.actor, each.kind, each.subject) for each in self.ledger.read_now(audit.page)]
