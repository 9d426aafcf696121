"""Redis behind TLS, behind Sentinels, and on a local socket."""

import asyncio
import re
import shutil
import socket
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
from tests.ports import free_port
from tests.redis_server import RedisServer, redis_server

DOCUMENTATION = Path(__file__).parents[2] / "docs/bus.md"


async def works(machines: Machines, url: str) -> tuple[Machine, Machine]:
    """Two machines hear each other by this address."""
    one, other = await machines.start(url), await machines.start(url)
    one.bus.say(Word.LAUNCHED)
    await until(lambda: Word.LAUNCHED in other.heard)
    return one, other


def certificate(folder: Path) -> Path:
    """A certificate for `localhost` that no authority knows, and its key, in one file: the folder's own."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: TLS with Redis is not tried")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    made = folder / "certificate.pem"
    key = folder / "key.pem"
    if made.exists():
        return made
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, "-keyout", key, "-out", made],
        check=True,
        capture_output=True,
    )
    made.write_bytes(made.read_bytes() + key.read_bytes())
    return made


@asynccontextmanager
async def tls_before(port: int, folder: Path, at: int = 0) -> AsyncIterator[int]:
    """A listener that passes the bytes on: the wheel's server is built without TLS. Whoever begins with a
    handshake gets TLS; servers and Sentinels among themselves, which cannot, go on in the clear."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Task[None]] = set()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        writer.transport.abort()

    async def serve(accepted: socket.socket) -> None:
        try:
            heard = asyncio.Event()
            loop.add_reader(accepted, heard.set)
            await heard.wait()
            loop.remove_reader(accepted)
            shakes_hands = accepted.recv(1, socket.MSG_PEEK) == b"\x16"
            reader = asyncio.StreamReader()
            transport, protocol = await loop.connect_accepted_socket(
                lambda: asyncio.StreamReaderProtocol(reader), accepted, ssl=context if shakes_hands else None
            )
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        except (OSError, ssl.SSLError):
            accepted.close()
            return
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", port)
            try:
                await asyncio.gather(copy(reader, to_server), copy(server, writer))
            finally:
                to_server.transport.abort()
        except OSError:
            pass
        finally:
            transport.abort()

    async def listen(listening: socket.socket) -> None:
        while True:
            accepted, _ = await loop.sock_accept(listening)
            accepted.setblocking(False)
            under_way.add(task := loop.create_task(serve(accepted)))
            task.add_done_callback(under_way.discard)

    with socket.create_server(("127.0.0.1", at)) as listening:
        listening.setblocking(False)
        under_way.add(loop.create_task(listen(listening)))
        try:
            yield listening.getsockname()[1]
        finally:
            ending = list(under_way)
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)


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


async def test_with_tls_sentinels_name_the_server_as_its_certificate_does_and_a_new_one_is_found(
    machines: Machines, tmp_path: Path
) -> None:
    ports = [free_port() for _ in range(3)]

    def announced(port: int) -> tuple[str, ...]:
        return ("--replica-announce-ip", "localhost", "--replica-announce-port", str(port))

    watched = tmp_path / "sentinel.conf"
    watched.write_text(
        "sentinel resolve-hostnames yes\nsentinel announce-hostnames yes\n"
        f"sentinel monitor office localhost {ports[0]} 1\n"
        "sentinel down-after-milliseconds office 300\nsentinel failover-timeout office 1000\n"
    )
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    of_first = ("--replicaof", f"localhost {ports[0]}", "--repl-diskless-sync-delay", "0")
    async with (
        redis_server(folders[0], *announced(ports[0])) as first,
        tls_before(first.port, tmp_path, ports[0]),
        redis_server(folders[1], *announced(ports[1]), *of_first) as second,
        tls_before(second.port, tmp_path, ports[1]),
        redis_server(folders[2], str(watched), "--sentinel") as sentinel,
        tls_before(sentinel.port, tmp_path, ports[2]),
    ):
        trusted = f"?ssl_ca_certs={tmp_path / 'certificate.pem'}"
        url = f"rediss+sentinel://localhost:{ports[2]}/office/0{trusted}"
        one, other = await works(machines, url)
        async with sentinel.client() as asked:
            while not await asked.sentinel_slaves("office"):
                await asyncio.sleep(0.05)
        first.kill()
        await until(lambda: not one.bus.reachable and not other.bus.reachable)
        await until(lambda: one.bus.reachable and other.bus.reachable)
        async with second.client() as client:
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
