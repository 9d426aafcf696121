"""A second place for the end of the audit chain: the file `audit.head` beside the ledger.

The chain alone cannot tell that its last rows were taken away. So the file names the last row, and is
written just before the commit that adds it, and once more after it: after a crash at any moment the
ledger ends with the newest row that the file knows, or with the one before where the commit is not
known to have been made. Where it ends with neither, rows were removed, or the file is of another
ledger: that head stays in the file as disputed, for good. So does a time without the file.

Where several machines add rows (PostgreSQL), each keeps the last one of its own, and that row must stay in
the chain.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gateway.ledger.trail.audit import Head

FILE = "audit.head"
UNKNOWN = "unknown"  # the hash of a head that was lost with the file

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Disputed:
    """A head that the chain no longer had when a row was added after `found`."""

    kept: Head
    found: Head


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file says."""

    earlier: Head
    newest: Head
    disputed: tuple[Disputed, ...] = ()


def read(folder: Path) -> Kept | None:
    """What is kept in a data folder; None where nothing readable is."""
    try:
        data = json.loads((folder / FILE).read_text("ascii"))
        return Kept(
            Head(**data["earlier"]),
            Head(**data["newest"]),
            tuple(Disputed(Head(**each["kept"]), Head(**each["found"])) for each in data["disputed"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def written_at(folder: Path) -> int | None:
    """When the file was last written, in milliseconds since 1970 UTC; None where there is none."""
    try:
        return (folder / FILE).stat().st_mtime_ns // 1_000_000
    except OSError:
        return None


def keep(folder: Path, before: Head, after: Head, holds: Callable[[Head], bool] | None = None) -> None:
    """A transaction is about to bring the chain from one head to the next. `holds` says whether the chain
    has a row, where others add to it too.

    A warning is not held up where the file cannot be written: that is logged, and `verify` tells it.
    """
    known = read(folder)
    disputed = known.disputed if known else ()
    if known is None and before.rows and holds is None:
        disputed += (Disputed(Head(before.rows, UNKNOWN), before),)
    elif known is not None and not any(
        each == before or (holds is not None and holds(each)) for each in (known.earlier, known.newest)
    ):
        disputed += (Disputed(known.newest, before),)
    _write(folder, Kept(before, after, disputed))


def settle(folder: Path, head: Head) -> None:
    """The transaction is committed: the chain ends with this head and no other."""
    known = read(folder)
    if known is not None and known.newest == head:
        _write(folder, Kept(head, head, known.disputed))


def _write(folder: Path, kept: Kept) -> None:
    try:
        _replace(folder, asdict(kept))
    except OSError as error:
        _log.error("audit_head_unwritten", extra={"error": error.strerror})


def _replace(folder: Path, content: dict[str, Any]) -> None:
    fresh = folder / f"{FILE}.new"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(folder / FILE)
