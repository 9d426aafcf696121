"""Many POSTs to one address: aiohttp's connections and parser without its requests and responses.

A send costs what its client costs: aiohttp builds and checks each request anew, with a task for its body
and two objects for its answer, for two thirds of the time that a send takes. What is the same from one
message to the next is made once here. Connections come from the session's own pool, under its limits.
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

import aiohttp
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDictProxy
from yarl import URL

from channels.leaving import pass_gate

_INTERIM = (100, 102, 103)  # another answer follows
_MOST = 1 << 20  # bytes of an answer; no provider says more than some thousand


class Answer(NamedTuple):
    """An answer, read to its end, or its first megabyte."""

    status: int
    headers: CIMultiDictProxy[str]
    content: bytes


class Posting:
    """POSTs to `url` with these `headers`; none takes longer than `timeout` (see `http.timeout`) says.

    `session` (see `http.open_session`) belongs to the caller, and its loop is running. Raises `ValueError`,
    naming no secret, for headers that would not stay one line each, and for a timeout without a total.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: URL,
        headers: Mapping[str, str],
        timeout: aiohttp.ClientTimeout,
    ) -> None:
        if any(character in line for line in (*headers, *headers.values()) for character in "\r\n\0"):
            raise ValueError("a header would not stay one line")
        if timeout.total is None:
            raise ValueError("a request needs an end")
        self._session = session
        self._url = url
        self._timeout = timeout
        host = url.host_subcomponent or ""
        named = host if url.is_default_port() else f"{host}:{url.port}"
        lines = [f"POST {url.raw_path_qs} HTTP/1.1", f"Host: {named}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._head = "\r\n".join([*lines, "Content-Length: "]).encode()
        self._request: aiohttp.ClientRequest | None = None
        self._loop = asyncio.get_running_loop()
        self._seconds = timeout.total
        self._until: dict[aiohttp.connector.Connection, float] = {}  # how long those under way may take
        self._timer: asyncio.TimerHandle | None = None

    async def post(self, body: bytes) -> Answer:
        """The answer to one POST; never asked twice, no redirect followed.

        Raises `aiohttp.ClientError`, `TimeoutError` or `OSError`, `KeptBack` among them; see
        `http.outcome_of`.
        """
        until = self._loop.time() + self._seconds
        connection = await self._connection()
        self._begun(connection, until)
        try:
            pass_gate()
            answer = await self._exchange(connection, body)
        except BaseException as error:
            connection.close()  # a late answer must never be read as another's
            if isinstance(error, aiohttp.ClientError) and self._loop.time() >= until:
                raise TimeoutError from error
            raise
        finally:
            self._ended(connection)
        connection.release()  # closes it where its server will, or has not said everything
        return answer

    def _begun(self, connection: aiohttp.connector.Connection, until: float) -> None:
        """One timer for all that are under way: one for each would take a twelfth of a request's time."""
        self._until[connection] = until
        if self._timer is None:
            self._timer = self._loop.call_at(until, self._end_overdue)

    def _ended(self, connection: aiohttp.connector.Connection) -> None:
        del self._until[connection]
        if not self._until and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_overdue(self) -> None:
        """Cut what has taken too long: whoever waits for it finds its connection lost."""
        now = self._loop.time()
        for connection, until in self._until.items():
            if until <= now and connection.transport is not None:
                connection.transport.abort()
        later = [until for until in self._until.values() if until > now]
        self._timer = self._loop.call_at(min(later), self._end_overdue) if later else None

    async def _connection(self) -> aiohttp.connector.Connection:
        connector = self._session.connector
        if connector is None:
            raise aiohttp.ClientConnectionError("the session is closed")
        if self._request is None:  # only tells the pool where to
            loop = asyncio.get_running_loop()
            self._request = aiohttp.ClientRequest("POST", self._url, loop=loop, session=self._session)
        try:
            while True:
                connection = await connector.connect(self._request, [], self._timeout)
                if connection.protocol is None or not connection.protocol.should_close:
                    return connection
                connection.close()  # its server said something unasked meanwhile
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error

    async def _exchange(self, connection: aiohttp.connector.Connection, body: bytes) -> Answer:
        protocol = connection.protocol
        if protocol is None or protocol.transport is None:
            raise aiohttp.ServerDisconnectedError
        protocol.set_response_params()
        protocol.transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        try:
            message, payload = await protocol.read()
            while message.code in _INTERIM:
                message, payload = await protocol.read()
        except HttpProcessingError as error:
            raise aiohttp.ClientPayloadError("not an answer") from error
        return Answer(message.code, message.headers, await _beginning(payload))


async def _beginning(payload: aiohttp.StreamReader) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < _MOST and not payload.at_eof():
        part = await payload.readany()
        parts.append(part)
        size += len(part)
    return b"".join(parts)
