"""A second fence around what is only ever added to: the database itself refuses to change it."""

from sqlalchemy import Connection

APPEND_ONLY = ("audit", "approvals", "bulletins", "opinions", "progress", "reports")
# what was released is what every reader gets, for ever; that it was replaced or ended is noted beside it
RELEASED = ("identifier", "sha256", "cap", "national", "json", "cell")
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
        connection.exec_driver_sql(
            f"create trigger alerts_append_only before update of {', '.join(RELEASED)} or delete or truncate"
            " on alerts for each statement execute function refuse_change()"
        )
        return
    connection.exec_driver_sql(
        f"create trigger alerts_no_update before update of {', '.join(RELEASED)} on alerts"
        " begin select raise(abort, 'alerts is append-only'); end"
    )
    connection.exec_driver_sql(
        "create trigger alerts_no_delete before delete on alerts"
        " begin select raise(abort, 'alerts is append-only'); end"
    )
    for table in APPEND_ONLY:
        for act in _ACTS:
            connection.exec_driver_sql(
                f"create trigger {table}_no_{act} before {act} on {table}"
                f" begin select raise(abort, '{table} is append-only'); end"
            )
