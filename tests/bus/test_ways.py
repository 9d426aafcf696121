"""Redis behind TLS, behind Sentinels, and on a local socket."""

import asyncio
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from channels.access_tokens import AccessToken
from gateway.bus.limits import Limit
from gateway.bus.words import Word
from gateway.doctor.bus import reachable
from tests.bus.machines import Machine, Machines, until
from tests.redis_server import RedisServer, redis_server

DOCUMENTATION = Path(__file__).parents[2] / "docs/bus.md"


async def works(machines: Machines, url: str) -> tuple[Machine, Machine]:
    """Two machines hear each other by this address."""
    one, other = await machines.start(url), await machines.start(url)
    one.bus.say(Word.LAUNCHED)
    await until(lambda: Word.LAUNCHED in other.heard)
    return one, other


def certificate(folder: Path) -> Path:
    """A certificate for `localhost` that no authority knows, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: TLS with Redis is not tried")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = folder / "certificate.pem"
    key = folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, "-keyout", key, "-out", made],
        check=True,
        capture_output=True,
    )
    made.write_bytes(made.read_bytes() + key.read_bytes())
    return made


@asynccontextmanager
async def tls_before(port: int, folder: Path) -> AsyncIterator[int]:
    """A listener that speaks TLS and passes the bytes on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, behind[1]), copy(behind[0], writer))

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


async def test_a_tls_address_is_spoken_to_through_tls_and_its_certificate_checked(
    server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with tls_before(server.port, tmp_path) as port, Machines("tls") as machines:
        trusted = f"?ssl_ca_certs={tmp_path / 'certificate.pem'}"
        await works(machines, f"rediss://localhost:{port}/0{trusted}")
        for refused in (f"rediss://localhost:{port}", f"rediss://127.0.0.1:{port}{trusted}"):
            caplog.clear()
            stranger = await machines.start(refused, reached=False)
            await until(lambda: "bus_away" in caplog.messages)
            assert stranger.turns == []


async def test_a_local_socket_serves_too(machines: Machines, tmp_path: Path) -> None:
    path = tmp_path / "v.sock"
    async with redis_server(tmp_path, "--unixsocket", str(path)):
        await works(machines, f"unix://{path}")


@asynccontextmanager
async def sentinel_of(server: RedisServer, folder: Path) -> AsyncIterator[RedisServer]:
    """A Sentinel that watches a server under the name `office`, and knows its password."""
    folder.mkdir()
    file = folder / "sentinel.conf"
    file.write_text(
        f"sentinel monitor office 127.0.0.1 {server.port} 1\n"
        "sentinel auth-pass office of-the-server\n"
        "sentinel down-after-milliseconds office 300\n"
        "sentinel failover-timeout office 1000\n"
        "requirepass of-the-sentinel\n"
    )
    async with redis_server(folder, str(file), "--sentinel") as sentinel:
        yield sentinel


async def test_sentinels_are_asked_where_the_server_is_and_a_new_one_is_found(
    machines: Machines, tmp_path: Path
) -> None:
    password = ("--requirepass", "of-the-server", "--masterauth", "of-the-server")
    async with redis_server(tmp_path, *password) as first:
        of_first = ("--replicaof", f"127.0.0.1 {first.port}", "--repl-diskless-sync-delay", "0")
        async with (
            redis_server(tmp_path, *password, *of_first) as second,
            sentinel_of(first, tmp_path / "sentinel") as sentinel,
        ):
            hosts = f"127.0.0.1:1,127.0.0.1:{sentinel.port}"  # the first of them is down
            url = f"redis+sentinel://:of-the-server@{hosts}/office/0?sentinel_password=of-the-sentinel"
            one, other = await works(machines, url)
            async with sentinel.client("of-the-sentinel") as asked:
                while not await asked.sentinel_slaves("office"):
                    await asyncio.sleep(0.05)
            first.kill()
            await until(lambda: not one.bus.reachable and not other.bus.reachable)
            await until(lambda: one.bus.reachable and other.bus.reachable)
            async with second.client("of-the-server") as client:
                assert (await client.role())[0] == "master"
            other.heard.clear()
            one.bus.say(Word.QUEUED)
            await until(lambda: Word.QUEUED in other.heard)


@pytest.mark.parametrize(("service", "password"), [("unknown", "of-the-sentinel"), ("office", "wrong")])
async def test_a_sentinel_that_tells_of_no_server_holds_nobody_up(
    machines: Machines,
    server: RedisServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    service: str,
    password: str,
) -> None:
    async with sentinel_of(server, tmp_path / "sentinel") as sentinel:
        url = f"redis+sentinel://127.0.0.1:{sentinel.port}/{service}?sentinel_password={password}"
        one = await machines.start(url, reached=False)
        one.bus.say(Word.LAUNCHED)
        assert one.heard == [Word.LAUNCHED]
        await until(lambda: "bus_away" in caplog.messages)
        assert one.turns == []


async def test_the_rights_that_the_documentation_names_are_enough(
    machines: Machines, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    found = re.search(r"ACL SETUSER airwarn on >PASSWORD ([^`]+)`", DOCUMENTATION.read_text("utf-8"))
    assert found is not None
    async with server.client() as client:
        rights = ("ACL", "SETUSER", "airwarn", "on", ">invented", *found[1].split())
        await client.execute_command(*rights)  # type: ignore[no-untyped-call]
    url = f"redis://airwarn:invented@127.0.0.1:{server.port}"
    one, other = await works(machines, url)
    assert await one.bus.limits.wait(Limit("api", 1.0, 1), "a") == 0.0
    assert await other.bus.limits.wait(Limit("api", 1.0, 1), "a") > 0.0

    async def fetch() -> AccessToken:
        return AccessToken("token", 7200.0)

    assert await one.bus.tokens.get("app", fetch) == "token"
    await other.bus.tokens.drop("app", "token")
    async with server.client() as client:
        assert not [key for key in await client.keys("*") if ":token:" in key]
    assert (await reachable(url)).outcome == "ok"
    assert "bus_refused" not in caplog.messages
