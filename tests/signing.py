"""A small gateway whose schools and enterprises are asked to sign, and strangers at its door."""

import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image
from sqlalchemy import update

from channels.stand_ins.behaviour import Behaviour
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.ledger.schema import deliveries
from gateway.settings import OfficeSettings
from tests.city import City, city, decision, soon
from tests.documents import orange_start
from tests.ports import free_port

OFFICE = OfficeSettings(
    contacts=["值班电话 0371-00000000"], reply_by_minutes={"schools": 30, "enterprises": 30}
)
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0"}
_LINK = re.compile(r"/s/[a-z2-7]{26}")


@asynccontextmanager
async def signing_city(folder: Path, **account: Any) -> AsyncIterator[City]:
    """The city at an address that its links name."""
    port = free_port()
    server = {"port": port, "public_url": f"http://127.0.0.1:{port}", "office": OFFICE}
    async with city(folder, Behaviour(receipt_delay=(0.0, 0.01)), server=server, **account) as made:
        yield made


async def start(made: City, document: Mapping[str, Any] | None = None) -> int:
    """Launch a decision (an orange start), wait until it has arrived; gives the broadcast."""
    process = made.process
    submitted = await made.write(
        submit, process.desk, decision(soon(dict(document or orange_start()))), process.clock(), LOCAL
    )
    recorded = submitted.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    process.wake()
    await process.engine.idle()
    return int(recorded.broadcast_id)


async def read_by_all(made: City) -> None:
    """A minute has passed since whatever has left so far."""
    earlier = update(deliveries).values(claimed_at=deliveries.c.claimed_at - 60_000)
    await made.write(lambda connection: connection.execute(earlier) and None)


def link(made: City, number: str) -> str:
    """The path of the newest sign link that a number was sent."""
    texts = [each.text for each in made.twilio.seen if each.to.endswith(number)]
    found = _LINK.search(texts[-1])
    assert found is not None
    return found[0]


@asynccontextmanager
async def somebody(made: City, **headers: str) -> AsyncIterator["Person"]:
    """Somebody with a phone."""
    async with aiohttp.ClientSession(headers=PHONE | headers) as session:
        yield Person(session, made.process.url)


class Person:
    """Opens pages and sends forms."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def open(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        async with self.session.request(method, self.url + path, headers=_named(headers)) as response:
            return response.status, await response.text()

    async def send(self, path: str, form: Any, **headers: str) -> tuple[int, str]:
        async with self.session.post(self.url + path, data=form, headers=_named(headers)) as response:
            return response.status, await response.text()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def picture(kind: str = "JPEG", size: tuple[int, int] = (3000, 2000), **how: Any) -> bytes:
    """A photo as a phone sends it."""
    written = io.BytesIO()
    Image.new("RGB", size, "grey").save(written, kind, **how)
    return written.getvalue()
