"""`directory verify` as its users run it."""

from pathlib import Path

from gateway.ledger.database import Ledger
from gateway.ledger.directory import directory
from tests.asking_numbers import number, plants
from tests.cli.command import airwarn

SETTINGS = """
[accounts.sms]
provider = "twilio"
account_sid = "AC00000000000000000000000000000001"
auth_token = "invented"
senders = ["+15005550006"]
base_url = "http://127.0.0.1:9"
"""


def test_an_office_asks_answers_and_ends_without_a_server(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "airwarn-data").mkdir()
    ledger = Ledger(tmp_path / "airwarn-data")
    ledger.write_now(directory.apply, plants([1, 2]), 0)
    ledger.close()
    ran = airwarn(tmp_path, "directory", "verify", "--only", "group=核实", "--dry-run", "--json")
    assert (ran.code, len(ran.json["asked"])) == (0, 2)  # though no server has made the lanes yet
    shown = airwarn(tmp_path, "directory", "verify", "--only", "group=没有", "--json")
    assert (shown.code, shown.json["error"]["code"]) == (1, "GROUP_UNKNOWN")

    said = airwarn(
        tmp_path, "directory", "verify", "answer", "Q1", number(1), "changed",
        "--name", "王新", "--number", "13800138000", "--json",
    )  # fmt: skip
    assert (said.code, said.json["answer"], said.json["via"]) == (0, "changed", "phone")
    found = airwarn(tmp_path, "directory", "verify", "proposals", "--json").json["proposals"]
    assert [each["number"] for each in found] == ["+8613800138000"]
    assert airwarn(tmp_path, "directory", "verify", "status", "--json").json == {"campaigns": []}
    ended = airwarn(tmp_path, "directory", "verify", "end", "7", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (1, "CAMPAIGN_UNKNOWN")
    assert airwarn(tmp_path, "directory", "verify", "answer", "Q1", number(1), "maybe").code == 2

    airwarn(tmp_path, "directory", "verify", "answer", "Q2", number(2), "denied")
    table = tmp_path / "check.csv"
    assert airwarn(tmp_path, "directory", "check", "--output", str(table)).code == 1
    assert "对方答复不是其号码或邮箱，已停用" in table.read_text("utf-8-sig")
    assert airwarn(tmp_path, "directory", "check", "--output", str(table)).code == 1
    assert airwarn(tmp_path, "directory", "check", "--output", "check.pdf").code == 2
