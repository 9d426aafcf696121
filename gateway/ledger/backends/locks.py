"""What PostgreSQL is told to lock. SQLite has one writer, and nothing of this is said to it.

The locks by number are the database's own, in memory, and fair: whoever waits is not overtaken. A row's
share lock would be: claims follow so closely upon each other that a supersede might wait for ever.
"""

from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, bindparam, select

from gateway.ledger.backends.rows import rows
from gateway.ledger.schema import deliveries, lanes

_ACTS = 0x6169_7277_0001  # "airw", and a number of ours
_TABLES = 0x6169_7277_0002
_WORDS = 0x6169_7277_0003

_lane = select(lanes.c.id).where(lanes.c.id == bindparam("lane")).with_for_update(key_share=True)
_lanes_of = (
    select(lanes.c.id)
    .where(lanes.c.account_id.in_(bindparam("accounts", expanding=True)))
    .order_by(lanes.c.id)
    .with_for_update(key_share=True)
)
_wanted = rows(id=BigInteger)
_deliveries = (
    select(deliveries.c.id)
    .where(deliveries.c.id.in_(select(_wanted.c.id)))
    .order_by(deliveries.c.id)
    .with_for_update()
)


def act(connection: Connection) -> None:
    """Let one act of the office follow the other, on all machines, until the transaction ends."""
    _call(connection, f"pg_advisory_xact_lock({_ACTS})")


def tables(connection: Connection) -> None:
    """The same for whoever makes or changes the tables themselves."""
    _call(connection, f"pg_advisory_xact_lock({_TABLES})")


def keep_words(connection: Connection) -> None:
    """No broadcast is switched off, or its end brought forward, until the transaction ends. What is read
    afterwards is how it stands."""
    _call(connection, f"pg_advisory_xact_lock_shared({_WORDS})")


def change_words(connection: Connection) -> None:
    """Wait for every claim and record that is under way, and hold up the next until this is committed:
    to be called before a broadcast is switched off."""
    _call(connection, f"pg_advisory_xact_lock({_WORDS})")


def claim_of(connection: Connection, lane_id: int) -> None:
    """One claim of a lane at a time, and `keep_words`."""
    if _asked(connection):
        keep_words(connection)
        connection.execute(_lane, {"lane": lane_id})


def claims_of(connection: Connection, account_ids: Collection[int]) -> None:
    """Wait for the claims under way on these accounts' lanes: the next ones see what is written here."""
    if _asked(connection):
        connection.execute(_lanes_of, {"accounts": list(account_ids)})


def deliveries_of(connection: Connection, packed: str) -> None:
    """Hold deliveries, in the order of their ids: one an item of `packed` (see `rows.pack`)."""
    if _asked(connection):
        connection.execute(_deliveries, {"rows": packed})


def _call(connection: Connection, what: str) -> None:
    if _asked(connection):
        connection.exec_driver_sql(f"select {what}")


def _asked(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
