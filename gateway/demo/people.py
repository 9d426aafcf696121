"""Who may sign in at the sample city's console: invented people, with passwords of one run alone."""

from dataclasses import dataclass
from secrets import token_urlsafe

from sqlalchemy import Connection

from gateway.accounts.passwords import Passwords
from gateway.directory.model import Address
from gateway.identifiers import uuid7
from gateway.ledger.accounts import user_addresses, users
from gateway.ledger.accounts.users import Role
from gateway.web.serving.running import Running

# name to sign in with, whose it is, roles, titles; each is told at a number and a mailbox of their own
_PEOPLE: tuple[tuple[str, str, tuple[Role, ...], tuple[str, ...]], ...] = (
    ("wang", "王晓岚", ("drafter",), ()),
    ("li", "李建平", ("approver", "duty_officer"), ("主任", "指挥部办公室主任")),
    ("chen", "陈立新", ("approver",), ("指挥部副指挥长",)),
    ("zhao", "赵文静", ("administrator", "directory_keeper", "auditor"), ()),
    ("sun", "孙海涛", ("administrator", "viewer"), ()),
)

_FIRST = 851  # of their invented numbers


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may sign in, and what their roles are."""

    name: str
    password: str
    roles: tuple[Role, ...]


async def visitors(process: Running, passwords: Passwords) -> list[Visitor]:
    """Let the sample city's people sign in; their passwords are told once, and kept nowhere but as hashes."""
    made = []
    for number, (name, person, roles, titles) in enumerate(_PEOPLE):
        password = token_urlsafe(9)
        kept = await passwords.hashed(password)
        told = (Address("sms", f"+861990000{_FIRST + number:04}"), Address("email", f"{name}@example.com"))
        await process.ledger.write(_add, name, person, roles, titles, told, kept, process.clock())
        made.append(Visitor(name, password, roles))
    return made


def _add(
    connection: Connection,
    name: str,
    person: str,
    roles: tuple[Role, ...],
    titles: tuple[str, ...],
    told: tuple[Address, ...],
    password: str,
    now: int,
) -> None:
    identifier = uuid7(now)
    users.add(connection, identifier, name, person, titles, roles, (), "zh", now)
    users.set_password(connection, identifier, password)
    for address in told:
        user_addresses.state(connection, identifier, address, now)
        user_addresses.prove(connection, identifier, address, now)
