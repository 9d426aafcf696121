"""What operators pass on to everyone in an area."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from gateway.decisions.facts import facts
from gateway.errors import InputError
from gateway.notices.fit import utf16_units
from gateway.notices.model import InForce
from gateway.notices.relayed import Relayed, relayed
from tests.notices.plans import PLANS, STEPS, office_of, packaged

OFFICE = "郑州市生态环境保护委员会污染防治攻坚办公室"
SIGNED = "【郑州市重污染天气预警】"


def told(step: str, plan_id: str = "zhengzhou", language: Any = "zh-CN", **changes: Any) -> Relayed:
    plan = packaged(plan_id)
    decision = STEPS[step].decision(plan, **changes)
    return relayed(plan, decision, office_of(plan), language, **STEPS[step].told(plan))


@pytest.mark.parametrize(
    ("step", "short"),
    [
        (
            "issue orange",
            "重污染天气橙色预警：郑州市1月10日12时起启动Ⅱ级响应。儿童、老人、病人留在室内，其他人减少户外运动。",
        ),
        (
            "extend orange",
            "重污染天气橙色预警延长：郑州市1月10日12时起继续执行Ⅱ级响应。儿童、老人、病人留在室内，其他人减少户外运动。",
        ),
        ("lift orange", "重污染天气橙色预警解除：郑州市1月10日12时起终止Ⅱ级响应。"),
        (
            "correct orange",
            "更正1月7日12时起的橙色预警，以本条为准。重污染天气橙色预警：郑州市1月10日12时起启动Ⅱ级响应。",
        ),
        ("retract orange", "撤回：郑州市1月7日12时起的橙色预警系误发，不作数，不用执行。抱歉。"),
        (
            "retract a lift of orange",
            "撤回：郑州市1月7日12时起的预警解除通知系误发，不作数，抱歉。1月7日12时起的橙色预警没有解除，继续有效。",
        ),
        (
            "hint red",
            "提示：郑州市1月10日12时起可能发布重污染天气红色预警，现在还没有发布，不用执行措施。以正式预警为准。",
        ),
        ("tip", "健康提示：郑州市1月10日12时起细颗粒物浓度可能偏高。这是健康建议，不是预警。"),
    ],
)
def test_one_segment_says_what_where_when_and_what_to_do_first(step: str, short: str) -> None:
    assert told(step).short == f"{SIGNED}{short}"


@pytest.mark.parametrize(
    ("step", "headline"),
    [
        ("issue orange", f"{OFFICE}发布重污染天气橙色预警"),
        ("raise yellow to red", f"{OFFICE}将重污染天气黄色预警升级为红色预警"),
        ("lower red to orange", f"{OFFICE}将重污染天气红色预警降级为橙色预警"),
        ("extend yellow", f"{OFFICE}延长重污染天气黄色预警"),
        ("lift red", f"{OFFICE}解除重污染天气红色预警"),
        ("lift a hint", f"{OFFICE}解除重污染天气预警提示"),
        ("hint yellow", f"{OFFICE}提示可能发布重污染天气黄色预警"),
        ("tip", f"{OFFICE}发布细颗粒物健康提示"),
        ("correct orange", f"{OFFICE}更正1月7日12时起的重污染天气橙色预警"),
        ("retract red", f"{OFFICE}撤回1月7日12时起的重污染天气红色预警"),
        (
            "retract a raise from yellow to orange",
            f"{OFFICE}撤回1月7日12时起的重污染天气橙色预警，重污染天气黄色预警继续有效",
        ),
    ],
)
def test_a_headline_names_who_does_what(step: str, headline: str) -> None:
    assert told(step).headline == headline


def test_a_cell_broadcast_begins_with_who_says_it_and_has_no_signature() -> None:
    said = told("issue orange")
    assert said.cell == f"{OFFICE}发布{said.sms.removeprefix(SIGNED)}"
    assert told("retract orange").cell.startswith(f"{OFFICE}撤回：郑州市")
    assert told("hint orange").cell.startswith(f"{OFFICE}提示：郑州市")
    assert told("tip").cell.startswith(f"{OFFICE}发布健康提示：郑州市")


def test_an_english_broadcast_is_plain_latin_so_that_it_takes_few_pages() -> None:
    said = told("issue orange", language="en")
    assert said.cell.isascii()
    assert said.cell.startswith("Zhengzhou Pollution Control Campaign Office: Orange air pollution warning")
    assert said.short is None


@pytest.mark.parametrize("step", STEPS)
def test_no_english_sentence_has_two_colons(step: str) -> None:
    for sentence in told(step, language="en").cell.split(". "):
        assert sentence.count(": ") <= 1, sentence


def test_a_retracted_correction_takes_what_it_corrected_with_it() -> None:
    plan = packaged("zhengzhou")
    decision = STEPS["retract orange"].decision(plan)
    corrected = InForce("orange", facts(decision), action="correct", corrected=("郑〔2024〕1号",))
    said = relayed(plan, decision, office_of(plan), "zh-CN", corrected)
    assert "（含更正前的）" in said.headline
    assert said.short is not None
    assert "（含更正前的）" in said.short
    english = relayed(plan, decision, office_of(plan), "en", corrected)
    assert "and what it corrected are withdrawn" in english.headline


def test_a_correction_for_one_county_still_names_the_response() -> None:
    said = told("correct orange", exercise=True, area=["410105"], starts_at="2024-01-10T12:30:00+08:00")
    assert said.short is not None
    assert "重污染天气橙色预警：" in said.short
    assert said.short.endswith("起启动Ⅱ级响应。")


def test_nobody_is_asked_for_an_answer_or_given_a_link_to_sign() -> None:
    plan = packaged("zhengzhou")
    office = replace(
        office_of(plan), sign_at="https://gateway.example.cn/s/", reply_by_minutes=(("public", 30),)
    )
    said = relayed(plan, STEPS["issue orange"].decision(plan), office)
    everything = "".join(str(each) for each in (said.sms, said.short, said.cell, said.instruction))
    assert "签收" not in everything
    assert "/s/" not in everything


@pytest.mark.parametrize("step", ["issue red", "lift orange", "retract orange", "hint yellow", "tip"])
def test_an_exercise_is_marked_first_in_every_piece(step: str) -> None:
    said = told(step, exercise=True)
    assert said.headline.startswith("【演练】")
    assert said.situation.startswith("【演练】")
    assert said.cell.startswith("演练：")
    assert f"{SIGNED}演练：" in said.sms
    assert said.short is not None
    assert said.short.startswith(f"{SIGNED}演练：")


def test_what_is_asked_of_everyone_stands_item_by_item_and_a_lift_asks_nothing() -> None:
    asked = told("issue orange").instruction.splitlines()
    assert asked[0] == "健康防护"
    assert asked[1].startswith("1. 易感人群")
    assert "3. 禁止燃放烟花爆竹。" in asked
    assert told("lift orange").instruction == ""
    assert "不是重污染天气预警" in told("tip").instruction


def test_a_lift_of_a_part_says_that_the_rest_stands() -> None:
    said = told("lift orange", area=["410105"])
    assert (
        said.short
        == f"{SIGNED}重污染天气橙色预警解除：郑州市金水区1月10日12时起终止Ⅱ级响应。其他区域仍有预警。"
    )
    assert said.headline == f"{OFFICE}解除郑州市金水区重污染天气橙色预警"


def test_the_shortest_text_of_every_plan_and_step_fits_one_segment_with_the_longest_signature() -> None:
    for plan_id, step in product(PLANS, STEPS):
        plan = packaged(plan_id)
        places = [[plan.area], [area.code for area in plan.areas[1:]] or [plan.area]]
        for area, exercise in product(places, (False, True)):
            decision = STEPS[step].decision(plan, area=area, exercise=exercise)
            office = replace(office_of(plan), signature="重污染天气预警指挥部办公")
            short = relayed(plan, decision, office, **STEPS[step].told(plan)).short
            assert short is not None
            assert utf16_units(short) <= 70, short
            assert not re.search("None|。。|：。|，。|（）", short), short
            assert short.endswith("。"), short


def test_a_signature_that_leaves_no_room_is_refused_and_nothing_is_cut() -> None:
    plan = packaged("zhengzhou")
    office = replace(office_of(plan), signature="重" * 60)
    with pytest.raises(InputError, match="最短也有") as raised:
        relayed(plan, STEPS["issue orange"].decision(plan), office)
    assert raised.value.code == "NOTICE_TOO_LONG"
