"""A plan's English: whole where there is any, and the same figures, colours and exceptions as the Chinese."""

import copy
import json
from typing import Any

import pytest

from gateway.documents import parse
from gateway.plans.lint import Problem, lint, lint_file
from tests.plans.small import SMALL, line_with, small_plan

LESSONS = "short: 停止户外活动}"
TRUCKS = "enterprises.transport: 国四柴油货车停驶"


def faults(*changes: tuple[str, str]) -> list[Problem]:
    """The problems of the small plan so changed, but for English and figures that it lacks elsewhere."""
    elsewhere = ("PLAN_ENGLISH_MISSING", "PLAN_FIGURE_ALONE")
    return [each for each in lint(small_plan(*changes)) if each.code not in elsewhere]


def lessons(**english: str) -> tuple[str, str]:
    added = "".join(f", {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in english.items())
    return LESSONS, f"{LESSONS[:-1]}{added}}}"


def trucks(text: str, en: str) -> tuple[str, str]:
    said = json.dumps(en, ensure_ascii=False)
    return TRUCKS, f"enterprises.transport: {{text: {text}, en: {said}}}"


def in_english() -> dict[str, Any]:
    """The small plan as data with English for all that is read in English, and no more."""
    data: dict[str, Any] = copy.deepcopy(parse(SMALL).data)
    data |= {"title_en": "Small Town plan", "place_en": "Small Town"}
    data["issuing_body"] |= {"name_en": "Emergency Command of Small Town", "short_name_en": "Command"}
    for area, name in zip(data["areas"], ("Small Town", "East District", "High-tech Zone"), strict=True):
        area["name_en"] = name
    said = {
        "按一厂一策停产限产": "Stop or limit production by your own plan, unless exempt",
        "提高优质煤比例": "Burn more high-quality coal, unless exempt",
        "国四柴油货车停驶": "China IV diesel trucks: stop from 7 to 21 o'clock",
        "停用国四柴油货车": "Do not use China IV diesel trucks from 7 to 21 o'clock",
    }
    for measure in data["measures"]:
        for reader, words in measure["texts"].items():
            if reader.partition(".")[0] in ("schools", "hospitals", "enterprises", "public"):
                wording = {"text": words} if isinstance(words, str) else words
                wording["en"] = said.get(wording["text"], "Take care")
                measure["texts"][reader] = wording
                if "short" in wording:
                    wording["en_short"] = "Take care"
        if measure["id"] == "no-school":
            measure["condition"]["text_en"] = "when the daily AQI reaches 500"
    for nothing in data["nothing"]:
        nothing["why_en"] = f"No measure{' at yellow' if '黄色' in nothing['why'] else ''}"
    return data


def as_file(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


# Whole or absent


def test_a_plan_whole_in_english_has_no_problem() -> None:
    assert lint_file(as_file(in_english()), "small.yaml") == []


def test_guidance_to_plants_needs_its_english_too() -> None:
    data = in_english()
    clause = {"path": "四、调控", "lines": [15, 15]}
    guidance = {"when": "将频繁预警时", "text": "可先调整生产", "by_whom": "工信部门", "clause": clause}
    data["advance_guidance"] = guidance
    assert [each.code for each in lint_file(as_file(data), "small.yaml")] == ["PLAN_ENGLISH_MISSING"]
    data["advance_guidance"] = {**guidance, "text_en": "You may adjust production first."}
    assert lint_file(as_file(data), "small.yaml") == []


@pytest.mark.parametrize(
    "path",
    [
        ("title_en",),
        ("place_en",),
        ("issuing_body", "name_en"),
        ("issuing_body", "short_name_en"),
        ("areas", 1, "name_en"),
        ("measures", 0, "texts", "schools", "en"),
        ("measures", 0, "texts", "schools", "en_short"),
        ("measures", 1, "texts", "public", "en"),
        ("measures", 1, "texts", "hospitals", "en"),
        ("measures", 2, "condition", "text_en"),
        ("measures", 3, "texts", "enterprises", "en"),
        ("measures", 4, "texts", "enterprises.mining", "en"),
        ("nothing", 0, "why_en"),
    ],
)
def test_each_english_text_is_missed(path: tuple[Any, ...]) -> None:
    data = in_english()
    place = data
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    problems = lint_file(as_file(data), "small.yaml")
    assert [(each.code, each.severity) for each in problems] == [("PLAN_ENGLISH_MISSING", "error")]
    assert path[-1] in problems[0].message


def test_a_gap_that_an_english_reader_meets_needs_english() -> None:
    data = in_english()
    data["gaps"][0]["readers"].append("enterprises.construction")
    problems = lint_file(as_file(data), "small.yaml")
    assert [each.code for each in problems] == ["PLAN_ENGLISH_MISSING"]
    data["gaps"][0]["text_en"] = "The plan does not say"
    assert lint_file(as_file(data), "small.yaml") == []


def test_missing_english_names_the_line_of_the_text_that_lacks_it() -> None:
    problems = lint(small_plan(("place: 小城市", "place_en: Small Town\nplace: 小城市")))
    assert {each.code for each in problems} == {"PLAN_ENGLISH_MISSING"}
    lines = {each.line for each in problems}
    assert {line_with(LESSONS) + 1, line_with(TRUCKS) + 1, line_with("  short_name:") + 1} <= lines
    assert line_with("道路增加洒水") + 1 not in lines  # for departments only


# The same as the Chinese text


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("国四柴油货车7时至21时停驶", "China IV diesel trucks stop from 7 to 21 o'clock"),
        ("Ⅲ类机械每日7时至21时停用", "Class III machinery stops from 7 to 21 o'clock"),
        ("保存六个月，7时至21时", "Keep it for 6 months, 7 to 21 o'clock"),
        ("一类工程24小时内，7时至21时", "Class 1 works within 24 hours, 7 to 21 o'clock"),
        ("二十四小时内，7时至21时", "Within 24 hours, 7 to 21 o'clock"),
        ("四环内一厂一策，每一次7时至21时", "Inside the Fourth Ring Road by your plan, 7 to 21 o'clock"),
        ("红色预警PM2.5，7时至21时", "Red warning for PM2.5, 7 to 21 o'clock"),
        ("国四柴油货车停驶", "China IV diesel trucks stop from 7 to 21 o'clock"),  # 时段 stands beside
    ],
)
def test_figures_standards_and_colours_that_agree_are_no_fault(text: str, en: str) -> None:
    assert faults(trucks(text, en)) == []


@pytest.mark.parametrize(
    ("text", "en", "told"),
    [
        ("国四柴油货车停驶", "China V diesel trucks stop from 7 to 21 o'clock", "缺 4，多 5"),
        ("国四柴油货车停驶", "China IV diesel trucks stop", "缺 21、7，多 无"),
        ("国四柴油货车停驶六个月", "China IV trucks stop for six months from 7 to 21", "缺 6，多 无"),
        ("橙色预警停驶", "Red warning: stop from 7 to 21 o'clock", "缺 orange，多 red"),
        ("柴油货车停驶", "Diesel trucks over 3.5 t: stop from 7 to 21 o'clock", "缺 无，多 3.5"),
    ],
)
def test_a_figure_standard_or_colour_that_differs_is_an_error(text: str, en: str, told: str) -> None:
    (problem,) = faults(trucks(text, en))
    assert (problem.code, problem.severity) == ("PLAN_ENGLISH_FIGURES", "error")
    assert problem.line == line_with(TRUCKS)
    assert told in problem.message


def test_an_exception_that_english_drops_is_an_error() -> None:
    old = "enterprises.power: 提高优质煤比例"
    (problem,) = faults((old, "enterprises.power: {text: 提高优质煤比例, en: Burn better coal}"))
    assert (problem.code, problem.line) == ("PLAN_ENGLISH_EXCEPTION", line_with(old))
    assert faults((old, "enterprises.power: {text: 提高优质煤比例, en: 'Exempt plants excepted'}")) == []


# The characters


@pytest.mark.parametrize("en", ["Stop 户外 activities", "Stop，please", "Level Ⅲ", "Stop。"])
def test_chinese_characters_in_english_are_an_error(en: str) -> None:
    codes = {each.code: each.line for each in faults(lessons(en=en))}
    assert codes["PLAN_ENGLISH_CHINESE"] == line_with(LESSONS)


@pytest.mark.parametrize("day", ["Today", "tonight", "tomorrow", "YESTERDAY"])
def test_a_relative_day_in_english_is_an_error(day: str) -> None:
    assert [each.code for each in faults(lessons(en=f"{day} stay inside"))] == ["PLAN_RELATIVE_DAY"]


@pytest.mark.parametrize("letter", ["’", "–", "é", "[", "~"])
def test_a_short_text_that_costs_half_of_an_sms_is_a_warning(letter: str) -> None:
    (problem,) = [
        each for each in faults(lessons(en_short=f"Stay in{letter}")) if each.code != "PLAN_CHARACTER"
    ]
    assert (problem.code, problem.severity) == ("PLAN_ENGLISH_SMS", "warning")
    assert letter in problem.message
    assert faults(lessons(en=f"Stay in {'’' if letter != '’' else '—'}")) == []


def test_a_short_english_text_that_is_long_is_a_warning() -> None:
    assert faults(lessons(en_short="x" * 110)) == []
    (problem,) = faults(lessons(en_short="x" * 111))
    assert (problem.code, problem.severity) == ("PLAN_SHORT_LONG", "warning")


def test_a_short_text_in_english_alone_is_an_error() -> None:
    (problem,) = faults(("public: 儿童、老人留在室内", "public: {text: 留在室内, en: Stay in, en_short: In}"))
    assert problem.code == "PLAN_ENGLISH_ALONE"
