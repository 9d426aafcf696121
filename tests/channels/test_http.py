import asyncio
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Protocol

import aiohttp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from channels import http
from channels.contract import Deferred, Reason, Unknown
from channels.posting import Posting
from tests.channels.scripted import CLOSE, SILENCE, bytes_server, scripted


async def by_session(session: aiohttp.ClientSession, url: str, seconds: float) -> None:
    async with session.post(url, data=b"x", timeout=http.timeout(seconds)) as answer:
        await answer.read()


async def by_posting(session: aiohttp.ClientSession, url: str, seconds: float) -> None:
    await Posting(session, URL(url), {}, http.timeout(seconds)).post(b"x")


class Ask(Protocol):
    """What a POST to `url` comes to, None for an answer."""

    async def __call__(
        self, session: aiohttp.ClientSession, url: str, seconds: float = 60.0
    ) -> Deferred | Unknown | None: ...


@pytest.fixture(params=[by_session, by_posting])
def outcome(request: pytest.FixtureRequest) -> Ask:
    async def ask(
        session: aiohttp.ClientSession, url: str, seconds: float = 60.0
    ) -> Deferred | Unknown | None:
        try:
            await request.param(session, url, seconds)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return http.outcome_of(error)
        return None

    return ask


async def test_a_refused_connection_is_certainly_not_sent(
    outcome: Ask, session: aiohttp.ClientSession, closed_port: int
) -> None:
    assert await outcome(session, f"http://127.0.0.1:{closed_port}/") == Deferred(Reason.CONNECTION)


async def test_a_host_without_address_is_certainly_not_sent(
    outcome: Ask, session: aiohttp.ClientSession
) -> None:
    assert await outcome(session, "http://nobody.invalid/") == Deferred(Reason.CONNECTION)


async def test_a_server_without_tls_is_certainly_not_sent(
    outcome: Ask, session: aiohttp.ClientSession
) -> None:
    async with scripted() as server:
        assert await outcome(session, server.url.replace("http:", "https:")) == Deferred(Reason.CONNECTION)
        assert server.heard == []


async def test_a_host_that_does_not_answer_a_connection_is_certainly_not_sent(
    outcome: Ask,
    session: aiohttp.ClientSession,
) -> None:
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for filler in (first, second):  # nobody accepts: with its queue full, the system answers no more
            filler.setblocking(False)
            filler.connect_ex(listening.getsockname())
        port = listening.getsockname()[1]
        assert await outcome(session, f"http://127.0.0.1:{port}", 1.0) == Deferred(Reason.CONNECTION)


async def test_waiting_for_a_free_connection_is_certainly_not_sent(outcome: Ask) -> None:
    async with http.open_session(connections=1) as session, scripted(SILENCE) as server:
        holder = asyncio.create_task(outcome(session, server.url, 60.0))
        while not server.heard:
            await asyncio.sleep(0.01)
        assert await outcome(session, server.url, 1.0) == Deferred(Reason.CONNECTION)
        assert len(server.heard) == 1
        holder.cancel()


async def test_silence_after_the_request_is_unknown(outcome: Ask, session: aiohttp.ClientSession) -> None:
    async with scripted(SILENCE) as server:
        assert await outcome(session, server.url, 1.0) == Unknown(Reason.TIMEOUT)
        assert len(server.heard) == 1


async def test_an_answer_that_never_ends_is_unknown(outcome: Ask, session: aiohttp.ClientSession) -> None:
    head = b"HTTP/1.1 201 Created\r\nContent-Length: 1000000\r\n\r\n"
    async with bytes_server(head, then_drip=True) as url, asyncio.timeout(60):
        assert await outcome(session, url, 1.0) == Unknown(Reason.TIMEOUT)


async def test_a_connection_lost_instead_of_an_answer_is_unknown(
    outcome: Ask, session: aiohttp.ClientSession
) -> None:
    async with scripted(CLOSE) as server:
        assert await outcome(session, server.url) == Unknown(Reason.DISCONNECTED)


async def test_half_an_answer_is_unknown(outcome: Ask, session: aiohttp.ClientSession) -> None:
    async with bytes_server(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{") as url:
        assert await outcome(session, url) == Unknown(Reason.DISCONNECTED)


async def test_something_else_than_http_is_unknown(outcome: Ask, session: aiohttp.ClientSession) -> None:
    async with bytes_server(b"SSH-2.0-nobody\r\n") as url:
        assert await outcome(session, url) == Unknown(Reason.DISCONNECTED)


async def test_a_lost_answer_on_a_reused_connection_is_not_sent_again(
    outcome: Ask, session: aiohttp.ClientSession
) -> None:
    async with scripted((200, "")) as server:
        assert await outcome(session, server.url) is None
        server.reply = CLOSE
        assert await outcome(session, server.url) == Unknown(Reason.DISCONNECTED)
        assert len(server.heard) == 2


async def test_proxies_and_credentials_of_the_environment_are_not_used(
    outcome: Ask, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    async with http.open_session() as session, scripted() as server:
        assert await outcome(session, server.url) is None


async def test_cookies_are_forgotten(outcome: Ask, session: aiohttp.ClientSession) -> None:
    async with scripted((200, "", {"Set-Cookie": "who=we; Path=/"})) as server:
        named = server.url.replace("127.0.0.1", "localhost")  # cookies of bare addresses are never kept
        await outcome(session, named)
        await outcome(session, named)
        assert "Cookie" not in server.heard[1].headers


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), (" 0 ", 0.0), ("99999999", 3600.0), ("", None), ("-1", None), ("soon", None), ("1e9", None)],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    assert http.retry_after({"Retry-After": value}) == seconds


def test_retry_after_as_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    seconds = http.retry_after({"Retry-After": in_a_minute})
    assert seconds is not None
    assert 50 < seconds <= 60
    assert http.retry_after({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0.0
    assert http.retry_after({}) is None


@example("Thu, 01 Jan 1970 00:00:00 +99999999999999999999")
@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]+ Jan [0-9]+ [0-9:]+ [+-][0-9]+"))
def test_no_retry_after_breaks_us(value: str) -> None:
    seconds = http.retry_after({"Retry-After": value})
    assert seconds is None or 0 <= seconds <= 3600


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:80", "http://127.8.9.1", "http://localhost:9/x", "http://[::1]:5"]
)
def test_this_machine_is_loopback(url: str) -> None:
    assert http.is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com",
        "http://127.0.0.1@example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "/127.0.0.1",
    ],
)
def test_other_machines_are_not_loopback(url: str) -> None:
    assert not http.is_loopback(url)


@pytest.mark.parametrize(
    "url",
    ["http://api.example.com", "ftp://127.0.0.1", "example.com", "", "https://", "https://h/?key=topsecret"],
)
def test_a_base_address_that_is_not_safe_is_refused_without_naming_secrets(url: str) -> None:
    with pytest.raises(ValueError, match="base address") as refusal:
        http.base(url)
    assert "topsecret" not in str(refusal.value)


def test_a_base_address_loses_its_last_slash() -> None:
    assert http.base("https://api.example.com/") == "https://api.example.com"


def test_a_redacted_address_holds_no_key_no_path_and_no_password() -> None:
    shown = http.redact("https://user:secret1@example.com:444/hook/secret2?key=secret3#secret4")
    assert shown == "https://example.com:444/…"
