"""What a measure says in numbers is the same in its short and its full text, and for all its readers."""

import pytest

from gateway.plans.figures import printed, said
from gateway.plans.lint import Problem, lint
from tests.plans.small import line_with, small_plan

SCHOOLS = "{text: 停止室外课程和活动，打开空气净化装置, short: 停止户外活动}"


def found(*changes: tuple[str, str]) -> list[Problem]:
    codes = ("PLAN_SHORT_FIGURE", "PLAN_FIGURE_ALONE")
    return [each for each in lint(small_plan(*changes)) if each.code in codes]


@pytest.mark.parametrize("short", ["停止3天户外活动", "橙色停止活动", "停用国三车辆", "六个月内不办活动"])
def test_a_short_text_with_a_figure_that_its_full_text_lacks_is_an_error(short: str) -> None:
    (problem,) = found((SCHOOLS, SCHOOLS.replace("停止户外活动", short)))
    assert (problem.code, problem.severity) == ("PLAN_SHORT_FIGURE", "error")
    assert problem.line == line_with("schools: {text: 停止室外课程")


def test_a_short_text_may_say_the_figures_of_its_text_condition_hours_and_exceptions() -> None:
    assert found(("      schools: 停课\n", "      schools: {text: 停课, short: 日AQI达500时停课}\n")) == []
    trucks = "      enterprises.transport: 国四柴油货车停驶\n"
    short = "      enterprises.transport: {text: 国四柴油货车停驶, short: 国四7时至21时停驶}\n"
    assert found((trucks, short)) == []


def test_a_figure_that_only_one_reader_is_told_is_a_warning() -> None:
    (problem,) = found(("enterprises.mining: 停用国四柴油货车", "enterprises.mining: 停用国三柴油货车"))
    assert (problem.code, problem.severity) == ("PLAN_FIGURE_ALONE", "warning")
    assert problem.line == line_with("enterprises.mining: 停用国四")
    assert "3" in problem.message


def test_a_figure_of_a_measure_with_one_reader_is_sound() -> None:
    assert found(("texts: {departments: 停止道路洒水}", "texts: {departments: 停止道路洒水3天}")) == []


def test_readers_of_the_same_words_do_not_vouch_for_each_other() -> None:
    alike = "      enterprises: 按一厂一策停产限产\n      enterprises.industry: 按一厂一策停产限产\n"
    problems = found((alike, alike.replace("停产限产", "停产限产30%")))
    assert [problem.line for problem in problems] == [line_with(alike), line_with(alike) + 1]


def test_a_figure_of_the_hours_is_no_readers_own() -> None:
    changed = (
        "      enterprises.mining: 停用国四柴油货车\n",
        "      enterprises.mining: 7时至21时停用国四柴油货车\n",
    )
    assert found(changed) == []


@pytest.mark.parametrize("name", ["PM2.5", "O3", "（政府令第121号）", "某政办〔2024〕12号"])
def test_names_and_numbers_of_documents_are_no_figures(name: str) -> None:
    assert found(("      departments: 督促企业减排\n", f"      departments: 督促企业减排{name}\n")) == []


def test_figures_are_read_alike_in_both_languages() -> None:
    chinese = "国四及以下、六个月、Ⅲ级、橙色、20%、十二小时"
    english = "China IV or lower, 6 months, Level III, Orange, 20%, 12 hours"
    assert printed(chinese) == said(english) == {"4", "6", "3", "orange", "20", "12"}
    assert printed("四环内一厂一策，上一级，同一类") == set()
