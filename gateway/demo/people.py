"""Who may sign in at the sample city's console: invented people, with passwords of one run alone."""

from dataclasses import dataclass
from secrets import token_urlsafe

from sqlalchemy import Connection

from gateway.accounts.passwords import Passwords
from gateway.identifiers import uuid7
from gateway.ledger.accounts import users
from gateway.ledger.accounts.users import Role
from gateway.web.serving.running import Running

# name to sign in with, whose it is, roles, titles
_PEOPLE: tuple[tuple[str, str, tuple[Role, ...], tuple[str, ...]], ...] = (
    ("wang", "王晓岚", ("drafter",), ()),
    ("li", "李建平", ("approver", "duty_officer"), ("主任", "指挥部办公室主任")),
    ("chen", "陈立新", ("approver",), ("指挥部副指挥长",)),
    ("zhao", "赵文静", ("administrator", "directory_keeper", "auditor"), ()),
    ("sun", "孙海涛", ("administrator", "viewer"), ()),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may sign in, and what their roles are."""

    name: str
    password: str
    roles: tuple[Role, ...]


async def visitors(process: Running, passwords: Passwords) -> list[Visitor]:
    """Let the sample city's people sign in; their passwords are told once, and kept nowhere but as hashes."""
    made = []
    for name, person, roles, titles in _PEOPLE:
        password = token_urlsafe(9)
        kept = await passwords.hashed(password)
        await process.ledger.write(_add, name, person, roles, titles, kept, process.clock())
        made.append(Visitor(name, password, roles))
    return made


def _add(
    connection: Connection,
    name: str,
    person: str,
    roles: tuple[Role, ...],
    titles: tuple[str, ...],
    password: str,
    now: int,
) -> None:
    identifier = uuid7(now)
    users.add(connection, identifier, name, person, titles, roles, (), "zh", now)
    users.set_password(connection, identifier, password)
