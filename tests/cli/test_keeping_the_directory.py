"""`directory list`, `show`, `check`, `totals`, `groups`, `off` and `duty`, as their users run them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.ledger.database import Ledger
from gateway.ledger.directory import directory
from tests.cli.command import airwarn

PLANT = Organisation(
    "E-9",
    "示例水泥厂",
    "enterprises",
    "industry",
    "410105001",
    None,
    (),
    grade="C",
    groups=("重点",),
    contacts=(
        Contact(
            "何厂长", "responsible", (ContactAddress(Address("sms", "+8619900009002"), date(2026, 1, 5)),)
        ),
    ),
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "airwarn.toml").write_text('data_folder = "data"\n', encoding="utf-8")
    (tmp_path / "data").mkdir()
    ledger = Ledger(tmp_path / "data")
    ledger.write_now(directory.apply, [PLANT], 1000)
    ledger.close()
    return tmp_path


def test_organisations_are_listed_and_shown_with_nobody_given_away(office: Path) -> None:
    listed = airwarn(office, "directory", "list", "--group", "重点", "--json").json["organisations"]
    assert [each["code"] for each in listed] == ["E-9"]
    assert airwarn(office, "directory", "list", "--grade", "A", "--json").json == {"organisations": []}
    shown = airwarn(office, "directory", "show", "E-9")
    assert "负责人 何*：短信 +86199****9002（2026-01-05）" in shown.out
    missing = airwarn(office, "directory", "show", "none", "--json")
    assert (missing.code, missing.json["error"]["code"]) == (1, "ORGANISATION_UNKNOWN")


def test_what_is_to_be_mended_ends_with_one(office: Path) -> None:
    checked = airwarn(office, "directory", "check")
    assert checked.code == 1
    assert "能联系上的联系人不足两名" in checked.out
    assert airwarn(office, "directory", "check", "--problem", "dead_address").code == 0
    assert airwarn(office, "directory", "check", "--problem", "none").code == 2


def test_totals_say_where_figures_are_lacking(office: Path) -> None:
    told = airwarn(office, "directory", "totals", "--plan", "zhengzhou", "--society", "SO2=12")
    assert (told.code, "无法判断" in told.out) == (0, True)
    wrong = airwarn(office, "directory", "totals", "--plan", "zhengzhou", "--society", "SO2=much", "--json")
    assert (wrong.code, wrong.json["error"]["code"]) == (1, "SOCIETY_MALFORMED")


def test_an_organisation_is_switched_off(office: Path) -> None:
    assert airwarn(office, "directory", "off", "E-9", "--json").json["switched_off"] is True
    assert airwarn(office, "directory", "groups", "--json").json == {"groups": {}}


def test_duties_and_shifts_are_read_from_files(office: Path) -> None:
    (office / "duties.yaml").write_text(
        "duties:\n  - {measure_id: industrial-inventory-orange, unit: 市生态环境局, person: 乙科长}\n",
        encoding="utf-8",
    )
    named = airwarn(office, "duty", "name", "duties.yaml", "--plan", "zhengzhou")
    assert "乙科长" in named.out
    assert "没有落实到人" in airwarn(office, "duty", "measures", "--plan", "zhengzhou").out
    now = datetime.now(UTC)
    starts_at, ends_at = (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=1)).isoformat()
    (office / "shifts.yaml").write_text(
        f"shifts:\n  - {{contact_id: 1, starts_at: {starts_at}, ends_at: {ends_at}}}\n", encoding="utf-8"
    )
    assert airwarn(office, "duty", "shifts", "shifts.yaml", "--json").json == {"added": 1}
    shown = airwarn(office, "duty", "show")
    assert "何*" in shown.out
    assert "无人值班：示例水泥厂" in shown.out
    (office / "shifts.yaml").write_text("shifts:\n  - {contact_id: x}\n", encoding="utf-8")
    wrong = airwarn(office, "duty", "shifts", "shifts.yaml", "--json").json["error"]
    assert (wrong["file"], wrong["line"]) == ("shifts.yaml", 2)
