"""The ledger as one SQLite file in the data folder: one thread writes, others read."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from gateway.errors import InputError
from gateway.ledger import migrations
from gateway.ledger.backends import leftover
from gateway.ledger.backends.transactions import Kind, Transaction, system_clock

T = TypeVar("T")

FILE = "ledger.sqlite3"
READERS = 2


class SqliteLedger:
    """Runs transactions on the file. What writes is queued for one thread, so coroutines cannot mix their
    statements and a cancelled caller cannot leave one half-done."""

    now = staticmethod(system_clock)

    def __init__(self, folder: Path, *, write: bool) -> None:
        """Open (and, when writing, create or migrate) the ledger in `folder`.

        Raises `InputError` where there is none to read, where it is of a newer airwarn, and where the
        log beside it is another ledger's.
        """
        path = folder / FILE
        leftover.refuse_foreign_log(path)
        if not write and not path.exists():
            raise InputError(
                "LEDGER_MISSING",
                f"数据目录“{folder}”里还没有台账；由 airwarn directory import 或 airwarn serve 建立",
                f"there is no ledger in {str(folder)!r} yet; 'directory import' or 'serve' makes one",
            )
        self._writer = _engine(path, write=True) if write else None
        self._reader = _engine(path, write=False)
        self._write_thread = ThreadPoolExecutor(1, "ledger-write")
        self._read_threads = ThreadPoolExecutor(READERS, "ledger-read")
        if self._writer is not None:
            with _begun(self._writer, "write") as connection:
                migrations.upgrade(connection)

    def submit(self, kind: Kind, transaction: Transaction[T]) -> Future[T]:
        """Run it in the thread of its kind."""
        threads = self._read_threads if kind == "read" else self._write_thread
        return threads.submit(self.run, kind, transaction)

    def run(self, kind: Kind, transaction: Transaction[T]) -> T:
        """Run it in the calling thread."""
        engine = self._reader if kind == "read" else self._writer
        if engine is None:
            raise RuntimeError("this ledger was opened for reading")
        with _begun(engine, kind) as connection:
            result = transaction.inside(connection)
        transaction.committed()
        return result

    def checkpoint(self) -> bool:
        """Bring the log into the file; False where a reader was in the way for seconds."""
        if self._writer is None:
            raise RuntimeError("this ledger was opened for reading")
        connection = self._writer.raw_connection()  # outside any transaction
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Finish what was handed in and close the file."""
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        for engine in (self._reader, self._writer):  # the last to close clears the log away
            if engine is not None:
                engine.dispose()


@contextmanager
def _begun(engine: Engine, kind: Kind) -> Iterator[Connection]:
    """A transaction of that kind. BEGIN is said here: a listener for it would slow every statement down."""
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN" if kind == "read" else "BEGIN IMMEDIATE")
        yield connection


def _engine(path: Path, *, write: bool) -> Engine:
    mode = "rwc" if write else "ro"
    engine = create_engine(
        f"sqlite:///file:{path}?mode={mode}&uri=true",
        poolclass=QueuePool,
        pool_size=1 if write else READERS,
        max_overflow=0,
        hide_parameters=True,  # numbers and names never reach an error
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours; the module's own transactions hide writes
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute("PRAGMA foreign_keys=ON")
        if write:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    return engine
