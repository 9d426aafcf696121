"""One server a module: its tests use people of different names."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.web.serving.running import Running, running
from tests.city import settings
from tests.people import quick


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    folder = tmp_path_factory.mktemp("console")
    async with running(settings(folder), "airwarn serve", passwords=quick()) as started:
        yield started
