"""Where the office's own people are told: of each kind one address that is proved, and perhaps a newer one
that is not yet. Moments are milliseconds since 1970 UTC.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from gateway.directory.model import ADDRESS_KINDS, Address, AddressKind
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import user_addresses


@dataclass(frozen=True, slots=True)
class UserAddress:
    """One address. `memo_id` is what brought the code whose hash is kept, `tries` how often another was
    typed in its place. Mask `value` before anybody but its owner sees it."""

    user_id: str
    kind: AddressKind
    value: str = field(repr=False)
    stated_at: int
    proved_at: int | None
    memo_id: int | None
    code_sha256: str | None = field(repr=False)
    tries: int

    @property
    def address(self) -> Address:
        """The address as messages are sent to it."""
        return Address(self.kind, self.value)


_order = (user_addresses.c.kind, user_addresses.c.proved_at.is_(None), user_addresses.c.value)


def of_user(connection: Connection, user_id: str) -> list[UserAddress]:
    """Somebody's addresses, the proved one of a kind before the newer."""
    query = select(user_addresses).where(user_addresses.c.user_id == user_id).order_by(*_order)
    return [UserAddress(**row) for row in connection.execute(query).mappings()]


def proved(connection: Connection, user_ids: Iterable[str]) -> dict[str, list[UserAddress]]:
    """The addresses at which these people may be told, SMS first."""
    found: dict[str, list[UserAddress]] = defaultdict(list)
    for some in slices(user_ids):
        query = select(user_addresses).where(
            user_addresses.c.user_id.in_(some), user_addresses.c.proved_at.is_not(None)
        )
        for row in connection.execute(query).mappings():
            found[row["user_id"]].append(UserAddress(**row))
    for own in found.values():
        own.sort(key=lambda each: ADDRESS_KINDS.index(each.kind))
    return found


def counts(connection: Connection) -> dict[str, tuple[int, int]]:
    """By user: how many of their addresses are proved, and how many are not."""
    query = select(
        user_addresses.c.user_id, func.count(user_addresses.c.proved_at), func.count(user_addresses.c.kind)
    ).group_by(user_addresses.c.user_id)
    return {user_id: (proved, whole - proved) for user_id, proved, whole in connection.execute(query)}


def told(connection: Connection) -> set[str]:
    """The ids of those who are told somewhere."""
    query = select(user_addresses.c.user_id).where(user_addresses.c.proved_at.is_not(None))
    return set(connection.execute(query.distinct()).scalars())


def state(connection: Connection, user_id: str, address: Address, now: int) -> None:
    """Keep an address that is still to be proved, in the place of another such of its kind; one that is
    proved already stays so."""
    remove(connection, user_id, address.kind, unproved=True)
    known = select(user_addresses.c.kind).where(*_is(user_id, address))
    if connection.execute(known).first() is None:
        connection.execute(
            insert(user_addresses).values(
                user_id=user_id, kind=address.kind, value=address.value, stated_at=now, tries=0
            )
        )


def ask(connection: Connection, user_id: str, address: Address, memo_id: int, code_sha256: str) -> None:
    """A code is on its way there; earlier ones are worth nothing any more."""
    connection.execute(
        update(user_addresses)
        .where(*_is(user_id, address))
        .values(memo_id=memo_id, code_sha256=code_sha256, tries=0)
    )


def tried(connection: Connection, user_id: str, address: Address) -> None:
    """Another code than the right one was typed."""
    connection.execute(
        update(user_addresses).where(*_is(user_id, address)).values(tries=user_addresses.c.tries + 1)
    )


def prove(connection: Connection, user_id: str, address: Address, now: int) -> None:
    """From now on somebody is told there, and at no other address of that kind."""
    connection.execute(
        delete(user_addresses).where(
            user_addresses.c.user_id == user_id,
            user_addresses.c.kind == address.kind,
            user_addresses.c.value != address.value,
        )
    )
    connection.execute(
        update(user_addresses)
        .where(*_is(user_id, address))
        .values(proved_at=now, memo_id=None, code_sha256=None, tries=0)
    )


def remove(connection: Connection, user_id: str, kind: AddressKind, *, unproved: bool = False) -> int:
    """Nobody is told there any more; `unproved`: only what is not proved yet. Gives how many there were."""
    gone = delete(user_addresses).where(user_addresses.c.user_id == user_id, user_addresses.c.kind == kind)
    if unproved:
        gone = gone.where(user_addresses.c.proved_at.is_(None))
    return connection.execute(gone).rowcount


def _is(user_id: str, address: Address) -> tuple[ColumnElement[bool], ...]:
    return (
        user_addresses.c.user_id == user_id,
        user_addresses.c.kind == address.kind,
        user_addresses.c.value == address.value,
    )
