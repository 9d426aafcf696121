"""The answer to a commit may be lost with its connection: what was claimed then is not lost with it."""

# ruff: noqa: F401, F811 - fixtures of other folders
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit, urlunsplit

import pytest
from pydantic import SecretStr

from channels.stand_ins import TwilioStandIn
from gateway.ledger.database import Ledger
from tests.delivery.conftest import door, provider
from tests.delivery.test_engine import LONG, make
from tests.delivery.world import Door, running, states

_SOCKET = ".s.PGSQL.5432"


class Line:
    """Passes bytes on to a server's socket, until it cuts a connection that has just committed a claim."""

    def __init__(self, server: str) -> None:
        self._server = server
        self.cuts = 0  # still to be made
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        below, above = await asyncio.open_unix_connection(self._server)
        self._open |= {writer, above}
        claims = cut = False

        async def up() -> None:
            nonlocal claims, cut
            while data := await reader.read(65536):
                claims |= b"INSERT INTO attempts" in data
                if claims and self.cuts and b"COMMIT" in data:
                    self.cuts -= 1
                    cut = True
                above.write(data)

        async def down() -> None:
            while (data := await below.read(65536)) and not cut:  # committed, and nobody hears of it
                writer.write(data)

        tasks = [asyncio.create_task(up()), asyncio.create_task(down())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        writer.close()
        above.close()
        self._open -= {writer, above}

    def close(self) -> None:
        for writer in self._open:
            writer.close()


@pytest.fixture
async def line(database: SecretStr) -> AsyncIterator[tuple[Line, SecretStr]]:
    parts = urlsplit(database.get_secret_value())
    host = parse_qs(parts.query).get("host")
    if host is None:
        pytest.skip("the line passes on to a server's socket in a folder")
    with TemporaryDirectory() as folder:
        made = Line(f"{host[0]}/{_SOCKET}")
        listening = await asyncio.start_unix_server(made.serve, f"{folder}/{_SOCKET}")
        yield made, SecretStr(urlunsplit(parts._replace(query=f"host={folder}")))
        listening.close()
        made.close()


@pytest.fixture
async def ledger(line: tuple[Line, SecretStr], tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = await asyncio.to_thread(Ledger, tmp_path, line[1])
    yield opened
    await asyncio.to_thread(opened.close)


async def test_what_a_claim_took_whose_commit_nobody_confirmed_is_sent_once(
    line: tuple[Line, SecretStr], ledger: Ledger, door: Door, provider: TwilioStandIn, make: object
) -> None:
    settings, broadcast = await make(60)  # type: ignore[operator]
    line[0].cuts = 1
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert line[0].cuts == 0
    assert await ledger.read(states, broadcast) == {"delivered": 60}
    assert len(provider.seen) == 60
