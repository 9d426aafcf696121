"""The plan of Kashgar Prefecture, as someone who knows the document would check it."""

import re

from gateway.plans.catalogue import Catalogue
from gateway.plans.describe import describe
from gateway.plans.model import Clause, Report
from tests.plans.one_plan import OnePlan

PLAN = OnePlan("kashgar", "002_d2d57d40312ae4a9.txt")
plan, source, citing = PLAN.plan, PLAN.source, PLAN.citing
AUTHORITIES = ("departments", "districts")
MEASURE_LINES = range(193, 279)  # 4.3.2.1 to the end of 4.3.4


def owed() -> dict[str, Report]:
    return {report.code: report for report in plan().reports}


# The whole file


def test_every_item_of_the_response_measures_is_entered() -> None:
    headings = re.compile(r"^(4\.3\.\d|在落实Ⅱ?Ⅲ?级应急响应措施的基础上)")
    order = "相关县市在保障正常生产生活秩序的前提下，应当落实以下措施："  # entered once, from line 216
    items = [
        number
        for number in MEASURE_LINES
        if (line := source()[number - 1]) and not headings.match(line) and (line != order or number == 216)
    ]
    assert len(items) == 29
    assert [number for number in items if not citing(number)] == []


def test_clauses_point_at_the_lines_that_carry_their_numbers() -> None:
    for measure in plan().measures:
        path, line = measure.clause.path, source()[measure.clause.lines[0] - 1]
        number = re.search(r"（\d）", path)  # of several items the first
        if number and measure.id not in ("suggested-travel-yellow", "suggested-idling"):  # not printed
            assert line.startswith((number.group(), "对未达到总体减排比例")), measure.id
        named = re.search(r"(工业源|移动源|扬尘源|其他)减排措施$", path)
        if named:
            assert line.startswith(named.group()), measure.id


def test_no_clause_points_at_a_heading() -> None:
    cited: list[Clause] = [each.clause for each in plan().measures]
    cited += [each.clause for each in plan().level_rules]
    cited += [each.clause for each in plan().grounds]
    cited += [each.clause for each in plan().elements]
    cited += [each.clause for each in plan().reports]
    cited += [each.clause for each in plan().approvals if each.clause]
    assert [each for each in cited if not source()[each.lines[1] - 1].endswith(("。", "：", "负责）"))] == []


def test_every_figure_standard_and_class_of_an_item_is_kept() -> None:
    token = re.compile(
        r"国[ⅠⅡⅢⅣⅤⅥ]级?(?:及?以下)|\d+(?:%|辆次及以上|千克以下|日|小时)|[黄橙红]色|[AB]级|含燃气|含煤矿"
    )
    numbers = (*MEASURE_LINES, 162, 163, 175, 294, 310, 338)
    for number in numbers:
        measures = citing(number)
        said = "".join(text.text for each in measures for text in each.texts.values())
        if measures:
            assert {each for each in token.findall(source()[number - 1]) if each not in said} == set(), number


# What a text may repeat word by word: names and lists that have to be exact.
TERMS = (
    "采取降低生产负荷、限产、停产、降低装载量",
    "停用国Ⅳ及以下重型货车运输",
    "钢铁行业的焦炉、转炉、电炉、烧结机、球团、石灰窑工段，其他冶金行业的熔炼炉、回转窑、多膛炉和冶炼系统等行业",
    "降低生产负荷、停产、加强污染治理",
    "非道路移动机械（紧急检修作业机械除外）",
    "涉及大宗物料运输（日载货车辆进出10辆次及以上）的企业",
    "国Ⅳ及以下排放标准重型载货车辆（含燃气）",
    "特种车辆、危险化学品车辆等",
    "《重污染天气重点行业应急减排措施制定技术指南》",
    "减排、限排、提高大气污染物处理效率",
    "混凝土搅拌、建筑拆除、渣土车运输、土石方作业",
    "建筑垃圾、渣土、砂石等散装物料运输车辆",
    "清洁能源汽车和生活垃圾清运车辆除外",
    "室外喷涂、粉刷、切割、焊接等作业",
    "机动车限行、禁燃禁烧等规定",
    "广播、电视、网络、报刊等媒体和手机短信",
    "可能持续的时间、潜在的危险程度、可能受影响的区域",
    "地委宣传部、网信办和地直相关成员单位",
    "保障民生、保障城市正常运转或涉及国家战略性产业的工业企业和重大工程项目",
    "大宗原材料及产品运输的重点用车企业",
    "预警发布情况、预警持续时间、各部门响应情况、企业措施落实情况",
)
LONGEST_RUN = 15


def test_no_sentence_of_the_source_is_copied() -> None:
    printed = "".join(source())
    runs = {printed[i : i + LONGEST_RUN + 1] for i in range(len(printed) - LONGEST_RUN)}
    known = re.compile("|".join(map(re.escape, TERMS)))
    for measure in plan().measures:
        for reader, wording in measure.texts.items():
            for part in known.split(wording.text):
                copied = [part[i : i + LONGEST_RUN + 1] for i in range(len(part) - LONGEST_RUN)]
                assert [run for run in copied if run in runs] == [], (measure.id, reader)


def test_nothing_of_another_plan_is_in_it() -> None:
    said = plan().model_dump_json(exclude={"source"})
    for foreign in (
        "郑州",
        "平顶山",
        "西岗",
        "攻坚办",
        "500",
        "孕妇",
        "国五",
        "白名单",
        "电子通行证",
        "应急抢险",
    ):
        assert foreign not in said


# Rules


def test_thresholds_have_one_branch_each() -> None:
    assert {
        rule.level: [[(each.above, each.hours) for each in entry] for entry in rule.any_of]
        for rule in plan().level_rules
    } == {"yellow": [[(200, 24)]], "orange": [[(200, 48)]], "red": [[(200, 72)]]}


def test_who_reviews_who_agrees_and_who_approves_by_colour() -> None:
    on_schedule, *by_colour = plan().approvals
    assert (on_schedule.actions, on_schedule.on_schedule, on_schedule.steps) == (["lift"], True, [])
    assert {rule.levels[0]: [(step.verb, *step.titles) for step in rule.steps] for rule in by_colour} == {
        "yellow": [("批准", "指挥部办公室主任")],
        "orange": [("审核", "指挥部办公室主任"), ("批准", "指挥部副指挥长")],
        "red": [("审核", "指挥部办公室主任"), ("同意", "指挥部副指挥长"), ("批准", "指挥长")],
    }
    assert any("两职" in note for note in plan().source.notes)  # one person may give two of them


def test_lead_time_scope_and_floor() -> None:
    lead, scope, floor = plan().lead_time, plan().contiguous_scope, plan().floor
    assert lead
    assert scope
    assert floor
    assert (lead.hours, lead.minimum_hours, lead.not_for) == (24, 12, [])
    assert scope.counties == 3
    assert (floor.not_below_upper, floor.red_stays) == (True, False)
    assert [each.cause for each in plan().exclusions] == ["sand_dust"]


def test_to_lower_or_lift_is_allowed_and_to_raise_on_measurements_is_asked() -> None:
    change, measured = plan().lower_or_lift, plan().monitored_raise
    assert change
    assert measured
    assert (change.below_threshold, change.forecast_hours) == (True, 36)
    assert "可以降级或解除" in change.text
    assert measured.no_improvement_within_hours == 24
    assert "应按实际污染情况及时调到更高级别" in measured.text


def test_the_second_category_is_named_as_printed() -> None:
    shown = describe(Catalogue().load("kashgar")).split("\n")
    assert "  倡议性减排措施" in shown
    assert "  建议性措施" not in shown


def test_higher_levels_add_to_lower_ones() -> None:
    assert plan().measures_carry_on
    assert plan().responses == {"yellow": "Ⅲ级响应", "orange": "Ⅱ级响应", "red": "Ⅰ级响应"}


def test_it_is_in_force_from_the_day_it_was_issued() -> None:
    assert str(plan().validity.valid_from) == "2023-10-08"
    assert plan().validity.valid_until is None
    assert plan().aqi_standard == "HJ 633-2012"


def test_what_is_made_public_is_what_an_announcement_must_state() -> None:
    disclosure = plan().disclosure
    assert disclosure
    assert disclosure.by_whom == "预警涉及的县市人民政府"
    assert disclosure.forms == ["广播", "电视", "网络", "报刊", "手机短信"]
    assert disclosure.contents == [
        "首要污染物",
        "污染的范围",
        "可能持续的时间",
        "潜在的危险程度",
        "可能受影响的区域",
        "需采取的措施建议",
    ]
    assert disclosure.contents == [each.name for each in plan().elements if each.clause.lines == (120, 120)]


def test_reports_and_their_deadlines() -> None:
    daily = [owed()[code] for code in ("counties-daily", "units-daily")]
    assert [(each.deadline.daily, each.deadline.covers) for each in daily] == [(True, "previous_day")] * 2
    assert [each.owed_by for each in daily] == ["districts", "units"]
    assert len(daily[1].units) == 18
    assert owed()["counties-after-lift"].deadline.within_days == 1
    assert len(owed()["counties-after-lift"].contents) == 4
    assert owed()["counties-after-lift"].actions == ["lift"]
    assert owed()["county-filing"].deadline.text == "及时"
    assert (owed()["rolling-broadcast"].deadline.daily, owed()["rolling-broadcast"].deadline.text) == (
        True,
        "持续滚动播报",
    )
    assert owed()["reduction-list"].deadline.before == "09-15"
    assert owed()["plan-revision"].deadline.before == "11-01"  # October is not over before
    assert [code for code, report in owed().items() if report.exercises_only] == ["drill-evaluation"]
    assert {"units-end", "counties-end", "evaluation", "units-execution"} <= set(owed())


def test_reduction_targets() -> None:
    (target,) = plan().reduction_targets
    assert target.percent == {"yellow": 10, "orange": 20, "red": 30}
    assert target.pollutants == ["二氧化硫", "氮氧化物", "颗粒物", "挥发性有机物"]
    assert not target.together
    for level, percent in target.percent.items():
        for reader in AUTHORITIES:
            said = plan().measure(f"procedure-targets-{level}").texts[reader].text
            assert [each for each in (*target.pollutants, f"{percent}%以上") if each not in said] == []


def test_the_units_are_the_eighteen_members_and_whoever_else_the_text_names() -> None:
    members = [unit for unit in plan().units if unit.clause.lines == (66, 66)]
    assert len(members) == 18
    assert owed()["units-daily"].units == [unit.name for unit in members]
    assert "地区市场监督管理局" not in {unit.name for unit in members}


def test_areas_are_the_prefecture_its_twelve_counties_and_the_development_zone() -> None:
    assert plan().area_name(plan().area) == "喀什地区"
    assert len([area for area in plan().areas if not area.own_code]) == 13
    assert [area.name for area in plan().areas if area.own_code] == ["喀什经济开发区"]


def test_who_is_told_of_a_decision() -> None:
    told = [each.whom for each in plan().informed if each.clause.lines == (116, 116)]
    assert told == ["涉及的县市人民政府", "地委宣传部", "网信办", "地直相关成员单位"]


def test_faults_and_silences_of_the_source_are_noted() -> None:
    notes = "".join(plan().source.notes)
    for said in (
        "附件1",
        "8.5用了两次",
        "缺编号（1）",
        "市场监督管理局",
        "国Ⅲ级以下",
        "自治区",
        "扬尘源清单",
    ):
        assert said in notes
