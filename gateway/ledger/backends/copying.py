"""A consistent copy of the ledger, made while a server writes to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.errors import InputError, system_words
from gateway.ledger.backends.faults import storage_words
from gateway.ledger.backends.incarnation import COPY_SQL
from gateway.ledger.database import FILE


def copy(folder: Path, target: Path, now: int) -> int:
    """Copy the ledger in `folder` to the new file `target`, for its owner only; gives its size in bytes.

    The copy is one file, checked, and marked: whoever opens it sends nothing before `airwarn resume`.
    It appears under its name when it is whole. Raises `InputError`: FILE_EXISTS, FILE_UNWRITABLE,
    LEDGER_MISSING, LEDGER_DAMAGED.
    """
    source = folder / FILE
    if not source.exists():
        raise InputError(
            "LEDGER_MISSING",
            f"数据目录“{folder}”里还没有台账，没有可备份的内容",
            f"there is no ledger in {str(folder)!r} yet: nothing to back up",
        )
    if target.exists():
        raise InputError(
            "FILE_EXISTS",
            f"“{target}”已存在，未覆盖；请换一个文件名",
            f"{str(target)!r} exists already and was not overwritten; choose another name",
            str(target),
        )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copy(source, part, now)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        why = storage_words(error)
        chinese = system_words(error) if isinstance(error, OSError) else why.zh if why else str(error)
        english = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(
            "FILE_UNWRITABLE",
            f"无法写出备份“{target}”：{chinese}",
            f"the backup {str(target)!r} cannot be written: {english}",
            str(target),
        ) from None
    except sqlite3.DatabaseError:
        raise _damaged(source) from None
    return target.stat().st_size


def _copy(source: Path, part: Path, now: int) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as original,
        closing(sqlite3.connect(part, timeout=5)) as made,
    ):
        original.backup(made)  # all pages in one step: a step in between would start over with each commit
        made.execute("pragma journal_mode=delete")  # one file, without a log beside it
        made.execute(COPY_SQL, {"now": now})
        made.commit()
        if made.execute("pragma integrity_check(1)").fetchone() != ("ok",):
            raise _damaged(source)


def _damaged(source: Path) -> InputError:
    return InputError(
        "LEDGER_DAMAGED",
        f"台账“{source}”已损坏，未作备份；请运行 airwarn doctor",
        f"the ledger {str(source)!r} is damaged and was not backed up; run airwarn doctor",
        str(source),
    )
