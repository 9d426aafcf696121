"""A log (`-wal`) that a crash left beside a ledger is part of that ledger, and ruins any other file.

SQLite reads it into whatever lies there under the ledger's name. So when a copy was put in place of a
ledger that crashed, nobody may open it before the log is moved away.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.errors import InputError

MARK = "incarnation"  # beside the ledger, see gateway/ledger/backends/incarnation.py


def refuse_foreign_log(ledger: Path) -> None:
    """Raise `InputError` (LOG_FOREIGN) where a log beside the ledger is not its own.

    The mark in the file itself, without its log, is never further than one from the mark beside it
    (`incarnation` sees to that). Where either is missing nothing can be said, and nothing is.
    """
    log = ledger.with_name(ledger.name + "-wal")
    try:
        if not log.stat().st_size:
            return
        beside = ledger.with_name(MARK).read_text("ascii")
        uri = f"{ledger.absolute().as_uri()}?immutable=1"  # the file alone
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            marks = connection.execute("select mark, earlier_mark from incarnation").fetchone()
    except (OSError, ValueError, sqlite3.DatabaseError):
        return
    if marks is not None and all(mark is None or mark.split()[0] != beside for mark in marks):
        raise InputError(
            "LOG_FOREIGN",
            f"“{ledger}”旁的 -wal 文件不是它的日志，打开会损坏台账；"
            f"恢复备份时请先移走 {log.name} 和 {ledger.name}-shm",
            f"the -wal file beside {str(ledger)!r} is not its own and would ruin it;"
            f" when restoring a backup, first move {log.name} and {ledger.name}-shm away",
            str(log),
        )
