"""One transaction as it is handed to a backend: a plain function of a connection, and what goes with it."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, Literal, TypeVar

from sqlalchemy import Connection

from gateway.ledger.trail import heads
from gateway.ledger.trail.audit import ADDED, Head, holds

T = TypeVar("T")
# read: sees one snapshot; write: an act of the office, one after the other; beside: runs beside others
Kind = Literal["read", "write", "beside"]
Timed = Callable[[Literal["read", "write"], float], None]  # takes a transaction's seconds, in any thread


def system_clock() -> int:
    """The machine's time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


class Transaction(Generic[T]):
    """What runs inside a transaction, and after its commit. `inside` may run again where the first was
    rolled back."""

    def __init__(self, folder: Path, kind: Kind, function: Callable[[Connection], T], timed: Timed | None):
        self._folder = folder
        self._kind = kind
        self._function = function
        self._timed = timed
        self._started = 0.0
        self._head: Head | None = None

    def inside(self, connection: Connection) -> T:
        """The work; the end of the audit chain is kept beside the ledger before the commit."""
        self._started = time.perf_counter()
        connection.info.pop(ADDED, None)  # of a transaction that failed
        result = self._function(connection)
        added = connection.info.pop(ADDED, None)
        if added is not None:
            before, self._head = added
            shared = connection.dialect.name != "sqlite"
            heads.keep(self._folder, before, self._head, partial(holds, connection) if shared else None)
        return result

    def committed(self) -> None:
        """It is durable."""
        if self._head is not None:
            heads.settle(self._folder, self._head)
        if self._timed is not None:
            seconds = time.perf_counter() - self._started
            self._timed("read" if self._kind == "read" else "write", seconds)
