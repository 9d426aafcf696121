"""Ends the connections of a process that stands still while others wait for what it has locked.

The server does so by itself only for a transaction between two statements. One whose client stopped in the
middle of a statement, between its preparing and its running, keeps its locks for as long as it stands still,
and one connection after the other of such a process gets the lock that the one before it left.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.ledger.backends.server_errors import LOST

_log = logging.getLogger(__name__)

NAME = "airwarn "  # how the names begin by which our processes are known to the server
_SILENT_SECONDS = 5.0  # of a process whose locks others wait for
_LOOK_SECONDS = 1.0  # between looks for one

# A client that said nothing for so long, with a transaction open, and whose lock somebody waits for: all
# that its process has is ended, or the next of its connections would be waited for as well. Never one's own.
# They are gathered before the first is ended: who waits for whom changes with it.
_END = """
select count(*) filter (where pg_terminate_backend(pid)) from unnest(array(
    select pid from pg_stat_activity
    where datname = current_database() and application_name in (
        select holding.application_name
        from pg_stat_activity waiting
        cross join lateral unnest(pg_blocking_pids(waiting.pid)) as blocking (pid)
        join pg_stat_activity holding on holding.pid = blocking.pid
        where waiting.datname = current_database()
            and waiting.wait_event_type = 'Lock'
            and holding.wait_event = 'ClientRead'
            and clock_timestamp() - holding.state_change > make_interval(secs => $1)
            and holding.application_name like $2
            and holding.application_name <> current_setting('application_name')
    )
)) as pid
"""


async def watch(connect: Callable[[], Awaitable[Any]]) -> None:
    """Look for such processes until cancelled, over a connection of its own that `connect` makes: those of
    the pool may all be waiting."""
    connection: Any = None
    try:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                if connection is None:
                    connection = await connect()
                ended = await connection.fetchval(_END, _SILENT_SECONDS, f"{NAME}%")
            except LOST:
                if connection is not None:
                    connection.terminate()
                connection = None
            else:
                if ended:
                    _log.warning("halted_process_ended", extra={"connections": ended})
    finally:
        if connection is not None:
            connection.terminate()
