"""A ledger that cannot be used is told from a fault of the program, and from a damaged file."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from gateway.ledger.backends.faults import unavailable
from gateway.ledger.database import FILE
from tests.cli.command import airwarn


def test_a_full_disk_is_no_fault_of_the_program(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/full.sqlite3")
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma max_page_count=2")
        with pytest.raises(OperationalError) as full:
            connection.exec_driver_sql("create table a as select zeroblob(100000) as b")
        with pytest.raises(OperationalError) as wrong:
            connection.exec_driver_sql("select nothing")
    engine.dispose()
    told = unavailable(full.value)
    assert told is not None
    assert (told.code, "磁盘已满" in told.message) == ("LEDGER_UNAVAILABLE", True)
    assert unavailable(wrong.value) is None
    assert unavailable(sqlite3.DatabaseError("malformed")) is None


def test_a_ledger_that_cannot_be_opened_is_told_so_and_never_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text(f'data_folder = "{tmp_path}/data"\n', "utf-8")
    (tmp_path / "data" / FILE).mkdir(parents=True, mode=0o700)  # SQLite cannot open it, whoever asks
    assert airwarn(tmp_path, "status", "--json").json["error"]["code"] == "LEDGER_UNAVAILABLE"
    checks = {each["code"]: each for each in airwarn(tmp_path, "doctor", "--json").json["checks"]}
    assert (checks["LEDGER"]["outcome"], "INTEGRITY" in checks) == ("error", False)
