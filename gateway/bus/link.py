"""The link to Redis: made in the background, given up when slow, taken up again without a storm.

Nobody waits for it longer than `ANSWER_SECONDS`, and only whoever is the first to find it hanging.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.connection import (
    BlockingConnectionPool,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from gateway.bus.words import Away
from gateway.logs import Ration
from gateway.redis_address import RedisAddress

ANSWER_SECONDS = 0.5  # one question and its answer; what is slower counts as away
_CONNECT_SECONDS = 2.0  # finding the server, TLS and signing in; nobody waits for it
_QUIET_SECONDS = 1.0  # without a word for so long, the link is tried
_STEADY_SECONDS = 10.0  # a link that held so long may be taken up again at once
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds between tries, each twice the one before
_CONNECTIONS = 8

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Link:
    """One process' link to Redis; `run` until cancelled. `channel` is the one it listens to.

    `heard` takes each message of the channel; `joined` is called whenever listening begins anew: what was
    said before was missed. `turned` is told when Redis can be used (True) or no longer can.
    """

    def __init__(
        self,
        address: RedisAddress,
        channel: str,
        *,
        heard: Callable[[str], None],
        joined: Callable[[], None],
        turned: Callable[[bool], None],
    ) -> None:
        self._address = address
        self._channel = channel
        self._heard = heard
        self._joined = joined
        self._turned = turned
        self._client: Redis | None = None
        self._ration = Ration()
        self._failures = 0  # since a link last held for a while
        self._told: bool | None = None  # what the log last said: it is there, or away

    @property
    def reachable(self) -> bool:
        """Whether it is worth asking."""
        return self._client is not None

    async def ask(self, question: Callable[[Redis], Awaitable[_T]]) -> _T:
        """Ask once, never again by itself. Raises `Away` at once while Redis is, else within
        `ANSWER_SECONDS`; whether it did what was asked is then not known."""
        client = self._client
        if client is None:
            raise Away
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await question(client)
        except ReadOnlyError:  # another server was made the first one
            self._lost()
        except ResponseError as error:  # full, or the user may not: asking again in another way is no help
            if self._ration.left_out("refused") is not None:
                _log.warning("bus_refused", extra={"error": type(error).__name__})
        except Exception:  # whatever its library raises is nobody's error here
            self._lost()
        raise Away

    async def run(self) -> None:
        """Hold the link until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._hold()
            except Exception as error:  # whatever it is, the gateway goes on without
                steady = loop.time() - began > _STEADY_SECONDS
                self._failures = 1 if steady else self._failures + 1
                self._tell_away(error)
            pause = min(_FIRST_PAUSE * 2 ** (self._failures - 1), _LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  # machines come back apart

    async def _hold(self) -> None:
        """Connect and listen; ends only by raising what broke the link."""
        async with asyncio.timeout(_CONNECT_SECONDS):
            client = await connect(self._address)
        listening = client.pubsub()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await listening.subscribe(self._channel)
                await listening.get_message(timeout=_CONNECT_SECONDS)
            self._found(client)
            await self._listen(listening)
        finally:
            self._lost()
            await _close(listening, client)

    async def _listen(self, listening: PubSub) -> None:
        while self._client is not None:
            message = await self._message(listening)
            if message is None:
                await listening.ping()
                message = await self._message(listening)
            if message is None:
                raise TimeoutError
            if message["type"] == "message":
                self._heard(message["data"])
            elif message["type"] == "subscribe":  # redis-py connected anew by itself
                self._joined()
        raise TimeoutError  # a question found it so

    async def _message(self, listening: PubSub) -> Any:
        """The next message; None after a while without one."""
        return await listening.get_message(timeout=_QUIET_SECONDS)

    def _found(self, client: Redis) -> None:
        self._client = client
        self._turned(True)
        if self._told is not True:
            _log.info("bus_reachable", extra={"server": str(self._address)})
            self._told = True
        self._joined()

    def _lost(self) -> None:
        if self._client is not None:
            self._client = None
            self._turned(False)

    def _tell_away(self, error: Exception) -> None:
        """A moment's interruption is not told; one that lasts or comes again is, once."""
        if self._failures > 1 and self._told is not False and self._ration.left_out("away") is not None:
            # the error's own words may quote the address with its password
            _log.warning("bus_away", extra={"server": str(self._address), "error": type(error).__name__})
            self._told = False


async def connect(address: RedisAddress) -> Redis:
    """A client of the server that can be written to; it has just answered quickly enough.

    Raises what redis-py raises, and `TimeoutError`. The caller bounds the time and closes it.
    """
    if address.path is not None:
        return await _answering(address, UnixDomainSocketConnection, {"path": address.path})
    if not address.by_sentinel:
        ((host, port),) = address.hosts
    else:
        host, port = await _first_server(address)
    where = {"host": host, "port": port, "socket_keepalive": True}
    if address.secure:
        return await _answering(address, SSLConnection, {**where, **address.tls})
    return await _answering(address, Connection, where)


async def _answering(address: RedisAddress, kind: Any, where: dict[str, Any]) -> Redis:
    pool = BlockingConnectionPool(
        max_connections=_CONNECTIONS,
        timeout=ANSWER_SECONDS,
        connection_class=kind,
        db=address.db,
        username=address.username,
        password=address.password,
        decode_responses=True,
        **_terms(),
        **where,
    )
    client = Redis.from_pool(pool)
    try:
        await client.ping()
        async with asyncio.timeout(ANSWER_SECONDS):  # connected now: it answers so quickly, or is too slow
            await client.ping()
    except BaseException:
        await _close(client)
        raise
    return client


async def _first_server(address: RedisAddress) -> tuple[str, int]:
    """Where the Sentinels say that the writable server is now."""
    more: dict[str, Any] = {"ssl": True, **address.tls} if address.secure else {}
    sentinels = Sentinel(  # type: ignore[no-untyped-call]
        list(address.hosts),
        sentinel_kwargs={
            "username": address.sentinel_username,
            "password": address.sentinel_password,
            **_terms(),
            **more,
        },
    )
    try:
        host, port = await sentinels.discover_master(address.service)
        return str(host), int(port)
    finally:
        await _close(*sentinels.sentinels)


def _terms() -> dict[str, Any]:
    """No command is ever sent twice: a limit would be spent twice."""
    return {
        "socket_timeout": _CONNECT_SECONDS,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


async def _close(*opened: Redis | PubSub) -> None:
    for each in opened:
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await each.aclose()
