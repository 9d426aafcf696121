"""Who works a provider account: one worker at a time, for as long as its lease.

Each taking raises the account's epoch; what an older epoch claims or renews is refused. Moments and spans
are milliseconds, moments since 1970 UTC by the clock that all machines share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, or_, select, update

from gateway.ledger.backends import locks
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import accounts, workers

HELD = 1 << 62  # lease of an owner that holds the whole ledger: it ends with its process
LONGEST = 600_000  # no lease is longer: one that seems to be was given before the clock was set back
_FORGOTTEN = 24 * 3_600_000  # after which a worker that was never seen again is no longer listed


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who works an account. `owner` is None where nobody does, or the one process that there is. `again_at`:
    its work ended by a fault, and begins again then."""

    account: str
    owner: str | None
    since: int | None
    lease_until: int | None
    again_at: int | None


def present(connection: Connection, worker: str, now: int, lease: int) -> list[str]:
    """Say that a worker is there; gives those seen within a lease, the longest there first."""
    connection.execute(delete(workers).where(workers.c.seen_at < now - _FORGOTTEN))
    seen = insert(workers)
    connection.execute(
        seen.on_conflict_do_update(index_elements=[workers.c.name], set_={"seen_at": seen.excluded.seen_at}),
        {"name": worker, "started_at": now, "seen_at": now},
    )
    return alive(connection, now, lease)


def alive(connection: Connection, now: int, lease: int) -> list[str]:
    """The workers seen within a lease, the longest there first."""
    within = workers.c.seen_at.between(now - lease + 1, now + lease)  # later: the clock was set back
    found = select(workers.c.name).where(within).order_by(workers.c.started_at, workers.c.name)
    return list(connection.execute(found).scalars())


def leave(connection: Connection, worker: str) -> None:
    """A worker is there no more."""
    connection.execute(delete(workers).where(workers.c.name == worker))


def take(
    connection: Connection, names: Sequence[str], worker: str, now: int, until: int, most: int
) -> dict[str, int]:
    """Own up to `most` of these accounts that are free or whose lease has ended; gives their new epochs."""
    ended = or_(
        accounts.c.lease_until <= now,
        and_(accounts.c.lease_until > now + LONGEST, accounts.c.lease_until < HELD),
    )
    free = (
        select(accounts.c.id)
        .where(accounts.c.name.in_(names), ended)
        .order_by(accounts.c.lease_until, accounts.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    chosen = list(connection.execute(free).scalars())
    return _own(connection, chosen, worker, until, now)


def hold(connection: Connection, names: Sequence[str], worker: str) -> dict[str, int]:
    """Own these accounts for as long as the process lives that holds the whole ledger."""
    chosen = list(connection.execute(select(accounts.c.id).where(accounts.c.name.in_(names))).scalars())
    return _own(connection, chosen, worker, HELD, None)


def renew(connection: Connection, epochs: Mapping[str, int], until: int) -> set[str]:
    """Lengthen leases; gives the accounts that are still this worker's."""
    kept = set()
    for name in sorted(epochs):
        renewed = connection.execute(
            update(accounts)
            .where(accounts.c.name == name, accounts.c.epoch == epochs[name], accounts.c.owner.is_not(None))
            .values(lease_until=until)
        )
        if renewed.rowcount == 1:
            kept.add(name)
    return kept


def release(connection: Connection, epochs: Mapping[str, int]) -> None:
    """Give accounts back, unless somebody has taken them since."""
    for name in sorted(epochs):
        connection.execute(
            update(accounts)
            .where(accounts.c.name == name, accounts.c.epoch == epochs[name])
            .values(owner=None, owned_since=None, lease_until=0)
        )


def fail(connection: Connection, account: str, epoch: int, again_at: int) -> None:
    """The work of an account ended by a fault: nobody takes it before `again_at`."""
    connection.execute(
        update(accounts)
        .where(accounts.c.name == account, accounts.c.epoch == epoch)
        .values(owner=None, owned_since=None, lease_until=again_at, again_at=again_at)
    )


def tenures(connection: Connection, now: int) -> dict[str, Tenure]:
    """Who works each account now, by its name."""
    found = select(
        accounts.c.name,
        accounts.c.owner,
        accounts.c.owned_since,
        accounts.c.lease_until,
        accounts.c.again_at,
    )
    return {
        name: Tenure(name, owner, since, until, again_at)
        if again_at is None and now < until < HELD
        else Tenure(name, None, None, None, again_at)
        for name, owner, since, until, again_at in connection.execute(found.order_by(accounts.c.name))
    }


def _own(
    connection: Connection, chosen: Sequence[int], worker: str, until: int, since: int | None
) -> dict[str, int]:
    connection.execute(
        update(accounts)
        .where(accounts.c.id.in_(chosen))
        .values(owner=worker, owned_since=since, epoch=accounts.c.epoch + 1, lease_until=until, again_at=None)
    )
    locks.claims_of(connection, chosen)  # what the earlier owner claims now is seen, and nothing after it
    epochs = connection.execute(select(accounts.c.name, accounts.c.epoch).where(accounts.c.id.in_(chosen)))
    return dict(epochs.all())
