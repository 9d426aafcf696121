"""The full notice in large print: a page for A4 paper and for weak eyes."""

import re

import pytest

from gateway.vocabulary import Level
from tests.notices.samples import EVERY_READER, decision, in_force, lift, one, zhengzhou

COLOUR = re.compile(r"\.(yellow|orange|red|lift) \{ background: (#\w+); color: (#\w+); \}")


def printed(reader: str = "schools", **changes: object) -> str:
    page = one(zhengzhou(), decision(**changes), reader, "notice").html
    assert page is not None
    return page


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour.removeprefix("#")
    parts = [digits[i : i + 2] for i in (0, 2, 4)] if len(digits) == 6 else [each * 2 for each in digits]
    shares = [int(part, 16) / 255 for part in parts]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_body_is_18_points_black_on_white_and_key_points_24() -> None:
    page = printed()
    assert "font: 18pt/" in page
    assert "background: #fff; color: #000" in page
    sizes = {float(size) for size in re.findall(r"(\d+)pt[\s;/]", page.split("body {")[1]) if float(size) > 8}
    assert min(sizes) >= 18
    assert re.search(r"\.essentials \{[^}]*font-size: 24pt", page)


def test_each_level_is_a_word_on_a_colour_that_can_be_told_from_it() -> None:
    found = COLOUR.findall(printed())
    assert {name for name, *_ in found} == {"yellow", "orange", "red", "lift"}
    for _, background, colour in found:
        light, dark = sorted((luminance(background), luminance(colour)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("level", "word"), [("yellow", "黄色预警"), ("orange", "橙色预警"), ("red", "红色预警")]
)
def test_the_level_has_its_word(level: Level, word: str) -> None:
    assert re.search(rf'<strong class="level {level}"[^>]*>{word}</strong>', printed(level=level))
    page = one(zhengzhou(), lift(), "public", "notice", before=in_force(level)).html
    assert page is not None
    assert re.search(rf'<strong class="level lift"[^>]*>解除{word}</strong>', page)


@pytest.mark.parametrize("reader", EVERY_READER)
def test_it_says_what_the_text_says(reader: str) -> None:
    notice = one(zhengzhou(), decision(weather={}), reader, "notice")
    assert notice.html is not None
    for measure in notice.measures:
        assert measure.text in notice.html
    assert '<html lang="zh-CN">' in notice.html


def test_paper_breaks_between_groups_and_never_in_an_item() -> None:
    page = printed("enterprises.construction")
    assert "@page { size: A4;" in page
    assert ".group { break-inside: avoid; }" in page
    assert re.search(r"li \{[^}]*break-inside: avoid", page)
    assert page.count('<section class="group">') == 3


def test_it_needs_no_script_and_loads_nothing() -> None:
    page = printed()
    assert "<script" not in page
    assert "<link" not in page
    assert "src=" not in page
    assert "url(" not in page


def test_a_drill_is_framed() -> None:
    assert re.search(r'<p class="exercise"[^>]*><strong>【演练】</strong>', printed(exercise=True))
    assert 'class="exercise"' not in printed()
