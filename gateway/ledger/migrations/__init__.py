"""Brings a ledger's tables up to date, one numbered step after another (Alembic).

Each step is a file of `versions` that starts with its number. Alembic, slow to load, is only asked
where something is missing: every command opens a ledger, and nearly all find it as it should be.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from gateway.errors import InputError

_FOLDER = Path(__file__).parent
_TABLE = "alembic_version"


def upgrade(connection: Connection) -> None:
    """Apply what is missing. Raises `InputError` for a ledger of a newer airwarn."""
    steps = {file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*.py")}
    current = _revision(connection)
    if current == max(steps):
        return
    if current is not None and current not in steps:
        raise InputError(
            "LEDGER_NEWER",
            f"台账由更新版本的 airwarn 建立（结构版本 {current}），请升级后再打开",
            f"the ledger was made by a newer airwarn (revision {current}); upgrade first",
        )
    from alembic import command  # noqa: PLC0415 - slow to load
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def there(connection: Connection) -> bool:
    """Whether there are tables of ours."""
    return _revision(connection) is not None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {_TABLE}"))  # noqa: S608 - a constant
    return found
