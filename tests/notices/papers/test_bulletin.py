"""Bulletins and report drafts say what the chronicle holds, and leave open what only people know."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from gateway.decisions.model import Decision
from gateway.notices.papers.bulletin import bulletin, report_draft
from gateway.notices.papers.chronicle import Chronicle, Reached, Received, Step
from gateway.plans.model import Report
from tests.notices.samples import OFFICE, decision, lift, zhengzhou

LAUNCHED = datetime(2024, 1, 8, 0, 30, tzinfo=UTC)


def chronicle(*stated: Decision, **changes: Any) -> Chronicle:
    steps = tuple(Step(f"d{number}", each, LAUNCHED, True) for number, each in enumerate(stated))
    last = stated[-1]
    made = Chronicle(
        id="e1",
        exercise=last.exercise,
        as_of=datetime(2024, 1, 11, 2, tzinfo=UTC),
        steps=steps,
        standing=None if last.action == "lift" else last,
        reached=(Reached("schools", 40, 80, 76, 3), Reached("public", 2, 2, 2, 0)),
        signed=(),
        received=(
            Received(
                "districts-daily",
                "日报",
                "中原区",
                date(2024, 1, 10),
                None,
                "met",
                LAUNCHED,
                (("采取的应急措施", "停工12处"),),
            ),
            Received("districts-daily", "日报", "二七区", date(2024, 1, 10), None, "overdue", None, ()),
        ),
    )
    return replace(made, **changes)


def report(code: str) -> Report:
    return next(each for each in zhengzhou().reports if each.code == code)


def test_a_bulletin_says_what_is_in_force_and_how_far_the_response_is() -> None:
    paper = bulletin(zhengzhou(), chronicle(decision()), OFFICE, 2)
    assert paper.title == "郑州市重污染天气应对情况通报（第2期）"
    assert "郑州市全域重污染天气橙色预警（Ⅱ级应急响应）正在生效，自2024年1月10日12时起。" in paper.text
    assert "已通知42个单位，共82条信息，其中78条已送达。另有3条没有送达。" in paper.text
    assert "应收报告2份，已收1份，逾期未报1份。" in paper.text
    assert "数据截至2024年1月11日10时。" in paper.text


def test_a_bulletin_after_the_lift_says_that_it_ended() -> None:
    over = replace(chronicle(decision(), lift()), as_of=lift().starts_at)
    paper = bulletin(zhengzhou(), over, OFFICE, 3)
    assert "预警已解除，解除时间2024年1月13日0时" in paper.text
    assert "正在生效" not in paper.text


def test_a_bulletin_before_the_start_does_not_say_that_it_is_in_force() -> None:
    early = replace(chronicle(decision()), as_of=LAUNCHED)
    paper = bulletin(zhengzhou(), early, OFFICE, 1)
    assert "郑州市全域已发布重污染天气橙色预警（Ⅱ级应急响应），自2024年1月10日12时起生效。" in paper.text
    assert "正在生效" not in paper.text


def test_a_bulletin_before_a_lift_takes_effect_says_what_goes_on_until_then() -> None:
    early = replace(chronicle(decision(), lift()), as_of=decision().starts_at)
    paper = bulletin(zhengzhou(), early, OFFICE, 2)
    assert "郑州市全域重污染天气橙色预警（Ⅱ级应急响应）正在生效，自2024年1月10日12时起。" in paper.text
    assert "已发布预警解除信息，自2024年1月13日0时起解除。" in paper.text


def test_a_decision_that_no_longer_counts_is_marked_in_the_course() -> None:
    whole = chronicle(decision())
    taken_back = replace(whole, steps=(replace(whole.steps[0], counts=False), *whole.steps))
    assert "发布橙色预警（不再有效）" in bulletin(zhengzhou(), taken_back, OFFICE, 1).text


def test_a_report_draft_fills_each_content_that_the_plan_lists() -> None:
    paper = report_draft(zhengzhou(), report("districts-daily"), chronicle(decision()), date(2024, 1, 10))
    headings = [block.heading for block in paper.blocks if block.heading]
    assert headings == [
        "一、预警启动时间",
        "二、级别",
        "三、主要污染物",
        "四、采取的应急措施",
        "五、预警信息发布情况",
        "六、督导检查情况",
    ]
    assert paper.addressee == "市生态环境保护委员会污染防治攻坚办公室"
    for told in (
        "本报告反映2024年1月10日的情况。",
        "启动时间：2024年1月10日12时",
        "橙色（Ⅱ级应急响应）。",
        "细颗粒物（PM2.5）。",
        "（督导检查情况：请填写。）",  # only people know it
    ):
        assert told in paper.text


def test_an_evaluation_holds_the_whole_course_and_leaves_causes_to_people() -> None:
    paper = report_draft(zhengzhou(), report("province-evaluation"), chronicle(decision(), lift()))
    assert "（重污染天气原因：请填写。）" in paper.text
    assert "发布橙色预警" in paper.text
    assert "解除" in paper.text
    assert "中原区：停工12处。" in paper.text


def test_drafts_of_a_drill_are_marked() -> None:
    drill = chronicle(decision(exercise=True))
    assert bulletin(zhengzhou(), drill, OFFICE, 1).text.startswith("【演练】")
    assert report_draft(zhengzhou(), report("districts-daily"), drill).text.startswith("【演练】")


def test_a_plan_without_responses_names_none() -> None:
    plan = zhengzhou().model_copy(update={"responses": {}})
    daily = report("districts-daily")
    texts = (
        bulletin(plan, chronicle(decision()), OFFICE, 1),
        report_draft(plan, daily, chronicle(decision())),
    )
    for paper in texts:
        assert "None" not in paper.text
        assert "橙色" in paper.text


def test_what_was_lifted_before_its_start_never_began() -> None:
    contents = ["启动时间", "预警级别", "采取的应急措施"]
    asked = report("districts-daily").model_copy(update={"contents": contents})
    over = chronicle(decision(), lift(starts_at="2024-01-09T09:00:00+08:00"))
    text = report_draft(zhengzhou(), asked, over).text
    assert "原定启动时间：2024年1月10日12时（没有启动）" in text
    assert "解除时间：2024年1月9日9时" in text
    assert "（预警级别：请填写。）" in text
    assert "按预案执行" not in text
    assert (
        "启动时间：2024年1月10日12时\n"
        in report_draft(zhengzhou(), asked, chronicle(decision(), lift())).text
    )
