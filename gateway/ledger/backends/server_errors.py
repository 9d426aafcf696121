"""What goes wrong with PostgreSQL, as callers know it: no value, number or password in any words of it."""

from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from gateway.errors import InputError

# what is raised while there is a connection, or none can be had
LOST = (OSError, NoneFree, asyncpg.PostgresError, asyncpg.InterfaceError)
UNUSABLE = (DBAPIError, *LOST)


def hide(context: Any) -> None:
    """Take values out of an error's words: server and driver quote them."""
    chain: list[BaseException] = []
    seen: BaseException | None = context.original_exception
    while seen is not None:
        chain.append(seen)
        seen = seen.__cause__
    states = [str(state) for each in chain if (state := getattr(each, "sqlstate", None))]
    for each in chain:
        words = str(each.args[0] if each.args else "").partition("\n")[0]
        if any(state.startswith("22") for state in states):
            words = "a value that does not fit"
        each.args = (words,)
        for quoted in ("detail", "context", "query"):
            if getattr(each, quoted, None) is not None:
                setattr(each, quoted, None)
    told = context.sqlalchemy_exception
    if told is not None and chain:
        told.args = (f"({type(chain[-1]).__name__}) {chain[-1].args[0]}",)


def state_of(error: DBAPIError) -> str | None:
    """The five signs by which the server names what went wrong, where it said so."""
    found = getattr(error.orig, "sqlstate", None)
    return None if found is None else str(found)


def unavailable(error: BaseException) -> OperationalError:
    """The one kind that callers know as: not now, and the statement is not to blame."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    statement = error.statement if isinstance(error, DBAPIError) else None
    return OperationalError(statement, None, original, hide_parameters=True)


def unopened(error: BaseException) -> InputError:
    """Words for who configures it. The server's own hold no password; addresses may, and are left out."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    while getattr(original, "__cause__", None) is not None:
        original = original.__cause__
    if isinstance(original, ValueError):  # the driver could not read it
        return InputError(
            "DATABASE_URL_INVALID",
            "database_url 不是有效的 PostgreSQL 地址，应形如 postgresql://用户@主机/库",
            "database_url is no PostgreSQL address such as postgresql://user@host/database",
            field="database_url",
        )
    if isinstance(original, asyncpg.PostgresError):
        return InputError(
            "DATABASE_REFUSED",
            f"PostgreSQL 拒绝：{original.args[0]}",
            f"PostgreSQL refused: {original.args[0]}",
            field="database_url",
        )
    return InputError(
        "DATABASE_UNREACHABLE",
        f"连接不上 PostgreSQL（{type(original).__name__}）；请检查 database_url 和网络",
        f"PostgreSQL cannot be reached ({type(original).__name__}); check database_url and the network",
        field="database_url",
    )
