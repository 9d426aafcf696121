"""The loop over deadlines, in a running office: what time alone does, and the sum of receipts."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.follow_up.obligations.deadlines import Deadlines
from gateway.follow_up.upkeep import summing
from gateway.ledger import events, figures
from gateway.ledger.follow_up import obligations, overdue
from gateway.ledger.trail import audit
from gateway.metrics import Metrics
from gateway.web.live.newest import Newest
from gateway.web.live.readers import Reader
from tests.broadcasts.episodes import HOUR, Office, at
from tests.broadcasts.launching.test_obligations import issued, plan
from tests.city import City, city, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client
from tests.web.test_api import launched


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_loop_that_starts_late_does_all_that_was_due(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(tmp_path, plan())
    issued(office)
    caplog.set_level(logging.INFO)
    loop = Deadlines(office.ledger, lambda: at("01-13 12:00"), 2 * HOUR)
    running = asyncio.create_task(loop.run())
    await until(lambda: "audit_head" in caplog.messages)  # after all that was due
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert [row.covers for row in office.rows("orange-daily")] == [f"2024-01-{day}" for day in range(10, 14)]
    assert [row.overdue_at is not None for row in office.rows("orange-daily")] == [True, True, True, False]
    kinds = {each.kind for each in office.ledger.read_now(events.page)}
    assert {"obligation_overdue", "expected_end_passed"} <= kinds
    real, drills = office.ledger.read_now(overdue.owing, at("01-13 12:00"))
    assert real.overdue > 0
    assert (drills.open, drills.overdue) == (0, 0)
    told = Metrics().exposition(office.ledger.read_now(figures.figures, at("01-13 12:00"))).decode()
    assert f'airwarn_obligations_overdue{{exercise="false"}} {real.overdue:.1f}' in told
    assert 'airwarn_warnings_past_their_end{exercise="false"} 1.0' in told
    assert 'airwarn_warnings_past_their_end{exercise="true"} 0.0' in told
    (past,) = office.ledger.read_now(overdue.past_their_end, at("01-13 12:00"))
    assert (past.level, past.expected_end_at) == ("orange", at("01-13 12:00"))
    office.ledger.close()


async def test_receipts_are_summed_up_once_all_is_final(tmp_path: Path) -> None:
    async with (
        city(tmp_path, Behaviour(receipt_delay=(0.0, 0.01))) as made,
        aiohttp.ClientSession() as session,
    ):
        _, broadcast = await launched(Client(session, made.process.url), soon(orange_start()))
        ledger, now = made.process.ledger, made.process.clock()
        later = now + 60_000  # the launch has set when it is asked
        for _ in range(2):  # of two processes at one database both see that it is due
            assert await summing.sum_receipts(ledger, broadcast, later)
        (row,) = await ledger.read(audit.page, kind="receipts_summed")
        assert row.subject == f"broadcast:{broadcast}"
        assert sum(row.detail["counts"].values()) == 6
        assert len(row.detail["deliveries_sha256"]) == 64


async def test_receipts_are_not_summed_up_while_some_may_come(tmp_path: Path) -> None:
    async with (
        city(tmp_path, Behaviour(receipts=False)) as made,
        aiohttp.ClientSession() as session,
    ):
        client = Client(session, made.process.url)
        await _start(client)
        assert not await summing.sum_receipts(made.process.ledger, 1, made.process.clock())
        assert await made.process.ledger.read(audit.page, kind="receipts_summed") == []


async def _start(client: Client) -> None:
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    path = f"/api/v1/decisions/{submitted['id']}/launch"
    status, _ = await client.post(path, {"manifest": submitted["manifest"]})
    assert status == 200


async def test_the_live_list_shows_a_warning_past_its_end(tmp_path: Path) -> None:
    async with city(tmp_path) as made, aiohttp.ClientSession() as session:
        await _start(Client(session, made.process.url))
        assert "预计解除时间已过" not in await _list(made)
        later = made.process.clock() + 30 * 24 * HOUR
        assert "预计解除时间已过" in await _list(made, later)
        (lift,) = await made.process.ledger.read(obligations.page, later, code="lift")
        assert lift[1] == "overdue"


async def _list(made: City, now: int | None = None) -> str:
    clock = made.process.clock if now is None else (lambda: now)
    return (await Newest(made.process.ledger, clock)()).render(Reader("zh"))
