"""Who works a provider account: one worker at a time, for as long as its lease.

Each taking raises the account's epoch; what an older epoch claims or renews is refused.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select, update

from gateway.ledger import locks
from gateway.ledger.schema import accounts, workers
from gateway.ledger.upserts import insert

HELD = 1 << 62  # lease of an owner that holds the whole ledger: it ends with its process


def present(connection: Connection, worker: str, now: int, lease: int) -> int:
    """Say that a worker is there; gives how many were seen within a lease (ms), this one among them."""
    seen = insert(workers)
    connection.execute(
        seen.on_conflict_do_update(index_elements=[workers.c.name], set_={"seen_at": seen.excluded.seen_at}),
        {"name": worker, "started_at": now, "seen_at": now},
    )
    alive = select(func.count()).select_from(workers).where(workers.c.seen_at > now - lease)
    return int(connection.execute(alive).scalar_one())


def leave(connection: Connection, worker: str) -> None:
    """A worker is there no more."""
    connection.execute(workers.delete().where(workers.c.name == worker))


def take(
    connection: Connection, names: Sequence[str], worker: str, now: int, until: int, most: int
) -> dict[str, int]:
    """Own up to `most` of these accounts that are free or whose lease has ended; gives their new epochs."""
    free = (
        select(accounts.c.id)
        .where(accounts.c.name.in_(names), accounts.c.lease_until <= now)
        .order_by(accounts.c.lease_until, accounts.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    chosen = list(connection.execute(free).scalars())
    return _own(connection, chosen, worker, until)


def hold(connection: Connection, names: Sequence[str], worker: str) -> dict[str, int]:
    """Own these accounts for as long as the process lives that holds the whole ledger."""
    chosen = list(connection.execute(select(accounts.c.id).where(accounts.c.name.in_(names))).scalars())
    return _own(connection, chosen, worker, HELD)


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
            .values(owner=None, lease_until=0)
        )


def _own(connection: Connection, chosen: Sequence[int], worker: str, until: int) -> dict[str, int]:
    connection.execute(
        update(accounts)
        .where(accounts.c.id.in_(chosen))
        .values(owner=worker, epoch=accounts.c.epoch + 1, lease_until=until)
    )
    locks.claims_of(connection, chosen)  # what the earlier owner claims now is seen, and nothing after it
    epochs = connection.execute(select(accounts.c.name, accounts.c.epoch).where(accounts.c.id.in_(chosen)))
    return dict(epochs.all())
