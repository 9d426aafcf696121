from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from channels.stand_ins import TwilioStandIn
from gateway.ledger.database import Ledger
from tests.backends import open_ledger
from tests.delivery.world import Door, open_door


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with open_door() as opened:
        yield opened


@pytest.fixture
async def provider() -> AsyncIterator[TwilioStandIn]:
    async with TwilioStandIn() as started:
        yield started
