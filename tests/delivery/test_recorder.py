"""Group commits: durable before anyone is told, and one bad record does not take others with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection

from channels.contract import Accepted, Receipt, Reference
from gateway.delivery.recorder import Recorder, RecorderStopped
from gateway.delivery.recording import Answer, Told
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, receipts
from gateway.metrics import Metrics


@asynccontextmanager
async def recording(ledger: Ledger) -> AsyncIterator[Recorder]:
    recorder = Recorder(ledger, system_clock, {}, lambda: None, Metrics())
    running = asyncio.create_task(recorder.run())
    yield recorder
    recorder.stop()
    await running


def told(provider_id: str) -> Told:
    return Told(1, Receipt(Reference(provider_id), "delivered"), None)


@pytest.fixture
def account(ledger: Ledger) -> None:
    ledger.write_now(_account)


def _account(connection: Connection) -> None:
    lanes.put_account(connection, "sms", "twilio", exercise=False)


async def waiting(ledger: Ledger) -> int:
    return await ledger.read(receipts.waiting)


@pytest.mark.usefixtures("account")
async def test_whoever_tells_is_answered_after_it_is_durable(ledger: Ledger) -> None:
    async with recording(ledger) as recorder:
        await asyncio.wait_for(recorder.tell([told("SM1"), told("SM2")]), 60)
        assert await waiting(ledger) == 2


@pytest.mark.usefixtures("account")
async def test_a_record_that_the_ledger_refuses_takes_no_other_with_it(ledger: Ledger) -> None:
    async with recording(ledger) as recorder:
        results = await asyncio.gather(
            *(recorder.tell([told(name)]) for name in ("SM1", "\ud800", "SM3")), return_exceptions=True
        )
        assert [isinstance(each, Exception) for each in results] == [False, True, False]
        assert await waiting(ledger) == 2


@pytest.mark.usefixtures("account")
async def test_too_much_to_write_holds_back_whoever_would_bring_more(ledger: Ledger) -> None:
    async with recording(ledger) as recorder:
        recorder.put([Answer(place, 1, 1, 1, Accepted(None)) for place in range(3000)])
        assert recorder.behind
        await asyncio.wait_for(recorder.tell([told("SM1")]), 60)
        assert not recorder.behind


@pytest.mark.usefixtures("account")
async def test_what_waits_at_the_end_is_written_and_nothing_more_is_taken(ledger: Ledger) -> None:
    async with recording(ledger) as recorder:
        last = asyncio.create_task(recorder.tell([told("SM1")]))
        await asyncio.sleep(0)
    await last
    assert await waiting(ledger) == 1
    with pytest.raises(RecorderStopped):
        await recorder.tell([told("SM2")])
