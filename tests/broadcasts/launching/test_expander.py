"""Expansion goes on after the ledger could not be written."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.broadcasts.launching import expand
from gateway.broadcasts.launching.expand import Expander, expand_slice
from gateway.delivery import accounts
from gateway.ledger.database import FILE
from gateway.ledger.delivery import deliveries
from tests.broadcasts.bureau import TOKENS, Bureau
from tests.delivery.world import settings_of, twilio


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    yield opened
    opened.close()


def test_a_warning_is_expanded_before_the_rest_of_a_long_list_of_a_drill(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expand, "SLICE", 1)
    lanes = {"sms": twilio("http://127.0.0.1:9"), "drills": twilio("http://127.0.0.1:9", exercise=True)}
    bureau.ledger.write_now(accounts.sync, settings_of(tmp_path, **lanes).accounts, bureau.now)
    drill = bureau.act(bureau.document(exercise=True, document_number="演练一号"))
    assert bureau.ledger.write_now(expand_slice, TOKENS, bureau.now)
    warning = bureau.act(bureau.document())
    for _ in range(2):
        assert bureau.ledger.write_now(expand_slice, TOKENS, bureau.now)
    made = [bureau.ledger.read_now(deliveries.states, each.broadcast_id) for each in (drill, warning)]
    assert [len(each) for each in made] == [1, 2]


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
