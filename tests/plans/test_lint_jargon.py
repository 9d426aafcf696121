"""Terms that the public and schools do not know are explained to them or avoided."""

import re

import pytest

from gateway.plans.catalogue import Catalogue
from gateway.plans.jargon import READERS, TERMS
from gateway.plans.lint import Problem, lint
from tests.plans.small import line_with, small_plan

PUBLIC = "      public: 儿童、老人留在室内\n"
LINES = {"public": PUBLIC, "schools": "      schools: 停课\n"}


def found(text: str, reader: str = "public") -> list[Problem]:
    return _jargon((LINES[reader], f"      {reader}: {text}\n"))


def _jargon(*changes: tuple[str, str]) -> list[Problem]:
    return [each for each in lint(small_plan(*changes)) if each.code == "PLAN_JARGON"]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "text",
    [
        "按一厂一策停产",
        "减少 VOCs 排放",
        "少用含挥发性有机物的产品",
        "国四柴油货车停驶",
        "禁用不满足Ⅲ类限值的机械",
        "停用非道路移动机械",
        "停止涉气作业",
        "停止土石方作业",
        "物料全部苫盖",
        "道路湿扫",
        "严禁散煤复烧",
        "易感人群留在室内",
        "白名单车辆除外",
        "绩效分级为A级的除外",
    ],
)
def test_a_term_that_is_not_explained_is_a_warning(text: str, reader: str) -> None:
    problem = found(text, reader)[0]
    assert problem.severity == "warning"
    assert re.search("[一-鿿]", problem.message)


@pytest.mark.parametrize(
    "text",
    [
        "少用含挥发性有机物（VOCs）的涂料、油漆",
        "国四排放标准的柴油货车停驶",
        "停用挖掘机、叉车等非道路移动机械",
        "易感人群（儿童、老年人）留在室内",
        "白名单车辆（消防车、救护车）除外",
        "日AQI达到500、PM2.5升高时，停课不停学",
        "四环以内停驶",
    ],
)
def test_a_term_that_is_explained_or_known_is_sound(text: str) -> None:
    assert found(text) == []


def test_the_line_of_the_reader_is_named() -> None:
    (problem,) = found("国四柴油货车停驶")
    assert problem.line == line_with(PUBLIC.strip())


def test_a_short_text_relies_on_the_explanation_of_its_full_text() -> None:
    explained = "      public: {text: 国四排放标准的柴油货车停驶, short: 国四柴油货车停驶}\n"
    assert _jargon((PUBLIC, explained)) == []
    alone = "      public: {text: 柴油货车停驶, short: 国四柴油货车停驶}\n"
    assert [each.code for each in _jargon((PUBLIC, alone))] == ["PLAN_JARGON"]


def test_english_abbreviations_are_explained_too() -> None:
    english = "      public: {text: 少用油漆, en: Use fewer products with VOCs}\n"
    assert [each.code for each in _jargon((PUBLIC, english))] == ["PLAN_JARGON"]
    glossed = english.replace("VOCs", "volatile organic compounds (VOCs)")
    assert _jargon((PUBLIC, glossed)) == []


def test_plants_departments_and_districts_may_be_told_in_their_own_terms() -> None:
    assert (
        _jargon(("      departments: 督促企业减排\n", "      departments: 督促涉气企业按一厂一策减排\n"))
        == []
    )


def test_every_term_says_why_and_what_to_write() -> None:
    for term in TERMS:
        assert term.why
        assert term.instead
        re.compile(term.pattern)
        assert not term.explained or re.compile(term.explained)
    assert len({term.pattern for term in TERMS}) == len(TERMS)


def test_every_packaged_plan_speaks_plainly_to_the_public_and_schools() -> None:
    catalogue = Catalogue()
    for identifier in catalogue.identifiers():
        codes = [each.message for each in lint(catalogue.load(identifier)) if each.code == "PLAN_JARGON"]
        assert codes == [], identifier
