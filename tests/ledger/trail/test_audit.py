"""Whoever changes, removes or puts in a row of the audit trail, or what it tells of, is found out."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from gateway.ledger.database import FILE
from gateway.ledger.schema import approvals, progress, reports
from gateway.ledger.schema import audit as audit_table
from gateway.ledger.trail import audit, heads
from gateway.ledger.trail.audit import row_hash
from gateway.ledger.trail.verifying import Verified, verify
from tests.backends import open_ledger

ROWS = 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger with eight audit rows, closed."""
    ledger = open_ledger(tmp_path)
    for number in range(ROWS):
        ledger.write_now(add, number)
    ledger.close()
    return tmp_path


def add(connection: Connection, number: int) -> None:
    audit.append(connection, 1000 + number, "clerk", "exported", f"broadcast:{number}", {"rows": number})


def checked(folder: Path, anchor: str | None = None) -> Verified:
    ledger = open_ledger(folder, write=False)
    try:
        return verify(ledger, folder, anchor)
    finally:
        ledger.close()


def named(folder: Path, anchor: str | None = None) -> set[tuple[str, int | None]]:
    return {(fault.code, fault.row) for fault in checked(folder, anchor).faults}


def intrude(folder: Path, *statements: tuple[str, Any]) -> None:
    """What somebody does who has the file, and knows of the triggers."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"drop trigger {name}")
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()


def forged(folder: Path, number: int, detail: str) -> tuple[str, Any]:
    """A row that fits its place: its own hash is right."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        query = "select sha256 from audit where id = ?"
        (previous,) = connection.execute(query, (number - 1,)).fetchone()
    words = (number, 5000, "clerk", "exported", "broadcast:0", detail, previous)
    return "insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)", (*words, row_hash(*words))


def test_an_untouched_trail_is_sound_also_over_restarts(folder: Path) -> None:
    ledger = open_ledger(folder)
    ledger.write_now(add, 9)
    ledger.close()
    found = checked(folder)
    assert (found.sound, found.kept, found.head.rows) == (True, True, ROWS + 1)


@pytest.mark.parametrize("number", [1, 4, ROWS])
@pytest.mark.parametrize(
    "change",
    ["at = at + 1", "actor = 'other'", "kind = 'launched'", "subject = 'x'", "detail = '{}'"],
)
def test_a_changed_row_is_named(folder: Path, number: int, change: str) -> None:
    intrude(folder, (f"update audit set {change} where id = ?", (number,)))
    assert ("CHANGED", number) in named(folder)


def test_a_changed_row_with_a_new_hash_of_its_own_is_named(folder: Path) -> None:
    statement, values = forged(folder, 4, '{"rows":1}')
    intrude(folder, ("delete from audit where id = 4", ()), (statement, values))
    assert named(folder) == {("CHANGED", 4)}


@pytest.mark.parametrize("number", [1, 4, ROWS])
def test_a_removed_row_is_named(folder: Path, number: int) -> None:
    intrude(folder, ("delete from audit where id = ?", (number,)))
    assert named(folder) == {("REMOVED", number)}


def test_a_removed_row_is_named_also_where_the_later_ones_were_numbered_anew(folder: Path) -> None:
    intrude(
        folder,
        ("delete from audit where id = 4", ()),
        ("update audit set id = id - 1 where id > 4", ()),
    )
    assert named(folder) == {("REMOVED", 4)}


def test_rows_removed_at_the_end_are_named(folder: Path) -> None:
    intrude(folder, ("delete from audit where id > 5", ()))
    assert named(folder) == {("REMOVED", 6), ("REMOVED", 7), ("REMOVED", 8)}


def test_rows_removed_at_the_end_are_still_known_after_others_were_added(folder: Path) -> None:
    intrude(folder, ("delete from audit where id > 5", ()))
    ledger = open_ledger(folder)
    for number in range(5):
        ledger.write_now(add, number)
    ledger.close()
    assert named(folder) == {("REMOVED", 6)}
    assert "6 to 8" in checked(folder).faults[0].message_en


def test_a_row_put_in_between_is_named(folder: Path) -> None:
    row = forged(folder, 4, "{}")
    shift = [("update audit set id = ? where id = ?", (n + 1, n)) for n in range(ROWS, 3, -1)]
    intrude(folder, *shift, row)
    assert named(folder) == {("INSERTED", 4)}


def test_a_row_put_at_the_end_is_named(folder: Path) -> None:
    intrude(folder, forged(folder, ROWS + 1, "{}"))
    assert named(folder) == {("INSERTED", ROWS + 1)}


def test_exchanged_rows_are_named(folder: Path) -> None:
    intrude(
        folder,
        ("update audit set id = 100 where id = 4", ()),
        ("update audit set id = 4 where id = 5", ()),
        ("update audit set id = 5 where id = 100", ()),
    )
    assert {row for _, row in named(folder)} == {4, 5}


def test_without_its_kept_end_a_trail_is_not_called_sound(folder: Path) -> None:
    (folder / heads.FILE).unlink()
    assert named(folder) == {("HEAD_MISSING", None)}


def test_a_kept_end_that_was_taken_away_is_missed_also_after_more_rows(folder: Path) -> None:
    (folder / heads.FILE).unlink()
    intrude(folder, ("delete from audit where id > 5", ()))
    ledger = open_ledger(folder)
    ledger.write_now(add, 9)
    assert named(folder) == {("HEAD_MISSING", 5)}
    ledger.write_now(audit.append, 9000, "(local)", "resumed", "ledger:1", {"by": "值班员"})
    ledger.close()
    assert checked(folder).sound  # a restored backup, and somebody says so


def test_a_whole_new_trail_is_found_out_by_an_anchor(folder: Path) -> None:
    anchor = checked(folder).head
    kept = (folder / heads.FILE).read_bytes()
    for suffix in ("", "-wal", "-shm"):
        (folder / (FILE + suffix)).unlink(missing_ok=True)
    (folder / heads.FILE).unlink()
    ledger = open_ledger(folder)
    for number in range(ROWS):
        ledger.write_now(add, number + 100)
    ledger.close()
    assert checked(folder).sound
    assert named(folder, f"{anchor.rows}:{anchor.sha256}") == {("ANCHOR_MISSING", ROWS)}
    assert named(folder, anchor.sha256) == {("ANCHOR_MISSING", None)}
    (folder / heads.FILE).write_bytes(kept)
    assert ("CHANGED", ROWS) in named(folder)


def test_an_anchor_that_stands_in_the_trail_settles_it(folder: Path) -> None:
    head = checked(folder).head
    ledger = open_ledger(folder)
    ledger.write_now(add, 9)
    ledger.close()
    assert checked(folder, head.sha256).sound
    assert checked(folder, f"{ROWS}:{head.sha256}").sound
    assert not checked(folder, f"{ROWS - 1}:{head.sha256}").sound


def test_a_crash_on_either_side_of_the_commit_leaves_a_sound_trail(folder: Path) -> None:
    before = (folder / heads.FILE).read_bytes()
    ledger = open_ledger(folder)

    def fail(connection: Connection) -> None:
        add(connection, 9)
        heads.keep(folder, *connection.info[audit.ADDED])  # the file is written, and no commit follows
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ledger.write_now(fail)
    assert (folder / heads.FILE).read_bytes() != before
    assert checked(folder).sound
    ledger.write_now(add, 10)
    ledger.close()
    assert checked(folder).sound


def test_the_database_itself_refuses_to_change_what_is_only_added_to(folder: Path) -> None:
    ledger = open_ledger(folder)

    def change(connection: Connection, statement: Any) -> None:
        connection.execute(statement)

    for statement in (audit_table.update().values(actor="x"), audit_table.delete()):
        with pytest.raises(IntegrityError, match="append-only"):
            ledger.write_now(change, statement)
    ledger.close()
    with closing(sqlite3.connect(folder / FILE)) as connection:
        fences = {
            name for (name,) in connection.execute("select name from sqlite_master where type='trigger'")
        }
    assert {f"{table.name}_no_delete" for table in (approvals, progress, reports)} <= fences


def test_a_long_trail_is_read_in_seconds(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)

    def fill(connection: Connection) -> None:
        previous, rows = audit.START, []
        for number in range(1, 100_001):
            words = (number, number, "clerk", "exported", "broadcast:1", json.dumps({"n": number}), previous)
            previous = row_hash(*words)
            names = ("id", "at", "actor", "kind", "subject", "detail", "previous", "sha256")
            rows.append(dict(zip(names, (*words, previous), strict=True)))
        connection.execute(insert(audit_table), rows)

    ledger.write_now(fill)
    ledger.write_now(add, 1)
    assert verify(ledger, tmp_path).head.rows == 100_001
    ledger.close()
