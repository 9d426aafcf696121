"""Brings a ledger's tables up to date, one numbered step after another (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gateway.errors import InputError

_FOLDER = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Apply what is missing. Raises `InputError` for a ledger of a newer airwarn."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in {step.revision for step in script.walk_revisions()}:
        raise InputError(
            "LEDGER_NEWER",
            f"台账由更新版本的 airwarn 建立（结构版本 {current}），请升级后再打开",
            f"the ledger was made by a newer airwarn (revision {current}); upgrade first",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def there(connection: Connection) -> bool:
    """Whether there are tables of ours."""
    return MigrationContext.configure(connection).get_current_revision() is not None
