"""The ledger in a PostgreSQL database, for several machines: transactions run beside each other.

They run on an event loop of the ledger's own thread, so that servers and commands use it alike. Acts of
the office (`write`) take one advisory lock and follow one another on all machines; what delivers
(`beside`) locks the rows that it changes.
"""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from secrets import token_hex
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from gateway.errors import InputError
from gateway.ledger import migrations
from gateway.ledger.backends import halted, locks, places
from gateway.ledger.backends.server_clock import ServerClock
from gateway.ledger.backends.server_errors import LOST, UNUSABLE, hide, state_of, unavailable, unopened
from gateway.ledger.backends.transactions import Kind, Transaction

T = TypeVar("T")

_log = logging.getLogger(__name__)

CONNECTIONS = 8  # of one process
_OLDEST = 140_000  # server version 14
_CONNECT_SECONDS = 10.0
_STATEMENT_SECONDS = 60.0  # no statement of ours takes so long; a server that hangs does
_TRIES = 5  # of a transaction that the server rolled back for the sake of another
_ROLLED_BACK = ("40001", "40P01")  # serialization failure, deadlock
# how the states begin for which what was to be written is to blame: cardinality, data, integrity
_BLAMED = ("21", "22", "23")
_SERVER = {
    "timezone": "UTC",
    "synchronous_commit": "on",  # a claim is durable before a byte leaves
    "jit": "off",  # our statements are short
    # and look rows up by their keys: a disk that has to turn for each is not what they run on
    "random_page_cost": "1.1",
    # a suspended process must not keep its locks, though nobody is there who ends it (see `halted`)
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": "15s",
    # nor a machine that lost its network or power
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class PostgresLedger:
    """Runs transactions in the database that `url` names (libpq's form, with its parameters)."""

    def __init__(self, url: str, *, write: bool) -> None:
        """Connect and, when writing, create or migrate the tables.

        Raises `InputError`: DATABASE_URL_INVALID, DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_OLD,
        DATABASE_ENCODING, LEDGER_MISSING, LEDGER_NEWER.
        """
        self._url = url
        self._write = write
        self._name = f"{halted.NAME}{socket.gethostname()[:30]}:{os.getpid()}:{token_hex(4)}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ledger", daemon=True)
        self._thread.start()
        self._there = False  # the tables are, and this may write
        self._engine = _engine(self._connect)
        isolated = self._engine.execution_options
        self._writer = isolated(isolation_level="READ COMMITTED")
        self._reader = isolated(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._clock = ServerClock(self._reader)
        self._tasks: list[asyncio.Task[None]] = []  # what goes on beside the transactions
        self._under_way: set[asyncio.Task[Any]] = set()
        try:
            self._call(self._open()).result()
        except BaseException:
            self.close()
            raise

    def now(self) -> int:
        """The database's time in milliseconds since 1970 UTC, however this machine's clock steps."""
        return self._clock.now()

    def submit(self, kind: Kind, transaction: Transaction[T]) -> Future[T]:
        """Run it on the ledger's own loop."""
        return self._call(self._transact(kind, transaction))

    def run(self, kind: Kind, transaction: Transaction[T]) -> T:
        """The same, and wait for it."""
        return self.submit(kind, transaction).result()

    def close(self) -> None:
        """Finish what was handed in and close the connections."""
        self._call(self._finish()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        async def kept() -> T:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - a coroutine of the loop has one
            self._under_way.add(task)
            try:
                return await work
            finally:
                self._under_way.discard(task)

        return asyncio.run_coroutine_threadsafe(kept(), self._loop)

    async def _transact(self, kind: Kind, transaction: Transaction[T]) -> T:
        if kind != "read" and not self._write:
            raise RuntimeError("this ledger was opened for reading")
        for tries in range(1, _TRIES + 1):
            committing = False
            try:
                async with (self._reader if kind == "read" else self._writer).connect() as connection:
                    await connection.begin()
                    if kind == "write":
                        await connection.run_sync(locks.act)
                    result = await connection.run_sync(transaction.inside)
                    committing = True
                    await connection.commit()
                transaction.committed()
            except DBAPIError as error:
                state = state_of(error)
                # whole again: it was rolled back for another's sake, or its connection was a dead one
                again = state in _ROLLED_BACK or (error.connection_invalidated and not committing)
                if again and tries < _TRIES:
                    await asyncio.sleep(0.01 * tries)
                    continue
                if (state or "").startswith(_BLAMED):
                    raise
                raise unavailable(error) from None
            except LOST as error:
                raise unavailable(error) from None
            return result
        raise AssertionError("unreachable")

    async def _connect(self) -> Any:
        """A connection of the driver. Each asks where it has come to: a standby may have been promoted."""
        connection = await asyncpg.connect(
            self._url.replace("postgresql+asyncpg://", "postgresql://", 1),
            timeout=_CONNECT_SECONDS,
            command_timeout=_STATEMENT_SECONDS,
            server_settings={**_SERVER, "application_name": self._name},
            statement_cache_size=0,  # the dialect keeps its own
        )
        try:
            if self._there and await connection.fetchval(places.GUARD_IF_MOVED):
                _log.error("ledger_moved")  # nothing leaves until `airwarn resume`
        except BaseException:  # ended in the middle of asking: nobody else has it to close
            connection.terminate()
            raise
        return connection

    async def _open(self) -> None:
        try:
            async with self._engine.connect() as connection:
                version, encoding = await connection.run_sync(_described)
        except (ValueError, *UNUSABLE) as error:
            raise unopened(error) from None
        if version < _OLDEST:
            raise InputError(
                "DATABASE_OLD",
                f"PostgreSQL 版本过旧（{version // 10_000}），需要 {_OLDEST // 10_000} 或更高",
                f"PostgreSQL {version // 10_000} is too old; {_OLDEST // 10_000} or newer is needed",
                field="database_url",
            )
        if encoding != "UTF8":
            raise InputError(
                "DATABASE_ENCODING",
                f"数据库编码是 {encoding}，须为 UTF8：create database … encoding 'UTF8' template template0",
                f"the database's encoding is {encoding}; it must be UTF8:"
                " create database … encoding 'UTF8' template template0",
                field="database_url",
            )
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(self._prepare)
            self._there = self._write
            await self._engine.dispose()  # the next connection looks where it is
            await self._clock.look()
        except UNUSABLE as error:
            raise unopened(error) from None
        self._tasks.append(asyncio.create_task(self._clock.follow()))
        if self._write:
            self._tasks.append(asyncio.create_task(halted.watch(self._connect)))

    def _prepare(self, connection: Connection) -> None:
        if self._write:
            locks.tables(connection)  # two machines that start together migrate once
            migrations.upgrade(connection)
        elif not migrations.there(connection):
            raise InputError(
                "LEDGER_MISSING",
                "数据库里还没有台账；由 airwarn directory import 或 airwarn serve 建立",
                "there is no ledger in the database yet; 'directory import' or 'serve' makes one",
            )

    async def _finish(self) -> None:
        for task in self._tasks:
            task.cancel()
        others = self._under_way - {asyncio.current_task()}
        await asyncio.gather(*self._tasks, *others, return_exceptions=True)
        await self._engine.dispose()


def _engine(connect: Callable[[], Coroutine[Any, Any, Any]]) -> AsyncEngine:
    engine = create_async_engine(
        "postgresql+asyncpg://?prepared_statement_cache_size=500",
        async_creator=connect,
        pool_size=CONNECTIONS,
        max_overflow=0,
        # the one used last: it has our statements ready. In turn, each had to make each of them ready
        pool_use_lifo=True,
        pool_timeout=_STATEMENT_SECONDS,
        hide_parameters=True,  # numbers and names never reach an error
    )
    event.listen(engine.sync_engine, "handle_error", hide)
    return engine


def _described(connection: Connection) -> tuple[int, str]:
    version = connection.exec_driver_sql("show server_version_num").scalar_one()
    return int(version), str(connection.exec_driver_sql("show server_encoding").scalar_one())
