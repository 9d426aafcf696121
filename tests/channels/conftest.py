from collections.abc import AsyncIterator

import aiohttp
import pytest

from channels import http
from tests.ports import free_port


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with http.open_session() as session:
        yield session


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    return free_port()
