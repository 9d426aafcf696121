"""A copy of a ledger is told from the ledger itself, however it was made and put back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.errors import InputError
from gateway.ledger.backends import incarnation
from gateway.ledger.backends.copying import copy
from gateway.ledger.backends.incarnation import Guard
from gateway.ledger.backends.leftover import MARK
from gateway.ledger.backends.sqlite import SqliteLedger
from gateway.ledger.database import FILE, Ledger
from gateway.ledger.trail import audit

NOW = 1_700_000_000_000


def run(folder: Path, now: int = NOW, *, crash: bool = False) -> Guard | None:
    """One life of a server on the folder; gives what its guard was at start."""
    ledger = Ledger(folder)
    incarnation.begin(ledger, folder, now)
    guard = ledger.read_now(incarnation.guard)
    if not crash:
        incarnation.end(ledger, folder)
    ledger.close()
    return guard


@contextmanager
def open_reader(folder: Path) -> Iterator[None]:
    reader = SqliteLedger(folder, write=False)
    with reader._reader.connect() as connection:
        connection.exec_driver_sql("select 1 from incarnation")
        connection.rollback()  # open, but reading nothing
        yield
    reader.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    assert run(folder) is None
    return folder


def test_the_ledger_itself_is_never_guarded(data: Path) -> None:
    for crash in (False, True, True, False, True):
        assert run(data, crash=crash) is None


def test_a_folder_that_moved_is_no_copy(data: Path, tmp_path: Path) -> None:
    data.rename(tmp_path / "elsewhere")
    assert run(tmp_path / "elsewhere") is None


def test_a_backup_put_in_place_is_guarded_and_says_when_it_was_made(data: Path, tmp_path: Path) -> None:
    copy(data, tmp_path / "backup", NOW)
    run(data)
    shutil.copy(tmp_path / "backup", data / FILE)
    assert run(data, NOW + 5) == Guard(NOW + 5, "backup", NOW)


def test_a_backup_opened_elsewhere_is_guarded(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    copy(data, other / FILE, NOW)
    assert run(other, NOW + 5) == Guard(NOW + 5, "backup", NOW)


def over_the_ledger(data: Path, taken: Path) -> Path:
    shutil.copy(taken / FILE, data / FILE)  # the same file with older content
    return data


def in_place_of_the_ledger(data: Path, taken: Path) -> Path:
    (taken / FILE).rename(data / FILE)
    return data


def in_place_of_the_folder(data: Path, taken: Path) -> Path:
    shutil.rmtree(data)
    shutil.copytree(taken, data)
    return data


def beside_the_folder(data: Path, taken: Path) -> Path:
    return taken


@pytest.mark.parametrize(
    "put", [over_the_ledger, in_place_of_the_ledger, in_place_of_the_folder, beside_the_folder]
)
def test_files_copied_by_hand_are_guarded(
    data: Path, tmp_path: Path, put: Callable[[Path, Path], Path]
) -> None:
    taken = tmp_path / "taken"
    shutil.copytree(data, taken)
    assert run(data) is None
    opened = put(data, taken)
    assert run(opened, NOW + 5) == Guard(NOW + 5, "copy", None)


def test_a_copy_of_a_running_ledger_is_guarded_after_its_crash(data: Path, tmp_path: Path) -> None:
    run(data, crash=True)
    shutil.copytree(data, tmp_path / "taken")
    run(data, crash=True)
    os.replace(tmp_path / "taken" / FILE, data / FILE)
    assert run(data) is not None


def test_the_log_of_a_crash_is_not_read_into_a_copy_put_in_its_place(data: Path, tmp_path: Path) -> None:
    copy(data, tmp_path / "backup", NOW)
    with open_reader(data):  # so that the log stays, as after a crash
        run(data, crash=True)
        shutil.copytree(data, tmp_path / "crashed")
    crashed = tmp_path / "crashed"
    assert (crashed / f"{FILE}-wal").stat().st_size
    shutil.copy(tmp_path / "backup", crashed / FILE)
    before = (crashed / FILE).read_bytes()
    with pytest.raises(InputError) as refused:
        Ledger(crashed)
    assert refused.value.code == "LOG_FOREIGN"
    assert (crashed / FILE).read_bytes() == before
    (crashed / f"{FILE}-wal").unlink()
    (crashed / f"{FILE}-shm").unlink()
    assert run(crashed, NOW + 5) == Guard(NOW + 5, "backup", NOW)


def test_the_log_of_a_crash_is_read_into_its_own_ledger(data: Path, tmp_path: Path) -> None:
    with open_reader(data):
        for _ in range(3):
            run(data, crash=True)
        for name in (FILE, f"{FILE}-wal", MARK):
            assert (data / name).stat().st_size
        Ledger(data).close()
        assert run(data) is None


def test_a_lost_mark_guards(data: Path) -> None:
    (data / MARK).unlink()
    assert run(data) is not None


def test_a_crash_between_the_two_marks_guards_nothing(data: Path) -> None:
    before = (data / MARK).read_bytes()
    keeper = data / "keeper"
    os.link(data / MARK, keeper)  # the file that a crash before the rename leaves
    run(data, crash=True)
    os.replace(keeper, data / MARK)
    assert (data / MARK).read_bytes() == before
    assert run(data) is None


def test_a_guard_stays_until_a_person_resumes(data: Path) -> None:
    (data / MARK).unlink()
    first = run(data, NOW + 1)
    assert run(data, NOW + 2) == first
    ledger = Ledger(data)
    ledger.write_now(incarnation.resume, "值班员", NOW + 3)
    ledger.close()
    assert run(data, NOW + 4) is None


def test_a_backup_is_whole_private_and_overwrites_nothing(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    size = copy(data, target, NOW)
    assert size == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"data", "backup"}
    with pytest.raises(InputError) as refused:
        copy(data, target, NOW)
    assert refused.value.code == "FILE_EXISTS"
    assert target.stat().st_size == size


def test_a_damaged_ledger_is_not_backed_up(data: Path, tmp_path: Path) -> None:
    with (data / FILE).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 8)
    with pytest.raises(InputError) as refused:
        copy(data, tmp_path / "backup", NOW)
    assert refused.value.code == "LEDGER_DAMAGED"
    assert not (tmp_path / "backup").exists()


def test_where_there_is_nothing_to_copy_or_nowhere_to_write_nothing_is_left(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refused:
        copy(tmp_path / "nothing", tmp_path / "backup", NOW)
    assert refused.value.code == "LEDGER_MISSING"
    with pytest.raises(InputError) as refused:
        copy(data, tmp_path / "no-folder" / "backup", NOW)
    assert refused.value.code == "FILE_UNWRITABLE"
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_whoever_looks_into_a_running_ledger_takes_none_of_its_log_away(data: Path) -> None:
    ledger = Ledger(data)
    incarnation.begin(ledger, data, NOW)
    stranger = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('select * from incarnation').fetchall()"
    )
    subprocess.run([sys.executable, "-c", stranger, data / FILE], check=True)
    ledger.write_now(incarnation.resume, "张值班", NOW)
    reader = Ledger(data, write=False)
    assert reader.read_now(audit.newest, "resumed") is not None
    reader.close()
    ledger.close()
