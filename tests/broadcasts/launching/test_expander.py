"""Expansion goes on after the ledger could not be written."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.broadcasts.launching.expand import Expander
from gateway.ledger.database import FILE
from gateway.ledger.delivery import deliveries
from tests.broadcasts.bureau import TOKENS, Bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    yield opened
    opened.close()


async def test_a_broadcast_launched_while_nothing_can_be_written_is_expanded_as_soon_as_it_can(
    bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorded = bureau.act(bureau.document())
    with sqlite3.connect(tmp_path / FILE, isolation_level=None) as elsewhere:
        elsewhere.execute("alter table delivery_groups rename to away")
        expanded = asyncio.Event()
        expander = asyncio.create_task(
            Expander(bureau.ledger, lambda: bureau.now, TOKENS, expanded=expanded.set).run()
        )
        with caplog.at_level(logging.ERROR):
            async with asyncio.timeout(60):
                while "expansion_failed" not in caplog.messages:
                    assert not expander.done()
                    await asyncio.sleep(0.01)
        elsewhere.execute("alter table away rename to delivery_groups")
    async with asyncio.timeout(60):
        await expanded.wait()
    assert await bureau.ledger.read(deliveries.states, recorded.broadcast_id)
    expander.cancel()
    with pytest.raises(asyncio.CancelledError):
        await expander
