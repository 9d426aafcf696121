"""What printing needs, and what its templates may not do."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.boards.printing import font_folders, to_pdf
from gateway.boards.sign import Boards
from gateway.boards.sign_document import board_document
from gateway.errors import InputError
from tests.boards.drawn import fonts
from tests.boards.samples import ADDRESS, LINES, OFFICE, PLANT, PRINTED, plan

DOCUMENT = board_document([Boards(plan(), ADDRESS, OFFICE).board(PLANT, LINES)], "a3", PRINTED)


def test_without_a_chinese_font_one_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        to_pdf(DOCUMENT, (tmp_path, tmp_path / "missing"))
    assert refused.value.code == "FONTS_MISSING"
    assert "fonts-noto-cjk" in refused.value.message
    assert "fonts_folder" in refused.value.message_en


def test_the_office_s_own_fonts_are_looked_at_beside_the_system_s(tmp_path: Path) -> None:
    assert font_folders(tmp_path) == (tmp_path, *font_folders())
    own = next(each for folder in fonts() if folder.is_dir() for each in folder.glob("NotoSansCJK-*"))
    (tmp_path / own.name).symlink_to(own)
    assert to_pdf(DOCUMENT, (tmp_path,)).startswith(b"%PDF-")


def test_templates_fetch_and_read_nothing() -> None:
    templates = [
        each for each in (files("message_templates") / "boards").iterdir() if each.name.endswith(".typ")
    ]
    assert len(templates) == 4
    for each in templates:
        assert not re.search(r"@preview|#import|#include|\bread\(", each.read_text("utf-8")), each.name
