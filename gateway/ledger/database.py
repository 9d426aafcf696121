"""Opens the ledger and runs transactions on it.

A transaction is one plain function of a connection; it runs whole or not at all, and never together
with another writer. SQLite: one thread writes (so coroutines cannot mix their statements and a
cancelled caller cannot leave one half-done), others read.
"""

import asyncio
import fcntl
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from gateway.errors import InputError
from gateway.ledger import heads, leftover, migrations
from gateway.ledger.audit import ADDED

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], int]  # milliseconds since 1970 UTC
Timed = Callable[[Literal["read", "write"], float], None]  # takes a transaction's seconds, in any thread

FILE = "ledger.sqlite3"
LOCK = "lock.json"
READERS = 2


def system_clock() -> int:
    """The machine's time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


class FolderLock:
    """Only one process writes to a data folder; the lock names its holder and ends with it."""

    def __init__(self, folder: Path, holder: str) -> None:
        """Take the lock. Raises `InputError` FOLDER_UNWRITABLE or FOLDER_LOCKED, naming the holder."""
        path = folder / LOCK
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will hold numbers and names
            self._file = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise InputError(
                "FOLDER_UNWRITABLE",
                f"数据目录“{folder}”不可写：{error.strerror}",
                f"the data folder {str(folder)!r} cannot be written: {error.strerror}",
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            words = _holder_words(self._file.read())
            self._file.close()
            raise InputError(
                "FOLDER_LOCKED",
                f"数据目录“{folder}”正由另一个进程使用：{words}",
                f"the data folder {str(folder)!r} is in use by another process: {words}",
            ) from None
        self._file.truncate(0)
        json.dump({"pid": os.getpid(), "holder": holder}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Give the folder back."""
        self._file.close()


def _holder_words(content: str) -> str:
    try:
        held = json.loads(content)
        return f"{held['holder']}, pid {held['pid']}"
    except (ValueError, KeyError, TypeError):
        return "unknown"


class Ledger:
    """The ledger's transactions, for coroutines. Close it when done."""

    def __init__(self, folder: Path, *, write: bool = True, timed: Timed | None = None) -> None:
        """Open (and, when writing, create or migrate) the ledger in `folder`.

        Raises `InputError` where there is none to read, where it is of a newer airwarn, and where the
        log beside it is another ledger's.
        """
        path = folder / FILE
        leftover.refuse_foreign_log(path)
        self._timed = timed
        self._folder = folder
        if not write and not path.exists():
            raise InputError(
                "LEDGER_MISSING",
                f"数据目录“{folder}”里还没有台账；请先运行 airwarn serve 或 airwarn send",
                f"there is no ledger in {str(folder)!r} yet; run airwarn serve or airwarn send first",
            )
        self._writer_engine = _engine(path, write=True) if write else None
        self._reader_engine = _engine(path, write=False)
        self._write_thread = ThreadPoolExecutor(1, "ledger-write")
        self._read_threads = ThreadPoolExecutor(READERS, "ledger-read")
        if self._writer_engine is not None:
            migrations.upgrade(self._writer_engine)

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, …)` as one durable transaction; the caller's cancelling waits for it."""
        future = asyncio.get_running_loop().run_in_executor(
            self._write_thread, lambda: self.write_now(function, *args, **kwargs)
        )
        return await asyncio.shield(future)

    def write_now(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same, in the calling thread (commands that own the ledger alone)."""
        if self._writer_engine is None:
            raise RuntimeError("this ledger was opened for reading")
        started = time.perf_counter()
        with self._writer_engine.begin() as connection:
            connection.info.pop(ADDED, None)  # of a transaction that failed
            result = function(connection, *args, **kwargs)
            added = connection.info.pop(ADDED, None)
            if added is not None:
                heads.keep(self._folder, *added)
        if added is not None:
            heads.settle(self._folder, added[1])
        if self._timed is not None:
            self._timed("write", time.perf_counter() - started)
        return result

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, …)` on a read-only snapshot; keep it under a second."""
        return await asyncio.get_running_loop().run_in_executor(
            self._read_threads, lambda: self.read_now(function, *args, **kwargs)
        )

    def read_now(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same, in the calling thread."""
        started = time.perf_counter()
        with self._reader_engine.begin() as connection:
            result = function(connection, *args, **kwargs)
        if self._timed is not None:
            self._timed("read", time.perf_counter() - started)
        return result

    def checkpoint(self) -> bool:
        """Bring the log into the file; False where a reader was in the way for seconds."""
        if self._writer_engine is None:
            raise RuntimeError("this ledger was opened for reading")
        connection = self._writer_engine.raw_connection()  # outside any transaction
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Finish what was handed in and close the file."""
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        for engine in (self._reader_engine, self._writer_engine):  # the last to close clears the log away
            if engine is not None:
                engine.dispose()


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

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
