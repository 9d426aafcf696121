import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.errors import InputError
from gateway.ledger.backends import incarnation as ledger_incarnation
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import addresses, events, incarnation
from gateway.ledger.trail import audit
from tests import backends


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = backends.open_ledger(tmp_path)
    yield opened
    opened.close()


def add(connection: Connection, number: str) -> None:
    connection.execute(insert(addresses).values(kind="sms", value=number, exercise=False))


def numbers(connection: Connection) -> list[str]:
    return list(connection.execute(select(addresses.c.value).order_by(addresses.c.id)).scalars())


def kill_connections(database: SecretStr) -> None:
    backends.tell(
        database.get_secret_value(),
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()",
    )


def test_an_error_names_no_number(ledger: Ledger) -> None:
    ledger.write_now(add, "+8613900000001")
    with pytest.raises(IntegrityError) as refused:
        ledger.write_now(add, "+8613900000001")
    seen: BaseException | None = refused.value
    while seen is not None:
        assert "13900000001" not in f"{seen} {seen!r} {getattr(seen, 'detail', None)}"
        seen = seen.__cause__


def test_a_value_of_the_wrong_kind_is_not_named_either(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="does not fit") as refused:
        ledger.write_now(
            lambda connection: connection.exec_driver_sql("select $1::int", ("secret words",)).scalar()
        )
    assert "secret words" not in str(refused.value)


def test_whoever_reads_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(OperationalError, match="read-only"):
        ledger.read_now(add, "+8613900000001")


def test_connections_that_the_server_ended_are_replaced_and_nothing_is_done_twice(
    ledger: Ledger, database: SecretStr
) -> None:
    ledger.write_now(add, "1")
    kill_connections(database)
    ledger.write_now(add, "2")
    kill_connections(database)
    assert ledger.read_now(numbers) == ["1", "2"]


async def test_a_cancelled_caller_leaves_no_transaction_half_done(ledger: Ledger) -> None:
    writing = asyncio.create_task(ledger.write(add, "1"))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await ledger.write(add, "2")  # it may overtake the first, for which nobody waits any more
    async with asyncio.timeout(60):
        while set(await ledger.read(numbers)) != {"1", "2"}:
            await asyncio.sleep(0.01)


def test_the_clock_is_the_databases(ledger: Ledger) -> None:
    assert abs(ledger.now() - system_clock()) < 1000  # the same machine's here


def test_there_is_nothing_to_read_before_anything_was_written(server: str, tmp_path: Path) -> None:
    with backends.database(server) as address, pytest.raises(InputError) as refused:
        Ledger(tmp_path, SecretStr(address), write=False)
    assert refused.value.code == "LEDGER_MISSING"


def test_a_ledger_of_a_newer_airwarn_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    ledger.write_now(
        lambda connection: connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    )
    with pytest.raises(InputError) as refused:
        backends.open_ledger(tmp_path)
    assert refused.value.code == "LEDGER_NEWER"


def test_a_database_in_another_encoding_is_refused(server: str, tmp_path: Path) -> None:
    backends.tell(
        server, "create database airwarn_test_latin template template0 encoding 'SQL_ASCII' locale 'C'"
    )
    try:
        with pytest.raises(InputError) as refused:
            Ledger(tmp_path, SecretStr(backends.database_of(server, "airwarn_test_latin")))
    finally:
        backends.tell(server, "drop database airwarn_test_latin with (force)")
    assert refused.value.code == "DATABASE_ENCODING"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://airwarn:hush@127.0.0.1:1/airwarn", "DATABASE_UNREACHABLE"),
        ("mysql://airwarn:hush@127.0.0.1/airwarn", "DATABASE_URL_INVALID"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_its_password(
    tmp_path: Path, address: str, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        Ledger(tmp_path, SecretStr(address))
    assert refused.value.code == code
    assert "hush" not in f"{refused.value} {refused.value.message} {refused.value.message_en}"


@pytest.mark.parametrize("act", ["update audit set kind = 'x'", "delete from audit", "truncate audit"])
def test_the_database_itself_refuses_to_change_what_is_only_added_to(ledger: Ledger, act: str) -> None:
    ledger.write_now(audit.append, system_clock(), "(local)", "tried", "lane:1", {})
    with pytest.raises(IntegrityError, match="append-only"):
        ledger.write_now(lambda connection: connection.exec_driver_sql(act))


def test_a_database_in_another_place_sends_nothing_until_a_person_has_looked(tmp_path: Path) -> None:
    ledger = backends.open_ledger(tmp_path)
    ledger_incarnation.begin(ledger, tmp_path, ledger.now())
    assert ledger.read_now(ledger_incarnation.guard) is None
    ledger.write_now(lambda connection: connection.execute(incarnation.update().values(mark="elsewhere")))
    ledger.close()
    again = backends.open_ledger(tmp_path)  # a dump that was read in holds the mark of where it was taken
    try:
        guard = again.read_now(ledger_incarnation.guard)
        assert guard is not None
        assert guard.because == "copy"
        kinds = select(events.c.kind)
        assert again.read_now(lambda connection: connection.execute(kinds).scalars().all()) == ["restored"]
        again.write_now(ledger_incarnation.resume, "王主任", again.now())
        ledger_incarnation.begin(again, tmp_path, again.now())
        assert again.read_now(ledger_incarnation.guard) is None
    finally:
        again.close()


def test_a_database_that_lacks_what_this_machine_wrote_sends_nothing(
    server: str, template: str, ledger: Ledger, tmp_path: Path
) -> None:
    ledger.write_now(audit.append, system_clock(), "(local)", "tried", "lane:1", {})
    with backends.database(server, template) as older:
        copy = Ledger(tmp_path, SecretStr(older))
        try:
            ledger_incarnation.begin(copy, tmp_path, copy.now())
            assert copy.read_now(ledger_incarnation.guard) is not None
        finally:
            copy.close()
