"""What stands on the boards of plants and sites."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.boards.sign import Boards, SignBoard, line_words
from gateway.directory.inventory import InventoryLine
from gateway.errors import InputError
from tests.boards.samples import ADDRESS, LINES, OFFICE, PLANT, SITE, person, plan


def board(plan_id: str = "zhengzhou", **changes: object) -> SignBoard:
    return Boards(plan(plan_id), ADDRESS, OFFICE).board(replace(PLANT, **changes), LINES)  # type: ignore[arg-type]


def texts(shown: SignBoard) -> list[list[str]]:
    return [[f"{each.mark}{each.text}" for each in level.measures] for level in shown.levels]


def test_a_plant_shows_what_zhengzhou_prints_in_its_order_and_words() -> None:
    assert [(field.name, field.value) for field in board().fields] == [
        ("企业名称", "示例耐火材料有限公司"),
        ("所属区县（市）", "管城回族区"),
        ("行业类型", "耐火材料"),
        ("绩效等级", "B级（2023年10月1日起）"),
        ("企业法定代表人", "罗示例　199 0000 0103"),
        ("应急减排责任人", "何示例　199 0000 0104　199 0000 0105"),
        ("监督人", "林示例　199 0000 0106"),
    ]
    assert board().clause == "四（二）6（第143—145行）"
    assert board().form == "enterprise"


def test_pingdingshan_says_the_district_in_its_own_words() -> None:
    shown = board("pingdingshan", area="410402")
    assert (shown.fields[1].name, shown.fields[1].value) == ("所属县（市、区）", "新华区")
    assert shown.clause == "4.2.1（6）（第70行）"


@pytest.mark.parametrize(("plan_id", "area"), [("kashgar", "653101"), ("xigang", "210203")])
def test_where_the_plan_asks_for_boards_and_lists_nothing_they_have_the_general_form(
    plan_id: str, area: str
) -> None:
    shown = board(plan_id, area=area)
    assert [field.name for field in shown.fields] == [
        "企业名称",
        "所属区域",
        "行业类型",
        "绩效等级",
        "法定代表人",
        "应急减排责任人",
        "监督人",
    ]
    assert shown.clause


def test_every_level_is_whole_and_says_what_differs_from_the_one_below() -> None:
    yellow, orange, red = texts(board())
    assert yellow == ["1号隧道窑：限产30%（第1批）", "停止国四及以下柴油货车运输"]
    assert orange == [
        "调整1号隧道窑：限产50%（天然气用量≤1200立方米/日，准备时间1小时30分钟，责任人何示例）",
        "停止国四及以下柴油货车运输",
    ]
    assert red == [
        "调整1号隧道窑：停产（保温）",
        "新增破碎工序：夜间22时后视情停，须报备",
        "停止国四及以下柴油货车运输",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (InventoryLine("industrial", "red", "2号线", "stop", "√", True), "2号线：停产"),
        (InventoryLine("industrial", "red", "2号线", "limit", "40%", True, percent=40), "2号线：限产40%"),
        (InventoryLine("industrial", "red", "2号线", "limit", "40%", False), "2号线：40%"),
        (InventoryLine("industrial", "red", "2号线", "stop", "2号线停产，保温", True), "2号线停产，保温"),
        (
            InventoryLine(
                "industrial", "red", "2号线", "stop", "停产，准备时间4小时", True, preparation_minutes=240
            ),
            "2号线：停产，准备时间4小时",
        ),
        (
            InventoryLine("guaranteed", "red", None, "own_words", "不停产", True, exemption="居民供暖"),
            "不停产（豁免：居民供暖）",
        ),
    ],
)
def test_a_line_is_said_in_its_own_words_unless_they_say_nothing_alone(
    line: InventoryLine, words: str
) -> None:
    assert line_words(line) == words


def test_a_site_shows_its_own_measures_and_then_the_whole_list_of_the_plan() -> None:
    shown = Boards(plan(), ADDRESS, OFFICE).board(SITE, LINES[:1])
    assert [field.name for field in shown.fields] == [
        "项目名称",
        "项目类型",
        "项目地址",
        "项目负责人",
        "应急减排责任人",
    ]
    yellow, orange, red = texts(shown)
    assert yellow[0] == "1号隧道窑：限产30%（第1批）"
    assert any(each.startswith("停止土石方作业") for each in yellow)
    assert any(each.startswith("调整停止土石方作业") for each in orange)
    assert "调整全市施工工地停止施工。例外：经认定的应急抢险工程。" in red
    assert not any("土石方作业（" in each for each in red)  # replaced: nobody adds levels up


def test_what_the_directory_does_not_hold_is_left_for_a_pen() -> None:
    shown = board(contacts=(person("何示例", "responsible"),), grade=None, grade_valid_from=None)
    assert shown.blanks == ("绩效等级", "企业法定代表人", "监督人")
    assert shown.fields[5].value == "何示例"


def test_a_level_without_lines_says_that_the_list_has_none() -> None:
    shown = Boards(plan(), ADDRESS, OFFICE).board(PLANT, LINES[:1])
    assert [level.nothing != "" for level in shown.levels] == [False, True, True]


def test_a_street_of_a_district_is_in_the_district() -> None:
    assert board(area="410104001").fields[1].value == "管城回族区"


def test_a_grade_without_a_date_is_shown_alone() -> None:
    assert board(grade="guaranteed", grade_valid_from=None).fields[3].value == "保障类"
    assert board(grade="A", grade_valid_from=date(2024, 2, 1)).fields[3].value == "A级（2024年2月1日起）"


def test_a_school_and_a_plant_elsewhere_have_no_board() -> None:
    with pytest.raises(InputError, match="没有公示牌") as school:
        board(audience="schools", sector=None)
    assert school.value.code == "BOARD_NOT_FOR"
    with pytest.raises(InputError, match="不在“郑州市") as elsewhere:
        board(area="653101")
    assert elsewhere.value.code == "BOARD_OUTSIDE_PLAN"
