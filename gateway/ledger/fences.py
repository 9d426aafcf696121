"""A second fence around what is only ever added to: the database itself refuses to change it."""

from sqlalchemy import Connection

APPEND_ONLY = ("audit", "approvals", "bulletins", "opinions", "reports")
_ACTS = ("update", "delete")
_REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$
"""


def put_up(connection: Connection) -> None:
    """Refuse to change or empty these tables, whoever asks through this database."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_REFUSE)
        for table in APPEND_ONLY:
            connection.exec_driver_sql(
                f"create trigger {table}_append_only before update or delete or truncate on {table}"
                " for each statement execute function refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for act in _ACTS:
            connection.exec_driver_sql(
                f"create trigger {table}_no_{act} before {act} on {table}"
                f" begin select raise(abort, '{table} is append-only'); end"
            )
