"""`board sign|calls`, as people run it."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.ledger.database import Ledger
from gateway.ledger.directory import directory, inventory
from tests.boards.drawn import fonts
from tests.boards.samples import LINES, PLANT, SITE
from tests.cli.command import airwarn

LINK = ("--link", "https://air.example.gov.cn")
SIGN = ("board", "sign", "--plan", "zhengzhou", "--output", "a.pdf")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "airwarn-data").mkdir()
    ledger = Ledger(tmp_path / "airwarn-data")
    now = int(time.time() * 1000)
    ledger.write_now(directory.apply, [PLANT, SITE], now)
    ledger.write_now(inventory.apply, "industrial", {"E1": LINES, "E2": LINES[:1]}, now, "(local)")
    ledger.close()
    return tmp_path


def test_a_plant_s_board_is_written(folder: Path) -> None:
    fonts()
    ran = airwarn(folder, *SIGN, "E1", "--paper", "A4", *LINK, "--json")
    assert (ran.code, ran.json["boards"], ran.json["blanks"]) == (0, 1, [])
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_all_boards_are_one_file_and_it_is_said_what_a_pen_has_to_add(folder: Path) -> None:
    fonts()
    ran = airwarn(folder, *SIGN, "--all", *LINK)
    assert ran.code == 0
    assert "2 块公示牌" in ran.err
    again = airwarn(folder, *SIGN, "--all", *LINK, "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "FILE_EXISTS")


def test_without_typst_one_message_says_what_to_install_and_the_rest_works(folder: Path) -> None:
    hidden = folder / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['typst'] = None\n", "utf-8")
    ran = airwarn(folder, *SIGN, "E1", *LINK, PYTHONPATH=str(hidden))
    assert ran.code == 1
    assert "pip install 'airwarn[pdf]'" in ran.err
    assert not (folder / "a.pdf").exists()
    assert airwarn(folder, "plan", "list", PYTHONPATH=str(hidden)).code == 0


def test_a_missing_character_is_named_and_nothing_is_written(folder: Path) -> None:
    fonts()
    ledger = Ledger(folder / "airwarn-data")
    ledger.write_now(directory.apply, [replace(PLANT, name="𪚥示例厂")], int(time.time() * 1000))
    ledger.close()
    ran = airwarn(folder, *SIGN, "--all", *LINK, "--json")
    assert ran.json["error"]["code"] == "GLYPHS_MISSING"
    assert "U+2A6A5）：𪚥示例厂（E1）" in ran.json["error"]["message"]
    assert not (folder / "a.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "--all"),
        (["E1", "--all"], 2, "--all"),
        (["E1", "--paper", "A5"], 2, "A3, A4"),
        (["E1", "--area", "410104"], 2, "--all"),
        (["E9", *LINK], 1, "ORGANISATION_UNKNOWN"),
        (["E1"], 1, "BOARD_NO_ADDRESS"),
    ],
)
def test_a_wrong_command_is_told_apart(folder: Path, arguments: list[str], code: int, said: str) -> None:
    ran = airwarn(folder, *SIGN, *arguments)
    assert ran.code == code
    assert said in ran.err


def test_calls_of_a_broadcast_that_is_not_there(folder: Path) -> None:
    ran = airwarn(folder, "board", "calls", "7", "--output", "c.pdf")
    assert ran.code == 1
    assert "BROADCAST_UNKNOWN" in ran.err


def test_calls_are_written_as_the_suffix_says(folder: Path) -> None:
    ran = airwarn(folder, "board", "calls", "7", "--output", "c.docx")
    assert ran.code == 2
    assert ".pdf, .csv, .xlsx" in ran.err
