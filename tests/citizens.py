"""A city that publishes: warnings really launched, asked to be signed for, with an inventory and an English
reader; and citizens who read its public pages without a token."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from sqlalchemy import Connection

from gateway.directory.inventory import InventoryLine
from gateway.ledger.directory import inventory
from gateway.settings import PublicSettings
from tests.city import City, city
from tests.ports import free_port
from tests.signing import OFFICE

LISTED = ("示例机械厂", "甲窑", "王班长")  # the enterprise, its line, and who is in charge there


class Got(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def words(self) -> str:
        """What a reader sees of the page, in one line."""
        main = re.sub(r"(?s)<style>.*?</style>|<[^>]+>", " ", self.text)
        return " ".join(unescape(main).split())


class Citizen:
    """Somebody with a browser, and nothing else."""

    def __init__(self, made: City, session: aiohttp.ClientSession) -> None:
        self.made = made
        self._session = session

    async def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.made.process.url + path
        async with self._session.request(method, url, headers=named, allow_redirects=False) as response:
            return Got(response.status, response.headers, await response.text())

    async def ask(self, text: str, query: str = "", accept: str = "text/html,*/*;q=0.8") -> Got:
        """Send the page's form."""
        url = f"{self.made.process.url}/public/check{query}"
        async with self._session.post(url, data={"text": text}, headers={"Accept": accept}) as response:
            return Got(response.status, response.headers, await response.text())

    async def newest(self) -> str:
        """The identifier of the newest message."""
        async with self._session.get(f"{self.made.process.url}/public/issued.json") as response:
            return str((await response.json())["issued"][0]["identifier"])


@asynccontextmanager
async def publishing_city(
    folder: Path, public: PublicSettings | None = None, **account: Any
) -> AsyncIterator[Citizen]:
    """The city, and a citizen."""
    port = free_port()
    server = {
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "office": OFFICE,
        "public": public or PublicSettings(),
    }
    async with city(folder, server=server, **account) as made, aiohttp.ClientSession() as session:
        await made.write(_list)
        yield Citizen(made, session)


def _list(connection: Connection) -> None:
    kiln = InventoryLine("industrial", "orange", "甲窑", "stop", "甲窑停产", certain=True, person="王班长")
    inventory.apply(connection, "industrial", {"E1": [kiln]}, 0, "(local)")
