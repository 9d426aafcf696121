"""A process that stands still in a transaction keeps nobody else waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from pydantic import SecretStr

from gateway.ledger.backends import halted
from gateway.ledger.database import Ledger
from tests.delivery.conftest import ledger

__all__ = ["ledger"]

LOCK = "select pg_advisory_xact_lock(1)"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halted, "_SILENT_SECONDS", 0.3)
    monkeypatch.setattr(halted, "_LOOK_SECONDS", 0.1)


@asynccontextmanager
async def process(database: SecretStr, name: str, connections: int) -> AsyncIterator[list[Any]]:
    """Connections of a process that nothing more is heard of; the server alone would never end them."""
    settings = {"application_name": name, "idle_in_transaction_session_timeout": "0"}
    opened = [
        await asyncpg.connect(database.get_secret_value(), server_settings=settings)
        for _ in range(connections)
    ]
    try:
        yield opened
    finally:
        for each in opened:
            each.terminate()


async def locked(ledger: Ledger) -> None:
    """Returns when this machine has had the lock."""
    async with asyncio.timeout(20):
        await ledger.write_beside(lambda connection: connection.exec_driver_sql(LOCK).all())


@pytest.mark.parametrize("in_a_statement", [False, True])
async def test_a_process_halted_in_a_transaction_is_ended_whole_where_another_waits_for_it(
    database: SecretStr, ledger: Ledger, in_a_statement: bool
) -> None:
    async with process(database, "airwarn elsewhere:1:abc", 3) as (first, *others):
        await first.execute(f"begin; {LOCK}")
        if in_a_statement:
            await first.prepare("select 1")  # and what is prepared never runs
        waiting = [asyncio.create_task(each.execute(f"begin; {LOCK}")) for each in others]
        await locked(ledger)  # though two more of them stood before it
        await asyncio.gather(*waiting, return_exceptions=True)  # one may have had it for a moment
        for each in (first, *others):
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
                await each.execute("select 1")


async def test_whoever_holds_up_nobody_and_whoever_is_none_of_ours_is_left_alone(
    database: SecretStr, ledger: Ledger
) -> None:
    async with (
        process(database, "airwarn elsewhere:1:abc", 1) as (quiet,),
        process(database, "psql", 1) as (stranger,),
    ):
        await quiet.execute("begin; select pg_advisory_xact_lock(2)")
        await stranger.execute(f"begin; {LOCK}")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await ledger.write_beside(lambda connection: connection.exec_driver_sql(LOCK).all())
        assert await quiet.fetchval("select 1") == 1
        assert await stranger.fetchval("select 1") == 1
