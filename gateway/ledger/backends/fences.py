"""A second fence around what is only ever added to: the database itself refuses to change it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

APPEND_ONLY = ("audit", "approvals", "bulletins", "opinions", "progress", "reports")
# Columns that never change, of tables whose rows stay; what becomes of a row is noted in its others.
UNCHANGING: Mapping[str, Sequence[str]] = {
    "publications": ("kind", "plan", "episode_id", "content", "published_at", "published_by"),
    "alerts": ("identifier", "sha256", "cap", "national", "json", "cell"),  # what every reader gets, for ever
    "orders": (  # what came in, how it was proved and what was read in it: why people acted as they did
        *("sender", "plan", "relation", "meaning", "exercise", "identifier", "event", "earlier", "format"),
        *("sha256", "content_type", "proof", "sent_at", "received_at", "kind", "message_type", "level"),
        *("until_then", "starts_at", "area", "document_number", "facts", "verdict", "refusal", "content"),
    ),
}
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
        for table, columns in UNCHANGING.items():
            connection.exec_driver_sql(
                f"create trigger {table}_append_only before update of {', '.join(columns)}"
                f" or delete or truncate on {table} for each statement execute function refuse_change()"
            )
        return
    for table, columns in UNCHANGING.items():
        for name, act in (("update", f"update of {', '.join(columns)}"), ("delete", "delete")):
            connection.exec_driver_sql(
                f"create trigger {table}_no_{name} before {act} on {table}"
                f" begin select raise(abort, '{table} is append-only'); end"
            )
    for table in APPEND_ONLY:
        for act in _ACTS:
            connection.exec_driver_sql(
                f"create trigger {table}_no_{act} before {act} on {table}"
                f" begin select raise(abort, '{table} is append-only'); end"
            )
