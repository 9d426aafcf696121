"""Acts of the office follow one another on all machines: one lock of the database (PostgreSQL).

SQLite has one writer and needs none.
"""

from sqlalchemy import Connection

_ACT = 0x6169_7277_0001  # "airw"; the numbers are only ours
_TABLES = 0x6169_7277_0002


def lock(connection: Connection) -> None:
    """Wait until no other act is under way; held until the transaction ends."""
    _take(connection, _ACT)


def lock_tables(connection: Connection) -> None:
    """The same for whoever changes the tables themselves."""
    _take(connection, _TABLES)


def _take(connection: Connection, number: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({number})")
