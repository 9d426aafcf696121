"""A worker: what delivers, without a site. Any number of them share a PostgreSQL ledger's accounts."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import InputError
from gateway.ledger.database import FolderLock, Ledger, holder_of
from gateway.metrics import Metrics
from gateway.settings import Settings, TwilioSettings
from gateway.web.serving.delivering import delivering, opened
from gateway.web.serving.listening import metrics_socket, url_of
from gateway.web.serving.watching import serve_metrics

_MOST = 64  # workers of one data folder

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Working:
    """A worker at work: the folder that is its own, and where Prometheus asks."""

    ledger: Ledger
    folder: Path
    metrics_url: str | None


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Working]:
    """Work one's share of the accounts until the block ends; then finish what is in flight, and give them
    back.

    Raises `InputError`: WORK_NEEDS_POSTGRESQL where the ledger is a file, PUBLIC_URL_MISSING where receipts
    would find nobody, and what `running` raises.
    """
    _refuse(settings)
    lock, folder = _folder(settings.data_folder)
    try:
        with ExitStack() as stack:
            watched = stack.enter_context(metrics_socket(settings))
            metrics = Metrics()
            ledger = stack.enter_context(opened(settings, folder, metrics))
            async with (
                AsyncExitStack() as stopping,
                delivering(settings, ledger, ledger.now, metrics, public_url=settings.public_url or ""),
            ):
                url = None
                if watched is not None:
                    url = f"{url_of(watched)}/metrics"
                    runner = await serve_metrics(metrics, ledger, ledger.now, watched)
                    stopping.push_async_callback(runner.cleanup)
                _log.info("started", extra={"metrics": url, "folder": str(folder)})
                yield Working(ledger, folder, url)
                _log.info("stopping")
        _log.info("stopped")
    finally:
        lock.release()


def _refuse(settings: Settings) -> None:
    if settings.database_url is None:
        holder = holder_of(settings.data_folder)
        words = "" if holder is None else f"，正由 {holder} 使用"
        words_en = "" if holder is None else f", and {holder} is using it"
        raise InputError(
            "WORK_NEEDS_POSTGRESQL",
            f"airwarn work 需要 PostgreSQL：请设置 database_url。数据目录“{settings.data_folder}”里的 SQLite"
            f" 台账只供一个进程使用{words}",
            "airwarn work needs database_url: the SQLite ledger in the data folder"
            f" {str(settings.data_folder)!r} is for one process{words_en}",
            field="database_url",
        )
    pushed = [name for name, each in settings.accounts.items() if isinstance(each, TwilioSettings)]
    if pushed and settings.public_url is None:
        raise InputError(
            "PUBLIC_URL_MISSING",
            f"账号“{pushed[0]}”的服务商回传状态，须设置 public_url：airwarn serve 在外可达的地址",
            f"the provider of account {pushed[0]!r} sends receipts: set public_url, the address at which"
            " airwarn serve is reached",
            field="public_url",
        )


def _folder(data_folder: Path) -> tuple[FolderLock, Path]:
    """The first folder of a worker that no other one has: the end of its audit chain is kept there."""
    for number in range(1, _MOST + 1):
        folder = data_folder / f"worker-{number}"
        try:
            return FolderLock(folder, "airwarn work"), folder
        except InputError as error:
            if error.code != "FOLDER_LOCKED" or number == _MOST:
                raise
    raise AssertionError("unreachable")
