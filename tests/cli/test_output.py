"""What every command keeps to: one answer, one exit code, no traceback, whatever it reads and writes to."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import sending
from gateway.cli.output import table
from gateway.cli.status import show_overview
from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    file = tmp_path / "decision.yaml"
    file.write_text(as_yaml(orange_start()), encoding="utf-8")
    return file


def shell(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command.replace("airwarn", f"{sys.executable} -m gateway"),
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "DOCUMENT_MALFORMED"),
        (b"- plan: zhengzhou\n", "DOCUMENT_MALFORMED"),
        (b"plan: zhengzhou\n\taction: issue\n", "DOCUMENT_MALFORMED"),
        (b"plan: zheng\0zhou\n", "DOCUMENT_CHARACTER"),
        (bytes(range(256)), "DOCUMENT_ENCODING"),
        (b"a: " + b"x" * 600_000, "DOCUMENT_TOO_LARGE"),
    ],
)
def test_a_file_that_is_no_decision_gives_one_error(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "bad.yaml").write_bytes(content)
    ran = airwarn(tmp_path, "check", "bad.yaml", "--json")
    assert (ran.code, ran.err) == (1, "")
    assert set(ran.json) == {"error"}
    assert set(ran.json["error"]) == {"code", "message", "message_en", "file", "line", "field"}
    assert (ran.json["error"]["code"], ran.json["error"]["file"]) == (code, "bad.yaml")
    assert ran.json["error"]["message_en"].isascii()


@pytest.mark.parametrize("name", ["nowhere.yaml", ".", "", "\udcff.yaml"])
def test_a_name_that_is_no_file_gives_one_error(tmp_path: Path, name: str) -> None:
    ran = airwarn(tmp_path, "check", name, "--json", PYTHONIOENCODING="utf-8:strict")
    assert (ran.code, ran.json["error"]["code"]) == (1, "FILE_UNREADABLE")
    assert ran.json["error"]["file"] == name


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "check", "/dev/zero", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "FILE_TOO_LARGE")


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_a_full_disk_under_the_output_is_said_without_a_traceback(
    decision: Path, arguments: list[str]
) -> None:
    done = shell(decision.parent, f"airwarn check decision.yaml {' '.join(arguments)} > /dev/full")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-"])
def test_closed_streams_change_no_exit_code(decision: Path, redirection: str) -> None:
    done = shell(decision.parent, f"airwarn check decision.yaml --json {redirection}")
    assert (done.returncode, done.stderr) == (0, "")


def test_json_is_utf_8_in_every_locale_and_text_never_fails(decision: Path) -> None:
    for encoding in ("ascii", "gbk"):
        done = subprocess.run(
            [sys.executable, "-m", "gateway", "check", "decision.yaml", "--json"],
            cwd=decision.parent,
            capture_output=True,
            timeout=60,
            check=False,
            env={"PYTHONIOENCODING": encoding},
        )
        assert "备案" in json.loads(done.stdout.decode("utf-8"))["due"][0]["what"]
    assert airwarn(decision.parent, "check", "decision.yaml", PYTHONIOENCODING="ascii").code == 0


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2024-01-10T12:00:00.5+08:00", 0),
        ("2024-01-10T04:00Z", 0),
        ("2024-01-10T12:00:00", 2),  # without its offset
        ("2024-01-10", 2),
        ("yesterday", 2),
    ],
)
def test_now_takes_every_form_of_a_time_with_its_offset(decision: Path, now: str, code: int) -> None:
    ran = airwarn(decision.parent, "check", "decision.yaml", "--now", now, "--json")
    assert ran.code == code
    assert ("error" in ran.json) == (code == 2)


def test_a_narrow_table_cuts_no_number_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table("清单", ["编码", "号码", "名称"], [["91410100MA0000011Y", "+8619900000301", "示例水泥有限公司"]])
    printed = capsys.readouterr().out
    assert "…" not in printed
    cells = [line.split("│") for line in printed.splitlines() if "│" in line]
    assert ["".join(each[place].strip() for each in cells) for place in (1, 2, 3)] == [
        "91410100MA0000011Y",
        "+8619900000301",
        "示例水泥有限公司",
    ]


def test_what_has_only_begun_says_where_to_follow_it(capsys: pytest.CaptureFixture[str]) -> None:
    begun = {
        "id": 7,
        "plan": "zhengzhou",
        "action": "issue",
        "level": "orange",
        "document_number": None,
        "exercise": False,
        "live": True,
        "launched_at": "2026-01-10T12:00:00+08:00",
        "complete": False,
        "counts": [],
        "totals": {},
        "recipients": 12,
    }
    show_overview(begun)
    assert "共 12 个地址，正在发送；进展见 airwarn status 7" in capsys.readouterr().out


def test_waiting_for_a_lane_at_rest_says_once_why_and_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "POLL_SECONDS", 0)
    looks = iter([{"queued": 5}] * 20 + [{}])
    lane = {
        "id": 3,
        "account": "sms",
        "enabled": True,
        "open": False,
        "again_at": None,
        "parked_until": "2026-01-10T12:05:00+08:00",
        "parked_reason": "authentication",
        "queued": 5,
    }

    async def read() -> dict[str, Any]:
        return {
            "id": 7,
            "plan": "zhengzhou",
            "action": "issue",
            "level": "orange",
            "document_number": None,
            "exercise": False,
            "live": True,
            "launched_at": "2026-01-10T12:00:00+08:00",
            "complete": False,
            "deliveries": 5,
            "totals": next(looks),
        }

    async def lanes() -> list[dict[str, Any]]:
        return [lane]

    asyncio.run(sending.follow(read, lambda seen: not seen["totals"], lanes))
    told = "".join(capsys.readouterr().err.split())
    assert told.count("暂停至12:05:00：账号或密钥被服务商拒绝；5条等它恢复") == 1
    assert "airwarnlaneopen3" in told
