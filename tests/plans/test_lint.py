"""Faults of a plan are found and told with file and line."""

import re

import pytest

from gateway.plans.lint import Problem, lint, lint_file
from tests.plans.small import SMALL, line_with, small_plan

_LIFT_RULE = "  - {actions: [lift], on_schedule: true, steps: []"
_LAST_RULE = "  - {actions: [issue, raise, lower, extend, lift], steps: [{}]}\n"


def only(*changes: tuple[str, str]) -> Problem:
    problems = lint(small_plan(*changes))
    assert len(problems) == 1, problems
    assert problems[0].file == "small.yaml"
    return problems[0]


def test_a_sound_plan_has_no_problems() -> None:
    assert lint(small_plan()) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("id: advice", "id: lessons", "PLAN_REPEATED", "id: advice"),
        ("basis: upper_warning", "basis: own_forecast", "PLAN_REPEATED", "basis: upper_warning"),
        ('code: "990102"', 'code: "990100"', "PLAN_REPEATED", 'code: "990102"'),
        ("name: 东区", "name: 小城市", "PLAN_REPEATED", "name: 东区"),
        ('area: "990100"', 'area: "990199"', "PLAN_AREA_UNKNOWN", 'area: "990100"'),
        ('code: "990100A"', 'code: "980100A"', "PLAN_AREA_PREFIX", "name: 高新区"),
        ("name: 高新区, own_code: true", "name: 高新区", "PLAN_AREA_OWN", "name: 高新区"),
        (", red: Ⅰ级应急响应}", "}", "PLAN_RESPONSE_MISSING", "responses:"),
        ("level: red, any_of", "level: orange, any_of", "PLAN_LEVEL_RULE_MISSING", "level_rules:"),
        ("[[{above: 150, hours: 48}]]", "[]", "PLAN_LEVEL_RULE_EMPTY", "{level: yellow, any_of"),
        ("[[{above: 150, hours: 48}]]", "[[]]", "PLAN_LEVEL_RULE_EMPTY", "{level: yellow, any_of"),
        ("minimum_hours: 6", "minimum_hours: 36", "PLAN_LEAD_TIME", "lead_time"),
        ("replaces: [trucks]", "replaces: [lorries]", "PLAN_REPLACES_UNKNOWN", "replaces: [trucks]"),
        ("replaces: [trucks]", "replaces: [more-trucks]", "PLAN_REPLACES_ITSELF", "replaces: [trucks]"),
        ("hours: 每日", "replaces: [more-trucks]\n    hours: 每日", "PLAN_REPLACES_HIGHER", "hours: 每日"),
        ("between: [washing,", "between: [wetting,", "PLAN_GAP", "between"),
        ("between: [washing,", "between: [trucks,", "PLAN_GAP", "between"),
        ("停止道路洒水", "停止道路洒水，PM₂.₅", "PLAN_CHARACTER", "停止道路洒水"),
        ("停止道路洒水", "PM10 超过 150 μg/m³", "PLAN_CHARACTER", "停止道路洒水"),
        ("title: 小城市重", "title: 小城\U00020bb7重", "PLAN_CHARACTER", "title: 小城市重"),
        ("停止道路洒水", "停止道路洒水３天", "PLAN_FULL_WIDTH", "停止道路洒水"),
        ("停止道路洒水", "ＡＱＩ超过500时停止洒水", "PLAN_FULL_WIDTH", "停止道路洒水"),
        ("停止道路洒水", "停止道路\u3000洒水", "PLAN_FULL_WIDTH", "停止道路洒水"),
        ("停止道路洒水", "停止道路洒水，。", "PLAN_PUNCTUATION", "停止道路洒水"),
        ("停止道路洒水", "停止：、洒水", "PLAN_PUNCTUATION", "停止道路洒水"),
        ("停止道路洒水", "今日停止道路洒水", "PLAN_RELATIVE_DAY", "停止道路洒水"),
        ("停止道路洒水", "明日起停止道路洒水", "PLAN_RELATIVE_DAY", "停止道路洒水"),
        ("停止道路洒水", "【注意】停止道路洒水", "PLAN_BRACKETS", "停止道路洒水"),
        ("停止道路洒水", "'{{ place }}停止道路洒水'", "PLAN_PLACEHOLDER", "停止道路洒水"),
        ("停止道路洒水", "'{% if wet %}停止道路洒水'", "PLAN_PLACEHOLDER", "停止道路洒水"),
        ("湿度大于50%或", "今天湿度大于50%或", "PLAN_RELATIVE_DAY", "湿度大于50%或"),
        ("由主管部门决定", "由主管部门明天决定", "PLAN_RELATIVE_DAY", "由主管部门决定"),
    ],
)
def test_an_error_names_the_line_of_the_offending_key(old: str, new: str, code: str, line: str) -> None:
    problem = next(p for p in lint(small_plan((old, new))) if p.severity == "error")
    assert problem.code == code
    assert (problem.file, problem.line) == ("small.yaml", line_with(line))
    assert re.search("[一-鿿]", problem.message)


def test_a_validity_that_ends_before_it_begins_is_an_error() -> None:
    problem = only(("valid_from: 2024-01-01\n", "valid_from: 2024-01-01\n  valid_until: 2023-12-31\n"))
    assert (problem.code, problem.line) == ("PLAN_VALIDITY", line_with("valid_from") + 1)


def test_dates_that_are_named_in_words_are_no_relative_days() -> None:
    assert lint(small_plan(("contents: [发布时间]", "contents: [说明日期和时间]"))) == []


def test_what_the_source_document_says_is_never_sent_and_may_say_anything() -> None:
    assert (
        lint(small_plan(("  document_number", "  notes: ['原文写【今日】和{{空白}}']\n  document_number")))
        == []
    )


@pytest.mark.parametrize("follows_orders", [True, False])
def test_a_plan_without_thresholds_and_responses_of_its_own_is_whole(follows_orders: bool) -> None:
    rules = SMALL[SMALL.index("level_rules:") : SMALL.index("grounds:")]
    responses = SMALL[SMALL.index("responses:") : SMALL.index("reduction_targets:")]
    orders = SMALL[SMALL.index("  - {basis: upper_warning") : SMALL.index("floor:")]
    none = [(rules, "level_rules: []\n"), (responses, "responses: {}\n")]
    assert lint(small_plan(*none, (orders, orders if follows_orders else ""))) == []


def test_circular_replacement_is_an_error_since_all_would_vanish() -> None:
    same = lint(
        small_plan(
            ("id: washing\n", "id: washing\n    replaces: [no-washing]\n"),
            ("id: no-washing\n", "id: no-washing\n    replaces: [washing]\n"),
        )
    )
    assert [problem.code for problem in same] == ["PLAN_REPLACES_ITSELF"] * 2


def test_an_approval_rule_that_is_never_reached_is_an_error() -> None:
    late = "  - {actions: [raise], levels: [orange], steps: [{}]}\n"
    problem = only((_LAST_RULE, _LAST_RULE + late))
    assert (problem.code, problem.line) == ("PLAN_APPROVAL_UNREACHABLE", line_with(_LAST_RULE) + 1)


def test_only_a_lift_can_be_on_schedule() -> None:
    rule = _LIFT_RULE.replace("lift", "issue")
    codes = {problem.code for problem in lint(small_plan((_LIFT_RULE, rule)))}
    assert codes == {"PLAN_APPROVAL_UNREACHABLE"}


def test_a_case_without_an_approval_rule_is_a_warning() -> None:
    problem = only((_LAST_RULE, _LAST_RULE.replace(", lift]", "]")))
    assert (problem.code, problem.severity) == ("PLAN_APPROVAL_OPEN", "warning")
    assert "lift" in problem.message


def test_every_reader_needs_an_answer_at_every_level() -> None:
    catering = SMALL[
        SMALL.index("  - {reader: enterprises.catering") : SMALL.index("  - {reader: enterprises.transport")
    ]
    problems = lint(small_plan((catering, "")))
    assert [problem.code for problem in problems] == ["PLAN_ANSWER_MISSING"] * 3
    assert all("enterprises.catering" in problem.message for problem in problems)
    assert {problem.line for problem in problems} == {line_with("nothing:")}


def test_levels_restated_in_full_must_answer_for_themselves() -> None:
    problems = lint(small_plan(("measures_carry_on: true", "measures_carry_on: false")))
    missing = {p.message_en for p in problems if p.code == "PLAN_ANSWER_MISSING"}
    assert any("orange" in text and "schools" in text for text in missing)


def test_a_nothing_that_is_not_true_is_an_error() -> None:
    problem = only(
        (
            "{reader: enterprises.transport, levels: [yellow]",
            "{reader: enterprises.transport, levels: [yellow, orange]",
        )
    )
    assert problem.code == "PLAN_NOTHING_CONTRADICTED"
    assert problem.line == line_with("{reader: enterprises.transport")
    assert "橙色" in problem.message


def test_a_reader_of_conditional_measures_alone_is_told_what_holds_else() -> None:
    departments = ("      departments: 督促企业减排\n", "")
    problems = lint(small_plan(departments))
    assert [problem.code for problem in problems] == ["PLAN_ANSWER_CONDITIONAL"] * 3
    assert {problem.severity for problem in problems} == {"warning"}
    stated = ("nothing:\n", "nothing:\n  - {reader: departments, levels: [yellow, orange, red], why: 没有}\n")
    assert lint(small_plan(departments, stated)) == []


def test_a_reader_who_loses_a_measure_to_a_replacement_is_a_warning() -> None:
    problem = only(
        ("      enterprises.mining: 停用柴油货车\n", ""),
        ("levels: [yellow], why: 黄色预警没有针对矿山", "levels: [yellow, red], why: 没有针对矿山"),
    )
    assert (problem.code, problem.severity) == ("PLAN_REPLACES_READER", "warning")
    assert problem.line == line_with("replaces: [trucks]")
    assert "enterprises.mining" in problem.message


def test_a_successor_at_a_higher_level_does_not_help_at_the_lower_one() -> None:
    early = ("id: trucks\n", "id: trucks\n    replaces: [lessons]\n")
    problem = next(p for p in lint(small_plan(early)) if p.code == "PLAN_REPLACES_READER")
    assert problem.line == line_with("id: trucks\n") + 1
    assert "schools" in problem.message


def test_a_text_for_industry_without_one_for_enterprises_is_a_warning() -> None:
    problems = lint(small_plan(("      enterprises: 按一厂一策停产限产\n", "")))
    assert "PLAN_READER_UNEVEN" in {problem.code for problem in problems}


def test_a_measure_that_nobody_reads_is_an_error() -> None:
    codes = {
        problem.code for problem in lint(small_plan(("texts: {departments: 停止道路洒水}", "texts: {}")))
    }
    assert codes == {"PLAN_TEXTS_EMPTY"}


def test_what_is_replaced_at_its_own_level_without_a_condition_is_never_in_force() -> None:
    same = ("id: output\n", "id: output\n    replaces: [lessons]\n")
    problems = lint(small_plan(same))
    assert "PLAN_REPLACED_ALWAYS" in {problem.code for problem in problems}
    conditional = ("id: washing\n", "id: washing\n    replaces: [output]\n")
    assert "PLAN_REPLACED_ALWAYS" not in {problem.code for problem in lint(small_plan(conditional))}


def test_units_of_a_measure_that_neither_departments_nor_districts_read_are_a_warning() -> None:
    problem = only(
        (
            "level: yellow\n    category: health\n",
            "level: yellow\n    category: health\n    lead_units: [市教育局]\n",
        )
    )
    assert (problem.code, problem.severity) == ("PLAN_UNITS_UNTOLD", "warning")
    assert "lessons" in problem.message


@pytest.mark.parametrize(
    ("added", "sound"),
    [
        ("", True),
        ("    owed_by: units\n    units: [市气象局]\n", True),
        ("    owed_by: districts\n", True),
        ("    owed_by: units\n", False),
        ("    units: [市气象局]\n", False),
        ("    owed_by: districts\n    units: [市气象局]\n", False),
    ],
)
def test_units_are_named_where_each_of_them_owes_a_report(added: str, sound: bool) -> None:
    problems = lint(small_plan(("    contents: [发布时间]\n", f"    contents: [发布时间]\n{added}")))
    assert [problem.code for problem in problems] == ([] if sound else ["PLAN_REPORT_UNITS"])


def test_a_yearly_deadline_on_a_day_that_does_not_exist_is_an_error() -> None:
    deadline = "{event: decision, within_hours: 2,"
    assert lint(small_plan((deadline, '{event: year, before: "02-29",'))) == []
    assert only((deadline, '{event: year, before: "02-30",')).code == "PLAN_DATE"


def test_a_short_text_that_is_long_is_a_warning() -> None:
    assert lint(small_plan(("short: 停止户外活动", f"short: {'停' * 40}"))) == []
    problem = only(("short: 停止户外活动", f"short: {'停' * 41}"))
    assert (problem.code, problem.severity) == ("PLAN_SHORT_LONG", "warning")


def test_problems_come_in_the_order_of_the_file() -> None:
    changes = (("between: [washing,", "between: [trucks,"), ("text: 间隔", "text: 今日间隔"))
    lines = [problem.line for problem in lint(small_plan(*changes))]
    assert lines == [line_with("text: 间隔"), line_with("between: [washing,")]


def test_all_faults_of_shape_are_told_in_the_order_of_the_file() -> None:
    text = SMALL.replace("{hours: 24,", "{stunden: 24,").replace("event: decision", "event: party")
    problems = lint_file(text.encode(), "small.yaml")
    assert [(problem.code, problem.line) for problem in problems] == [
        ("FIELD_MISSING", line_with("lead_time")),
        ("FIELD_UNKNOWN", line_with("lead_time")),
        ("FIELD_INVALID", line_with("event: decision")),
    ]


def test_a_file_that_cannot_be_read_is_one_problem() -> None:
    assert [p.code for p in lint_file(SMALL.encode("gbk"), "small.yaml")] == ["DOCUMENT_ENCODING"]
    assert [p.code for p in lint_file(b"id: [", "small.yaml")] == ["DOCUMENT_MALFORMED"]


def test_a_file_of_another_name_is_told() -> None:
    assert [p.code for p in lint_file(SMALL.encode(), "plans/other.yaml")] == ["PLAN_NAME"]
    assert lint_file(SMALL.encode(), "plans/small.yaml") == []


def test_a_problem_as_json_has_all_its_parts() -> None:
    assert only(("停止道路洒水", "今日停止道路洒水")).as_json() == {
        "file": "small.yaml",
        "line": line_with("停止道路洒水"),
        "code": "PLAN_RELATIVE_DAY",
        "message": "“今日”隔天会读错，请写明日期或改写",
        "message_en": "'今日' is wrong a day later; name the day",
        "severity": "error",
    }
