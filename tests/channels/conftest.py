import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from channels import http


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with http.open_session() as session:
        yield session


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
