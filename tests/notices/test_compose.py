"""Which notices a decision gives, and what is said of measures in all of them."""

import json
from typing import Any

import pytest

from gateway.errors import InputError
from gateway.notices import templates
from gateway.notices.compose import render
from gateway.notices.lint import unrenderable
from gateway.notices.model import Notice, Office
from gateway.plans.catalogue import read
from gateway.vocabulary import AUDIENCES, MEDIA, SECTORS
from tests.notices.samples import (
    EVERY_READER,
    OFFICE,
    decision,
    in_force,
    lift,
    one,
    small,
    small_decision,
    zhengzhou,
)
from tests.plans.small import SMALL


def readers(notices: tuple[Notice, ...]) -> list[tuple[str, str | None]]:
    return list(dict.fromkeys((notice.audience, notice.sector) for notice in notices))


def test_everyone_gets_every_medium_and_enterprises_one_more_per_sector() -> None:
    notices = render(zhengzhou(), decision(), OFFICE)
    assert len(notices) == (len(AUDIENCES) + len(SECTORS)) * len(MEDIA)
    assert len({(each.audience, each.sector, each.medium) for each in notices}) == len(notices)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"audiences": ["schools"]}, [("schools", None)]),
        ({"sectors": ["mining"]}, [("enterprises", "mining")]),
        ({"audiences": ["enterprises"], "sectors": [None]}, [("enterprises", None)]),
        (
            {"audiences": ["enterprises"]},
            [("enterprises", None), *(("enterprises", sector) for sector in SECTORS)],
        ),
        ({"audiences": ["public", "schools"]}, [("schools", None), ("public", None)]),
    ],
)
def test_a_selection_narrows_and_keeps_the_order(
    options: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    assert readers(render(small(), small_decision(), OFFICE, media=["sms"], **options)) == expected


def test_a_sector_of_another_audience_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        render(small(), small_decision(), OFFICE, audiences=["schools"], sectors=["mining"])
    assert caught.value.code == "SECTOR_NOT_ALLOWED"


def test_a_language_without_texts_is_a_clear_error_in_both_languages() -> None:
    with pytest.raises(InputError) as caught:
        render(small(), small_decision(), OFFICE, language="en")
    assert caught.value.code == "LANGUAGE_UNAVAILABLE"
    assert "中文" in caught.value.message
    assert "Chinese" in caught.value.message_en


def test_a_missing_template_is_named() -> None:
    with pytest.raises(InputError) as caught:
        templates.fill("zh-CN", "no-such.j2")
    assert caught.value.code == "TEMPLATE_MISSING"
    assert caught.value.file == "message_templates/notices/zh-CN/no-such.j2"


def test_a_placeholder_without_a_value_is_an_error_naming_the_template() -> None:
    with pytest.raises(InputError) as caught:
        templates.fill("zh-CN", "sms.j2")
    assert caught.value.code == "TEMPLATE_FAULTY"
    assert caught.value.file == "message_templates/notices/zh-CN/sms.j2"


@pytest.mark.parametrize("signature", ["", "  ", "甲】【乙", "甲\n乙"])
def test_a_signature_that_would_break_an_sms_is_refused(signature: str) -> None:
    with pytest.raises(InputError) as caught:
        render(small(), small_decision(), Office(signature=signature))
    assert caught.value.code == "SIGNATURE_INVALID"


def test_the_same_input_gives_the_same_notices() -> None:
    assert render(zhengzhou(), decision(), OFFICE) == render(zhengzhou(), decision(), OFFICE)


def test_json_has_what_a_medium_has_and_nothing_else() -> None:
    common = {"audience", "sector", "medium", "language", "title", "text", "measures"}
    given = {
        medium: one(zhengzhou(), decision(level="red"), "departments", medium).as_json() for medium in MEDIA
    }
    assert set(given["notice"]) == common | {"html"}
    assert set(given["spoken"]) == common
    assert set(given["sms"]) == common | {"segments"}
    assert set(given["webhook"]) == common | {"bytes", "parts"}
    assert set(given["email"]) == common | {"html"}
    measure = json.loads(json.dumps(given["notice"]))["measures"][0]
    assert set(measure) == {"id", "category", "source", "text", "clause", "new"}


@pytest.mark.parametrize("reader", EVERY_READER)
@pytest.mark.parametrize("level", ["yellow", "orange", "red"])
def test_full_media_carry_every_measure_and_a_short_one_some_of_them(reader: str, level: str) -> None:
    stated = decision(level=level)
    full = one(zhengzhou(), stated, reader, "notice")
    for medium in ("webhook", "email"):
        assert one(zhengzhou(), stated, reader, medium).measures == full.measures
    shorts = [one(zhengzhou(), stated, reader, medium) for medium in ("sms", "spoken")]
    for short in shorts:
        assert {each.id for each in short.measures} <= {each.id for each in full.measures}
    for notice in (full, *shorts):
        for measure in notice.measures:
            assert measure.text in notice.text


def test_with_nothing_in_force_before_everything_is_new_and_nothing_is_marked() -> None:
    notice = one(zhengzhou(), decision(), "enterprises.transport", "notice")
    assert all(measure.new for measure in notice.measures)
    assert "新增" not in notice.text


def test_a_raise_marks_what_came_and_what_changed() -> None:
    stated = small_decision(action="raise")
    notice = one(small(), stated, "enterprises.transport", "notice", before=in_force("yellow"))
    assert {measure.id: measure.new for measure in notice.measures} == {"trucks": True}
    assert "【新增】国四柴油货车停驶" in notice.text
    red = small_decision(action="raise", level="red")
    notice = one(small(), red, "enterprises.transport", "notice", before=in_force("orange"))
    assert "【调整】柴油货车全部停驶" in notice.text
    assert "国四" not in notice.text


def test_what_stays_in_force_is_not_new() -> None:
    notice = one(small(), small_decision(action="extend"), "schools", "notice", before=in_force("orange"))
    assert [measure.new for measure in notice.measures] == [False]
    assert "新增" not in notice.text


def test_words_that_a_level_repeats_under_another_id_are_not_new() -> None:
    restated = SMALL.replace(
        "enterprises.transport: 柴油货车全部停驶", "enterprises.transport: 国四柴油货车停驶"
    )
    plan = read(restated.encode(), "small.yaml").plan
    stated = small_decision(action="raise", level="red")
    notice = one(plan, stated, "enterprises.transport", "notice", before=in_force("orange"))
    assert [(measure.id, measure.new) for measure in notice.measures] == [("more-trucks", False)]
    assert "调整" not in notice.text


def test_a_lower_names_what_ends_and_what_takes_its_place() -> None:
    stated = small_decision(action="lower", level="orange")
    notice = one(small(), stated, "enterprises.transport", "notice", before=in_force("red"))
    assert "改按第1项执行：柴油货车全部停驶。" in notice.text
    assert [measure.id for measure in notice.measures] == ["trucks"]
    yellow = small_decision(action="lower", level="yellow")
    notice = one(small(), yellow, "enterprises.transport", "notice", before=in_force("orange"))
    assert "不再执行：国四柴油货车停驶。" in notice.text
    assert notice.measures == ()


def test_a_reader_without_measures_is_told_so_with_the_plans_reason() -> None:
    notice = one(small(), small_decision(), "enterprises.catering", "notice")
    assert "橙色预警对贵单位没有专门的措施要求：预案没有针对餐饮单位的措施。" in notice.text
    assert "对贵单位没有专门的措施要求" in one(small(), small_decision(), "enterprises.catering", "sms").text


@pytest.mark.parametrize("medium", MEDIA)
def test_a_lift_names_what_it_lifts_and_holds_no_measure(medium: str) -> None:
    notice = one(zhengzhou(), lift(), "schools", medium, before=in_force("orange"))
    assert notice.measures == ()
    assert "橙色预警" in notice.text
    assert ("一月十三日凌晨零点" if medium == "spoken" else "1月13日0时") in notice.text
    assert "停止室外" not in notice.text


@pytest.mark.parametrize("medium", ["notice", "webhook", "email"])
def test_a_lift_tells_departments_and_districts_what_is_owed_after_it_and_nobody_else(medium: str) -> None:
    for audience in ("departments", "districts"):
        notice = one(zhengzhou(), lift(), audience, medium, before=in_force("orange"))
        text = notice.html or notice.text
        assert "各开发区、区县（市）：结合当地实际下达响应终止指令（市级指令下达后）。" in text
        assert "评估报告（响应终止后5日内）。" in text
        assert "备案" not in text
    schools = one(zhengzhou(), lift(), "schools", medium, before=in_force("orange"))
    assert "解除后的工作" not in (schools.html or schools.text)


def test_an_open_condition_is_told_in_words_and_a_settled_one_is_not() -> None:
    dry = small_decision(weather={"humidity_percent": 40, "temperature_c": 10})
    text = one(small(), dry, "departments", "notice").text
    assert "道路增加洒水2次" in text
    assert "停止道路洒水" not in text
    assert "湿度小于50%且气温高于5℃时" not in text
    text = one(small(), small_decision(weather={}), "departments", "notice").text
    assert "道路增加洒水2次。（湿度小于50%且气温高于5℃时适用本项。）" in text
    assert "停止道路洒水。（湿度大于50%或气温低于5℃时适用本项。）" in text


def test_a_gap_between_conditions_is_told_to_those_whom_it_concerns() -> None:
    between = small_decision(weather={"humidity_percent": 50, "temperature_c": 10})
    assert "说明：预案未规定此时是否洒水" in one(small(), between, "departments", "notice").text
    assert "说明：" not in one(small(), between, "districts", "notice").text


@pytest.mark.parametrize("reader", EVERY_READER)
@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("action", ["issue", "lift"])
def test_the_mark_of_an_exercise_comes_first_everywhere(reader: str, medium: str, action: str) -> None:
    stated = decision(exercise=True) if action == "issue" else lift(exercise=True)
    notice = one(zhengzhou(), stated, reader, medium, before=in_force("orange"))
    assert notice.title.startswith("【演练】")
    first = {"sms": "【郑州市重污染天气预警】演练：", "spoken": "演练，演练。"}.get(medium, "【演练】")
    for message in notice.messages:
        assert message.startswith(first)
    if notice.html:
        assert "<strong>【演练】</strong>" in notice.html


@pytest.mark.parametrize("medium", MEDIA)
def test_a_real_warning_never_says_exercise_even_if_its_document_does(medium: str) -> None:
    stated = decision(document_number="【演练】1号", issuer="【演练】办公室")
    notice = one(zhengzhou(), stated, "public", medium)
    assert "【演练】" not in notice.title + notice.text + (notice.html or "")


def test_zhengzhou_can_be_rendered_at_every_level_for_everyone() -> None:
    assert unrenderable(zhengzhou()) == []


def test_a_text_that_cannot_be_sent_is_found_with_level_reader_and_medium() -> None:
    spoilt = SMALL.replace("short: 停止户外活动", "short: 停止户外活动😀")
    found = unrenderable(read(spoilt.encode(), "small.yaml").plan)
    assert ("yellow issue schools sms", "SMS_CHARACTER") in [(where, error.code) for where, error in found]
    assert all(" schools sms" in where for where, _ in found)
