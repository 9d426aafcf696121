"""One process of airwarn: the ledger, what delivers, and the server, composed here."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from aiohttp import web

from gateway.accounts.passwords import Passwords
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.desk import configured as desk_of
from gateway.broadcasts.launching.expand import Expander
from gateway.bus.bus import Bus
from gateway.bus.words import Word
from gateway.delivery.engine import Engine
from gateway.errors import InputError
from gateway.follow_up.obligations.deadlines import Deadlines
from gateway.follow_up.signatures.escalation import Escalator
from gateway.identifiers import NewId, uuid7
from gateway.ledger.database import Clock, FolderLock, Ledger, holder_of
from gateway.metrics import Metrics
from gateway.orders.senders import Senders
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens
from gateway.web import access, api, callbacks, orders, problems, sending
from gateway.web.console import astray
from gateway.web.console.application import add_console
from gateway.web.heavy import HEAVY, Heavy
from gateway.web.keys import BUS, CLOCK, DESK, ENGINE, LEDGER, SETTINGS, SIGN_TOKENS
from gateway.web.live.application import add_live_pages
from gateway.web.local import exports, tokens, users
from gateway.web.looking import LOOKS, Looks
from gateway.web.public import sign_pages as public
from gateway.web.public import verify_pages
from gateway.web.public.feeds import add_public_data
from gateway.web.serving import guard, health, packing
from gateway.web.serving.connections import KEEP_ALIVE_SECONDS, Door, Site
from gateway.web.serving.delivering import delivering, opened
from gateway.web.serving.guard import ENTRANCE, Entrance
from gateway.web.serving.listening import listen, metrics_socket, private_socket, url_of
from gateway.web.serving.watching import serve_metrics, watch

MAX_BODY = 100_000  # of callbacks and forms; the API's operations each have their own
SHUTDOWN_SECONDS = 10.0
SERVE = "airwarn serve"  # the holder of a folder that keeps it
_LOCK_SECONDS = 5.0  # what a short command that has the folder is given to end
_LOCK_TRIED_EVERY = 0.1

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What a running process is made of; `url` is where it listens, `metrics_url` where Prometheus asks."""

    settings: Settings
    ledger: Ledger
    engine: Engine
    expander: Expander
    deadlines: Deadlines
    escalator: Escalator
    desk: Desk
    bus: Bus
    sign_tokens: SignTokens
    clock: Clock
    url: str
    metrics: Metrics
    metrics_url: str | None

    def wake(self) -> None:
        """Something was launched."""
        self.bus.say(Word.LAUNCHED)


@asynccontextmanager
async def running(
    settings: Settings,
    holder: str,
    *,
    clock: Clock | None = None,
    new_id: NewId = uuid7,
    guest: bool = False,
    passwords: Passwords | None = None,
) -> AsyncIterator[Running]:
    """Run everything until the block ends; then finish what is in flight.

    `holder` is the command's name, shown to whoever finds the data folder taken; a folder that a short
    command has is waited for, unless by a `guest`, which besides leaves the accounts of a shared ledger to
    the workers that are there. `passwords`: how they are hashed, where it is not as strongly as should be.
    Raises `InputError` (FOLDER_TOO_LONG, FOLDER_UNWRITABLE, FOLDER_LOCKED, PORT_IN_USE, …) before anything is
    changed.
    """
    folder = settings.data_folder
    private_socket(folder)
    lock = await _lock(folder, holder, patient=not guest)
    try:
        with ExitStack() as stack:  # sockets are taken before anything else is touched
            listening = stack.enter_context(listen(settings.host, settings.port, "port"))
            watched = stack.enter_context(metrics_socket(settings))
            metrics = Metrics()
            ledger = stack.enter_context(opened(settings, folder, metrics, clock))
            serving = _serving(
                settings,
                ledger,
                listening,
                watched,
                metrics,
                clock or ledger.now,
                new_id,
                guest,
                passwords or Passwords(),
            )
            async with serving as process:
                yield process
        _log.info("stopped")
    finally:
        lock.release()


async def _lock(folder: Path, holder: str, *, patient: bool) -> FolderLock:
    """The lock of the folder; `patient`: once a short command that has it ends, never a server."""
    loop = asyncio.get_running_loop()
    until = loop.time() + (_LOCK_SECONDS if patient else 0)
    while True:
        try:
            return FolderLock(folder, holder)
        except InputError as error:
            served = (holder_of(folder) or "").startswith(f"{SERVE},")
            if error.code != "FOLDER_LOCKED" or served or loop.time() >= until:
                raise
        await asyncio.sleep(_LOCK_TRIED_EVERY)


@asynccontextmanager
async def _serving(
    settings: Settings,
    ledger: Ledger,
    listening: socket,
    watched: socket | None,
    metrics: Metrics,
    clock: Clock,
    new_id: NewId,
    guest: bool,
    passwords: Passwords,
) -> AsyncIterator[Running]:
    url = url_of(listening)
    desk = desk_of(settings, new_id)
    async with (
        AsyncExitStack() as stopping,
        delivering(
            settings, ledger, clock, metrics, public_url=settings.public_url or url, guest=guest
        ) as parts,
    ):
        process = Running(
            settings,
            ledger,
            parts.engine,
            parts.expander,
            parts.deadlines,
            parts.escalator,
            desk,
            parts.bus,
            parts.sign_tokens,
            clock,
            url,
            metrics,
            None if watched is None else f"{url_of(watched)}/metrics",
        )
        runner = web.AppRunner(
            application(process, parts.secret, parts.senders, passwords),
            access_log=None,  # its lines hold paths and queries
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        path = private_socket(settings.data_folder)
        try:
            await Site(runner, listening, Door(settings.api.connections)).start()
            path.unlink(missing_ok=True)
            await web.UnixSite(runner, str(path)).start()
            path.chmod(0o600)
            if watched is not None:
                metrics_runner = await serve_metrics(metrics, ledger, clock, watched)
                stopping.push_async_callback(metrics_runner.cleanup)
            said = {"url": url, "metrics": process.metrics_url, "folder": str(settings.data_folder)}
            _log.info("started", extra=said)
            yield process
        finally:
            _log.info("stopping")
            await parts.finish()  # receipts of what just left still find an open door
            await runner.cleanup()
            path.unlink(missing_ok=True)


def application(process: Running, secret: bytes, senders: Senders, passwords: Passwords) -> web.Application:
    """The web application over the parts of a process; `secret` signs sessions, orders come of `senders`."""
    app = web.Application(
        middlewares=[
            astray.middleware,
            guard.middleware,
            problems.middleware,
            access.middleware,
            packing.middleware,
            sending.middleware,
        ],
        client_max_size=MAX_BODY,
    )
    app.on_response_prepare.append(guard.secure)
    app[SETTINGS] = process.settings
    app[LEDGER] = process.ledger
    app[ENGINE] = process.engine
    app[BUS] = process.bus
    app[DESK] = process.desk
    app[SIGN_TOKENS] = process.sign_tokens
    app[CLOCK] = process.clock
    app[ENTRANCE] = Entrance(process.settings)
    app[sending.PAGES] = sending.Pages()
    app[HEAVY] = Heavy()
    app[LOOKS] = Looks()
    app.on_cleanup.append(app[HEAVY].aclose)
    app.add_routes(health.routes)
    app.add_routes(tokens.routes)
    app.add_routes(users.routes)
    app.add_routes(exports.routes)
    app.add_routes(api.routes())
    app.add_routes(callbacks.routes)
    app[orders.SENDERS] = senders
    app.add_routes(orders.routes)
    add_live_pages(app, secret)
    add_console(app, secret, passwords)
    app.add_routes(public.routes)
    app.add_routes(verify_pages.routes)
    add_public_data(app, process.settings.public_url or process.url)
    watch(app, process.metrics)
    return app
