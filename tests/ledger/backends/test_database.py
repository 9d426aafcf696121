"""Opening a ledger, and what a transaction promises."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text

from gateway.errors import InputError
from gateway.ledger.database import FolderLock, Ledger
from gateway.ledger.schema import episodes
from tests.backends import open_ledger


def add(connection: Connection, name: str, fail: bool = False) -> None:
    connection.execute(insert(episodes).values(id=name, plan="zhengzhou", exercise=False))
    if fail:
        raise ZeroDivisionError


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(episodes)).scalar_one())


def grow(connection: Connection) -> None:
    connection.execute(text("update alembic_version set version_num = 'later'"))


def test_only_one_process_holds_a_folder_and_the_other_is_told_who(tmp_path: Path) -> None:
    held = FolderLock(tmp_path, "airwarn serve")
    with pytest.raises(InputError, match=rf"airwarn serve, pid {os.getpid()}") as refused:
        FolderLock(tmp_path, "airwarn send")
    assert refused.value.code == "FOLDER_LOCKED"
    held.release()
    FolderLock(tmp_path, "airwarn send").release()


def test_a_folder_that_cannot_be_written_is_named() -> None:
    folder = Path("/proc/data")  # not even root makes folders there
    with pytest.raises(InputError, match=str(folder)) as refused:
        FolderLock(folder, "airwarn serve")
    assert refused.value.code == "FOLDER_UNWRITABLE"


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(InputError) as refused:
        FolderLock(tmp_path / "data", "airwarn serve")
    assert refused.value.code == "FOLDER_UNWRITABLE"


def test_there_is_nothing_to_read_before_anything_was_written(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        open_ledger(tmp_path, write=False)
    assert refused.value.code == "LEDGER_MISSING"
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_of_a_newer_airwarn_is_left_alone(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.write_now(
        lambda connection: connection.execute(text("update alembic_version set version_num='9'"))
    )
    ledger.close()
    with pytest.raises(InputError) as refused:
        open_ledger(tmp_path)
    assert refused.value.code == "LEDGER_NEWER"


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.write_now(add, "one")
    ledger.close()
    again = open_ledger(tmp_path, write=False)
    assert again.read_now(count) == 1
    again.close()


async def test_a_transaction_that_fails_leaves_nothing_and_the_next_goes_on(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError):
        await ledger.write(add, "one", fail=True)
    await ledger.write(add, "two")
    assert await ledger.read(count) == 1


async def test_a_caller_who_gives_up_does_not_leave_a_transaction_half_done(ledger: Ledger) -> None:
    writing = asyncio.create_task(ledger.write(add, "one"))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await asyncio.gather(*(ledger.write(add, f"more{place}") for place in range(20)))
    assert await ledger.read(count) == 21


async def test_whoever_reads_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="readonly"):
        await ledger.read(add, "one")


async def test_an_error_names_no_number(ledger: Ledger) -> None:
    await ledger.write(add, "+8613900000001")
    with pytest.raises(Exception, match="UNIQUE") as refused:
        await ledger.write(add, "+8613900000001")
    assert "+8613900000001" not in str(refused.value)
