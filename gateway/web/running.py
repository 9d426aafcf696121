"""One process of airwarn: the ledger, the delivery engine, the expander and the server, composed here."""

import asyncio
import errno
import hmac
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from gateway.broadcasts.expand import Expander
from gateway.broadcasts.prepare import Desk
from gateway.bus.bus import Bus
from gateway.bus.words import Word
from gateway.delivery.engine import Engine
from gateway.errors import InputError
from gateway.follow_up import configured
from gateway.follow_up.deadlines import Deadlines
from gateway.follow_up.escalation import Escalator
from gateway.follow_up.questions import Asker, Manner
from gateway.follow_up.replying import hear
from gateway.identifiers import NewId, uuid7
from gateway.ledger import acknowledgements, incarnation, verifications
from gateway.ledger.database import Clock, FolderLock, Ledger
from gateway.metrics import Metrics
from gateway.plans.catalogue import Catalogue
from gateway.settings import SOCKET, Settings
from gateway.sign_tokens import SignTokens
from gateway.web import access, api, callbacks, exports, guard, health, problems, tokens
from gateway.web.connections import KEEP_ALIVE_SECONDS, Door, Site
from gateway.web.guard import ENTRANCE, Entrance
from gateway.web.idempotency import UNDER_WAY, UnderWay
from gateway.web.keys import BUS, CLOCK, DESK, ENGINE, LEDGER, SETTINGS, SIGN_TOKENS
from gateway.web.live.application import add_live_pages
from gateway.web.public import sign_pages as public
from gateway.web.public import verify_pages
from gateway.web.watching import serve_metrics, watch

CALLBACK_KEY = "callback.key"
SIGN_KEY = "signature.key"
MAX_BODY = 100_000  # of callbacks and forms; the API's operations each have their own
SHUTDOWN_SECONDS = 10.0
_HOUR = 3_600_000  # ms

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
    settings: Settings, holder: str, *, clock: Clock | None = None, new_id: NewId = uuid7
) -> AsyncIterator[Running]:
    """Run everything until the block ends; then finish what is in flight.

    `holder` is the command's name, shown to whoever finds the data folder taken. Raises `InputError`
    (FOLDER_UNWRITABLE, FOLDER_LOCKED, PORT_IN_USE, …) before anything is changed.
    """
    folder = settings.data_folder
    lock = FolderLock(folder, holder)
    try:
        with ExitStack() as sockets:  # taken before anything else is touched
            listening = sockets.enter_context(_listen(settings.host, settings.port, "port"))
            watched = None
            if settings.metrics_port is not None:
                watched = sockets.enter_context(
                    _listen(settings.metrics_host, settings.metrics_port, "metrics_port")
                )
            metrics = Metrics()
            ledger = Ledger(folder, settings.database_url, timed=metrics.transaction)
            clock = clock or ledger.now
            try:
                incarnation.begin(ledger, folder, clock())
                ledger.write_now(configured.note, settings, clock())
                async with _serving(settings, ledger, listening, watched, metrics, clock, new_id) as process:
                    yield process
                incarnation.end(ledger, folder)
            finally:
                ledger.close()
        _log.info("stopped")
    finally:
        lock.release()


def _listen(host: str, port: int, field: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        words = "已被占用" if error.errno == errno.EADDRINUSE else f"不能监听（{error.strerror}）"
        words_en = "in use" if error.errno == errno.EADDRINUSE else f"not available ({error.strerror})"
        raise InputError(
            "PORT_IN_USE",
            f"{host}:{port} {words}；请在设置中换一个 {field}",
            f"{host}:{port} is {words_en}; choose another {field} in the settings",
            field=field,
        ) from None


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@asynccontextmanager
async def _serving(
    settings: Settings,
    ledger: Ledger,
    listening: socket.socket,
    watched: socket.socket | None,
    metrics: Metrics,
    clock: Clock,
    new_id: NewId,
) -> AsyncIterator[Running]:
    url = _url(listening)
    metrics_url = None if watched is None else f"{_url(watched)}/metrics"
    key_is_new = not (settings.data_folder / SIGN_KEY).exists()
    sign_tokens = SignTokens(_key(settings.data_folder, SIGN_KEY))
    if key_is_new:
        await ledger.write(acknowledgements.renew_tokens, sign_tokens.sha256, clock())
        await ledger.write(verifications.renew_tokens, sign_tokens.question_sha256, clock())
    secret = _key(settings.data_folder, CALLBACK_KEY)
    bus = Bus(
        None if settings.redis_url is None else settings.redis_url.get_secret_value(),
        space=hmac.digest(secret, b"bus", "sha256").hex()[:12],
        turned=metrics.bus_turned,
    )
    engine = Engine(
        ledger,
        settings,
        clock=clock,
        public_url=settings.public_url or url,
        secret=secret,
        sign_tokens=sign_tokens,
        hear=hear,
        metrics=metrics,
        bus=bus,
    )
    queued = partial(bus.say, Word.QUEUED)
    expander = Expander(ledger, clock, sign_tokens, expanded=queued, policies=settings.escalation)
    escalator = Escalator(ledger, clock, settings.escalation, queued=queued)
    deadlines = Deadlines(ledger, clock, int(settings.office.remind_before_hours * _HOUR))
    bus.hear(expander.wake, Word.LAUNCHED)
    asker = Asker(ledger, clock, settings.for_renderer(), sign_tokens, Manner.of(settings), queued=queued)
    for each in (escalator, deadlines, asker):
        bus.hear(each.wake, Word.LAUNCHED, Word.TIMER)
    desk = Desk(Catalogue(settings.plans_folder), settings.for_renderer(), new_id)
    process = Running(
        settings,
        ledger,
        engine,
        expander,
        deadlines,
        escalator,
        desk,
        bus,
        sign_tokens,
        clock,
        url,
        metrics,
        metrics_url,
    )
    runner = web.AppRunner(
        application(process),
        access_log=None,  # its lines hold paths and queries
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    await runner.setup()
    await engine.start()
    running_beside = [
        asyncio.create_task(expander.run(), name="expander"),
        asyncio.create_task(deadlines.run(), name="deadlines"),
        asyncio.create_task(escalator.run(), name="escalator"),
        asyncio.create_task(asker.run(), name="asker"),
    ]
    bus.start()
    stopping = AsyncExitStack()
    try:
        await Site(runner, listening, Door(settings.api.connections)).start()
        path = settings.data_folder / SOCKET
        path.unlink(missing_ok=True)
        await web.UnixSite(runner, str(path)).start()
        path.chmod(0o600)
        if watched is not None:
            metrics_runner = await serve_metrics(metrics, ledger, clock, watched)
            stopping.push_async_callback(metrics_runner.cleanup)
        _log.info("started", extra={"url": url, "metrics": metrics_url, "folder": str(settings.data_folder)})
        yield process
    finally:
        _log.info("stopping")
        for task in running_beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await engine.finish()  # receipts of what just left still find an open door
        await runner.cleanup()
        await engine.stop()
        await bus.close()
        await stopping.aclose()
        (settings.data_folder / SOCKET).unlink(missing_ok=True)


def application(process: Running) -> web.Application:
    """The web application over the parts of a process."""
    app = web.Application(
        middlewares=[guard.middleware, problems.middleware, access.middleware], client_max_size=MAX_BODY
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
    app[UNDER_WAY] = UnderWay()
    app.add_routes(health.routes)
    app.add_routes(tokens.routes)
    app.add_routes(exports.routes)
    app.add_routes(api.routes())
    app.add_routes(callbacks.routes)
    add_live_pages(app, _key(process.settings.data_folder, CALLBACK_KEY))
    app.add_routes(public.routes)
    app.add_routes(verify_pages.routes)
    watch(app, process.metrics)
    return app


def _key(folder: Path, name: str) -> bytes:
    """A key of this ledger, such as the one that callback addresses are signed with; made once and kept
    with the ledger."""
    path = folder / name
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        fresh.rename(path)
    return path.read_bytes()
