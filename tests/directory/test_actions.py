import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.actions import Stated, minutes, parse
from gateway.directory.inventory import InventoryLine


def lines(cell: str, stated: Stated | None = None) -> tuple[InventoryLine, ...]:
    return parse(cell, "industrial", "orange", stated)


def test_a_cell_becomes_a_line_for_each_order() -> None:
    kiln, mill, trucks = lines("1#回转窑停产；2#窑限产50%，准备时间4小时；停止使用国四及以下柴油货车运输")
    assert (kiln.action, kiln.line, kiln.words, kiln.certain) == ("stop", "1#回转窑", "1#回转窑停产", True)
    assert (mill.action, mill.line, mill.percent, mill.preparation_minutes) == ("limit", "2#窑", 50, 240)
    assert mill.words == "2#窑限产50%，准备时间4小时"
    assert (trucks.action, trucks.line, trucks.certain) == ("trucks", None, True)


@pytest.mark.parametrize(
    ("cell", "action", "line", "percent"),
    [
        ("停产", "stop", None, None),
        ("全厂停产", "stop", "全厂", None),
        ("1#、2#生产线全部停产", "stop", "1#、2#生产线", None),
        ("停止喷涂、烘干工序", "stop", "喷涂、烘干工序", None),
        ("（1）破碎工序停产", "stop", "破碎工序", None),
        ("1、回转窑停产", "stop", "回转窑", None),
        ("限产３０％", "limit", None, 30),
        ("熟料线限产比例为40%", "limit", "熟料线", 40),
        ("降低生产负荷20%", "limit", None, 20),
        ("降低生产负荷至70%", "limit", None, 30),
        ("大宗物料实施错峰运输", "off_peak", None, None),
        ("禁止使用国Ⅳ及以下重型柴油货车运输", "trucks", None, None),
    ],
)
def test_the_few_forms_that_are_understood(
    cell: str, action: str, line: str | None, percent: int | None
) -> None:
    (read,) = lines(cell)
    assert (read.action, read.line, read.percent, read.certain) == (action, line, percent, True)


@pytest.mark.parametrize(
    "cell",
    [
        "除1#窑外停产",
        "1#窑停产；民生供热除外",
        "1#窑停产，2#窑限产50%，准备时间2小时",  # whose preparation?
        "1、2#窑停产",  # item 1, or kilns 1 and 2
        "夜间停产",
        "每日8时至20时停产",
        "不停产",
        "1#窑可不停产",
        "其余生产线停产",
        "停止一半生产线",
        "限产50%以上",
        "限产150%",
        "限产",
        "除尘设施停运",  # what cleans the air is never stopped
        "停止脱硫设施",
        "环保设施停运",
        "停产，恢复时间另行通知",
        "第一批停产",
        "焦炉延长出焦时间至36小时",
        "国四及以下货车可运输",
        "自主减排",
        "停产时间不少于4小时",
    ],
)
def test_what_is_not_understood_for_certain_stays_in_its_own_words(cell: str) -> None:
    (read,) = lines(cell)
    assert (read.action, read.certain, read.words) == ("own_words", False, cell)
    assert (read.percent, read.preparation_minutes) == (None, None)


def test_an_understood_sentence_stands_beside_one_that_is_not() -> None:
    first, second = lines("1#窑停产；加强无组织排放管控")
    assert (first.action, second.action, second.words) == ("stop", "own_words", "加强无组织排放管控")


def test_a_sentence_keeps_what_is_said_of_its_order() -> None:
    (read,) = lines("1#窑停产，日用电量不超过1,200kWh，责任人张三，准备时间30分钟")
    assert (read.indicator, read.indicator_value) == ("power", "不超过1,200kWh")
    assert (read.person, read.preparation_minutes) == ("张三", 30)


def test_the_other_columns_hold_where_the_cell_says_nothing() -> None:
    stated = Stated("1#窑", "电表读数", 60, "李四", None, 2)
    first, second = lines("停产；2#窑限产30%，准备时间2小时，负责人王五", stated)
    assert (first.line, first.preparation_minutes, first.person, first.batch) == ("1#窑", 60, "李四", 2)
    assert (second.line, second.preparation_minutes, second.person) == ("2#窑", 120, "王五")


def test_an_exemption_names_its_ground_and_orders_nothing() -> None:
    (read,) = lines("因民生供热豁免")
    assert (read.action, read.exemption, read.words) == ("own_words", "民生供热", "因民生供热豁免")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4小时", 240), ("1.5小时", 90), ("30分钟", 30), ("1天", 1440), ("约4小时", None), ("4", None)],
)
def test_a_time_of_preparation_is_read_or_not(text: str, expected: int | None) -> None:
    assert minutes(text) == expected


pieces = st.sampled_from(
    [
        *(
            "1#窑",
            "2#回转窑",
            "停产",
            "限产50%",
            "限产至70%",
            "准备时间4小时",
            "除民生外",
            "责任人张三",
            "错峰运输",
        ),
        *(
            "停止使用国四及以下柴油货车运输",
            "日用电量不超过1,200kWh",
            "1、",
            "（2）",
            "③",
            "，",
            "；",
            "。",
            "\n",
            ",",
            ";",
        ),
        *("夜间", "不", "全部", "其余", "12", "3.5", " ", "第一批", "因供热豁免", "Ⅲ", "％", "３０"),
    ]
)
cells = st.one_of(st.lists(pieces, max_size=10).map("".join), st.text(max_size=60))


@given(cells)
@settings(max_examples=400, deadline=None)
def test_every_figure_and_every_clause_of_a_cell_is_in_the_words(cell: str) -> None:
    words = [line.words for line in lines(cell)]
    clauses = [each for part in re.split(r"[；;。\r\n]", cell) if (each := part.strip(" \t，,、"))]
    for clause in clauses:
        if any(character.isalnum() for character in clause):
            for part in re.split(r"[，,]", clause):
                assert any(part.strip() in each for each in words)
    figures = re.findall(r"\d+", cell)
    assert all(any(figure in each for each in words) for figure in figures)


@given(cells)
@settings(max_examples=300, deadline=None)
def test_a_certain_order_says_nothing_that_its_words_do_not(cell: str) -> None:
    for line in lines(cell):
        if line.percent is not None:
            plain = "".join(line.words.split()).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
            assert str(line.percent) in plain or str(100 - line.percent) in plain
        if line.action == "stop":
            assert "停" in line.words
            assert not re.search(r"不停|除|夜间|其余|第一批", line.words)
        assert line.certain == (line.action != "own_words")
