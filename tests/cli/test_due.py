"""`due` and `audit` as a person at the machine uses them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.ledger.database import FILE, Ledger
from gateway.ledger.trail import audit
from tests.broadcasts.episodes import Office
from tests.broadcasts.launching.test_obligations import issued, plan
from tests.cli.command import airwarn


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An office whose warning of 2024 was never lifted."""
    (tmp_path / "airwarn-data").mkdir()
    office = Office(tmp_path / "airwarn-data", plan())
    issued(office)
    office.pass_time("01-13 12:00")
    office.ledger.close()
    return tmp_path


def number(folder: Path, code: str) -> int:
    found = airwarn(folder, "due", "--json").json["obligations"]
    return int(next(each["id"] for each in found if each["code"] == code))


def test_what_is_owed_is_listed_by_its_deadline_and_the_overdue_by_unit(folder: Path) -> None:
    found = airwarn(folder, "due", "--json").json["obligations"]
    dates = [each["due_at"] for each in found if each["due_at"]]
    assert dates == sorted(dates)
    shown = airwarn(folder, "due").out
    assert "逾期单位" in shown
    assert "教育局 4 项" in shown
    assert "预计解除时间已过" in shown


def test_the_list_is_narrowed_to_a_unit_the_overdue_an_episode_or_exercises(folder: Path) -> None:
    unit = airwarn(folder, "due", "--unit", "教育", "--json").json["obligations"]
    assert {each["by_whom"] for each in unit} == {"教育局"}
    late = airwarn(folder, "due", "--overdue", "--json").json["obligations"]
    assert {each["state"] for each in late} == {"overdue"}
    assert airwarn(folder, "due", "--episode", "other", "--json").json["obligations"] == []
    assert "没有待办" in airwarn(folder, "due", "--exercise").out
    assert airwarn(folder, "due", "--overdue", "--all").code == 2


def test_a_report_is_received_and_what_is_missing_named(folder: Path) -> None:
    (folder / "report.yaml").write_text("措施: 停止户外活动\n学校数: 12\n", encoding="utf-8")
    unit = str(number(folder, "units"))
    part = airwarn(folder, "due", "receive", unit, "--from", "教育局 周科长", "--report", "report.yaml")
    assert part.code == 1
    assert "缺少预案要求的内容：成效" in part.out
    assert "（逾期）" in part.out
    (folder / "more.yaml").write_text("成效: 良好\n", encoding="utf-8")
    whole = airwarn(
        folder, "due", "receive", unit, "--from", "教育局 周科长", "--report", "more.yaml", "--json"
    )
    assert (whole.code, whole.json["met"]) == (0, True)


def test_a_report_that_is_none_is_one_clear_error(folder: Path) -> None:
    (folder / "report.yaml").write_text("- 一\n- 二\n", encoding="utf-8")
    ran = airwarn(folder, "due", "receive", "1", "--from", "某人", "--report", "report.yaml", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "REPORT_MALFORMED")


def test_a_person_waives_with_a_reason(folder: Path) -> None:
    ran = airwarn(
        folder, "due", "waive", str(number(folder, "filing")), "--reason", "已电话报告", "--by", "主任"
    )
    assert (ran.code, "免除：已电话报告（主任）" in ran.out) == (0, True)
    refused = airwarn(
        folder, "due", "waive", str(number(folder, "expected_end_passed")), "--reason", "算了", "--json"
    )
    assert refused.json["error"]["code"] == "OBLIGATION_BY_DECISION"


def test_status_tells_of_a_warning_past_its_end(folder: Path) -> None:
    ran = airwarn(folder, "status", "--json")
    (past,) = ran.json["past_their_end"]
    assert (past["level"], past["expected_end_at"]) == ("orange", "2024-01-13T12:00:00+08:00")
    assert "时间已过，还没有新的决定" in airwarn(folder, "status").out


def test_the_audit_trail_is_listed_and_checked_against_an_anchor(tmp_path: Path) -> None:
    (tmp_path / "airwarn-data").mkdir()
    ledger = Ledger(tmp_path / "airwarn-data")
    for row in range(3):
        ledger.write_now(audit.append, row, "clerk", "exported", f"broadcast:{row}", {"rows": row})
    ledger.close()
    sound = airwarn(tmp_path, "audit", "verify", "--json")
    assert (sound.code, sound.json["sound"], sound.json["rows"]) == (0, True, 3)
    listed = airwarn(tmp_path, "audit", "list", "--subject", "broadcast:1", "--json").json["audit"]
    assert [each["detail"] for each in listed] == [{"rows": 1}]
    told = airwarn(tmp_path, "audit", "list").out
    assert "broadcast:2" in told
    assert "导出：发布任务 2" in told
    with closing(sqlite3.connect(tmp_path / "airwarn-data" / FILE)) as connection:
        connection.execute("drop trigger audit_no_update")
        connection.execute("update audit set actor = 'other' where id = 2")
        connection.commit()
    spoilt = airwarn(tmp_path, "audit", "verify", "--anchor", sound.json["anchor"], "--json")
    assert (spoilt.code, [fault["row"] for fault in spoilt.json["faults"]]) == (1, [2])
    assert "审计第 2 行被改动" in airwarn(tmp_path, "audit", "verify").out
