"""What comes from outside and cannot be meant for us: refused, bounded, and never repeated in a log."""

import asyncio
import gzip
import logging
from pathlib import Path

import pytest

from gateway.settings import SOCKET, ApiSettings
from gateway.web import access
from gateway.web.serving import connections
from tests.city import TOKEN, City, city

SECRET = "invented-secret-of-a-caller"
GET = "GET /api/v1/broadcasts HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer " + TOKEN + "\r\n{more}\r\n"


class Raw:
    """A connection as bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, text: str | bytes) -> None:
        self.writer.write(text.encode() if isinstance(text, str) else text)
        await self.writer.drain()

    async def answer(self) -> tuple[int, str]:
        """Status and headers of one answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        return int(head.split(" ", 2)[1]), head

    async def closed(self) -> bytes:
        """What still comes until the other side closes."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""
        finally:
            self.writer.close()


async def connect(made: City) -> Raw:
    host, port = made.process.url.removeprefix("http://").split(":")
    return Raw(*await asyncio.open_connection(host, int(port)))


async def get(made: City, host: str = "localhost", more: str = "") -> tuple[int, str]:
    raw = await connect(made)
    await raw.send(GET.format(host=host, more=more))
    answered = await raw.answer()
    raw.writer.close()
    return answered


async def post(made: City, more: str, body: bytes = b"", path: str = "/api/v1/directory") -> tuple[int, str]:
    raw = await connect(made)
    length = (
        "" if "Transfer-Encoding" in more or "Content-Length" in more else f"Content-Length: {len(body)}\r\n"
    )
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n{length}{more}\r\n"
    await raw.send(head.encode() + body)
    answered = await raw.answer()
    raw.writer.close()
    return answered


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:99", "127.0.0.1:8330", "[::1]:1", "warn.example.com"]
)
async def test_the_server_answers_under_its_own_names(tmp_path: Path, host: str) -> None:
    async with city(tmp_path, server={"public_url": "https://warn.example.com/x"}) as made:
        assert (await get(made, host))[0] == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "evil.example:8330", "10.9.8.7"]
)
async def test_another_name_is_refused_also_when_it_is_said_to_be_forwarded(made: City, host: str) -> None:
    assert (await get(made, host))[0] == 421
    assert (await get(made, host, "X-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n"))[0] == 421


async def test_what_is_forwarded_changes_nothing(made: City) -> None:
    more = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: ftp\r\nX-Forwarded-For: 192.0.2.1\r\n"
    assert (await get(made, more=more))[0] == 200


async def test_a_token_that_is_no_text_opens_nothing(made: City) -> None:
    raw = await connect(made)
    await raw.send(b"GET /api/v1/plans HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    assert (await raw.answer())[0] == 401
    raw.writer.close()


async def test_a_further_name_may_be_allowed(tmp_path: Path) -> None:
    async with city(tmp_path, server={"api": ApiSettings(allowed_hosts=["gateway.internal"])}) as made:
        assert (await get(made, "gateway.internal:8330"))[0] == 200


@pytest.mark.parametrize(
    "more",
    [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://[::\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n",
    ],
)
async def test_a_post_from_a_page_of_another_site_is_refused(made: City, more: str) -> None:
    assert (await post(made, more))[0] == 403


async def test_a_post_from_our_own_page_is_taken(tmp_path: Path) -> None:
    async with city(tmp_path, server={"public_url": "https://warn.example.com"}) as made:
        own = "Origin: https://warn.example.com\r\nSec-Fetch-Site: same-origin\r\n"
        assert (await post(made, own))[0] == 422  # its empty table
        assert (await post(made, "Origin: http://localhost\r\n"))[0] == 422


async def test_packed_bodies_are_refused_unread(made: City) -> None:
    bomb = gzip.compress(b"0" * 30_000_000)
    assert (await post(made, "Content-Encoding: gzip\r\n", bomb))[0] == 415


async def test_a_body_beyond_the_operations_own_size_is_refused(made: City) -> None:
    launch = "/api/v1/decisions/x/launch"
    assert (await post(made, "", b"x" * 10_001, launch))[0] == 413
    chunked = b"".join(b"1000\r\n" + b"x" * 4096 + b"\r\n" for _ in range(3)) + b"0\r\n\r\n"
    assert (await post(made, "Transfer-Encoding: chunked\r\n", chunked, launch))[0] == 413
    assert (await post(made, "", b"x" * 100_001, "/callbacks/sms/x"))[0] == 413


async def test_a_body_that_trickles_in_is_given_up(made: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "BODY_SECONDS", 0.05)
    status, _ = await post(made, "Content-Length: 10\r\n", b"x", "/callbacks/sms/x")
    assert status == 408


async def test_headers_that_trickle_in_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 1.0)
    async with city(tmp_path) as made:
        silent, slow = await connect(made), await connect(made)
        await slow.send(f"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Key: {SECRET}\r\n")
        assert await silent.closed() == await slow.closed() == b""
        kept = await connect(made)
        await kept.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await kept.answer())[0] == 200
        await kept.reader.readexactly(len('{"status": "ok"}'))
        await kept.send("GET /health HTTP/1.1\r\n")  # its second request is slow
        assert await kept.closed() == b""
    assert SECRET not in caplog.text


async def test_whoever_takes_nothing_of_an_answer_is_let_go(
    made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "TAKING_SECONDS", 0.2)
    raw = await connect(made)
    with pytest.raises(ConnectionError):
        await ask_on(raw)
    raw.writer.close()


async def test_who_takes_nothing_of_an_answer_makes_room_at_once(tmp_path: Path) -> None:
    async with city(tmp_path, server={"api": ApiSettings(connections=1)}) as made:
        raw = await connect(made)
        asking = asyncio.create_task(ask_on(raw))
        while not raw.writer.transport.get_write_buffer_size():
            await asyncio.sleep(0)  # until more was asked than is being answered
        while not await connected(made):
            pass
        with pytest.raises(ConnectionError):
            await asking
        raw.writer.close()


async def ask_on(raw: Raw) -> None:
    """Ask for a file again and again and read none; the stream keeps 128 KB, and the system some more."""
    while True:
        await raw.send("GET /static/pico-2.1.1/pico.min.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)


async def test_beyond_so_many_connections_the_one_that_asks_nothing_longest_makes_room(
    tmp_path: Path,
) -> None:
    async with city(tmp_path, server={"api": ApiSettings(connections=2)}) as made:
        longest, other = await connect(made), await connect(made)
        for each in (longest, other):
            await each.send(GET.format(host="localhost", more=""))
            assert (await each.answer())[0] == 200
        assert await connected(made)
        assert (await longest.closed()).endswith(b"}")  # its answer, and nothing more
        await other.send(GET.format(host="localhost", more=""))
        assert b" 200 OK" in await other.reader.readuntil(b"\r\n\r\n")
        other.writer.close()


async def test_beyond_so_many_that_are_being_answered_the_next_is_closed_and_room_comes_back(
    tmp_path: Path,
) -> None:
    async with city(tmp_path, server={"api": ApiSettings(connections=2)}) as made:
        busy = [await connect(made) for _ in range(2)]
        more = "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"
        for each in busy:
            await each.send(f"POST /callbacks/sms/x HTTP/1.1\r\nHost: localhost\r\n{more}")
            assert (await each.answer())[0] == 100  # it is being read
        assert not await connected(made)
        for each in busy:
            await each.send("x")
            assert (await each.answer())[0] == 403
            each.writer.close()
        while not await connected(made):
            pass


async def connected(made: City) -> bool:
    """Whether there is room for one more that asks something."""
    raw = await connect(made)
    try:
        await raw.send(GET.format(host="localhost", more=""))
        return (await raw.answer())[0] == 200
    except (ConnectionError, asyncio.IncompleteReadError):
        return False
    finally:
        raw.writer.close()


async def test_this_machines_commands_get_in_however_many_are_outside(tmp_path: Path) -> None:
    async with city(tmp_path, server={"api": ApiSettings(connections=1)}) as made:
        held = await connect(made)
        path = made.process.settings.data_folder / SOCKET
        raw = Raw(*await asyncio.open_unix_connection(str(path)))
        await raw.send("GET /api/v1/plans HTTP/1.1\r\nHost: airwarn\r\n\r\n")
        assert (await raw.answer())[0] == 200
        raw.writer.close()
        held.writer.close()


@pytest.mark.parametrize("wrong", [f"{SECRET}\r\n\r\n", f"GET / HTTP/1.1\r\nX: {SECRET}\x00\r\n\r\n"])
async def test_what_is_no_http_is_answered_without_repeating_it(
    made: City, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw = await connect(made)
    await raw.send(wrong)
    status, head = await raw.answer()
    body = await raw.closed()
    assert status == 400
    assert "application/problem+json" in head
    assert "server:" not in head.lower()
    assert SECRET not in head + body.decode() + caplog.text


async def test_no_token_in_a_refused_request_reaches_the_log(
    made: City, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw = await connect(made)
    await raw.send(
        f"GET /api/v1/plans?token={SECRET} HTTP/1.1\r\nHost: {SECRET}\r\n"
        f"Authorization: Bearer {SECRET}\r\n\r\n"
    )
    assert (await raw.answer())[0] == 421
    raw.writer.close()
    assert SECRET not in caplog.text


async def test_every_answer_says_what_browsers_must_not_do_and_nothing_of_our_software(made: City) -> None:
    for path in ("/health", "/api/v1/nothing"):
        raw = await connect(made)
        await raw.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _, head = await raw.answer()
        raw.writer.close()
        names = {line.partition(":")[0].lower() for line in head.splitlines()[1:]}
        assert {"x-content-type-options", "content-security-policy", "x-frame-options"} <= names
        assert "server" not in names
