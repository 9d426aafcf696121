"""The database's clock: every machine that uses the ledger goes by it, however its own steps."""

import asyncio
import logging
import time

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.ledger.backends.server_errors import UNUSABLE

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 30.0  # between looks at it


class ServerClock:
    """Between two looks it goes on by a clock of this machine that nobody sets."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._offset = 0  # the database's clock less the one that never steps, ms

    def now(self) -> int:
        """The database's time in milliseconds since 1970 UTC."""
        return _steady() + self._offset

    async def look(self) -> None:
        """Ask the database. Raises what the engine raises."""
        async with self._engine.connect() as connection:
            await connection.exec_driver_sql("select 1")  # the connection's own start is not measured
            before = _steady()
            found = await connection.exec_driver_sql(
                "select (extract(epoch from clock_timestamp()) * 1000)::bigint"
            )
            self._offset = found.scalar_one() - (before + _steady()) // 2

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.look()
            except UNUSABLE as error:
                _log.warning("clock_unread", extra={"error": type(error).__name__})


def _steady() -> int:
    """Milliseconds of a clock that nobody sets; on Linux it goes on while the machine sleeps."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock) // 1_000_000
