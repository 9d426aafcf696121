"""Commands read the ledger themselves; those that write own the data folder or ask the server that does,
over its private socket."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.errors import InputError
from gateway.settings import SOCKET, Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.broadcasts.desk import Desk
    from gateway.ledger.database import Ledger

ANSWER_SECONDS = 120.0


def server_socket(settings: Settings) -> Path | None:
    """The private socket of a running server, or None. Raises nothing."""
    import socket

    path = settings.data_folder / SOCKET
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        probe.connect(str(path))
    except OSError:
        return None
    finally:
        probe.close()
    return path


@contextmanager
def reader(settings: Settings) -> "Iterator[Ledger]":
    """The ledger, to be read, whether a server runs or not. Raises `InputError` where there is none."""
    from gateway.ledger.database import Ledger

    ledger = Ledger(settings.data_folder, settings.database_url, write=False)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def alone(settings: Settings, holder: str) -> "Iterator[Ledger]":
    """The ledger, while no server runs. Raises `InputError` where another process owns the folder."""
    from gateway.ledger.database import FolderLock, Ledger

    lock = FolderLock(settings.data_folder, holder)
    try:
        ledger = Ledger(settings.data_folder, settings.database_url)
        try:
            yield ledger
        finally:
            ledger.close()
    finally:
        lock.release()


def through(
    settings: Settings,
    holder: str,
    path: str,
    content: bytes,
    here: "Callable[[Ledger], Any]",
    media_type: str = "application/json",
) -> Any:
    """What an act answers: done by the server that runs, at `path` of its API with `content`; where none
    runs, by `here`, on the ledger that this command then holds as `holder`. Raises `InputError` as they do.
    """
    import asyncio

    socket = server_socket(settings)
    if socket is not None:
        _status, answer = asyncio.run(ask(socket, "POST", path, content, media_type))
        return answer
    with alone(settings, holder) as ledger:
        return here(ledger)


def written(
    settings: Settings,
    holder: str,
    path: str,
    body: "Mapping[str, Any]",
    case: "Callable[[Connection, int], Any]",
) -> Any:
    """`through` of an act that is one transaction, `case`, which gets the ledger's time; `body` is sent as
    JSON."""
    content = json.dumps(body).encode()
    return through(settings, holder, path, content, lambda ledger: ledger.write_now(case, ledger.now()))


def desk(settings: Settings) -> "Desk":
    """What commands submit, launch and draft with. Raises `InputError` for a signing key that cannot be
    used."""
    from gateway.broadcasts.desk import configured
    from gateway.identifiers import uuid7

    return configured(settings, uuid7)


def person() -> str:
    """Who runs this command: the system's name for them."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        return str(os.getuid())


async def ask(
    path: Path, method: str, target: str, body: bytes = b"", media_type: str | None = None
) -> tuple[int, Any]:
    """Status and JSON of one request over the socket. Raises `InputError` for the server's errors."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    connector = aiohttp.UnixConnector(path=str(path))
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.request(
                method,
                f"http://airwarn{target}",
                data=body,
                headers=None if media_type is None else {"Content-Type": media_type},
            ) as response,
        ):
            content = json.loads(await response.read())
            status = response.status
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise InputError(
            "SERVER_UNREACHABLE",
            "正在运行的服务没有回答，请查看它的日志",
            "the running server did not answer; look at its log",
        ) from None
    if status >= 500 and not (isinstance(content, dict) and "error" in content):
        raise InputError(
            "SERVER_FAILED",
            f"正在运行的服务出错（{status}），请查看它的日志",
            f"the running server failed ({status}); look at its log",
        )
    if isinstance(content, dict) and "error" in content:
        fields = content["error"]
        raise InputError(
            fields["code"],
            fields["message"],
            fields["message_en"],
            fields["file"],
            fields["line"],
            fields["field"],
        )
    return status, content
