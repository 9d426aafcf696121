"""`unsigned`, `calls`, `call` and the trail of a report, as the duty officer uses them."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.command import airwarn
from tests.end_to_end.office import serving


@pytest.fixture
def asking(office: Path) -> Path:
    """The office after a start that asks its enterprises to sign."""
    settings = office / "airwarn.toml"
    settings.write_text(settings.read_text() + "[office.reply_by_minutes]\nenterprises = 30\n")
    assert airwarn(office, "directory", "import", "directory.csv").code == 0
    assert airwarn(office, "send", "start.yaml", "--wait").code == 0
    return office


def test_the_duty_officer_sees_who_has_not_signed_calls_and_takes_it_down(asking: Path) -> None:
    (plant,) = airwarn(asking, "unsigned", "1", "--json").json["organisations"]
    assert plant["organisation"]["name"] == "示例机械厂"
    assert plant["people"][0]["numbers"][0]["tel"] is None
    assert "199 0000 0103" in airwarn(asking, "unsigned", "1", "--full-numbers").out
    call = ("call", str(plant["id"]), "--by", "张值班")
    refused = airwarn(asking, *call, "--result", "objected")
    assert (refused.code, "NOTE_MISSING" in refused.err) == (1, True)
    heard = airwarn(asking, *call, "--result", "objected", "--name", "罗厂长", "--note", "锅炉不能停")
    assert heard.code == 0, heard.err
    listed = airwarn(asking, "calls", "--area", "410104").out
    assert "有异议：其他：锅炉不能停" in listed
    assert "橙色" in listed  # what is to be read out

    trail = airwarn(asking, "report", "1", "--trail", "--format", "csv", "--area", "410104").out
    (row,) = csv.DictReader(io.StringIO(trail.removeprefix("\ufeff")))
    assert row["结果 outcome"] == "已通知 reached"
    assert "张值班致电本单位，有异议：锅炉不能停" in row["电话 calls"]
    assert "199****0103 已送达" in row["消息 messages"]


def test_a_call_is_taken_down_through_the_running_server(asking: Path) -> None:
    with serving(asking):
        signed = airwarn(asking, "call", "1", "--result", "signed", "--name", "罗厂长")
        assert "已签收" in signed.out
        assert "没有要打的电话" in airwarn(asking, "calls").out


def test_a_trail_in_a_workbook_says_how_many_stand_how(asking: Path) -> None:
    written = airwarn(
        asking, "report", "1", "--trail", "--format", "xlsx", "--output", "trail.xlsx", "--json"
    )
    facts = {each["name"]: each["value"] for each in written.json["summary"]["facts"]}
    assert facts["单位数 organisations"] == "5"
    assert facts["已通知 reached"] == "5"
    assert facts["未通知到 unreached"] == "0"
    assert (asking / "trail.xlsx").stat().st_size > 0
