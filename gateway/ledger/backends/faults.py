"""What keeps the ledger from answering and is no fault of the program: a full disk, a database away."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

from gateway.errors import InputError
from gateway.vocabulary import Words

_PRIMARY = 0xFF  # of SQLite's extended result codes
_WORDS = {  # a damaged file is not among them
    sqlite3.SQLITE_FULL: Words("磁盘已满", "the disk is full"),
    sqlite3.SQLITE_IOERR: Words("磁盘已满或读写出错", "the disk is full or fails"),
    sqlite3.SQLITE_READONLY: Words("文件只读", "the file cannot be written"),
    sqlite3.SQLITE_CANTOPEN: Words("文件打不开", "the file cannot be opened"),
    sqlite3.SQLITE_BUSY: Words("正被别的程序占用", "another program has it"),
    sqlite3.SQLITE_LOCKED: Words("正被别的程序占用", "another program has it"),
}
_DATABASE = Words("数据库连接不上", "the database cannot be reached")


def storage_words(error: Exception) -> Words | None:
    """Why the ledger cannot be read or written just now; None where the error is something else."""
    if (code := _code(error)) is not None:
        return _WORDS.get(code)
    return _DATABASE if isinstance(error, OperationalError) else None


def unavailable(error: Exception) -> InputError | None:
    """`InputError` LEDGER_UNAVAILABLE in the place of such an error; None where it is something else."""
    why = storage_words(error)
    if why is None:
        return None
    return InputError(
        "LEDGER_UNAVAILABLE",
        f"台账现在不能读写：{why.zh}。可能没有完成，排除后先查看结果；airwarn doctor 说明怎么办",
        f"the ledger cannot be used just now: {why.en}. Mend it and look at the result; see airwarn doctor",
    )


def _code(error: Exception) -> int | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, sqlite3.Error):
        return None
    return getattr(original, "sqlite_errorcode", 0) & _PRIMARY  # errors of the module itself have none
