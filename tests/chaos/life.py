"""One life of a server: it takes over a data folder, sends, and takes receipts until it ends."""

import asyncio
from pathlib import Path

from gateway.settings import Settings
from gateway.web.running import running
from tests.delivery.world import twilio

QUIET = 3.0  # seconds without news of any delivery


def live(folder: Path, provider: str, port: int, until_complete: bool) -> None:
    """Serve until everything is complete and no receipt comes any more, or else until killed."""
    asyncio.run(_live(settings_for(folder, provider, port), until_complete))


async def _live(settings: Settings, until_complete: bool) -> None:
    async with running(settings, "chaos") as process:
        (settings.data_folder / "started").touch()
        if not until_complete:
            await asyncio.Event().wait()
        seen = None
        while seen != (seen := (settings.data_folder / "ledger.sqlite3-wal").stat().st_mtime_ns):
            await asyncio.sleep(QUIET)
        await process.engine.idle()


def settings_for(folder: Path, provider: str, port: int) -> Settings:
    """Settings that let 5,000 messages take about as long as 20 lives."""
    account = twilio(
        provider, per_second=700, in_flight=40, unknown_wait=1.0, timeout=3.0, receipt_window=8.0
    )
    return Settings.model_validate({"data_folder": folder, "port": port, "accounts": {"sms": account}})
