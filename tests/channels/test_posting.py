import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from yarl import URL

from channels import http
from channels.contract import Deferred, Reason, Unknown
from channels.posting import Answer, Posting
from tests.channels.scripted import CLOSE, SILENCE, bytes_server, scripted

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Raw:
    """A server that gives its answers one after the other as bytes, and keeps what it heard by connection."""

    answers: list[bytes]
    heard: list[list[bytes]] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append(mine := [])
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                mine.append(head + await reader.readexactly(length))
                writer.write(self.answers.pop(0))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def raw(answers: Sequence[bytes]) -> AsyncIterator[Raw]:
    script = Raw(list(answers))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/send?key=1%2B1"
    try:
        yield script
    finally:
        server.close()


def posting(session: aiohttp.ClientSession, url: str, seconds: float = 60.0) -> Posting:
    return Posting(session, URL(url, encoded=True), {"Content-Type": "text/plain"}, http.timeout(seconds))


async def outcome(
    session: aiohttp.ClientSession, url: str, seconds: float = 60.0
) -> Deferred | Unknown | Answer:
    try:
        return await posting(session, url, seconds).post(b"x")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return http.outcome_of(error)


async def test_a_request_has_its_address_its_headers_and_its_body(session: aiohttp.ClientSession) -> None:
    async with raw([OK]) as server:
        answer = await posting(session, server.url).post("停课".encode())
    assert (answer.status, answer.content) == (200, b"ok")
    host = server.url.split("/")[2]
    head = f"POST /send?key=1%2B1 HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\n"
    assert server.heard == [[head.encode() + b"Content-Length: 6\r\n\r\n" + "停课".encode()]]


async def test_a_connection_serves_one_message_after_the_other(session: aiohttp.ClientSession) -> None:
    async with raw([OK] * 3) as server:
        sender = posting(session, server.url)
        for _ in range(3):
            assert (await sender.post(b"x")).content == b"ok"
    assert [len(requests) for requests in server.heard] == [3]


async def test_a_connection_that_its_server_ends_is_used_no_more(session: aiohttp.ClientSession) -> None:
    last = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    async with raw([last, OK]) as server:
        sender = posting(session, server.url)
        assert (await sender.post(b"x")).content == b"ok"
        assert (await sender.post(b"x")).content == b"ok"
    assert [len(requests) for requests in server.heard] == [1, 1]


async def test_bytes_after_an_answer_are_never_read_as_the_next(session: aiohttp.ClientSession) -> None:
    stray = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
    async with raw([OK + stray, OK]) as server:
        sender = posting(session, server.url)
        assert (await sender.post(b"x")).status == 200
        assert (await sender.post(b"x")).status == 200
    assert [len(requests) for requests in server.heard] == [1, 1]


async def test_what_a_server_says_unasked_is_never_read_as_an_answer(session: aiohttp.ClientSession) -> None:
    """As one does that gives an idle connection up, in words of HTTP."""
    said = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\nx")
        writer.write(OK)
        if not said.is_set():
            await asyncio.sleep(0.05)
            writer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            said.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sender = posting(session, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert (await sender.post(b"x")).status == 200
    await said.wait()
    await asyncio.sleep(0.05)
    assert (await sender.post(b"x")).status == 200
    server.close()


async def test_an_answer_in_pieces_is_read_whole(session: aiohttp.ClientSession) -> None:
    pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    async with raw([pieces]) as server:
        assert (await posting(session, server.url).post(b"x")).content == b"abcde"


async def test_an_interim_answer_is_not_the_answer(session: aiohttp.ClientSession) -> None:
    async with raw([b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK]) as server:
        assert (await posting(session, server.url).post(b"x")).status == 200


async def test_an_answer_has_its_headers(session: aiohttp.ClientSession) -> None:
    async with scripted((429, "no", {"Retry-After": "7"})) as server:
        answer = await posting(session, server.url).post(b"x")
    assert (answer.status, http.retry_after(answer.headers)) == (429, 7.0)


async def test_a_redirect_is_not_followed(session: aiohttp.ClientSession) -> None:
    async with scripted((307, "", {"Location": "/elsewhere"})) as server:
        assert (await posting(session, server.url).post(b"x")).status == 307
    assert len(server.heard) == 1


async def test_silence_is_unknown_and_its_connection_is_used_no_more(session: aiohttp.ClientSession) -> None:
    async with scripted(SILENCE) as server:
        assert await outcome(session, server.url, 1.0) == Unknown(Reason.TIMEOUT)
        assert len(server.heard) == 1
        server.reply = (200, "second")
        answer = await outcome(session, server.url)
        assert isinstance(answer, Answer)
        assert answer.content == b"second"


async def test_a_request_that_takes_too_long_ends_alone(session: aiohttp.ClientSession) -> None:
    """The second is answered when the connection of the first, begun earlier, has been cut."""
    cut = asyncio.Event()
    heard = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\nx")
        if not heard.is_set():
            heard.set()
            await reader.read()
            cut.set()
        await cut.wait()
        writer.write(OK)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sender = posting(session, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", 2.0)
    first = asyncio.create_task(sender.post(b"x"))
    await heard.wait()
    await asyncio.sleep(1.0)
    assert (await sender.post(b"x")).content == b"ok"
    with pytest.raises(TimeoutError):
        await first
    server.close()


async def test_an_answer_that_never_ends_is_unknown(session: aiohttp.ClientSession) -> None:
    head = b"HTTP/1.1 201 Created\r\nContent-Length: 1000000\r\n\r\n"
    async with bytes_server(head, then_drip=True) as url, asyncio.timeout(60):
        assert await outcome(session, url, 1.0) == Unknown(Reason.TIMEOUT)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"220 mail ready\r\n"]
)
async def test_half_an_answer_or_none_is_unknown(session: aiohttp.ClientSession, answer: bytes) -> None:
    async with bytes_server(answer) as url:
        assert await outcome(session, url) == Unknown(Reason.DISCONNECTED)


async def test_a_connection_lost_instead_of_an_answer_is_unknown(session: aiohttp.ClientSession) -> None:
    async with scripted(CLOSE) as server:
        assert await outcome(session, server.url) == Unknown(Reason.DISCONNECTED)
        assert len(server.heard) == 1


async def test_a_header_stays_one_line(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="one line") as refused:
        Posting(session, URL("https://a.invalid/"), {"Authorization": "k\r\nX: y"}, http.timeout(1))
    assert "k" not in str(refused.value).split()
