"""One process of airwarn: the ledger, the delivery engine, the expander and the server, composed here."""

import asyncio
import errno
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from gateway.broadcasts.expand import Expander
from gateway.broadcasts.prepare import Desk
from gateway.delivery.engine import Engine
from gateway.errors import InputError
from gateway.identifiers import NewId, uuid7
from gateway.ledger.database import Clock, FolderLock, Ledger, system_clock
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings
from gateway.web import access, api, callbacks, problems
from gateway.web.keys import CLOCK, DESK, ENGINE, EXPANDER, LEDGER, SETTINGS

SOCKET = "airwarn.sock"
CALLBACK_KEY = "callback.key"
MAX_BODY = 20_000_000  # a directory of a large city
KEEP_ALIVE_SECONDS = 75.0  # aiohttp's own 3630 s lets slow headers hold connections
SHUTDOWN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """What a running process is made of; `url` is where it listens."""

    settings: Settings
    ledger: Ledger
    engine: Engine
    expander: Expander
    desk: Desk
    clock: Clock
    url: str

    def wake(self) -> None:
        """Something was launched."""
        self.expander.wake()
        self.engine.wake()


@asynccontextmanager
async def running(
    settings: Settings, holder: str, *, clock: Clock = system_clock, new_id: NewId = uuid7
) -> AsyncIterator[Running]:
    """Run everything until the block ends; then finish what is in flight.

    `holder` is the command's name, shown to whoever finds the data folder taken. Raises `InputError`
    (FOLDER_UNWRITABLE, FOLDER_LOCKED, PORT_IN_USE, …) before anything is changed.
    """
    folder = settings.data_folder
    lock = FolderLock(folder, holder)
    try:
        listening = _listen(settings)
        try:
            ledger = Ledger(folder)
            try:
                async with _serving(settings, ledger, listening, clock, new_id) as process:
                    yield process
            finally:
                ledger.close()
        finally:
            listening.close()
    finally:
        lock.release()


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is touched."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        words = "已被占用" if error.errno == errno.EADDRINUSE else f"不能监听（{error.strerror}）"
        words_en = "in use" if error.errno == errno.EADDRINUSE else f"not available ({error.strerror})"
        raise InputError(
            "PORT_IN_USE",
            f"{settings.host}:{settings.port} {words}；请在设置中换一个 port",
            f"{settings.host}:{settings.port} is {words_en}; choose another port in the settings",
            field="port",
        ) from None


@asynccontextmanager
async def _serving(
    settings: Settings, ledger: Ledger, listening: socket.socket, clock: Clock, new_id: NewId
) -> AsyncIterator[Running]:
    host, port = listening.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    engine = Engine(
        ledger,
        settings,
        clock=clock,
        public_url=settings.public_url or url,
        secret=_callback_key(settings.data_folder),
    )
    expander = Expander(ledger, clock, expanded=engine.wake)
    desk = Desk(Catalogue(settings.plans_folder), settings.office.for_renderer(), new_id)
    process = Running(settings, ledger, engine, expander, desk, clock, url)
    runner = web.AppRunner(
        application(process), keepalive_timeout=KEEP_ALIVE_SECONDS, shutdown_timeout=SHUTDOWN_SECONDS
    )
    await runner.setup()
    await engine.start()
    expanding = asyncio.create_task(expander.run(), name="expander")
    try:
        await web.SockSite(runner, listening).start()
        path = settings.data_folder / SOCKET
        path.unlink(missing_ok=True)
        await web.UnixSite(runner, str(path)).start()
        path.chmod(0o600)
        yield process
    finally:
        expanding.cancel()
        with suppress(asyncio.CancelledError):
            await expanding
        await engine.stop()
        await runner.cleanup()
        (settings.data_folder / SOCKET).unlink(missing_ok=True)


def application(process: Running) -> web.Application:
    """The web application over the parts of a process."""
    app = web.Application(middlewares=[problems.middleware, access.middleware], client_max_size=MAX_BODY)
    app[SETTINGS] = process.settings
    app[LEDGER] = process.ledger
    app[ENGINE] = process.engine
    app[EXPANDER] = process.expander
    app[DESK] = process.desk
    app[CLOCK] = process.clock
    app.add_routes(api.routes)
    app.add_routes(callbacks.routes)
    return app


def _callback_key(folder: Path) -> bytes:
    """The key that callback addresses are signed with; made once and kept with the ledger."""
    path = folder / CALLBACK_KEY
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        fresh.rename(path)
    return path.read_bytes()
