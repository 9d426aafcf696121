"""What takes names and addresses out of the ledger is written into the audit trail before it does."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.settings import Settings


def record(configured: "Settings", subject: str, detail: dict[str, object]) -> None:
    """Write down an export by whoever runs this command: through the server that runs, else alone.

    Raises `InputError` where it cannot be written; then nothing is exported.
    """
    from gateway.cli.client import person, written
    from gateway.web.access import LOCAL
    from gateway.web.local.exports import exported

    told: dict[str, object] = {**detail, "by": person()}

    def case(connection: "Connection", now: int) -> None:
        exported(connection, now, LOCAL.name, subject, told)

    written(configured, "airwarn export", "/private/exports", {"subject": subject, "detail": told}, case)
