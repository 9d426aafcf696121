"""`airwarn payload FILE`: a decision as what operators and platforms take."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.exchange import cap, payload_json
from tests.cli.command import airwarn
from tests.documents import as_yaml, lift, orange_start, red_raise


def stated(folder: Path, document: dict[str, Any]) -> str:
    (folder / "decision.yaml").write_text(as_yaml(document), "utf-8")
    return "decision.yaml"


def test_each_format_prints_the_payload_and_nothing_else(tmp_path: Path) -> None:
    file = stated(tmp_path, orange_start())
    plain = airwarn(tmp_path, "payload", file)
    assert plain.code == 0
    alert = cap.read(plain.out.encode())
    assert plain.out.encode() == cap.write(alert)
    assert airwarn(tmp_path, "payload", "--format", "cap", file).out == plain.out
    assert payload_json.read(airwarn(tmp_path, "payload", file, "--format", "json").out.encode()) == alert
    assert airwarn(tmp_path, "payload", file, "--format", "cell").json["cell_broadcast"] is True
    national = airwarn(tmp_path, "payload", file, "--format", "national")
    assert national.out.startswith("<?xml")
    assert "http://com.icss.amp" in national.out
    assert "exchange.organisation" in national.err


def test_json_wraps_the_payload(tmp_path: Path) -> None:
    file = stated(tmp_path, orange_start())
    wrapped = airwarn(tmp_path, "payload", file, "--json").json
    assert (wrapped["format"], wrapped["identifier"]) == ("cap", "41010000000000_20240108080000_1")
    assert wrapped["payload"] == airwarn(tmp_path, "payload", file).out
    for kind in ("json", "cell"):
        wrapped = airwarn(tmp_path, "payload", file, "--format", kind, "--json").json
        assert wrapped["payload"] == airwarn(tmp_path, "payload", file, "--format", kind).json


@pytest.mark.parametrize("kind", ["cap", "national"])
def test_what_is_printed_passes_the_validator(tmp_path: Path, kind: str) -> None:
    printed = airwarn(tmp_path, "payload", stated(tmp_path, orange_start()), "--format", kind).out
    judged = airwarn(tmp_path, "payload", "validate", "-", "--json", stdin=printed)
    assert judged.code == 0
    assert {fault["code"] for fault in judged.json["files"][0]["faults"]} <= {"EXPIRED"}


def test_an_update_references_the_messages_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "first.xml").write_text(airwarn(tmp_path, "payload", stated(tmp_path, orange_start())).out)
    raised = stated(tmp_path, red_raise(decided_at="2024-01-09T08:00:00+08:00"))
    second = airwarn(tmp_path, "payload", raised, "--earlier", "first.xml")
    assert second.err == ""
    update = cap.read(second.out.encode())
    assert [str(each) for each in update.references] == [
        "airwarn.410100,41010000000000_20240108080000_1,2024-01-08T08:00:00+08:00"
    ]
    (tmp_path / "second.xml").write_text(second.out)
    ended = stated(
        tmp_path, lift(decided_at="2024-01-10T08:00:00+08:00", starts_at="2024-01-10T08:00:00+08:00")
    )
    cancel = cap.read(
        airwarn(tmp_path, "payload", ended, "--earlier", "first.xml", "--earlier", "second.xml").out.encode()
    )
    assert cancel.message_type == "Cancel"
    assert [each.sent for each in cancel.references] == [
        "2024-01-08T08:00:00+08:00",
        "2024-01-09T08:00:00+08:00",
    ]


def test_without_them_its_references_are_placeholders_and_it_says_so(tmp_path: Path) -> None:
    previewed = airwarn(tmp_path, "payload", stated(tmp_path, lift()))
    assert previewed.code == 0
    assert "占位" in previewed.err
    assert [each.identifier[-3:] for each in cap.read(previewed.out.encode()).references] == ["_99"]


def test_now_is_when_it_is_sent(tmp_path: Path) -> None:
    file = stated(tmp_path, orange_start())
    sent = airwarn(tmp_path, "payload", file, "--now", "2024-01-11T08:00:00+08:00")
    alert = cap.read(sent.out.encode())
    assert (alert.sent, alert.infos[0].urgency) == ("2024-01-11T08:00:00+08:00", "Immediate")


def test_an_exercise_can_be_a_test_and_nothing_else_can(tmp_path: Path) -> None:
    drill = airwarn(tmp_path, "payload", stated(tmp_path, orange_start(exercise=True)), "--test")
    assert cap.read(drill.out.encode()).status == "Test"
    real = airwarn(tmp_path, "payload", stated(tmp_path, orange_start()), "--test", "--json")
    assert (real.code, real.json["error"]["code"]) == (1, "TEST_NOT_EXERCISE")


def test_bad_input_is_one_clear_message(tmp_path: Path) -> None:
    file = stated(tmp_path, orange_start())
    (tmp_path / "not.xml").write_text("hello")
    unread = airwarn(tmp_path, "payload", file, "--earlier", "not.xml", "--json")
    assert (unread.code, unread.json["error"]["code"], unread.json["error"]["file"]) == (
        1,
        "XML_MALFORMED",
        "not.xml",
    )
    missing = airwarn(tmp_path, "payload", "nowhere.yaml", "--json")
    assert (missing.code, missing.json["error"]["code"]) == (1, "FILE_UNREADABLE")
    assert airwarn(tmp_path, "payload", file, "--format", "pdf").code == 2
    assert airwarn(tmp_path, "payload", file, "--now", "yesterday").code == 2
    unknown = airwarn(tmp_path, "payload", stated(tmp_path, orange_start(area=["110000"])), "--json")
    assert (unknown.code, unknown.json["error"]["code"]) == (1, "AREA_UNKNOWN")


def test_settings_name_the_sender_and_its_codes(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text(
        '[exchange]\nsender = "cn.example.warning"\norganisation = "416"\n', "utf-8"
    )
    file = stated(tmp_path, orange_start())
    assert cap.read(airwarn(tmp_path, "payload", file).out.encode()).sender == "cn.example.warning"
    national = airwarn(tmp_path, "payload", file, "--format", "national")
    assert "<senderCode>41010041600000</senderCode>" in national.out
    assert national.err == ""


def test_the_ledger_is_never_read(tmp_path: Path) -> None:
    airwarn(tmp_path, "payload", stated(tmp_path, orange_start()))
    assert [path.name for path in tmp_path.iterdir()] == ["decision.yaml"]


def test_cell_counts_the_updates_of_an_event(tmp_path: Path) -> None:
    (tmp_path / "first.xml").write_text(airwarn(tmp_path, "payload", stated(tmp_path, orange_start())).out)
    raised = stated(tmp_path, red_raise(decided_at="2024-01-09T08:00:00+08:00"))
    shown = airwarn(tmp_path, "payload", raised, "--earlier", "first.xml", "--format", "cell")
    assert [message["update_number"] for message in json.loads(shown.out)["messages"]] == [1, 1]
