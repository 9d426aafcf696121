"""A second fence around what is only ever added to: the database itself refuses to change it."""

from sqlalchemy import Connection

APPEND_ONLY = ("audit", "approvals", "bulletins", "opinions", "reports")
_ACTS = ("update", "delete")


def put_up(connection: Connection) -> None:
    """Refuse UPDATE and DELETE on these tables, whoever asks through this database (SQLite)."""
    for table in APPEND_ONLY:
        for act in _ACTS:
            connection.exec_driver_sql(
                f"create trigger {table}_no_{act} before {act} on {table}"
                f" begin select raise(abort, '{table} is append-only'); end"
            )
