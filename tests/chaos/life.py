"""One life of a sending process: it takes over a data folder, sends, and takes receipts until it ends."""

import asyncio
from pathlib import Path

from gateway.delivery.engine import Engine
from gateway.ledger.database import FolderLock, Ledger
from tests.delivery.world import SECRET, open_door, settings_of, twilio

QUIET = 3.0  # seconds without a callback


def live(folder: Path, provider: str, port: int, until_complete: bool) -> None:
    """Run until everything is complete, or else until killed."""
    asyncio.run(_live(folder, provider, port, until_complete))


async def _live(folder: Path, provider: str, port: int, until_complete: bool) -> None:
    lock = FolderLock(folder, "chaos")
    ledger = Ledger(folder)
    settings = settings_of(folder, sms=account(provider))
    async with open_door(port) as door:
        engine = Engine(ledger, settings, public_url=door.url, secret=SECRET)
        await engine.start()
        door.engine = engine
        (folder / "started").touch()
        if until_complete:
            await door.quiet_for(QUIET)  # late receipts
            await engine.idle()
            await engine.stop()
            ledger.close()
            lock.release()
        else:
            await asyncio.Event().wait()


def account(provider: str) -> dict[str, object]:
    """Settings that let 5,000 messages take about as long as 20 lives."""
    return twilio(provider, per_second=700, in_flight=40, unknown_wait=1.0, timeout=3.0, receipt_window=8.0)
