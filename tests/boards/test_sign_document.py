"""Boards on paper."""

from dataclasses import replace

import pytest
from PIL import Image

from gateway.boards.printing import Document, Paper, to_pdf
from gateway.boards.sign import BoardMeasure, Boards, SignBoard
from gateway.boards.sign_document import board_document, qr_code
from gateway.directory.model import Organisation
from gateway.errors import InputError
from tests.boards.drawn import fonts, has_red, ink, pages
from tests.boards.samples import ADDRESS, LINES, OFFICE, PLANT, PRINTED, SITE, plan


def board(organisation: Organisation = PLANT) -> SignBoard:
    return Boards(plan(), ADDRESS, OFFICE).board(organisation, LINES)


def document(*organisations: Organisation, paper: Paper = "a3") -> Document:
    return board_document([board(each) for each in organisations], paper, PRINTED)


@pytest.mark.parametrize(("paper", "size"), [("a3", (794, 561)), ("a4", (561, 397))])
def test_each_board_is_one_sheet_across(paper: Paper, size: tuple[int, int]) -> None:
    drawn = pages(document(PLANT, SITE, paper=paper))
    assert [page.size for page in drawn] == [size, size]
    assert all(0.03 < ink(page) < 0.4 for page in drawn)


def test_the_code_leads_to_the_page_of_the_level_in_force() -> None:
    page = pages(document(PLANT), ppi=150)[0].convert("L")
    corner = page.crop((int(page.width * 0.86), 0, page.width, int(page.height * 0.205)))
    assert _modules(corner) == [[bool(module) for module in row] for row in qr_code(ADDRESS).matrix]


def test_a_drill_s_board_is_marked_and_a_real_one_is_not() -> None:
    drill, real = pages(document(replace(PLANT, exercise=True), PLANT))
    corner = (0, 0, drill.width // 4, drill.height // 10)
    assert has_red(drill.crop(corner))
    assert not has_red(real.crop(corner))


def test_a_list_that_is_too_long_for_the_sheet_goes_on_overleaf() -> None:
    shown = board()
    long = tuple(BoardMeasure(f"第{number}条措施，" + "停止作业" * 12) for number in range(60))
    levels = tuple(replace(level, measures=long) for level in shown.levels)
    drawn = pages(board_document([replace(shown, levels=levels)], "a3", PRINTED))
    assert len(drawn) > 1
    assert all(ink(page) > 0.05 for page in drawn)


def test_the_mark_of_a_drill_stands_on_every_sheet_overleaf_too() -> None:
    shown = board(replace(PLANT, exercise=True))
    long = tuple(BoardMeasure(f"第{number}条措施，" + "停止作业" * 12) for number in range(60))
    levels = tuple(replace(level, measures=long) for level in shown.levels)
    drawn = pages(board_document([replace(shown, levels=levels)], "a3", PRINTED), ppi=96)
    assert len(drawn) > 1
    for page in drawn:
        assert has_red(page.crop((0, page.height * 9 // 10, page.width // 4, page.height)))


def test_what_a_name_holds_is_text_and_nothing_else() -> None:
    name = '#read("/etc/passwd") $x$ *厂* \\ "'
    assert len(pages(document(replace(PLANT, name=name)))) == 1


def test_the_file_is_the_same_each_time_and_names_each_board() -> None:
    made = to_pdf(document(PLANT, SITE), fonts())
    assert made.startswith(b"%PDF-")
    assert made == to_pdf(document(PLANT, SITE), fonts())


@pytest.mark.parametrize("character", ["𪚥", "\ue123", "₂"])
def test_a_character_that_no_font_has_is_named_with_its_organisation(character: str) -> None:
    with pytest.raises(InputError) as refused:
        to_pdf(document(SITE, replace(PLANT, name=f"示例{character}厂")), fonts())
    assert refused.value.code == "GLYPHS_MISSING"
    assert f"U+{ord(character):04X}" in refused.value.message
    assert f"示例{character}厂（E1）" in refused.value.message
    assert "管廊" not in refused.value.message


def test_a_rare_character_that_the_font_has_is_printed() -> None:
    assert to_pdf(document(replace(PLANT, name="䶮示例厂")), fonts()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org",
        "www.example.org",
        "https://",
        "javascript:alert(1)",
        "https://a.example/ 1",
        "https://a.example/级别",
    ],
)
def test_a_code_leads_to_a_web_page_or_is_refused(address: str) -> None:
    with pytest.raises(InputError) as refused:
        qr_code(address)
    assert refused.value.code == "BOARD_ADDRESS"


def _modules(corner: Image.Image) -> list[list[bool]]:
    """The modules of the QR code in a picture: it begins at its first black pixel."""
    black = corner.point(lambda value: 255 if value < 128 else 0)
    box = black.getbbox()
    assert box
    left, top, right, _bottom = box
    count = len(qr_code(ADDRESS).matrix)
    size = (right - left) / count
    return [
        [
            corner.getpixel((int(left + (x + 0.5) * size), int(top + (y + 0.5) * size))) < 128  # type: ignore[operator]
            for x in range(count)
        ]
        for y in range(count)
    ]
