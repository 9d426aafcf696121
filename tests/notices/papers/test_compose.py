"""A decision's papers: each holds what the decision and the plan hold for it, and nothing else."""

import json
import re
from typing import Any

import pytest

from gateway.decisions.model import Decision
from gateway.notices.papers.compose import compose_papers
from gateway.notices.papers.model import Paper, paper_from
from gateway.plans.catalogue import Catalogue
from gateway.plans.duties import MeasureDuty
from gateway.plans.measures import resolve
from gateway.plans.model import AdvanceGuidance, Clause, Informed
from tests.notices.samples import OFFICE, decision, in_force, lift, zhengzhou

CLAUSE = Clause(path="一", lines=(1, 1))


def papers(stated: Decision, **options: Any) -> dict[str, Paper]:
    return {paper.kind: paper for paper in compose_papers(zhengzhou(), stated, OFFICE, **options)}


def test_every_paper_names_issuer_and_number_once_in_full() -> None:
    for paper in papers(decision()).values():
        assert "污染防治攻坚办公室" in paper.text
        assert "郑环攻坚办〔2024〕1号" in paper.text


def test_the_order_holds_every_measure_of_districts_and_departments_with_their_units() -> None:
    order = papers(decision())["order"]
    listed = [item for block in order.blocks for item in block.items]
    from gateway.decisions.facts import facts

    for each in resolve(zhengzhou(), "orange", facts(decision())):
        for reader in ("districts", "departments"):
            if reader in each.measure.texts:
                text = each.measure.texts[reader].text.rstrip("。")
                assert any(text in item for item in listed), each.measure.id


def test_order_and_news_name_the_governments_of_the_plan_s_own_areas() -> None:
    own = papers(decision())
    assert own["order"].addressee == "各区县市、开发区，各有关部门、单位"
    assert "有关部门、区县市、开发区和企业" in own["news"].text
    streets = Catalogue().load("xigang").plan
    ordered = decision(plan="xigang", area=["210203"])
    theirs = {paper.kind: paper for paper in compose_papers(streets, ordered, OFFICE)}
    assert theirs["order"].addressee == "各街道办事处，各有关部门、单位"
    assert "二、各街道办事处落实的措施" in theirs["order"].text
    assert "有关部门、街道办事处和企业" in theirs["news"].text
    assert not any("区县" in paper.text for paper in theirs.values())


def test_the_order_names_who_answers_for_the_measures_in_force_and_for_no_others() -> None:
    duties = [
        MeasureDuty("industrial-inventory-orange", "市生态环境局", "大气科", "甲局长", "乙科长", "丙主任"),
        MeasureDuty("industrial-inventory-red", "市生态环境局", person="丁科长"),
    ]
    order = papers(decision(), duties=duties)["order"]
    assert "措施责任分工" in order.text
    assert (
        "市生态环境局督导工业企业按橙色预警要求停产限产（市生态环境局）。"
        "责任单位：大气科。牵头领导：甲局长。责任人：乙科长。监督人：丙主任。"
    ) in order.text
    assert "丁科长" not in order.text
    assert "措施责任分工" not in papers(decision())["order"].text
    assert "乙科长" not in papers(decision(), duties=duties)["news"].text


def test_the_order_asks_for_the_reports_that_the_decision_creates() -> None:
    text = papers(decision())["order"].text
    assert "督导检查情况" in text  # a content of the districts' daily report
    assert "每年4月前" not in text  # of the year, not of this warning
    assert "响应终止后5日内" in papers(lift(), before=in_force("orange"))["order"].text


def test_the_order_goes_in_copy_to_whom_the_plan_informs() -> None:
    told = Informed(whom="市委、市政府", actions=["issue"], clause=CLAUSE)
    only_lifts = Informed(whom="别的单位", actions=["lift"], clause=CLAUSE)
    plan = zhengzhou().model_copy(update={"informed": [told, only_lifts]})
    order = next(each for each in compose_papers(plan, decision(), OFFICE) if each.kind == "order")
    assert order.copied_to == "市委、市政府"
    assert "抄送：市委、市政府" in order.text
    assert "抄送：市委、市政府" in order.html


@pytest.mark.parametrize(
    ("high", "told"), [(200, None), (260, "201至300"), (300, "201至300"), (301, "高于300")]
)
def test_the_proclamation_says_how_bad_the_air_will_be(high: int, told: str | None) -> None:
    stated = decision(forecast={"days": [{"date": "2024-01-10", "low": 150, "high": high}]})
    text = papers(stated)["proclamation"].text
    assert (told in text) if told else ("重度污染：" not in text and "严重污染：" not in text)


def test_news_tells_and_does_not_order() -> None:
    news = papers(decision())["news"]
    assert news.title == "郑州市1月10日12时起启动重污染天气橙色预警"
    assert not re.search(r"须|不得|禁止|严禁", news.text)


def test_the_social_text_is_short_and_says_where_to_verify() -> None:
    social = papers(decision())["social"]
    assert len(social.text) < 400
    assert "https://example.gov.cn/yj/3" in social.text
    assert "请以" in social.text


def test_guidance_goes_to_plants_before_a_warning_and_is_no_order() -> None:
    rule = AdvanceGuidance(
        when="预计频繁启动橙色以上预警时",
        industries=["水泥", "炭素"],
        text="预先调整生产计划",
        by_whom="工信部门",
        clause=CLAUSE,
    )
    plan = zhengzhou().model_copy(update={"advance_guidance": rule})
    found = {each.kind: each for each in compose_papers(plan, decision(), OFFICE)}
    text = found["guidance"].text
    assert "水泥、炭素" in text
    assert "预先调整生产计划" in text
    assert "不是预警" in text
    lifted = compose_papers(plan, lift(), OFFICE, before=in_force("orange"))
    assert "guidance" not in {each.kind for each in lifted}
    without = plan.model_copy(update={"advance_guidance": None})
    assert "guidance" not in {each.kind for each in compose_papers(without, decision(), OFFICE)}


def test_a_drill_is_marked_first_in_every_paper() -> None:
    for paper in papers(decision(exercise=True)).values():
        assert paper.text.startswith("【演练】")
        assert paper.html.count("【演练】") == 2  # window and heading
        assert "不是真实预警" in paper.text


def test_a_paper_survives_json() -> None:
    for paper in papers(decision()).values():
        again = paper_from(json.loads(json.dumps(paper.content())))
        assert again == paper
        assert again.html == paper.html


def test_what_a_paper_quotes_is_escaped_on_its_page() -> None:
    stated = decision(document_number="<b>1号</b>")
    assert "<b>" not in papers(stated)["order"].html


def test_a_withdrawal_says_that_measures_follow_only_where_they_do() -> None:
    withdrawn = decision(action="retract", level="red", corrects="误发")
    found = papers(withdrawn, before=in_force("red"), after=in_force("orange"))
    for kind, paper in found.items():
        assert "仍按重污染天气橙色预警" in paper.text
        assert ("应执行的措施见下文" in paper.text) is (kind in ("order", "proclamation"))
