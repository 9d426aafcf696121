"""Lengths in each channel's own unit, and cutting into parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InputError
from gateway.notices.fit import (
    Block,
    TooLong,
    markdown_form,
    parts,
    segments,
    sms_form,
    utf8_bytes,
    utf16_units,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("字" * 1, 1),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("字" * 201, 3),
        ("字" * 202, 4),
        ("字" * 500, 8),
        ("a" * 70, 1),  # the domestic rule counts every character once, whatever the script
        ("a" * 71, 2),
        ("【廊坊市大气办】" + "字" * 62, 1),
        ("【廊坊市大气办】" + "字" * 63, 2),
        ("😀" * 35, 1),  # beyond the basic plane: two units each
        ("😀" * 35 + "字", 2),
        ("𠮷" * 67, 2),
        ("𠮷" * 67 + "字", 3),
    ],
)
def test_segments_hold_70_units_alone_and_67_each_in_a_longer_text(text: str, expected: int) -> None:
    assert segments(text) == expected


@given(st.text(max_size=300))
def test_segments_agree_with_the_units_that_utf_16_has(text: str) -> None:
    units = len(text.encode("utf-16-be")) // 2
    assert utf16_units(text) == units
    assert segments(text) == (1 if units <= 70 else (units + 66) // 67)


def test_wecom_counts_utf_8_bytes() -> None:
    assert utf8_bytes("预警a") == 7


def test_an_sms_holds_no_second_signature_and_no_character_that_gateways_lack() -> None:
    assert sms_form("【甲】PM₂.₅微克/m³") == "〔甲〕PM2.5微克/m3"
    with pytest.raises(InputError) as caught:
        sms_form("请看😀")
    assert caught.value.code == "SMS_CHARACTER"
    assert "U+1F600" in caught.value.message


@given(st.text(max_size=60))
def test_an_sms_form_is_gbk_or_refused(text: str) -> None:
    try:
        form = sms_form(text)
    except InputError:
        return
    form.encode("gbk")
    assert "【" not in form
    assert "】" not in form


@given(st.text(alphabet="甲<>*_`#[]()@|~\\a", max_size=40))
def test_markdown_finds_no_markup_in_a_value(text: str) -> None:
    form = markdown_form(text)
    assert not set(form) & set("<>*_`#[]()@|~\\")
    assert len(form) == len(text)


blocks = st.lists(
    st.builds(
        Block,
        st.text(alphabet="字a", min_size=1, max_size=30),
        st.sampled_from([None, "**甲**", "**乙**"]),
    ),
    max_size=40,
)


@given(blocks, st.integers(min_value=150, max_value=600))
def test_parts_stay_within_the_limit_and_lose_nothing(found: list[Block], limit: int) -> None:
    cut = parts(found, lambda part, total: f"标题{part}/{total}", limit)
    assert all(utf8_bytes(part) <= limit for part in cut)
    assert [part.splitlines()[0] for part in cut] == [
        f"标题{number}/{len(cut)}" for number in range(1, len(cut) + 1)
    ]
    lines = [line for part in cut for line in part.splitlines()[1:] if not line.startswith("**")]
    assert lines == [block.text for block in found]


def test_a_heading_goes_on_in_the_next_part_and_never_stands_alone() -> None:
    found = [Block("一" * 20, "**甲**"), Block("二" * 20, "**甲**"), Block("三" * 20, "**乙**")]
    cut = parts(found, lambda part, total: f"{part}/{total}", 90)
    assert cut == (
        f"1/3\n**甲**\n{'一' * 20}",
        f"2/3\n**甲**（续）\n{'二' * 20}",
        f"3/3\n**乙**\n{'三' * 20}",
    )


def test_a_block_that_fits_nowhere_is_refused_and_not_cut() -> None:
    with pytest.raises(TooLong) as caught:
        parts([Block("字" * 100)], lambda part, total: "标题", 200)
    assert caught.value.limit == 200
    assert caught.value.size > 200
