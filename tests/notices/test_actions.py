"""Hints, corrections, retractions, tips, and lifts of what is less than a whole warning."""

import re
from dataclasses import replace
from typing import Any

import pytest

from gateway.notices.compose import render
from gateway.notices.model import InForce, Notice
from gateway.plans.catalogue import read
from gateway.vocabulary import MEDIA, SECTORS, Action, Level
from tests.notices import plans
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

CORRECTS = {"wrong": "启动时间写成1月10日20时", "right": "启动时间为1月10日12时"}
FULL = ("notice", "webhook", "email")
ORDERS = re.compile("强制|必须做到|工作要求|停止执行")


def was(level: Level | None, action: Action = "issue", area: tuple[str, ...] = ()) -> InForce:
    return replace(in_force("yellow"), level=level, action=action, area=area)


def told(stated: Any, reader: str, medium: str, **options: Any) -> Notice:
    return one(zhengzhou(), stated, reader, medium, **options)


class TestHint:
    @pytest.mark.parametrize("reader", EVERY_READER)
    @pytest.mark.parametrize("medium", MEDIA)
    def test_it_says_what_may_come_and_orders_nothing(self, reader: str, medium: str) -> None:
        notice = told(decision(action="hint"), reader, medium)
        assert notice.measures == ()
        assert "可能发布重污染天气橙色预警" in notice.text
        assert ("一月十日中午十二点" if medium == "spoken" else "1月10日12时") in notice.text
        assert not ORDERS.search(notice.text)
        assert "签收" not in notice.text
        assert re.search("还没有发布|不是预警", notice.text)

    @pytest.mark.parametrize("reader", EVERY_READER)
    def test_its_sms_is_two_segments_with_something_to_get_ready(self, reader: str) -> None:
        notice = told(decision(action="hint", level="red", exercise=True), reader, "sms")
        assert notice.segments == 2
        assert "可先准备：" in notice.text
        assert notice.text.endswith("https://example.gov.cn/yj/3")

    def test_an_enterprise_looks_into_its_own_plan_for_that_level(self) -> None:
        for sector in SECTORS:
            if sector != "catering":
                text = told(decision(action="hint"), f"enterprises.{sector}", "notice").text
                assert "应急预案" in text
                assert "相应级别" in text

    def test_while_a_warning_stands_it_says_that_this_goes_on(self) -> None:
        text = told(decision(action="hint", level="red"), "public", "sms", before=was("orange")).text
        assert "现在仍按橙色预警执行" in text
        assert "不用执行" not in text

    def test_a_warning_that_follows_names_it_and_marks_nothing_as_new(self) -> None:
        notice = told(decision(), "schools", "notice", before=was(None, "hint"))
        assert "此前发出的重污染天气预警提示（郑环攻坚办〔2024〕0号），由本通知代替。" in notice.text
        assert all(measure.new for measure in notice.measures)
        assert "新增" not in notice.text

    @pytest.mark.parametrize("medium", MEDIA)
    def test_one_that_comes_to_nothing_is_lifted_without_ending_measures(self, medium: str) -> None:
        notice = told(lift(), "departments", medium, before=was(None, "hint"))
        assert "预警提示" in notice.text
        assert re.search("不需要再为此做准备|不用再为此准备", notice.text)
        assert not re.search("应急响应|解除后的工作|评估", notice.text)


class TestCorrection:
    @pytest.mark.parametrize("reader", EVERY_READER)
    @pytest.mark.parametrize("medium", FULL)
    def test_the_mistake_comes_first_and_then_the_whole_text(self, reader: str, medium: str) -> None:
        stated = decision(action="correct", corrects=CORRECTS)
        notice = told(stated, reader, medium, before=was("orange"))
        issued = told(decision(), reader, medium)
        assert "郑环攻坚办〔2024〕0号，2024年1月9日12时起" in notice.text
        wrong = notice.text.index("有误的内容：启动时间写成1月10日20时。")
        assert wrong < notice.text.index("正确的内容：启动时间为1月10日12时。")
        assert notice.text.index("正确的内容") < notice.text.index("预警级别：")
        assert [each.id for each in notice.measures] == [each.id for each in issued.measures]
        for measure in issued.measures:
            assert measure.text in notice.text

    @pytest.mark.parametrize("reader", EVERY_READER)
    def test_its_sms_says_in_three_segments_what_changes_and_what_holds(self, reader: str) -> None:
        stated = decision(action="correct", corrects=CORRECTS)
        notice = told(stated, reader, "sms", before=was("orange"))
        assert notice.segments is not None
        assert notice.segments <= 3
        assert "更正1月9日12时起的橙色预警：" in notice.text
        assert "启动时间为1月10日12时。" in notice.text
        assert "重污染天气橙色预警：郑州市1月10日12时起启动Ⅱ级响应" in notice.text

    def test_a_long_reason_gives_way_to_what_is_true_and_then_to_where_it_stands(self) -> None:
        for right, said in (("启动时间为1月10日12时", True), ("很长的说明" * 60, False)):
            stated = decision(action="correct", corrects={"wrong": "很长的说明" * 60, "right": right})
            text = told(stated, "public", "sms", before=was("orange")).text
            assert "很长的说明" not in text
            assert ("橙色预警：启动时间为1月10日12时。" in text) == said
            assert ("以本条为准" in text) != said

    def test_what_was_not_asked_before_is_marked_and_what_no_longer_is_is_named(self) -> None:
        wrong = was("red")
        notice = one(
            small(), small_decision(action="correct"), "enterprises.transport", "notice", before=wrong
        )
        assert "改按第1项执行：柴油货车全部停驶。" in notice.text
        assert "【调整】国四柴油货车停驶" in notice.text

    def test_a_long_account_is_said_whole_where_there_is_room_for_it(self) -> None:
        account = "写错的内容" * 240
        stated = decision(action="correct", corrects={"wrong": account, "right": account})
        for medium in FULL:
            notice = told(stated, "schools", medium, before=was("orange"))
            assert notice.text.count(account) == 2
        assert told(stated, "schools", "webhook", before=was("orange")).parts is not None

    def test_a_text_alone_states_both(self) -> None:
        stated = decision(action="correct", corrects="预警范围漏写上街区")
        assert "更正内容：预警范围漏写上街区。" in told(stated, "public", "notice").text

    def test_a_lift_a_hint_and_a_tip_are_stated_again_as_what_they_are(self) -> None:
        mended = lift(action="correct", corrects=CORRECTS)
        lifted = told(mended, "schools", "notice", before=was(None, "lift"))
        assert "自2024年1月13日0时起解除重污染天气预警" in lifted.text
        tip = told(mended, "schools", "notice", before=was(None, "tip"))
        assert "以上是健康建议" in tip.text
        hint = decision(action="correct", corrects=CORRECTS)
        hinted = told(hint, "schools", "notice", before=was(None, "hint"))
        assert "可能发布重污染天气橙色预警。这是提前提示" in hinted.text
        for notice in (lifted, tip, hinted):
            assert notice.measures == ()
            assert "正确的内容：启动时间为1月10日12时" in notice.text


class TestRetraction:
    @pytest.mark.parametrize("reader", EVERY_READER)
    @pytest.mark.parametrize("medium", MEDIA)
    def test_it_names_the_message_says_that_it_does_not_count_and_is_sorry_once(
        self, reader: str, medium: str
    ) -> None:
        stated = decision(action="retract", corrects="值班人员误按")
        notice = told(stated, reader, medium, before=was("orange"))
        assert notice.measures == ()
        assert "不作数" in notice.text
        assert "误发" in notice.text
        assert len(re.findall("歉", notice.text)) == 1
        assert ("一月九日中午十二点" if medium == "spoken" else "1月9日12时") in notice.text
        assert "核实" in notice.text

    @pytest.mark.parametrize("reader", EVERY_READER)
    @pytest.mark.parametrize("medium", MEDIA)
    def test_of_a_correction_it_takes_what_was_corrected_with_it(self, reader: str, medium: str) -> None:
        before = replace(was("orange"), document_number="示例〔2024〕62号", corrected=("示例〔2024〕61号",))
        notice = told(decision(action="retract", corrects="误发"), reader, medium, before=before)
        if medium == "spoken":
            assert notice.text.count("连同更正前的") == 2
        elif medium == "sms":
            assert "橙色预警（含更正前的）系误发，不作数" in notice.text
            assert notice.segments == 2
        else:
            assert "（示例〔2024〕62号，2024年1月9日12时起）和它更正的示例〔2024〕61号都系误发" in notice.text

    def test_its_sms_is_one_segment_where_all_that_is_needed_fits(self) -> None:
        stated = decision(action="retract", corrects="误发")
        notice = told(stated, "public", "sms", before=was("orange"))
        assert notice.segments == 1
        assert notice.text == (
            "【郑州市重污染天气预警】撤回：郑州市1月9日12时起的橙色预警系误发，不作数，不用执行。抱歉。"
            "核实：值班电话 0371-00000000"
        )
        for reader in EVERY_READER:
            assert told(stated, reader, "sms", before=was("orange")).segments in (1, 2)

    @pytest.mark.parametrize("reader", EVERY_READER)
    @pytest.mark.parametrize("medium", FULL)
    def test_after_a_raise_the_earlier_warning_stands_with_all_its_measures(
        self, reader: str, medium: str
    ) -> None:
        stated = decision(action="retract", level="red", corrects="误发")
        notice = told(stated, reader, medium, before=was("red", "raise"), after=was("orange"))
        issued = told(decision(), reader, medium)
        assert "撤回“升级为重污染天气红色预警的" in notice.title
        assert "仍按重污染天气橙色预警（郑环攻坚办〔2024〕0号，2024年1月9日12时起）执行" in notice.text
        assert [each.id for each in notice.measures] == [each.id for each in issued.measures]

    def test_after_a_lift_the_warning_has_not_ended(self) -> None:
        stated = lift(action="retract", corrects="误发")
        options: dict[str, Any] = {"before": was(None, "lift"), "after": was("orange")}
        notice = told(stated, "schools", "notice", **options)
        assert "没有解除，继续有效" in notice.text
        assert [measure.id for measure in notice.measures]
        assert "1月9日12时起的橙色预警没有解除，继续有效" in told(stated, "schools", "sms", **options).text

    def test_schools_are_told_nothing_of_lessons_where_no_warning_stands(self) -> None:
        for medium in MEDIA:
            notice = told(decision(action="retract"), "schools", medium, before=was("orange"))
            assert "停课" not in notice.text

    def test_a_hint_and_a_tip_call_for_nothing_and_no_answer(self) -> None:
        stated = lift(action="retract", corrects="误发")
        assert "不需要为此做准备" in told(stated, "schools", "notice", before=was(None, "hint")).text
        assert "不需要为此改变安排" in told(stated, "schools", "notice", before=was(None, "tip")).text
        assert "签收" not in told(stated, "schools", "notice", before=was(None, "tip")).text


class TestTip:
    @pytest.mark.parametrize("medium", MEDIA)
    @pytest.mark.parametrize("reader", EVERY_READER)
    @pytest.mark.parametrize(
        ("forecast", "word"),
        [
            ({"primary_pollutant": "O3"}, "臭氧"),
            ({"cause": "sand_dust", "primary_pollutant": "O3"}, "沙尘"),
            ({"primary_pollutant": "PM10"}, "沙尘"),
            ({"cause": "wildfire"}, "烟雾"),
            ({"primary_pollutant": "PM2.5"}, "细颗粒物"),
            ({"primary_pollutant": "NO2"}, "空气质量"),
            ({"cause": "typhoon"}, "空气质量"),
        ],
    )
    def test_it_advises_by_cause_and_pollutant_and_orders_nothing(
        self, forecast: dict[str, str], word: str, reader: str, medium: str
    ) -> None:
        notice = told(lift(action="tip", forecast=forecast), reader, medium)
        assert word in notice.title + notice.text
        assert notice.measures == ()
        assert not ORDERS.search(notice.text)
        assert re.search("不是(重污染天气)?预警", notice.text)

    @pytest.mark.parametrize("reader", EVERY_READER)
    def test_its_sms_is_two_segments_at_most(self, reader: str) -> None:
        stated = lift(action="tip", forecast={"primary_pollutant": "O3"}, exercise=True)
        assert told(stated, reader, "sms").segments in (1, 2)


class TestPartialLift:
    PART = ("410106",)

    @pytest.mark.parametrize("medium", MEDIA)
    def test_it_names_the_part_and_says_that_the_rest_stands(self, medium: str) -> None:
        notice = told(lift(area=[*self.PART]), "public", medium, before=was("orange", area=("410100",)))
        assert "郑州市上街区" in notice.text
        assert "郑州市全域" not in notice.text
        assert re.search("其他区域(的预警仍然有效|仍有预警)", notice.text)

    def test_several_parts_are_all_named_even_where_that_takes_a_second_segment(self) -> None:
        area = ["410102", "410103", "410104", "410105", "410106", "410108"]
        notice = told(lift(area=area), "public", "sms", before=was("orange", area=("410100",)))
        assert "中原区、二七区、管城回族区、金水区、上街区、惠济区" in notice.text
        assert notice.segments in (1, 2)

    def test_a_lift_of_every_part_is_one_of_the_whole(self) -> None:
        parts = [area.code for area in zhengzhou().areas if area.code != "410100"]
        notice = told(lift(area=parts), "public", "notice", before=was("orange", area=("410100",)))
        assert "其他区域" not in notice.text

    def test_nothing_is_said_of_elsewhere_where_nothing_else_was_warned(self) -> None:
        for area in ((), self.PART):
            notice = told(lift(area=[*self.PART]), "public", "notice", before=was("orange", area=area))
            assert "其他区域" not in notice.text

    def test_what_is_owed_after_a_lift_is_not_owed_while_the_rest_stands(self) -> None:
        before = was("orange", area=("410100",))
        assert "解除后的工作" in told(lift(), "districts", "notice", before=before).text
        partial = told(lift(area=[*self.PART]), "districts", "notice", before=before)
        assert "解除后的工作" not in partial.text


class TestWhatAPlanCallsThings:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("name: 东区", "name: 东区", "各区、开发区"),
            ("name: 东区", 'name: 东县}\n  - {code: "990181", name: 西市', "各县市、开发区"),
            ("name: 东区", "name: 东街道", "各街道、开发区"),
        ],
    )
    def test_the_districts_are_addressed_as_what_the_areas_are(self, old: str, new: str, said: str) -> None:
        plan = read(SMALL.replace(old, new).encode(), "small.yaml").plan
        assert f"\n{said}：\n" in one(plan, small_decision(), "districts", "notice").text

    def test_where_a_plan_names_no_areas_its_grass_roots_units_are_addressed(self) -> None:
        xigang = plans.packaged("xigang")
        notice = one(xigang, plans.stated(xigang, "hint", "red"), "districts", "notice")
        assert "\n各街道办事处：\n" in notice.text

    def test_a_category_bears_its_printed_name(self) -> None:
        renamed = SMALL.replace("measures_carry_on", "category_names: {health: 健康提醒}\nmeasures_carry_on")
        notice = one(read(renamed.encode(), "small.yaml").plan, small_decision(), "schools", "notice")
        assert "二、健康提醒" in notice.text

    def test_parents_read_that_lessons_are_suspended(self) -> None:
        text = SMALL.replace(
            "      schools: 停课", "      schools: 停课\n      public: {text: 学校停课, short: 学校停课}"
        )
        forecast = {"days": [{"date": "2024-01-10", "low": 400, "high": 500}]}
        plan = read(text.encode(), "small.yaml").plan
        notice = one(plan, small_decision(level="red", forecast=forecast), "public", "sms")
        assert "学校停课" in notice.text


@pytest.mark.parametrize("medium", MEDIA)
def test_english_says_the_same_of_every_action(medium: str) -> None:
    cases: dict[str, tuple[Any, dict[str, Any]]] = {
        "may come": (decision(action="hint"), {}),
        "orrect": (decision(action="correct", corrects=CORRECTS), {"before": was("orange")}),
        "sent in error": (decision(action="retract"), {"before": was("orange")}),
        "has not been lifted": (
            lift(action="retract"),
            {"before": was(None, "lift"), "after": was("orange")},
        ),
        "advice": (lift(action="tip", forecast={"primary_pollutant": "O3"}), {}),
        "hint of a warning": (lift(), {"before": was(None, "hint")}),
    }
    for said, (case, options) in cases.items():
        for notice in render(zhengzhou(), case, OFFICE, media=["sms", medium], language="en", **options):  # type: ignore[list-item]
            assert said in notice.text
