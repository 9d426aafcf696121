"""Writes a change of settings into the audit trail, without any value of them."""

import hashlib
import json

from sqlalchemy import Connection

from gateway.ledger.trail import audit
from gateway.settings import Settings

KIND = "settings_changed"
_PLACES = (
    "data_folder",
    "database_url",
    "host",
    "port",
    "metrics_host",
    "metrics_port",
    "log_level",
)  # of this machine only


def note(connection: Connection, settings: Settings, now: int) -> None:
    """Add a row where the settings differ from those of the last start; it names the parts that do.

    Secrets are not looked at: of a password only that it is set counts. `now`: milliseconds since 1970 UTC.
    """
    shown = settings.model_dump(mode="json", exclude=set(_PLACES))  # secrets as asterisks
    parts = {name: _sha256(value) for name, value in shown.items()}
    last = audit.newest(connection, KIND)
    before = last.detail["parts"] if last else {}
    if parts == before:
        return
    changed = sorted(name for name in {*parts, *before} if parts.get(name) != before.get(name))
    audit.append(
        connection, now, "(airwarn)", KIND, "settings:1", {"parts": parts, "changed": changed if last else []}
    )


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
