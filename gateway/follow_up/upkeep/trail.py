"""The audit trail as people and other programs see it."""

from typing import Any

from gateway.ledger.trail.audit import Entry
from gateway.moments import iso


def entry_json(entry: Entry) -> dict[str, Any]:
    """One row; `at` is ISO 8601 with +08:00."""
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "actor": entry.actor,
        "kind": entry.kind,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "previous": entry.previous,
        "sha256": entry.sha256,
    }
