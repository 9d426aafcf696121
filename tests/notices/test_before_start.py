"""What ends or changes a warning that was announced and has not begun."""

from dataclasses import replace
from datetime import datetime

import pytest

from gateway.decisions.facts import facts
from gateway.decisions.model import Decision
from gateway.moments import BEIJING
from gateway.notices.model import InForce
from gateway.notices.papers.compose import compose_papers
from gateway.notices.personal import Personal
from gateway.notices.relayed import relayed
from gateway.vocabulary import Action, Level
from tests.notices.samples import OFFICE, decision, in_force, lift, one, zhengzhou

TEN, ELEVEN, TWELVE = (datetime(2024, 1, day, 12, tzinfo=BEIJING) for day in (10, 11, 12))
ORANGE = replace(in_force("orange"), since=TEN, document_number="郑〔2024〕1号", area=("410100",))
UNBEGUN = "原定1月10日12时启动的Ⅱ级响应不再启动"


def upon(below: InForce, level: Level, since: datetime, action: Action) -> InForce:
    """A message launched after another, which it changes."""
    known = facts(decision())
    return InForce(level, known, since, "郑〔2024〕2号", action, ("410100",), below=below)


RED = upon(ORANGE, "red", TWELVE, "raise")


def lifted(at: datetime, **changes: object) -> Decision:
    hour = at.isoformat()
    return lift(decided_at=hour, starts_at=hour, document_number="郑〔2024〕9号", **changes)


def told(stated: Decision, before: InForce | None, medium: str = "sms", **options: object) -> str:
    return one(zhengzhou(), stated, "schools", medium, before=before, **options).text


@pytest.mark.parametrize("medium", ["sms", "webhook", "email", "notice"])
@pytest.mark.parametrize("at", [datetime(2024, 1, 9, 9, tzinfo=BEIJING), TEN], ids=["before", "at the start"])
def test_a_lift_of_what_has_not_begun_says_that_it_will_not(medium: str, at: datetime) -> None:
    text = told(lifted(at), ORANGE, medium)
    assert (UNBEGUN in text) or ("原定2024年1月10日12时启动的Ⅱ级应急响应不再启动" in text)
    assert "终止" not in text
    assert "从上述时间起不再执行" not in text
    if medium != "sms":
        assert "本次解除的是尚未启动的重污染天气橙色预警（郑〔2024〕1号）" in text
        assert "已经提前采取的，可以恢复正常" in text


def test_it_is_said_aloud_and_repeated() -> None:
    text = told(lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING)), ORANGE, "spoken")
    assert text.count("原定一月十日中午十二点启动的二级应急响应不再启动") == 2
    assert "终止" not in text


@pytest.mark.parametrize("medium", ["sms", "webhook", "email", "notice", "spoken"])
def test_it_is_said_in_english(medium: str) -> None:
    text = told(lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING)), ORANGE, medium, language="en")
    assert "will not begin" in text
    assert not any(said in text for said in ("response ends", "measures end", "began", "no longer apply"))


def test_a_minute_after_the_start_it_ends() -> None:
    text = told(lifted(TEN.replace(minute=1)), ORANGE, "notice")
    assert "Ⅱ级应急响应同时终止" in text
    assert "本次解除的是2024年1月10日12时启动的重污染天气橙色预警（郑〔2024〕1号）" in text
    assert "不再启动" not in text


def test_between_two_starts_the_one_ends_and_the_other_does_not_begin() -> None:
    text = told(lifted(ELEVEN), RED, "notice")
    assert text.startswith("关于解除重污染天气橙色预警（终止Ⅱ级应急响应）的通知")
    assert "Ⅱ级应急响应同时终止，原定2024年1月12日12时启动的Ⅰ级应急响应不再启动" in text
    assert (
        "启动的重污染天气橙色预警（郑〔2024〕1号），以及尚未启动的重污染天气红色预警（郑〔2024〕2号）" in text
    )


def test_before_both_neither_begins() -> None:
    text = told(lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING)), RED)
    assert "原定1月10日12时启动的Ⅱ级响应和1月12日12时启动的Ⅰ级响应不再启动" in text


def test_what_another_was_to_begin_in_the_place_of_is_not_named() -> None:
    raised = upon(ORANGE, "red", TEN, "raise")
    text = told(lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING)), raised)
    assert "原定1月10日12时启动的Ⅰ级响应不再启动" in text
    assert "Ⅱ级" not in text


def test_an_extended_warning_began_with_its_start() -> None:
    extended = upon(ORANGE, "orange", TWELVE, "extend")
    for at in (ELEVEN, datetime(2024, 1, 13, 9, tzinfo=BEIJING)):
        text = told(lifted(at), extended, "notice")
        assert "本次解除的是2024年1月10日12时启动的重污染天气橙色预警" in text
        assert "不再启动" not in text
    assert UNBEGUN in told(lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING)), extended)


def test_a_corrected_lift_is_still_of_what_has_not_begun() -> None:
    first = lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING))
    mended = InForce(None, facts(first), first.starts_at, "郑〔2024〕9号", "lift", ("410100",), below=ORANGE)
    corrected = lifted(datetime(2024, 1, 9, 10, tzinfo=BEIJING), action="correct", corrects="文号有误")
    assert UNBEGUN in told(corrected, mended)
    assert "应急响应同时终止" not in told(corrected, mended, "notice")


@pytest.mark.parametrize(
    ("action", "level", "said"),
    [
        ("raise", "red", "升级为红色预警，自2024年1月10日12时起启动Ⅰ级应急响应"),
        ("lower", "yellow", "降级为黄色预警，自2024年1月10日12时起启动Ⅲ级应急响应"),
        ("extend", "orange", "延长重污染天气橙色预警，自2024年1月10日12时起启动Ⅱ级应急响应"),
    ],
)
def test_a_change_before_the_start_begins_its_own_response(action: str, level: str, said: str) -> None:
    text = told(decision(action=action, level=level), ORANGE, "notice")
    assert said in text
    assert "原定2024年1月10日12时启动的重污染天气橙色预警（郑〔2024〕1号），由本通知代替" in text
    assert not any(each in text for each in ("改按", "继续执行", "改为", "调整为"))


def test_what_holds_again_before_its_start_is_told_with_its_hour() -> None:
    first = lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING))
    mended = InForce(None, facts(first), first.starts_at, "郑〔2024〕9号", "lift", ("410100",), below=ORANGE)
    stated = lifted(datetime(2024, 1, 9, 10, tzinfo=BEIJING), action="retract", corrects="误发")
    assert "1月10日12时起的橙色预警没有解除，继续有效" in told(stated, mended, after=ORANGE)
    assert "1月10日12时起：" in told(stated, mended, "notice", after=ORANGE)


def test_plants_and_papers_and_whoever_relays_it_are_told_the_same() -> None:
    early = lifted(datetime(2024, 1, 9, 9, tzinfo=BEIJING))
    assert UNBEGUN in relayed(zhengzhou(), early, OFFICE, before=ORANGE).sms
    papers = compose_papers(zhengzhou(), early, OFFICE, before=ORANGE)
    texts = {paper.kind: paper.text for paper in papers}
    for text in texts.values():
        assert "原定2024年1月10日12时启动的Ⅱ级应急响应不再启动" in text
        assert "不再执行。感谢" not in text
    assert "评估报告" not in texts["order"]  # of a response that there was none of
    assert "下达响应终止指令" in texts["order"]  # whom they have told, they tell
    later = compose_papers(zhengzhou(), lifted(ELEVEN), OFFICE, before=ORANGE)
    assert "评估报告" in next(paper.text for paper in later if paper.kind == "order")


def test_the_lines_that_a_plant_carries_out_are_those_that_end() -> None:
    assert Personal(zhengzhou(), lifted(ELEVEN), OFFICE, before=RED).levels == ("orange",)
    assert Personal(zhengzhou(), lifted(TEN), OFFICE, before=RED).levels == ("red",)
