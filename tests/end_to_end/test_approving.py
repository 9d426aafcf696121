"""An office's night at the command line: draft, approve, launch, lift, with a server and without."""

from pathlib import Path
from typing import Any

from tests.city import soon
from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start
from tests.end_to_end.office import sent, serving

WHO = ("--role", "主任", "--name", "王主任")


def drafted(office: Path) -> Any:
    (office / "draft.yaml").write_text(as_yaml(soon(orange_start(approvals=[]))), encoding="utf-8")
    ran = airwarn(office, "decision", "submit", "draft.yaml", "--drafter", "小李", "--json")
    assert (ran.code, ran.json["state"]) == (0, "submitted"), ran
    return ran.json


def through(office: Path) -> None:
    draft = drafted(office)
    identifier, seen = draft["id"], ("--manifest", draft["manifest"][:16])
    own = airwarn(
        office, "decision", "approve", identifier, *seen, "--role", "主任", "--name", "小李", "--json"
    )
    assert (own.code, own.json["error"]["code"]) == (1, "OWN_DRAFT")
    (office / "会商.txt").write_text("会商意见：建议发布", encoding="utf-8")
    assert airwarn(office, "decision", "opinion", identifier, "会商.txt").code == 0
    shown = airwarn(office, "decision", "show", identifier)
    assert "现在应由" in shown.out
    assert "会商.txt" in shown.out
    early = airwarn(office, "decision", "launch", identifier, *seen, "--json")
    assert (early.code, early.json["error"]["code"]) == (1, "APPROVALS_TO_COME")
    approved = airwarn(office, "decision", "approve", identifier, *seen, *WHO)
    assert (approved.code, "批准齐备" in approved.out) == (0, True), approved
    assert sent(office) == []
    launched = airwarn(office, "decision", "launch", identifier, *seen, "--wait", "--json")
    assert launched.code == 0, launched
    assert launched.json["overview"]["complete"] is True
    assert len(sent(office)) == 6
    lifted = airwarn(office, "retract", identifier, "--number", "撤回一号", "--wait", "--json")
    assert lifted.code == 0, lifted
    assert lifted.json["decision"]["state"] == "launched"
    assert lifted.json["decision"]["prepared_by"] == identifier
    assert len(sent(office)) == 12
    listed = airwarn(office, "decision", "list", "--json")
    assert [each["action"] for each in listed.json["decisions"]] == ["issue", "retract"]


def test_a_night_without_a_server(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    through(office)


def test_a_night_with_a_server(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    with serving(office):
        through(office)


def test_a_returned_decision_is_shown_with_its_reason_and_withdrawn(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    draft = drafted(office)
    seen = ("--manifest", draft["manifest"])
    returned = airwarn(office, "decision", "return", draft["id"], *seen, *WHO, "--comment", "时间有误")
    assert (returned.code, "时间有误" in returned.out) == (0, True), returned
    gone = airwarn(office, "decision", "withdraw", draft["id"], "--name", "小李", "--json")
    assert (gone.code, gone.json["state"]) == (0, "withdrawn")
    assert sent(office) == []


def test_mending_a_deviation_asks_for_its_own_reason_and_takes_it(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    yellow = soon(orange_start(level="yellow", special_reason="会商认为应先发布黄色预警"))
    (office / "yellow.yaml").write_text(as_yaml(yellow), encoding="utf-8")
    started = airwarn(office, "send", "yellow.yaml", "--wait", "--json")
    assert started.code == 0, started
    (decided,) = airwarn(office, "decision", "list", "--json").json["decisions"]
    corrects = ("--wrong", "文号有误", "--right", "见本文")
    asked = ("correct", decided["id"], "--number", "更正一号", *corrects)
    refused = airwarn(office, *asked)
    assert (refused.code, "--reason" in refused.out) == (1, True), refused
    assert "LEVEL_NOT_MET" in refused.out
    assert "APPROVAL_MISSING" not in refused.out  # it is approved once it is submitted
    taken = airwarn(office, *asked, "--reason", "会商意见不变", "--json")
    assert taken.code == 0, taken
    assert taken.json["decision"]["document"]["special_reason"] == "会商意见不变"
