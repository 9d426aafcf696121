from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import pytest

from tests.bus.machines import Machines
from tests.redis_server import RedisServer, redis_server, url_from_outside


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    """A Redis that may be flushed, stopped and killed."""
    async with redis_server(tmp_path) as started:
        yield started


@pytest.fixture
async def redis_url(tmp_path: Path) -> AsyncIterator[str]:
    """A Redis to talk to."""
    given = url_from_outside()
    if given is not None:
        yield given
        return
    async with redis_server(tmp_path) as started:
        yield started.url


@pytest.fixture
async def machines() -> AsyncIterator[Machines]:
    async with Machines(token_hex(4)) as started:
        yield started
