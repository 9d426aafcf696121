"""People for tests of pages: accounts and sign-ins as the ledger keeps them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from gateway.accounts.passwords import Passwords
from gateway.identifiers import uuid7
from gateway.ledger.accounts import sign_ins, users
from gateway.ledger.accounts.users import Role, User
from gateway.web.serving.running import Running

PASSWORD = "correct horse battery"


def quick() -> Passwords:
    """Hashes that take next to nothing."""
    return Passwords(rounds=1, memory=64)


async def person(
    process: Running, name: str, *roles: Role, areas: Sequence[str] = (), titles: Sequence[str] = ()
) -> User:
    """An account whose password is `PASSWORD`, hashed as `quick` does."""
    kept = await quick().hashed(PASSWORD)
    return await process.ledger.write(_keep, name, kept, roles, areas, titles, process.clock())


async def signed_in(process: Running, user: User, token: str | None = None) -> dict[str, str]:
    """The cookies of a browser in which somebody is signed in, without TLS."""
    now = process.clock()
    token = token or f"invented-cookie-{uuid7(now)}"
    await process.ledger.write(sign_ins.begin, uuid7(now), user.id, token, "Chrome · Linux", now)
    return {"airwarn": token}


def _keep(
    connection: Connection,
    name: str,
    kept: str,
    roles: Sequence[Role],
    areas: Sequence[str],
    titles: Sequence[str],
    now: int,
) -> User:
    identifier = uuid7(now)
    assert users.add(connection, identifier, name, f"{name}同志", titles, roles, areas, "zh", now)
    users.set_password(connection, identifier, kept)
    made = users.get(connection, identifier)
    assert made is not None
    return made
