"""`--only` and `decision recipients`, as a duty officer uses them."""

from pathlib import Path

import pytest

from gateway.directory.model import Address, Organisation
from gateway.ledger.database import Ledger
from gateway.ledger.directory import directory
from tests.city import soon
from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "airwarn.toml").write_text('data_folder = "data"\n', encoding="utf-8")
    (tmp_path / "data").mkdir()
    ledger = Ledger(tmp_path / "data")
    number = Address("sms", "+8619900009001")
    plant = Organisation("E-9", "示例水泥厂", "enterprises", None, "410105001", None, (number,), grade="C")
    school = Organisation("S-9", "示例小学", "schools", None, "410105", None, (number,))
    ledger.write_now(directory.apply, [plant, school], 1000)
    ledger.close()
    (tmp_path / "orange.yaml").write_text(as_yaml(soon(orange_start(approvals=[]))), encoding="utf-8")
    return tmp_path


def test_only_some_are_frozen_and_their_list_is_read_before_anybody_approves(office: Path) -> None:
    submitted = airwarn(office, "decision", "submit", "orange.yaml", "--only", "等级=C", "--json")
    assert submitted.json["error"]["field"] == "only"
    said = airwarn(office, "decision", "submit", "orange.yaml", "--only", "grade=C")
    assert "限定对象 · only：绩效等级：C级；区域内另有 1 个单位不发" in said.out
    (listed,) = airwarn(office, "decision", "list", "--json").json["decisions"]
    found = airwarn(office, "decision", "recipients", listed["id"], "--json").json
    assert [(each["code"], each["address"]) for each in found["recipients"]] == [("E-9", "+86199****9001")]
    assert "绩效等级：C级" in airwarn(office, "decision", "show", listed["id"]).out


def test_a_selection_that_means_nobody_leaves_nothing_behind(office: Path) -> None:
    refused = airwarn(office, "decision", "submit", "orange.yaml", "--only", "grade=D", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "SELECTION_EMPTY")
    assert airwarn(office, "decision", "list", "--json").json == {"decisions": []}
