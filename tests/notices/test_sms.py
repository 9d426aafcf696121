"""The SMS: order, lengths, and what is left out first."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import InputError
from gateway.notices.compose import render
from gateway.notices.fit import utf16_units
from gateway.plans.catalogue import read
from gateway.vocabulary import LEVELS, Level
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


def test_the_order_is_signature_level_place_start_and_then_who_does_what() -> None:
    text = one(zhengzhou(), decision(), "schools", "sms").text
    assert text.startswith(
        "【郑州市重污染天气预警】重污染天气橙色预警：郑州市1月10日12时起启动Ⅱ级响应，预计1月13日12时解除。"
    )
    assert "停止室外课程和活动" in text
    assert "收到后30分钟内签收。" in text
    assert text.index("停止室外") < text.index("30分钟内") < text.index("第3期")


@pytest.mark.parametrize("level", ["yellow", "orange", "red"])
@pytest.mark.parametrize("reader", EVERY_READER)
def test_lengths_hold_for_everyone_at_every_level(reader: str, level: str) -> None:
    notice = one(zhengzhou(), decision(level=level), reader, "sms")
    assert notice.segments is not None
    assert notice.segments <= (2 if reader == "public" else 3)
    ended = one(zhengzhou(), lift(), reader, "sms", before=in_force("red"))
    assert ended.segments == 1


@pytest.mark.parametrize("reader", EVERY_READER)
def test_an_order_reads_as_an_order_and_advice_as_advice(reader: str) -> None:
    notice = one(zhengzhou(), decision(), reader, "sms")
    for measure in notice.measures:
        before = notice.text[: notice.text.index(measure.text)]
        labels = [word for word in ("强制：", "建议：", "要求：") if word in before]
        last = max(labels, key=before.rindex, default="")
        wanted = {"mandatory": "强制：", "suggested": "建议：", "procedure": "要求：", "health": ""}
        assert last == wanted[measure.category]


def test_what_is_not_carried_is_counted_with_where_it_stands() -> None:
    notice = one(zhengzhou(), decision(), "enterprises.mining", "sms")
    full = one(zhengzhou(), decision(), "enterprises.mining", "notice")
    rest = len(full.measures) - len(notice.measures)
    assert notice.text.endswith(f"另有{rest}项见https://example.gov.cn/yj/3")
    nowhere = one(
        zhengzhou(), decision(), "enterprises.mining", "sms", office=replace(OFFICE, full_text_at=None)
    )
    assert "项见通知全文。" in nowhere.text


def test_a_text_that_carries_everything_says_only_where_the_full_text_is() -> None:
    assert one(small(), small_decision(), "schools", "sms").text.endswith("全文见https://example.gov.cn/yj/3")


def test_long_values_push_out_the_least_useful_first() -> None:
    number = "郑环攻坚办〔2024〕1号" * 8
    text = one(zhengzhou(), decision(document_number=number), "public", "sms").text
    assert number not in text
    assert "1月10日12时起启动Ⅱ级响应" in text
    many = [f"99{number:04}" for number in range(100, 140)]
    text = one(zhengzhou(), decision(area=many), "public", "sms").text
    assert "等40个区县" in text


def test_each_category_keeps_its_main_measure_where_there_is_room_for_it() -> None:
    notice = one(zhengzhou(), decision(), "public", "sms")
    assert {measure.category for measure in notice.measures} == {"health", "suggested", "mandatory"}


@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize(
    ("action", "level", "before"),
    [
        ("issue", "yellow", None),
        ("issue", "orange", None),
        ("issue", "red", None),
        ("raise", "orange", "yellow"),
        ("raise", "red", "orange"),
        ("lower", "yellow", "red"),
        ("extend", "red", "red"),
    ],
)
def test_the_public_gets_each_category_and_the_address_in_two_segments_under_the_longest_signature(
    action: str, level: Level, before: Level | None, exercise: bool
) -> None:
    stated = decision(
        action=action,
        level=level,
        exercise=exercise,
        starts_at="2024-12-28T23:30:00+08:00",
        expected_end_at="2024-12-31T23:30:00+08:00",
        document_number="郑环攻坚办〔2024〕12号",
    )
    office = replace(OFFICE, signature="郑州市重污染天气应急预警", season_serial="第12期")
    notice = one(
        zhengzhou(), stated, "public", "sms", office=office, before=in_force(before) if before else None
    )
    assert notice.segments == 2
    assert {measure.category for measure in notice.measures} == {"health", "mandatory", "suggested"}
    assert notice.text.endswith("https://example.gov.cn/yj/3")
    assert "郑州市12月28日23时30分起" in notice.text


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("exercise", [False, True])
def test_a_lift_is_one_segment_for_everyone_under_the_longest_signature(level: Level, exercise: bool) -> None:
    office = replace(OFFICE, signature="郑州市重污染天气应急预警", season_serial="第12期")
    stated = lift(starts_at="2024-12-28T23:30:00+08:00", exercise=exercise)
    notices = render(zhengzhou(), stated, office, media=["sms"], before=in_force(level))
    assert {notice.segments for notice in notices} == {1}


@pytest.mark.parametrize(
    ("level", "first"),
    [("yellow", "禁放烟花爆竹"), ("orange", "禁放烟花爆竹"), ("red", "机动车限行更加严格")],
)
def test_the_public_reads_the_ban_that_most_of_it_meets(level: Level, first: str) -> None:
    assert f"强制：{first}" in one(zhengzhou(), decision(level=level), "public", "sms").text


def test_the_public_reads_when_it_ends_rather_than_a_second_ban_or_a_serial() -> None:
    text = one(zhengzhou(), decision(), "public", "sms").text
    assert "预计1月13日12时解除" in text


@pytest.mark.parametrize("length", [30, 35, 45, 60])
def test_a_very_long_address_gives_way_to_what_is_forbidden(length: int) -> None:
    office = replace(OFFICE, full_text_at="https://example.gov.cn/" + "a" * length)
    notice = one(zhengzhou(), decision(), "public", "sms", office=office)
    categories = {measure.category for measure in notice.measures}
    assert "强制：禁放烟花爆竹" in notice.text
    if "https://" in notice.text:
        assert categories == {"health", "mandatory"}
    else:
        assert "项见通告全文。" in notice.text
        assert categories == {"health", "mandatory", "suggested"}


def test_what_changed_comes_first_after_a_raise() -> None:
    notice = one(
        zhengzhou(),
        decision(action="raise", level="red"),
        "public",
        "sms",
        before=in_force("orange"),
    )
    assert "（由橙色升级）" in notice.text
    assert "（新增）机动车限行" in notice.text


def test_a_main_measure_that_fits_nowhere_is_refused_naming_medium_and_length() -> None:
    spoilt = SMALL.replace("short: 停止户外活动", f"short: {'停止户外活动' * 100}")
    with pytest.raises(InputError) as caught:
        one(read(spoilt.encode(), "small.yaml").plan, small_decision(), "schools", "sms")
    assert caught.value.code == "NOTICE_TOO_LONG"
    assert caught.value.field == "schools.sms"
    assert "500" in caught.value.message
    assert "学校的短信" in caught.value.message


def test_an_sms_for_others_may_be_longer_than_three_segments_rather_than_lose_its_main_measure() -> None:
    longer = SMALL.replace("short: 停止户外活动", f"short: {'停止户外活动' * 30}")
    notice = one(read(longer.encode(), "small.yaml").plan, small_decision(), "schools", "sms")
    assert [measure.id for measure in notice.measures] == ["lessons"]
    assert notice.segments == 5


class TestLessons:
    """A headteacher reads whether lessons go on, from the resolved measures only."""

    def test_without_a_suspension_it_says_that_none_is_asked(self) -> None:
        assert "本次预警不要求停课。" in one(small(), small_decision(), "schools", "sms").text

    def test_a_suspension_is_always_carried_in_its_own_words(self) -> None:
        stated = small_decision(
            level="red", forecast={"days": [{"date": "2024-01-10", "low": 400, "high": 500}]}
        )
        notice = one(small(), stated, "schools", "sms")
        assert [measure.id for measure in notice.measures] == ["no-school"]
        assert "不要求停课" not in notice.text

    def test_where_the_forecast_leaves_it_open_the_condition_is_said(self) -> None:
        notice = one(small(), small_decision(level="red", forecast={}), "schools", "sms")
        assert "日AQI达到500时，停课" in notice.text
        assert "停止户外活动" in notice.text

    def test_a_suspension_is_carried_even_where_the_text_then_passes_three_segments(self) -> None:
        longer = SMALL.replace("short: 停止户外活动", f"short: {'停止户外活动' * 20}")
        plan = read(longer.encode(), "small.yaml").plan
        notice = one(plan, small_decision(level="red", forecast={}), "schools", "sms")
        assert [measure.id for measure in notice.measures] == ["lessons", "no-school"]

    def test_others_are_told_nothing_of_lessons(self) -> None:
        assert "停课" not in one(small(), small_decision(), "public", "sms").text


values = st.text(
    alphabet=st.characters(codec="gbk", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200
).filter(lambda text: "今日" not in text and "明日" not in text)  # words that no text of ours may add


@settings(max_examples=60, deadline=None)
@given(
    number=values,
    issuer=values,
    serial=values | st.none(),
    link=values | st.none(),
    exercise=st.booleans(),
    lifting=st.booleans(),
)
def test_lengths_always_hold_or_the_text_is_refused(
    number: str, issuer: str, serial: str | None, link: str | None, exercise: bool, lifting: bool
) -> None:
    office = replace(OFFICE, season_serial=serial, full_text_at=link)
    make = lift if lifting else decision
    stated = make(document_number=number, issuer=issuer, exercise=exercise)
    opening = "【郑州市重污染天气预警】" + ("演练：" if exercise else "")
    notices = render(zhengzhou(), stated, office, media=["sms"], before=in_force("orange"))
    for notice in notices:
        most = 70 if lifting else 134 if notice.audience == "public" else 500
        assert utf16_units(notice.text) <= most
        assert notice.text.startswith(opening)
        body = notice.text.removeprefix(opening)
        assert not set(body) & set("【】")
        assert "今日" not in body
        assert "明日" not in body
        body.encode("gbk")
