"""The plan of Xigang, as someone who knows the document would check it."""

import re
from datetime import date
from pathlib import Path

import pytest

from gateway.decisions.checks import check
from gateway.decisions.reading import read
from gateway.plans.catalogue import Catalogue
from gateway.plans.measures import Facts, resolve
from gateway.plans.model import Clause
from gateway.vocabulary import LEVELS, Level, Pollutant
from tests.plans.one_plan import BUSINESSES, INDUSTRY, OnePlan

PLAN = OnePlan("xigang", "004_2e04429a25d940f4.txt")
plan, source, in_force, words, citing = PLAN.plan, PLAN.source, PLAN.in_force, PLAN.words, PLAN.citing
EXAMPLE = Path(__file__).parents[2] / "examples/xigang-orange.yaml"
# The lines of the three levels: the response measures from the health advice to the last item.
LEVEL_LINES = {"yellow": range(73, 94), "orange": range(96, 119), "red": range(121, 146)}
MEMBERS = [
    *(
        "区委宣传部",
        "区教育局",
        "区科工局",
        "区公安分局",
        "区财政局",
        "自然资源局西岗分局",
        "西岗生态环境分局",
    ),
    *("区住建局", "区文旅局", "区卫健局", "区应急局", "区城管执法局", "区交警大队", "各街道办事处"),
]


# The whole file


@pytest.mark.parametrize("level", LEVELS)
def test_every_item_of_a_level_is_entered_at_that_level(level: Level) -> None:
    printed = [
        number
        for number in LEVEL_LINES[level]
        if re.match(r"（\d+）|提醒|在保障", source()[number - 1])  # items, the health advice, the targets
    ]
    assert len(printed) == {"yellow": 18, "orange": 20, "red": 22}[level]
    assert [number for number in printed if not citing(number)] == []
    for number in printed:
        assert {each.level for each in citing(number)} == {level}


def test_clauses_name_the_section_and_the_item_that_stand_on_their_line() -> None:
    for measure in plan().measures:
        item = re.fullmatch(r"4\.2\.[123]\.[23](（\d+）)", measure.clause.path)
        if item:
            assert source()[measure.clause.lines[0] - 1].startswith(item[1]), measure.id
            section = measure.clause.path.partition("（")[0]
            above = source()[: measure.clause.lines[0] - 1]
            assert next(line for line in reversed(above) if line.startswith("4.2")).startswith(section)


def test_every_clause_points_at_a_line_with_a_rule() -> None:
    cited: list[Clause] = [each.clause for each in plan().measures]
    cited += [each.clause for each in plan().level_rules]
    cited += [each.clause for each in plan().exclusions]
    cited += [each.clause for each in plan().grounds]
    cited += [each.clause for each in plan().reports]
    cited += [each.clause for each in plan().units]
    cited += [each.clause for each in plan().informed]
    for clause in cited:
        assert source()[clause.lines[1] - 1].endswith(("。", "；", "）", "，")), clause


def test_units_of_a_mandatory_item_are_those_printed_behind_it() -> None:
    seen = 0
    for measure in plan().measures:
        if measure.category == "mandatory":
            printed = re.search("（责任单位：(.*?)）$", source()[measure.clause.lines[0] - 1])
            assert printed
            assert measure.responsible_units == printed[1].split("、"), measure.id
            seen += 1
    assert seen == 31


def test_units_have_the_duties_of_their_own_line() -> None:
    assert [each.name for each in plan().units][4:] == MEMBERS
    for unit in plan().units[4:]:
        assert unit.clause.path == "2.3"
        assert source()[unit.clause.lines[0] - 1].startswith(f"{unit.name}：")
    named = {unit for each in plan().measures for unit in each.responsible_units}
    assert named == {*MEMBERS, "应急指挥部办公室"}


def test_every_figure_standard_and_class_of_an_item_is_kept() -> None:
    token = re.compile(
        r"\d+月\d+日|\d+(?::\d+)?%?|国[ⅢⅤ]|GB36886-2018|Ⅲ类限值|[黄橙红]色|单双号|三轮汽?车|限行区域"
    )
    for number in (number for lines in LEVEL_LINES.values() for number in lines):
        measures = [each for each in citing(number) if each.clause.lines == (number, number)]
        said = "".join(
            text.text + (each.condition.text if each.condition else "")
            for each in measures
            for text in each.texts.values()
        )
        printed = re.sub(r"^（\d+）", "", source()[number - 1]).replace("国V", "国Ⅴ")
        if measures:
            assert {each for each in token.findall(printed) if each not in said} == set(), number


# What a text may repeat word by word: names and lists that have to be exact.
TERMS = (
    "心脑血管疾病、呼吸道疾病等免疫力低下的",
    "《大连市人民政府关于划定禁止使用高排放非道路移动机械区域的通告》",
    "《重污染天气重点行业应急减排措施制定技术指南（2020年修订版）》",
    "《大连市建筑工程文明施工管理办法》（市政府令第121号）",
    "停止生产线或主要产排污环节（设备）",
    "桩类施工、土石方作业、建筑构件破拆、建设工地脚手架拆除、建筑涂料涂装、喷涂粉刷、护坡喷浆、混凝土搅拌、道路开挖、路面整修、房屋拆除等",
    "砂石料厂、混凝土搅拌站、沥青混凝土搅拌站、石材加工企业等",
    "货运车辆（含三轮汽车和拖拉机，新能源除外）",
    "货运车辆（含三轮车和拖拉机，新能源除外）",
    "微型、小型载客汽车（新能源除外）",
    "等涉及大宗原料和产品运输的单位",
    "国Ⅴ及以下排放标准的重型载货汽车（含燃气）",
    "未达到国Ⅲ排放标准的非道路移动机械",
    "不符合GB36886-2018中Ⅲ类限值的非道路移动机械",
    "市政道路划线、栏杆喷涂、道路沥青摊铺、混凝土搅拌等",
    "烟气排放自动监控设施（CEMS）",
    "二氧化硫、氮氧化物、颗粒物、挥发性有机物",
    "挥发性有机物（VOCs）的市政作业",
    "城市建成区内道路清扫保洁、道路挖掘、园林绿化场地平整",
    "违法建筑物、构筑物拆除和道路挖掘施工",
    "散流体、煤炭、渣土、砂石料运输车辆",
)
LONGEST_RUN = 15


def test_no_sentence_of_the_source_is_copied() -> None:
    printed = "".join(source())
    runs = {printed[i : i + LONGEST_RUN + 1] for i in range(len(printed) - LONGEST_RUN)}
    names = {*MEMBERS, "应急指挥部各成员单位", "应急指挥部办公室"}
    known = re.compile("|".join(map(re.escape, (*TERMS, *sorted(names, key=len, reverse=True)))))
    for measure in plan().measures:
        for reader, wording in measure.texts.items():
            for part in known.split(wording.text):
                copied = [part[i : i + LONGEST_RUN + 1] for i in range(len(part) - LONGEST_RUN)]
                assert [run for run in copied if run in runs] == [], (measure.id, reader)


def test_nothing_of_another_plan_stands_in_it() -> None:
    own = Catalogue().load("xigang")
    text = str(own.plan.model_dump())
    for foreign in (
        "郑州",
        "平顶山",
        "喀什",
        "四环",
        "市攻坚办",
        "国四",
        "国五",
        "非冰冻期",
        "净化装置",
        "500",
    ):
        assert foreign not in text


# Rules


def test_thresholds_differ_by_pollutant_at_yellow_only() -> None:
    rules = [
        (rule.level, rule.pollutants, [[(each.above, each.hours) for each in entry] for entry in rule.any_of])
        for rule in plan().level_rules
    ]
    assert rules == [
        ("yellow", ["PM2.5"], [[(200, 24)], [(150, 48)]]),
        ("yellow", ["O3"], [[(150, 48)]]),
        ("orange", None, [[(200, 48)], [(150, 72)]]),
        ("red", None, [[(200, 72), (300, 24)]]),
    ]


def test_only_the_city_s_order_starts_changes_or_ends_anything() -> None:
    (ground,) = plan().grounds
    assert (ground.basis, ground.effect) == ("upper_order", "exact")
    assert ground.by == ["大连市重污染天气应急指挥部"]


def test_what_the_document_does_not_rule_stays_open() -> None:
    silent = plan()
    assert silent.lead_time is None
    assert silent.floor is None
    assert silent.contiguous_scope is None
    assert silent.lower_or_lift is None
    assert silent.monitored_raise is None
    assert silent.merge is None
    assert silent.elements == []
    assert silent.gaps == []


def test_the_commander_or_a_deputy_alone_approves_everything() -> None:
    (rule,) = plan().approvals
    assert rule.levels == []
    assert rule.on_schedule is None
    assert set(rule.actions) == {"issue", "raise", "lower", "extend", "lift"}
    assert [step.titles for step in rule.steps] == [["指挥长", "副指挥长"]]


def test_validity_scope_and_area() -> None:
    assert (plan().validity.valid_from, plan().validity.valid_until) == (date(2023, 9, 12), None)
    assert {each.cause for each in plan().exclusions} == {"sand_dust", "typhoon"}
    assert [(area.code, area.name) for area in plan().areas] == [("210203", "西岗区")]
    assert plan().aqi_standard == "HJ633-2012"


def test_reduction_targets_of_society_of_two_pollutants_together_and_of_key_plants() -> None:
    every, sum_, plants = plan().reduction_targets
    assert (every.percent, every.together) == ({"yellow": 10, "orange": 20, "red": 30}, False)
    assert len(every.pollutants) == 4
    assert (sum_.percent, sum_.together) == ({"yellow": 20, "orange": 40, "red": 60}, True)
    assert sum_.pollutants == ["二氧化硫", "氮氧化物"]
    assert (plants.percent, plants.of) == ({"yellow": 15, "orange": 20, "red": 30}, "重点大气污染工业企业")


def test_reports_and_their_deadlines() -> None:
    owed = {report.code: report for report in plan().reports}
    daily, summary = owed["members-daily"], owed["members-summary"]
    assert (daily.deadline.daily_at, daily.deadline.covers) == ("17:00", "same_day")
    assert daily.units == summary.units == MEMBERS
    assert daily.owed_by == summary.owed_by == "units"
    assert (summary.actions, summary.deadline.event, summary.deadline.within_days) == (["lift"], "end", 0)
    assert summary.contents == ["采取的措施", "取得的成效", "发现的问题", "改进措施"]
    assert owed["district-summary"].owed_by == "body"
    assert owed["district-summary"].deadline.text.startswith(
        "预案未写期限"
    )  # line 162 dates the members' only
    assert owed["upward-report"].to_whom == "区委、区政府、区应急局"
    assert owed["yearly-evaluation"].deadline.before == "05-01"
    assert not any(report.exercises_only for report in plan().reports)


def test_who_is_told_what_is_published_and_what_plants_hear_in_advance() -> None:
    assert [each.whom for each in plan().informed] == ["区委", "区政府", "区应急局", "应急指挥部各成员单位"]
    disclosure, rotation = plan().disclosure, plan().rotation
    assert disclosure
    assert rotation
    assert len(disclosure.contents) == 8
    assert "重新审批" in disclosure.by_whom
    guidance = plan().advance_guidance
    assert guidance
    assert guidance.by_whom == "区科工局"
    assert [
        each for each in ("CEMS", "DCS", "1年以上", "15%", "20%", "30%") if each not in guidance.text
    ] == []
    assert rotation.batches_at_most == 3
    safety = plan().safety
    assert safety
    assert ("确保安全生产" in safety.text, safety.clause.path) == (True, "6.5")


def test_the_example_follows_the_order_and_is_ready_with_the_deputy_s_approval() -> None:
    decision = read(EXAMPLE.read_text("utf-8"), EXAMPLE.name)
    result = check(plan(), decision, decision.decided_at)
    assert (result.outcome, result.findings) == ("ready", ())
    assert result.level == result.level_by_forecast == decision.basis.level == "orange"
    assert [approval.role for approval in decision.approvals] == ["副指挥长"]


# Levels: each restated in full


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_holds_its_own_items_and_none_of_another_level(level: Level) -> None:
    resolved = [each.measure for each in resolve(plan(), level, Facts())]
    assert {each.level for each in resolved} == {level}
    assert len(resolved) == {"yellow": 31, "orange": 35, "red": 41}[level]
    by_category = {
        name: sum(each.category == name for each in resolved)
        for name in ("health", "suggested", "mandatory", "procedure")
    }
    assert (
        by_category
        == {
            "yellow": {"health": 2, "suggested": 8, "mandatory": 8, "procedure": 13},
            "orange": {"health": 2, "suggested": 9, "mandatory": 11, "procedure": 13},
            "red": {"health": 4, "suggested": 12, "mandatory": 12, "procedure": 13},
        }[level]
    )


def test_what_takes_the_place_of_what_is_one_subject_one_level_below() -> None:
    for measure in plan().measures:
        level, _, subject = measure.id.partition("-")
        assert level == measure.level
        below = {"orange": "yellow", "red": "orange"}.get(level)
        known = {each.id for each in plan().measures}
        assert measure.replaces == [f"{below}-{subject}"] * (f"{below}-{subject}" in known)


@pytest.mark.parametrize(
    ("level", "pollutant", "told"),
    [
        ("yellow", "O3", True),
        ("yellow", "PM2.5", False),
        ("yellow", "PM10", False),
        ("yellow", None, True),
        ("orange", "PM2.5", True),
        ("red", "PM2.5", True),
    ],
)
def test_vapours_of_paint_are_stopped_at_yellow_only_because_of_ozone(
    level: Level, pollutant: Pollutant | None, told: bool
) -> None:
    facts = Facts(pollutant=pollutant)
    assert (f"{level}-voc-works" in in_force(level, "enterprises.construction", facts)) == told


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2024, 3, 15), date(2024, 3, 15), True),
        (date(2024, 3, 14), date(2024, 3, 14), False),
        (date(2024, 11, 15), date(2024, 11, 15), True),
        (date(2024, 11, 16), date(2024, 11, 18), False),
        (date(2024, 6, 1), date(2024, 6, 3), True),
        (date(2024, 12, 30), date(2025, 1, 2), False),
        (date(2024, 11, 14), date(2024, 11, 17), None),  # open: said in words
        (date(2024, 3, 13), date(2024, 3, 16), None),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_roads_are_wetted_more_from_15_march_to_15_november(
    level: Level, first: date, last: date, told: bool | None
) -> None:
    resolved = resolve(plan(), level, Facts(first_day=first, last_day=last))
    found = [each.open for each in resolved if each.measure.id == f"{level}-wetting"]
    assert found == {True: [False], False: [], None: [True]}[told]


@pytest.mark.parametrize(
    ("level", "kept", "absent"),
    [
        ("yellow", "湿保作业增加1次", "机扫 2次 扩大"),
        ("orange", "机扫和洒水的频次增加 重点湿保道路增加2次 其他道路增加1次", "扩大"),
        ("red", "机扫和洒水的频次增加 重点湿保道路增加2次 其他道路增加1次 区域同时扩大", ""),
    ],
)
def test_the_counts_of_wetting_grow(level: Level, kept: str, absent: str) -> None:
    text = words(f"{level}-wetting", "departments")
    assert [each for each in kept.split() if each not in text] == []
    assert [each for each in absent.split() if each in text] == []


# Who reads what


@pytest.mark.parametrize(
    ("subject", "readers"),
    [
        ("health-advice", {"public", "media", "operators", "departments", "districts"}),
        ("key-plants", INDUSTRY | {"departments"}),
        ("sites", BUSINESSES | {"departments"}),
        (
            "yards",
            {
                *("enterprises", "enterprises.industry", "enterprises.construction", "enterprises.mining"),
                "departments",
            },
        ),
        ("wetting", {"departments"}),
        ("freight", BUSINESSES | {"public", "departments", "districts"}),
        ("machinery", BUSINESSES | {"departments"}),
        ("voc-works", BUSINESSES | {"departments"}),
        ("fireworks", {"public", "departments", "districts"}),
        (
            "suggested-energy",
            BUSINESSES | {"schools", "hospitals", "public", "media", "operators", "departments", "districts"},
        ),
        (
            "suggested-travel",
            BUSINESSES | {"schools", "hospitals", "public", "media", "operators", "departments", "districts"},
        ),
        ("suggested-sweeping", {"departments"}),
        (
            "suggested-emitters",
            BUSINESSES | {"schools", "hospitals", "media", "operators", "departments"},
        ),
        ("plans", INDUSTRY | {"departments"}),
        ("hospitals", {"hospitals", "departments"}),
        ("targets", {"departments"}),
        ("daily", {"departments", "districts"}),
        ("streets", {"districts"}),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_readers_of_a_subject_at_every_level(level: Level, subject: str, readers: set[str]) -> None:
    assert set(plan().measure(f"{level}-{subject}").texts) == readers


@pytest.mark.parametrize(
    ("identifier", "readers"),
    [
        ("orange-other-plants", INDUSTRY | {"departments"}),
        ("red-bulk-transport", INDUSTRY | {"enterprises.transport", "departments"}),
        ("orange-heavy-trucks", BUSINESSES | {"departments"}),
        ("red-odd-even", BUSINESSES | {"public", "departments", "districts"}),
        ("yellow-schools", {"schools", "departments"}),
        ("red-schools", {"schools", "public", "media", "operators", "departments", "districts"}),
        (
            "red-outdoor-work",
            BUSINESSES | {"schools", "hospitals", "public", "media", "operators", "departments", "districts"},
        ),
        (
            "red-flexible-hours",
            BUSINESSES | {"hospitals", "public", "media", "operators", "departments", "districts"},
        ),
        ("red-suggested-transit", {"enterprises.transport", "departments"}),
        ("orange-suggested-wet-cleaning", {"departments"}),
        (
            "red-suggested-official-cars",
            BUSINESSES | {"schools", "hospitals", "media", "operators", "departments", "districts"},
        ),
    ],
)
def test_readers_of_what_only_some_levels_have(identifier: str, readers: set[str]) -> None:
    assert set(plan().measure(identifier).texts) == readers


def test_every_mandatory_item_is_read_by_the_departments_and_names_their_units() -> None:
    for measure in plan().measures:
        if measure.category == "mandatory":
            text = measure.texts["departments"].text
            assert [unit for unit in measure.responsible_units if unit not in text] == [], measure.id


def test_the_public_reads_no_order_but_the_bans_of_daily_life() -> None:
    for level in LEVELS:
        orders = {each for each in in_force(level, "public") if plan().measure(each).category == "mandatory"}
        bans = {f"{level}-freight", f"{level}-fireworks"}
        assert orders == bans | (set() if level == "yellow" else {f"{level}-odd-even"})


def test_media_and_operators_read_only_what_they_must_publish() -> None:
    for reader in ("media", "operators"):
        for level in LEVELS:
            categories = {plan().measure(each).category for each in in_force(level, reader)}
            assert categories == {"health", "suggested"}


def test_the_public_reads_all_health_advice_that_the_media_publish_at_red() -> None:
    health = {each for each in in_force("red", "media") if plan().measure(each).category == "health"}
    assert health == {"red-health-advice", "red-schools", "red-outdoor-work", "red-flexible-hours"}
    assert health <= in_force("red", "public")
    for identifier in health - {"red-health-advice"}:
        assert "告知公众" in words(identifier, "districts")


def test_media_operators_and_streets_carry_the_suspension_of_lessons_in_short_messages() -> None:
    for reader in ("media", "operators", "districts"):
        assert "停课" in (plan().measure("red-schools").texts[reader].short or "")


@pytest.mark.parametrize("level", LEVELS)
def test_every_member_supervises_and_the_streets_are_named_for_it(level: Level) -> None:
    assert plan().measure(f"{level}-supervision").responsible_units == MEMBERS


@pytest.mark.parametrize(
    "identifier", ["red-outdoor-work", "red-flexible-hours", "red-suggested-official-cars"]
)
def test_what_every_unit_does_itself_names_every_member(identifier: str) -> None:
    assert plan().measure(identifier).responsible_units == MEMBERS


@pytest.mark.parametrize("level", LEVELS)
def test_each_suggestion_that_anyone_can_follow_reaches_units_and_the_public_alike(level: Level) -> None:
    suggested = {each for each in in_force(level, "public") if plan().measure(each).category == "suggested"}
    for reader in (*BUSINESSES, "schools", "hospitals"):
        assert suggested <= in_force(level, reader), reader


def test_hospitals_have_no_health_measure_but_what_binds_every_unit_at_red() -> None:
    for level in LEVELS:
        health = {each for each in in_force(level, "hospitals") if plan().measure(each).category == "health"}
        assert health == ({"red-outdoor-work", "red-flexible-hours"} if level == "red" else set())


def test_streets_read_what_they_publish_and_report_and_enforce_nothing() -> None:
    for level in LEVELS:
        for each in in_force(level, "districts"):
            if plan().measure(each).category == "mandatory":
                assert "组织所辖社区告知公众" in words(each, "districts")
        assert f"{level}-streets" in in_force(level, "districts")


# The words


@pytest.mark.parametrize("level", LEVELS)
def test_schools_stop_sports_below_red_and_lessons_at_red_without_any_condition(level: Level) -> None:
    measure = plan().measure(f"{level}-schools")
    assert measure.condition is None
    text = measure.texts["schools"].text
    assert text == ("中小学、幼儿园停课。" if level == "red" else "中小学、幼儿园：停止户外运动。")


@pytest.mark.parametrize(
    ("identifier", "kept", "absent"),
    [
        (
            "yellow-health-advice",
            "孕妇 儿童 老年人 免疫力低下 避免户外活动 应采取防护措施",
            "必须 避免体力消耗",
        ),
        (
            "orange-health-advice",
            "孕妇 儿童 老年人 免疫力低下 避免户外活动 应采取防护措施",
            "必须 避免体力消耗",
        ),
        (
            "red-health-advice",
            "孕妇 儿童 老年人 免疫力低下 避免体力消耗 必须采取防护措施",
            "应采取 避免户外活动",
        ),
        ("yellow-key-plants", "确保安全生产 绩效分级 黄色预警 原则上 15%以上", "橙色 红色"),
        ("orange-key-plants", "确保安全生产 绩效分级 橙色预警 原则上 20%以上", "黄色 红色"),
        ("red-key-plants", "确保安全生产 绩效分级 红色预警 原则上 30%以上", "黄色 橙色"),
        ("orange-other-plants", "非重点 正常运转 达标排放 应停产 安全和民生", ""),
        ("red-bulk-transport", "大宗物料 重点企业 技术指南（2020年修订版） 运输应急响应", ""),
        ("orange-sites", "桩类施工 护坡喷浆 房屋拆除 特殊工艺、应急抢险工程 扬尘防控措施必须加大", ""),
        (
            "yellow-freight",
            "每日6:30至19:00 三轮汽车 拖拉机 新能源除外 冒黑烟 城市运行保障车辆 特种任务",
            "全天",
        ),
        ("orange-freight", "全天 三轮汽车 拖拉机 新能源除外 冒黑烟 城市运行保障车辆 特种任务", "6:30"),
        ("red-freight", "全天 三轮车 拖拉机 新能源除外 冒黑烟 城市运行保障车辆 特种任务", "6:30 三轮汽车"),
        ("orange-odd-even", "限行区域内 单双号限行 微型、小型载客汽车 新能源除外", ""),
        ("red-odd-even", "按单双号通行 微型、小型载客汽车 新能源除外", "限行区域"),
        ("orange-heavy-trucks", "国Ⅴ及以下 重型载货汽车 含燃气 民生保障类除外 特种车辆、危化品车辆等", ""),
        ("red-heavy-trucks", "国Ⅴ及以下 重型载货汽车 含燃气 民生保障类除外 特种车辆、危化品车辆等", ""),
        ("yellow-machinery", "大政发〔2019〕34号 低排区域内 未达到国Ⅲ", "全区 港口 GB36886"),
        ("orange-machinery", "大政发〔2019〕34号 全区施工工地、港口、工业企业厂区内 未达到国Ⅲ", "GB36886"),
        (
            "red-machinery",
            "大政发〔2019〕34号 全区施工工地、港口、工业企业厂区内 GB36886-2018 Ⅲ类限值",
            "国Ⅲ",
        ),
        ("yellow-voc-works", "城市建成区内 建筑外墙涂刷 沥青摊铺 应急抢险工程", ""),
        ("orange-voc-works", "城市建成区内 建筑墙面涂刷 沥青摊铺 应急抢险工程", ""),
        ("red-voc-works", "建筑外墙面涂刷 沥青摊铺 应急抢险工程", "城市建成区"),
        ("orange-suggested-voc-products", "减少使用", "停止"),
        ("red-suggested-voc-products", "停止使用", "减少使用"),
        ("red-suggested-official-cars", "党政机关和企事业单位 带头 停驶公务用车30%", ""),
        ("red-suggested-refuelling", "机动车日间少加油", ""),
        ("yellow-suggested-energy", "夏季调高2至4℃ 冬季调低2至4℃", ""),
        ("red-targets", "保障城市正常运行 30%以上 不应低于60%", "20% 40%"),
        ("yellow-daily", "每日17时前 应急指挥部办公室 当日", ""),
    ],
)
def test_every_reader_of_a_measure_gets_its_exact_terms(identifier: str, kept: str, absent: str) -> None:
    for reader, wording in plan().measure(identifier).texts.items():
        assert [term for term in kept.split() if term not in wording.text] == [], reader
        assert [term for term in absent.split() if term in wording.text] == [], reader


def test_an_exception_stands_beside_its_order() -> None:
    for measure in plan().measures:
        if measure.exemptions:
            for reader, wording in measure.texts.items():
                assert re.search("例外|除外", wording.text), (measure.id, reader)


def test_a_text_names_no_other_level_than_its_own() -> None:
    names = {"yellow": "黄色|Ⅲ级", "orange": "橙色|Ⅱ级", "red": "红色|Ⅰ级"}
    for measure in plan().measures:
        if measure.id.endswith("-advance"):  # speaks of warnings to come
            continue
        others = "|".join(name for level, name in names.items() if level != measure.level)
        for wording in measure.texts.values():
            assert not re.search(others, wording.text + (wording.short or "")), measure.id
