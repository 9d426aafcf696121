from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from channels.stand_ins.behaviour import Behaviour
from tests.city import City, city
from tests.web.api import Client


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with city(tmp_path, Behaviour(receipt_delay=(0.0, 0.01))) as running_city:
        yield running_city


@pytest.fixture
async def client(made: City) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, made.process.url)
