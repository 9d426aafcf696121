"""`report` after a broadcast that an office sent."""

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.cli.command import airwarn
from tests.end_to_end.office import serving


@pytest.fixture
def reported(office: Path) -> Path:
    """The office after its start."""
    assert airwarn(office, "directory", "import", "directory.csv").code == 0
    assert airwarn(office, "send", "start.yaml", "--wait").code == 0
    return office


def rows(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_a_report_in_every_format(reported: Path) -> None:
    def ran(*arguments: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "gateway", "report", "1", *arguments],
            cwd=reported,
            capture_output=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    found = rows(ran("--format", "csv").decode("utf-8-sig"))
    assert len(found) == 6
    school = next(
        each for each in found if each["单位 organisation"] == "晴川小学" and each["渠道 channel"] == "短信"
    )
    assert school["状态 state"] == "已送达 delivered"
    assert school["地址 address"] == "199****0101"
    assert school["区域 area"] != "410105"
    assert school["送达 delivered"].endswith("+08:00")
    in_full = rows(ran("--format", "csv", "--full-addresses").decode("utf-8-sig"))
    assert "19900000101" in {each["地址 address"] for each in in_full}
    book = load_workbook(io.BytesIO(ran("--format", "xlsx")), read_only=True)
    facts = {line[0]: line[1] for line in book.worksheets[0].iter_rows(values_only=True) if len(line) > 1}
    assert len(facts["清单 manifest (SHA-256)"]) == 64
    assert facts["95% 送达 delivered"].endswith("+08:00")  # of SMS alone: WeCom says no more than accepted
    assert facts["有回执的消息 messages with receipts"].endswith(" / 6")
    assert facts["95% 受理 accepted"].endswith("+08:00")
    page = ran("--format", "html").decode()
    assert "晴川小学" in page
    assert "19900000101" not in page


def test_a_file_is_whole_private_and_overwritten_only_by_force(reported: Path) -> None:
    target = reported / "report.csv"
    done = airwarn(reported, "report", "1", "--format", "csv", "--output", "report.csv", "--json")
    assert (done.code, done.json["rows"], done.json["file"]) == (0, 6, "report.csv")
    assert done.json["summary"]["counts"]
    assert target.stat().st_mode & 0o777 == 0o600
    again = airwarn(reported, "report", "1", "--format", "csv", "--output", "report.csv", "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "FILE_EXISTS")
    forced = airwarn(reported, "report", "1", "--format", "html", "--output", "report.csv", "--force")
    assert forced.code == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    nowhere = airwarn(reported, "report", "1", "--format", "csv", "--output", "no/report.csv", "--json")
    assert (nowhere.code, nowhere.json["error"]["code"]) == (1, "FILE_UNWRITABLE")
    assert not [path for path in reported.iterdir() if path.name.endswith(".part")]


def test_what_is_not_there_and_what_is_not_asked_clearly_is_said(reported: Path) -> None:
    unknown = airwarn(reported, "report", "77", "--format", "csv", "--json", "--output", "x")
    assert (unknown.code, unknown.json["error"]["code"]) == (1, "BROADCAST_UNKNOWN")
    assert not (reported / "x").exists()
    assert airwarn(reported, "report", "1").code == 2
    assert airwarn(reported, "report", "1", "--format", "pdf").code == 2
    summary = airwarn(reported, "report", "1", "--json").json["summary"]
    assert {"title", "facts", "counts", "texts"} <= summary.keys()
    assert all(len(text["SHA-256"]) == 64 for text in summary["texts"])


def test_every_export_is_in_the_audit_trail_and_a_refused_one_is_not(reported: Path) -> None:
    def exports() -> list[dict[str, Any]]:
        rows = airwarn(reported, "audit", "list", "--kind", "exported", "--json").json["audit"]
        return [{**row["detail"], "subject": row["subject"]} for row in rows]

    before = exports()
    csv = ("report", "1", "--format", "csv", "--full-addresses", "--output")
    assert airwarn(reported, *csv, "full.csv").code == 0
    assert airwarn(reported, *csv, "full.csv").code == 1  # it is there already
    with serving(reported):
        assert airwarn(reported, "report", "1", "--format", "html", "--output", "page.html").code == 0
    full, page = exports()[len(before) :]
    assert (full["subject"], full["format"], full["full_addresses"]) == ("broadcast:1", "csv", True)
    assert (page["format"], page["full_addresses"]) == ("html", False)
    assert airwarn(reported, "audit", "verify").code == 0
