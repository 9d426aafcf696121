"""Opens the ledger and runs transactions on it: a SQLite file in the data folder, or PostgreSQL.

A transaction is one plain function of a connection; it runs whole or not at all.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from pydantic import SecretStr
from sqlalchemy import Connection

from gateway.errors import InputError, system_words
from gateway.ledger.backends.sqlite import FILE, SqliteLedger
from gateway.ledger.backends.transactions import Kind, Timed, Transaction, system_clock

if TYPE_CHECKING:
    from gateway.ledger.backends.postgresql import PostgresLedger

__all__ = ["FILE", "LOCK", "Clock", "FolderLock", "Ledger", "Timed", "holder_of", "system_clock"]

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], int]  # milliseconds since 1970 UTC

LOCK = "lock.json"


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
                f"数据目录“{folder}”不可写：{system_words(error)}",
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


def holder_of(folder: Path) -> str | None:
    """Who has the lock of a data folder now, in words; None where nobody has. Changes nothing."""
    try:
        with (folder / LOCK).open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return _holder_words(file.read())
    except OSError:
        pass
    return None


def _holder_words(content: str) -> str:
    try:
        held = json.loads(content)
        return f"{held['holder']}, pid {held['pid']}"
    except (ValueError, KeyError, TypeError):
        return "unknown"


class Ledger:
    """The ledger's transactions, for coroutines and for commands. Close it when done."""

    _backend: "SqliteLedger | PostgresLedger"

    def __init__(
        self, folder: Path, url: SecretStr | None = None, *, write: bool = True, timed: Timed | None = None
    ) -> None:
        """Open (and, when writing, create or migrate) the ledger: in the PostgreSQL database `url`, or in
        `folder`.

        `timed` hears how long each transaction took. Raises `InputError` where there is none to read,
        where it is of a newer airwarn, where the log beside a file is another ledger's, and where the
        database cannot be used (DATABASE_UNREACHABLE and others of `gateway.ledger.backends.postgresql`).
        """
        self._folder = folder
        self._timed = timed
        if url is None:
            self._backend = SqliteLedger(folder, write=write)
        else:
            from gateway.ledger.backends.postgresql import PostgresLedger  # noqa: PLC0415 - its driver is loaded only here

            self._backend = PostgresLedger(url.get_secret_value(), write=write)

    @property
    def shared(self) -> bool:
        """Whether other machines may use it at the same time."""
        return not isinstance(self._backend, SqliteLedger)

    def now(self) -> int:
        """The clock that everybody who uses this ledger shares, in milliseconds since 1970 UTC."""
        return self._backend.now()

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, …)` as one durable transaction, an act of the office: such acts follow
        one another, on all machines. A caller's cancelling does not end it."""
        return await self._run("write", lambda connection: function(connection, *args, **kwargs))

    async def write_beside(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same, but on PostgreSQL other transactions run at the same time: `function` itself locks what
        it changes, rows in the order of their ids."""
        return await self._run("beside", lambda connection: function(connection, *args, **kwargs))

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, …)` on a read-only snapshot; keep it under a second."""
        return await self._run("read", lambda connection: function(connection, *args, **kwargs))

    def write_now(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`write`, for whoever has no event loop."""
        return self._run_now("write", lambda connection: function(connection, *args, **kwargs))

    def read_now(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`read`, for whoever has no event loop."""
        return self._run_now("read", lambda connection: function(connection, *args, **kwargs))

    def checkpoint(self) -> bool:
        """Bring SQLite's log into the file; False where a reader was in the way for seconds."""
        return not isinstance(self._backend, SqliteLedger) or self._backend.checkpoint()

    def close(self) -> None:
        """Finish what was handed in and close it."""
        self._backend.close()

    async def _run(self, kind: Kind, function: Callable[[Connection], T]) -> T:
        future = self._backend.submit(kind, self._transaction(kind, function))
        return await asyncio.shield(asyncio.wrap_future(future))

    def _run_now(self, kind: Kind, function: Callable[[Connection], T]) -> T:
        return self._backend.run(kind, self._transaction(kind, function))

    def _transaction(self, kind: Kind, function: Callable[[Connection], T]) -> Transaction[T]:
        return Transaction(self._folder, kind, function, self._timed)
