"""Two plans, or two versions of one, side by side."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.plans.difference import difference
from gateway.plans.difference_described import describe_difference
from gateway.plans.field_words import FIELD_WORDS
from gateway.plans.model import Plan
from tests.plans.small import SMALL, small_plan

RED = "{actions: [issue, raise], levels: [red], steps: [{titles: [总指挥]}]"


def compared(*changes: tuple[str, str]) -> dict[str, Any]:
    found = difference(small_plan(), small_plan(*changes)).as_json()
    assert json.loads(json.dumps(found)) == found
    return found


def lines(*changes: tuple[str, str]) -> list[str]:
    text = describe_difference(difference(small_plan(), small_plan(*changes)))
    return [line.strip() for line in text.splitlines()]


def test_a_plan_does_not_differ_from_itself() -> None:
    found = compared()
    assert found["rules"] == []
    assert found["measures"] == {"only_a": [], "only_b": [], "changed": []}
    text = describe_difference(difference(small_plan(), small_plan()))
    assert "两者没有差别" in text
    assert "The two plans say the same." in text


def test_both_plans_are_named_with_their_versions() -> None:
    a, b = small_plan(), small_plan(('version: "2024"', 'version: "2025"'))
    found = difference(a, b).as_json()
    assert found["a"] == {"id": "small", "title": a.plan.title, "version": a.version}
    assert found["b"]["version"] == b.version != a.version
    assert f"版本 {b.version}" in describe_difference(difference(a, b))


@pytest.mark.parametrize(
    ("change", "expected", "printed"),
    [
        (
            ("lead_time: {hours: 24", "lead_time: {hours: 36"),
            {"section": "lead_time", "item": "", "field": "hours", "a": 24, "b": 36},
            ["A 24 〔三、发布（第30行）〕", "B 36 〔三、发布（第30行）〕"],
        ),
        (
            ("above: 150, hours: 48", "above: 160, hours: 48"),
            {
                "section": "level_rules",
                "item": "黄色",
                "field": "any_of",
                "a": [[{"above": 150, "hours": 48}]],
                "b": [[{"above": 160, "hours": 48}]],
            },
            [
                "A 日 AQI＞150 持续 48 小时 〔三、分级（第20行）〕",
                "B 日 AQI＞160 持续 48 小时 〔三、分级（第20行）〕",
            ],
        ),
        (
            (RED, RED.replace("总指挥", "副总指挥")),
            {
                "section": "approvals",
                "item": "红色 发布、升级",
                "field": "steps",
                "a": [{"titles": ["总指挥"], "verb": "批准"}],
                "b": [{"titles": ["副总指挥"], "verb": "批准"}],
            },
            ["A 总指挥批准 〔三、发布（第31行）〕", "B 副总指挥批准 〔三、发布（第31行）〕"],
        ),
        (
            ("within_hours: 2,", "within_hours: 3,"),
            {"section": "reports", "item": "filing", "field": "deadline"},
            ["A 发布后2小时内［从决定起 2 小时］ 〔三、发布（第33行）〕"],
        ),
        (
            ("measures_carry_on: true", "measures_carry_on: false"),
            {
                "section": "measures_carry_on",
                "item": "",
                "field": "measures_carry_on",
                "a": True,
                "b": False,
                "clause_a": None,
            },
            ["A 是", "B 否"],
        ),
        (
            ("red: Ⅰ级应急响应", "red: 一级响应"),
            {"section": "responses", "field": "responses"},
            ["B 黄色 Ⅲ级应急响应、橙色 Ⅱ级应急响应、红色 一级响应"],
        ),
    ],
)
def test_a_rule_that_differs_is_told_field_by_field_with_both_clauses(
    change: tuple[str, str], expected: dict[str, Any], printed: list[str]
) -> None:
    (found,) = compared(change)["rules"]
    assert {key: found[key] for key in expected} == expected
    assert set(found) == {"section", "item", "field", "a", "b", "clause_a", "clause_b"}
    assert [line for line in printed if line not in lines(change)] == []


def test_a_rule_that_one_plan_has_alone_is_told_whole() -> None:
    start = SMALL.index("  - {basis: upper_warning")
    change = (SMALL[start : SMALL.index("floor:")], "")
    (found,) = compared(change)["rules"]
    assert (found["section"], found["item"], found["field"], found["b"]) == (
        "grounds",
        "上级启动预警",
        None,
        None,
    )
    assert found["a"]["by"] == ["省应急指挥部"]
    assert (found["clause_a"], found["clause_b"]) == ("三、条件（第26行）", None)
    assert "A 依据 上级启动预警；作用 级别不低于上级；由谁 省应急指挥部 〔三、条件（第26行）〕" in lines(
        change
    )
    assert "B 无" in lines(change)


def test_a_measure_of_another_id_is_in_one_plan_only() -> None:
    found = compared(("id: advice\n", "id: counsel\n"))["measures"]
    assert [each["id"] for each in found["only_a"]] == ["advice"]
    assert [each["id"] for each in found["only_b"]] == ["counsel"]
    assert found["changed"] == []
    assert set(found["only_a"][0]) == {"id", "level", "category", "clause"}
    assert "只在 A 的措施（1）" in lines(("id: advice\n", "id: counsel\n"))


@pytest.mark.parametrize(
    ("change", "identifier", "field", "reader", "printed"),
    [
        (("hours: 每日7时至21时", "hours: 每日6时至22时"), "trucks", "hours", None, "B 每日6时至22时"),
        (("replaces: [trucks]", "replaces: []"), "more-trucks", "replaces", None, "A trucks"),
        (("text: 湿度小于50%且", "text: 湿度低于50%且"), "washing", "condition", None, None),
        (("停止道路洒水", "不得道路洒水"), "no-washing", "texts", "departments", "B 不得道路洒水"),
        (("short: 停止户外活动", "short: 不去户外"), "lessons", "texts", "schools", None),
    ],
)
def test_a_measure_of_both_is_told_field_by_field_and_reader_by_reader(
    change: tuple[str, str], identifier: str, field: str, reader: str | None, printed: str | None
) -> None:
    (found,) = compared(change)["measures"]["changed"]
    assert found["id"] == identifier
    assert [(each["field"], each["reader"]) for each in found["changes"]] == [(field, reader)]
    assert found["clause_a"] == found["clause_b"]
    if printed:
        assert printed in lines(change)


def test_a_reader_who_reads_a_measure_in_one_plan_only_is_named() -> None:
    change = ("      enterprises.mining: 停用柴油货车\n", "")
    (found,) = compared(change)["measures"]["changed"]
    (changed,) = found["changes"]
    assert (changed["reader"], changed["b"]) == ("enterprises.mining", None)
    assert changed["a"]["text"] == "停用柴油货车"
    assert "企业·矿山和砂石场" in lines(change)
    (found,) = compared(
        ("      departments: 督促企业减排\n", "      departments: 督促企业减排\n      media: 报道\n")
    )["measures"]["changed"]
    assert [(each["reader"], each["a"]) for each in found["changes"]] == [("media", None)]


def test_readers_whose_words_changed_alike_are_told_together() -> None:
    alike = "      enterprises: 按一厂一策停产限产\n      enterprises.industry: 按一厂一策停产限产\n"
    change = (alike, alike.replace("停产限产", "停产"))
    assert lines(change).count("B 按一厂一策停产") == 1
    assert "企业（不分行业、工业企业）" in lines(change)


def test_a_clause_that_moved_is_a_difference_only_within_one_document() -> None:
    moved = ("lines: [30, 30]", "lines: [31, 31]")
    (found,) = compared(moved)["rules"]
    assert (found["section"], found["field"]) == ("lead_time", "clause")
    other = compared(moved, ("file: small.txt", "file: other.txt"))["rules"]
    assert [(each["section"], each["field"]) for each in other] == [("source", "file")]


def test_readers_written_under_one_key_are_no_difference() -> None:
    alone = "      enterprises: 按一厂一策停产限产\n      enterprises.industry: 按一厂一策停产限产\n"
    joined = '      "enterprises, enterprises.industry": 按一厂一策停产限产\n'
    assert difference(small_plan(), small_plan((alone, joined))).none


def test_every_field_of_a_plan_has_a_word() -> None:
    def names(model: type[BaseModel]) -> set[str]:
        schema = model.model_json_schema()
        parts = [schema, *schema["$defs"].values()]
        return {name for part in parts for name in part.get("properties", {})}

    assert names(Plan) - set(FIELD_WORDS) == set()
    assert set(FIELD_WORDS) - names(Plan) == set()
