"""What takes names and addresses out of the ledger is written into the audit trail before it does."""

import asyncio
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.settings import Settings


def record(configured: "Settings", subject: str, detail: dict[str, object]) -> None:
    """Write down an export by whoever runs this command: through the server that runs, else alone.

    Raises `InputError` where it cannot be written; then nothing is exported.
    """
    from gateway.cli import client
    from gateway.web.access import LOCAL
    from gateway.web.local.exports import exported

    told = {**detail, "by": client.person()}
    socket = client.server_socket(configured)
    if socket is not None:
        body = json.dumps({"subject": subject, "detail": told}).encode()
        asyncio.run(client.ask(socket, "POST", "/private/exports", body))
        return
    with client.alone(configured, "airwarn export") as ledger:
        ledger.write_now(exported, ledger.now(), LOCAL.name, subject, told)
