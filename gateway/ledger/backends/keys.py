"""Keys that every machine on a shared ledger signs and checks with: each is made once and kept in it."""

from sqlalchemy import Connection, select

from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import keys


def key(connection: Connection, name: str, fresh: bytes) -> bytes:
    """The key of this name; `fresh` from now on, where there was none."""
    connection.execute(
        insert(keys).on_conflict_do_nothing(index_elements=[keys.c.name]),
        {"name": name, "value": fresh.hex()},
    )
    value: str = connection.execute(select(keys.c.value).where(keys.c.name == name)).scalar_one()
    return bytes.fromhex(value)
