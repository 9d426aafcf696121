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

    `session` (see `http.open_session`) belongs to the caller. Raises `ValueError`, naming no secret, for
    headers that would not stay one line each.
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
        self._session = session
        self._url = url
        self._timeout = timeout
        host = url.host_subcomponent or ""
        named = host if url.is_default_port() else f"{host}:{url.port}"
        lines = [f"POST {url.raw_path_qs} HTTP/1.1", f"Host: {named}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._head = "\r\n".join([*lines, "Content-Length: "]).encode()
        self._request: aiohttp.ClientRequest | None = None

    async def post(self, body: bytes) -> Answer:
        """The answer to one POST; never asked twice, no redirect followed.

        Raises `aiohttp.ClientError`, `TimeoutError` or `OSError`, `KeptBack` among them; see
        `http.outcome_of`.
        """
        async with asyncio.timeout(self._timeout.total):
            connection = await self._connection()
            try:
                pass_gate()
                answer = await self._exchange(connection, body)
            except BaseException:
                connection.close()  # a late answer must never be read as another's
                raise
            connection.release()  # closes it where its server will, or has not said everything
            return answer

    async def _connection(self) -> aiohttp.connector.Connection:
        connector = self._session.connector
        if connector is None:
            raise aiohttp.ClientConnectionError("the session is closed")
        if self._request is None:  # only tells the pool where to
            loop = asyncio.get_running_loop()
            self._request = aiohttp.ClientRequest("POST", self._url, loop=loop, session=self._session)
        try:
            return await connector.connect(self._request, [], self._timeout)
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
    while size < _MOST and (part := await payload.readany()):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
