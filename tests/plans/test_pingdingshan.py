"""The plan of Pingdingshan, as someone who knows the document would check it."""

import re

import pytest

from gateway.plans.measures import Facts, resolve
from gateway.plans.model import Clause
from gateway.vocabulary import LEVELS
from tests.plans.one_plan import BUSINESSES, READERS, OnePlan

PLAN = OnePlan("pingdingshan", "001_0369ad2187125664.txt")
plan, source, in_force, words, citing = PLAN.plan, PLAN.source, PLAN.in_force, PLAN.words, PLAN.citing
PLANTS = frozenset(f"enterprises.{sector}" for sector in ("industry", "mining", "power")) | {"enterprises"}
INWARD = frozenset(("departments", "districts"))
COUNTIES = "各县（市、区）政府（管委会）"
PRINTED_AS = {"市委宣传部": "宣传", "市应急管理局": "应急", "平顶山供电公司": "电力"}
ITEM_LINES = (*range(72, 77), *range(78, 83), *range(85, 88), 90, 92, 93)  # of 4.2.2 to 4.2.4
DUTY_LINES = range(139, 158)  # the annex, one unit a line
# Whom the annex makes see to an item that line 77 gives to the counties: its lines 143, 147, 149 and 150.
BY_ANNEX = {
    "市公安局": {"mobile-traffic"},
    "市住房和城乡建设局": {"dust-earthworks", "dust-excavators", "dust-continuing"},
    "市交通运输局": {"dust-continuing"},
    "市水利局": {"dust-continuing"},
}


# The whole file


def test_every_item_of_the_response_measures_and_every_duty_of_the_annex_is_entered() -> None:
    assert [n for n in (*ITEM_LINES, *DUTY_LINES) if not citing(n)] == []
    assert {n for n in range(72, 94) if source()[n - 1]} - {*ITEM_LINES} == {77, 83, 84, 88, 89, 91}


def test_what_the_city_does_at_each_level_stands_at_that_level() -> None:
    levels = {line: {each.level for each in citing(line)} for line in range(95, 110)}
    assert [line for line, found in levels.items() if found == {"orange"}] == [97, 98, 99]
    assert levels[101] == {"red"}
    assert levels[95] == levels[107] == levels[109] == {"yellow"}


def test_clauses_point_at_sentences_not_at_headings() -> None:
    cited: list[Clause] = [each.clause for each in plan().measures]
    cited += [each.clause for each in plan().level_rules]
    cited += [each.clause for each in plan().grounds]
    cited += [each.clause for each in plan().elements]
    cited += [each.clause for each in plan().reports]
    cited += [each.clause for each in plan().units]
    for clause in cited:
        assert source()[clause.lines[0] - 1].endswith(("。", "：")), clause
        number = re.match(r"附件(\d+)$", clause.path)
        if number:
            assert source()[clause.lines[0] - 1].startswith(f"{number[1]}."), clause


def test_units_are_printed_in_the_clause_that_binds_them() -> None:
    for measure in plan().measures:
        assert measure.lead_units == [], measure.id  # the plan has no 牵头单位
        first, last = measure.clause.lines
        printed = "".join(source()[first - 1 : last])
        if measure.clause.path.startswith("4.3."):
            printed += source()[94]  # line 95 says who does what follows
        for unit in measure.responsible_units:
            # line 77 gives the counties every mandatory measure
            if unit != COUNTIES and measure.id not in BY_ANNEX.get(unit, ()):
                assert PRINTED_AS.get(unit, re.sub("^市|[局委]$", "", unit)) in printed, (measure.id, unit)


def test_the_units_are_the_twenty_members_the_office_and_the_station() -> None:
    members = source()[30].partition("：")[2].removesuffix("等。").split("、")
    assert len(members) == 20
    assert {unit.name for unit in plan().units} == {*members, "市环委会办公室", "驻市监测中心"}
    assert [unit.name for unit in plan().units if unit.duty is None] == ["市市场监管局"]
    by_annex = {unit.name: unit.clause.lines[0] for unit in plan().units if "附件" in unit.clause.path}
    assert sorted(by_annex.values()) == list(DUTY_LINES)
    for name, line in by_annex.items():
        assert name in source()[line - 1]


def test_every_unit_has_a_duty_that_departments_read_under_its_own_name() -> None:
    bound = {
        unit
        for each in plan().measures
        for unit in each.responsible_units
        if "departments" in each.texts and unit in each.texts["departments"].text
    }
    assert [unit.name for unit in plan().units if unit.name not in bound] == []


def test_every_figure_standard_and_class_of_an_item_is_kept() -> None:
    token = re.compile(r"\d+(?:%|小时|日)?|国[二三四五六]|[ⅠⅡⅢ]类限值|[ABCD]级|《[^》]+》")
    for number in (68, *ITEM_LINES):
        measures = citing(number)
        said = "".join(
            text.text + (each.condition.text if each.condition else "")
            for each in measures
            for text in each.texts.values()
        )
        printed = re.sub(r"^（\d）", "", source()[number - 1])
        assert {each for each in token.findall(printed) if each not in said and each != "4"} == set(), number


# What a text may repeat word by word: names and lists that have to be exact.
TERMS = (
    "《城市房屋建筑和市政基础设施工程及道路扬尘污染防治差异化评价标准》",
    "省、市政府确定的重点建设项目、民生工程、应急抢险施工",
    "涉及重点建设项目、民生工程、应急抢险施工",
    "纳入省生态环境要素保障白名单单位保障的运输车辆",
    "纳入省生态环境要素保障白名单单位",
    "建筑拆除、土石方开挖、回填、场内倒运、掺拌石灰、混凝土剔凿等",
    "矿山、砂石料厂、石材厂、石板厂等",
    "开挖土石方的挖掘机等非道路移动机械",
    "降低生产负荷、停产、加强污染治理、大宗物料错峰运输等",
    "市区和县城建成区、港口、铁路货场、物流园区和工矿企业等重点使用场所内",
    "不满足Ⅲ类限值要求和国二及以下排放标准的非道路移动机械",
    "重型和中型柴油货车、低速载货汽车",
    "保障民生、城市正常运转或涉及国家战略性产业的工业企业",
    "电厂、供暖锅炉房、小微涉气企业等",
    "患有心脑血管、呼吸系统等疾病的易感人群",
    "报社、广播电视台、电信运营企业等",
    "指导有条件的幼儿园、中小学校停课",
    "报刊、广播、电视、网络、移动通讯等",
    "电信运营企业（中国移动、中国联通、中国电信）",
    "应急、公安、交通运输、市场监管等部门",
    "公安、生态环境、交通运输、市场监管等部门",
    "财政事权和支出责任相匹配的原则",
    "负有强制性减排监管或督导职责的单位",
    COUNTIES,
)
LONGEST_RUN = 15


def test_no_sentence_of_the_source_is_copied() -> None:
    printed = "".join(source())
    runs = {printed[i : i + LONGEST_RUN + 1] for i in range(len(printed) - LONGEST_RUN)}
    names = {unit for each in plan().measures for unit in each.responsible_units}
    known = re.compile("|".join(map(re.escape, (*TERMS, *sorted(names, key=len, reverse=True)))))
    for measure in plan().measures:
        for reader, wording in measure.texts.items():
            for part in known.split(wording.text):
                copied = [part[i : i + LONGEST_RUN + 1] for i in range(len(part) - LONGEST_RUN)]
                assert [run for run in copied if run in runs] == [], (measure.id, reader)


def test_nothing_of_another_citys_plan_stands_here() -> None:
    said = "".join(text.text + (text.short or "") for each in plan().measures for text in each.texts.values())
    foreign = "郑州 四环 连霍 大河路 地铁 湿度 气温 ℃ 氢能 纯电动 国四 国五 国六 电子通行证 禁煤区 散煤 孕妇"
    assert [word for word in foreign.split() if word in said] == []
    assert {fact.fact for each in plan().measures if each.condition for fact in each.condition.all_of} == {
        "daily_aqi"
    }
    assert plan().gaps == []


# Rules


def test_thresholds() -> None:
    rules = {
        rule.level: [[(each.above, each.hours) for each in entry] for entry in rule.any_of]
        for rule in plan().level_rules
    }
    assert rules == {
        "yellow": [[(200, 24)], [(150, 48)]],
        "orange": [[(200, 48)], [(150, 72)]],
        "red": [[(200, 72), (300, 24)]],
    }


def test_grounds_floor_and_lead_time() -> None:
    assert {ground.basis: (ground.effect, ground.by) for ground in plan().grounds} == {
        "own_forecast": ("forecast", []),
        "upper_prompt": ("judgement", ["省环委会办公室"]),
        "upper_order": ("floor", ["市环委会办公室"]),
        "upper_warning": ("floor", ["市环委会办公室"]),
        "regional_linkage": ("floor", []),
        "monitored": ("monitored", []),
    }
    floor, lead = plan().floor, plan().lead_time
    assert floor is not None
    assert (floor.not_below_upper, floor.red_stays) == (True, True)
    assert lead is not None
    assert (lead.hours, lead.minimum_hours) == (48, None)
    assert "regional_linkage" in lead.not_for
    assert "upper_prompt" not in lead.not_for


def test_changes_of_level() -> None:
    lowered, raised = plan().lower_or_lift, plan().monitored_raise
    assert lowered is not None
    assert (lowered.below_threshold, lowered.forecast_hours) == (True, 36)
    assert raised is not None
    assert (raised.above, raised.no_improvement_within_hours, raised.only_higher) == (200, 24, False)
    assert plan().merge is not None
    assert plan().contiguous_scope is None


def test_sand_and_dust_are_left_to_other_rules() -> None:
    assert [each.cause for each in plan().exclusions] == ["sand_dust"]


def test_where_the_source_gives_no_date_and_no_approver_the_file_gives_none() -> None:
    assert (plan().validity.valid_from, plan().validity.valid_until) == (None, None)
    assert [(rule.clause, [step.titles for step in rule.steps]) for rule in plan().approvals] == [
        (None, [[]])
    ]
    assert plan().aqi_standard is None


def test_who_owes_what_by_when() -> None:
    owed = {
        report.code: (report.owed_by, report.to_whom, report.actions == ["lift"], report.levels)
        for report in plan().reports
    }
    office, nobody = "市环委会办公室", "（预案未写报送对象）"
    assert owed == {
        "province-filing": ("body", "省环委会办公室", False, []),
        "districts-daily": ("districts", office, False, []),
        "teams-daily": ("units", office, False, ["orange", "red"]),
        "daily-consultation": ("body", "各县（市、区）", False, ["orange", "red"]),
        "province-report": ("body", "省生态环境厅", False, ["orange", "red"]),
        "end-order": ("districts", "本行政区域", True, []),
        "districts-summary": ("districts", nobody, True, []),
        "units-summary": ("body", nobody, True, []),
        "city-evaluation": ("body", nobody, True, []),
        "districts-evaluation": ("districts", office, True, []),
        "yearly-evaluation": ("districts", "（评估结果另报市环委会办公室）", True, []),
        "yearly-evaluation-result": ("districts", office, True, []),
        "list-revision": ("districts", nobody, True, []),
    }
    deadlines = {report.code: report.deadline for report in plan().reports}
    for code in ("districts-daily", "teams-daily", "daily-consultation"):
        assert (deadlines[code].daily, deadlines[code].daily_at) == (True, None)
    for code in ("city-evaluation", "districts-evaluation"):
        assert (deadlines[code].event, deadlines[code].within_days) == ("end", 5)
    assert deadlines["yearly-evaluation"].before == "05-01"
    assert deadlines["yearly-evaluation-result"].before == "06-01"  # 5月底前
    assert deadlines["province-filing"].within_hours == 0
    assert not any(report.exercises_only for report in plan().reports)


def test_the_filing_with_the_province_is_owed_by_every_change_and_the_lift() -> None:
    (filing,) = [report for report in plan().reports if report.code == "province-filing"]
    assert filing.actions == ["issue", "raise", "lower", "extend", "lift"]


def test_contents_of_reports_are_those_of_the_source() -> None:
    contents = {report.code: report.contents for report in plan().reports}
    assert len(contents["districts-daily"]) == 6
    for item in contents["districts-daily"]:
        assert item in source()[106], item
    assert len(contents["yearly-evaluation"]) == 6
    assert contents["districts-evaluation"][-1] == "应对效果"


def test_the_teams_that_report_daily_are_the_nine_units_named() -> None:
    (teams,) = [report for report in plan().reports if report.code == "teams-daily"]
    assert len(teams.units) == 9
    assert teams.units == plan().measure("procedure-teams").responsible_units
    assert set(teams.units) <= {unit.name for unit in plan().units}


def test_reduction_targets() -> None:
    (target,) = plan().reduction_targets
    assert target.percent == {"yellow": 10, "orange": 20, "red": 30}
    assert target.pollutants == ["二氧化硫", "氮氧化物", "颗粒物", "挥发性有机物"]
    assert (target.of, target.together) == ("事发地全社会", False)


def test_areas_are_the_city_its_ten_counties_and_two_zones() -> None:
    assert plan().area_name(plan().area) == "平顶山市"
    assert {area.code: area.name for area in plan().areas} == {
        "410400": "平顶山市",
        "410402": "新华区",
        "410403": "卫东区",
        "410404": "石龙区",
        "410411": "湛河区",
        "410421": "宝丰县",
        "410422": "叶县",
        "410423": "鲁山县",
        "410425": "郏县",
        "410481": "舞钢市",
        "410482": "汝州市",
        "410400A1": "城乡一体化示范区",
        "410400A2": "高新区",
    }
    assert [area.code for area in plan().areas if area.own_code] == ["410400A1", "410400A2"]


def test_advance_guidance_names_the_industries_as_printed() -> None:
    guidance = plan().advance_guidance
    assert guidance is not None
    assert len(guidance.industries) == 19
    for industry in guidance.industries:
        assert industry in source()[68], industry
    assert "可" in guidance.text


def test_what_is_made_public_and_by_whom() -> None:
    disclosure = plan().disclosure
    assert disclosure is not None
    for printed in disclosure.contents:
        assert printed in source()[102], printed
    for printed in disclosure.forms:
        assert printed in source()[103], printed


# Levels: what replaces what, and what lives on


def test_what_a_higher_level_replaces() -> None:
    assert {each.id: each.replaces for each in plan().measures if each.replaces} == {
        "industrial-list-orange": ["industrial-list-yellow"],
        "industrial-list-red": ["industrial-list-orange"],
        "mobile-list-orange": ["mobile-list-yellow"],
        "mobile-list-red": ["mobile-list-orange"],
        "procedure-targets-orange": ["procedure-targets-yellow"],
        "procedure-targets-red": ["procedure-targets-orange"],
    }


def test_how_many_measures_are_in_force_at_each_level() -> None:
    assert len(plan().measures) == 83
    counts = {level: len(resolve(plan(), level, Facts())) for level in LEVELS}
    assert counts == {"yellow": 66, "orange": 73, "red": 77}


def test_what_each_level_adds() -> None:
    ids = {level: {each.measure.id for each in resolve(plan(), level, Facts())} for level in LEVELS}
    assert ids["orange"] - ids["yellow"] == {
        "industrial-list-orange",
        "industrial-coal-quality",
        "industrial-generation",
        "mobile-list-orange",
        "mobile-transit",
        "other-weather",
        "procedure-targets-orange",
        "procedure-teams",
        "procedure-consultation",
        "procedure-province",
    }
    assert ids["red"] - ids["orange"] == {
        "health-suspension",
        "industrial-list-red",
        "mobile-list-red",
        "mobile-traffic",
        "procedure-targets-red",
        "procedure-assistance",
        "duty-suspension",
    }


@pytest.mark.parametrize("reader", READERS)
def test_what_a_higher_level_does_not_restate_lives_on(reader: str) -> None:
    replaced = {name for each in plan().measures for name in each.replaces}
    for level in ("yellow", "orange"):
        assert in_force(level, reader) - replaced <= in_force("red", reader)


def test_sites_stop_earthworks_only_at_every_level_and_are_never_closed() -> None:
    for level in LEVELS:
        sites = [each for each in in_force(level, "enterprises.construction") if each.startswith("dust-")]
        assert set(sites) == {
            "dust-earthworks",
            "dust-excavators",
            "dust-continuing",
            "dust-haulage",
            "dust-highways",
            "dust-water-works",
        }


def test_a_school_only_hears_of_suspension_at_red_when_the_index_may_reach_500() -> None:
    for level in LEVELS:
        told = "health-suspension" in in_force(level, "schools", Facts(daily_aqi=500))
        assert told == (level == "red")
    assert "health-suspension" not in in_force("red", "schools", Facts(daily_aqi=499))
    assert "health-suspension" in in_force("red", "schools", Facts())


def test_nobody_reads_of_suspension_where_no_school_may_be_suspended() -> None:
    for level in LEVELS:
        for reader in READERS:
            told = any(
                "停课" in words(each, reader) for each in in_force(level, reader, Facts(daily_aqi=499))
            )
            assert not told, (level, reader)
    assert "duty-suspension" in in_force("red", "departments", Facts(daily_aqi=500))


def test_suspension_stays_guidance_to_schools_that_can() -> None:
    for reader in plan().measure("health-suspension").texts:
        text = words("health-suspension", reader)
        for kept in ("可根据实际污染浓度", "指导有条件的幼儿园、中小学校停课", "停课不停学"):
            assert kept in text


# Who reads what


@pytest.mark.parametrize(
    ("identifier", "readers"),
    [
        ("health-advice", {"public", "media", "operators"} | INWARD),
        ("health-schools", {"schools"} | INWARD),
        ("health-suspension", {"schools"} | INWARD),
        ("health-hospitals", {"hospitals"} | INWARD),
        ("health-treatment", {"hospitals", "departments"}),
        (
            "suggested-consumption",
            BUSINESSES | {"schools", "hospitals", "public", "media", "operators"} | INWARD,
        ),
        ("suggested-travel", {"public", "media", "operators"} | INWARD),
        ("industrial-list-yellow", PLANTS | INWARD),
        ("industrial-plants", PLANTS | {"enterprises.transport"} | INWARD),
        ("industrial-power-emissions", {"enterprises", "enterprises.power"} | INWARD),
        ("industrial-coal-quality", {"enterprises", "enterprises.power"} | INWARD),
        ("industrial-generation", {"enterprises", "enterprises.power", "departments"}),
        ("industrial-load", {"enterprises", "enterprises.power", "departments"}),
        ("industrial-power-cuts", PLANTS | {"departments"}),
        ("dust-earthworks", BUSINESSES | INWARD),
        ("dust-excavators", BUSINESSES | INWARD),
        ("dust-haulage", BUSINESSES | INWARD),
        ("dust-quarries", {"enterprises", "enterprises.industry", "enterprises.mining"} | INWARD),
        ("dust-mines", {"enterprises", "enterprises.mining", "enterprises.transport"} | INWARD),
        ("dust-roads", INWARD),
        ("dust-highways", {"enterprises.construction", "enterprises.transport"} | INWARD),
        ("mobile-trucks", BUSINESSES | {"public"} | INWARD),
        ("mobile-police", BUSINESSES | {"public"} | INWARD),
        ("mobile-traffic", BUSINESSES | {"public"} | INWARD),
        ("mobile-machinery", BUSINESSES | INWARD),
        ("mobile-transit", {"enterprises.transport"} | INWARD),
        ("other-burning", BUSINESSES | {"public"} | INWARD),
        ("other-straw", {"public"} | INWARD),
        ("other-fireworks", {"public"} | INWARD),
        ("other-barbecue", {"enterprises.catering", "public", "departments"}),
        ("other-fumes", {"enterprises.catering"} | INWARD),
        ("other-outdoor", BUSINESSES | INWARD),
        ("other-weather", INWARD),
        ("duty-telecoms", {"operators", "departments"}),
        ("duty-publicity", {"media", "departments"}),
        ("procedure-teams", INWARD),
        ("procedure-assistance", INWARD),
        ("procedure-daily-districts", {"districts"}),
        ("procedure-floor", {"districts"}),
        ("procedure-province", {"departments"}),
    ],
)
def test_readers_of_a_measure(identifier: str, readers: set[str]) -> None:
    assert set(plan().measure(identifier).texts) == readers


def test_districts_read_every_mandatory_measure_but_those_of_a_city_unit_alone() -> None:
    unread = {
        each.id
        for each in plan().measures
        if each.category in ("health", "suggested", "mandatory") and "districts" not in each.texts
    }
    assert unread == {
        "health-treatment",
        "industrial-power-cuts",
        "industrial-load",
        "industrial-generation",
        "other-barbecue",
    }


def test_departments_read_every_unit_by_its_name() -> None:
    for measure in plan().measures:
        text = measure.texts["departments"].text if "departments" in measure.texts else ""
        for unit in measure.responsible_units:
            assert unit == COUNTIES or unit in text, (measure.id, unit)


def test_a_department_that_is_addressed_stands_among_the_responsible_units() -> None:
    """The list of duties by unit is made from these: who looks only there misses nothing."""
    named = [unit.name for unit in plan().units]
    for measure in plan().measures:
        if "departments" in measure.texts and measure.responsible_units:
            addressed = measure.texts["departments"].text.partition("：")[0]
            found = {unit for unit in named if unit in addressed and "各成员单位" not in addressed}
            assert found <= set(measure.responsible_units), measure.id


def test_fleets_hear_of_the_stricter_bans_in_short_media() -> None:
    for identifier in ("mobile-traffic", "mobile-trucks", "dust-haulage"):
        assert plan().measure(identifier).texts["enterprises.transport"].short


def test_the_public_reads_no_order_but_the_bans_of_daily_life() -> None:
    orders = {
        level: {each for each in in_force(level, "public") if plan().measure(each).category == "mandatory"}
        for level in LEVELS
    }
    bans = {
        "mobile-trucks",
        "mobile-police",
        "other-burning",
        "other-fireworks",
        "other-straw",
        "other-rubbish",
        "other-barbecue",
    }
    assert orders == {"yellow": bans, "orange": bans, "red": bans | {"mobile-traffic"}}


def test_departments_and_districts_read_the_reduction_target_of_the_level() -> None:
    targets = plan().reduction_targets[0]
    for level, percent in targets.percent.items():
        for reader in INWARD:
            assert f"procedure-targets-{level}" in in_force(level, reader)
            said = words(f"procedure-targets-{level}", reader)
            assert [each for each in (*targets.pollutants, f"{percent}%以上") if each not in said] == []


def test_who_enters_the_response_at_once_is_told_that_measures_wait_for_the_start() -> None:
    for wording in plan().measure("procedure-enter").texts.values():
        assert "立即" in wording.text
        assert "进入应急响应状态" in wording.text
        assert "从预警确定的启动时间起" in wording.text
        assert "措施按时启动" in (wording.short or "")


def test_media_and_operators_read_only_what_they_publish() -> None:
    for reader in ("media", "operators"):
        for level in LEVELS:
            orders = {
                each for each in in_force(level, reader) if plan().measure(each).category == "mandatory"
            }
            assert orders == set()


# The words


@pytest.mark.parametrize(
    ("identifier", "kept"),
    [
        (
            "health-advice",
            "儿童 老年人 心脑血管 呼吸系统 留在室内 需要采取防护措施 一般人群 户外运动 室外作业时间",
        ),
        ("health-schools", "中小学 幼儿园 停止室外课程和活动 空气净化装置 及时开启"),
        ("health-hospitals", "门诊 急诊 增加医护人员"),
        (
            "dust-earthworks",
            "土石方 建筑拆除 土石方开挖 回填 场内倒运 掺拌石灰 混凝土剔凿 配套道路和管沟",
        ),
        ("dust-earthworks", "省、市政府确定的重点建设项目 民生工程 应急抢险施工 白名单单位 可继续作业 标准"),
        ("dust-excavators", "挖掘机等非道路移动机械 重点建设项目 民生工程 应急抢险 白名单单位 可继续作业"),
        ("dust-quarries", "矿山、砂石料厂、石材厂、石板厂 露天作业 白名单单位 可继续作业"),
        ("dust-continuing", "裸露场地全部苫盖 增加洒水降尘频次 符合环境保护要求 差异化评价标准》"),
        ("dust-haulage", "建筑垃圾清运车辆 渣土运输车 砂石运输车辆 禁止上路行驶 白名单 政策执行"),
        ("dust-roads", "日常道路保洁频次 清扫、洒水、喷雾 增加频次 冰冻期结合实际执行"),
        ("mobile-trucks", "原则上 市区和县城建成区 重型和中型柴油货车、低速载货汽车、拖拉机"),
        ("mobile-trucks", "城市运行保障车辆 执行任务特种车辆 除外"),
        ("mobile-traffic", "更加严格 特殊公共保障车辆除外"),
        (
            "mobile-machinery",
            "市区和县城建成区、港口、铁路货场、物流园区和工矿企业等重点使用场所 Ⅲ类限值 国二及以下",
        ),
        ("mobile-transit", "增加 运力 有条件的地方，可 减免公交乘车费用"),
        ("other-outdoor", "涉气环节 室外 喷涂、粉刷、切割、焊接"),
        ("other-voc", "挥发性有机物 施工作业"),
        ("procedure-guaranteed", "以量定产 以热定产 B级以上 国家战略性产业 白名单单位 重点建设项目 民生工程"),
        ("procedure-no-shutdown", "原则上 电厂、供暖锅炉房、小微涉气企业 可按需 居民供暖锅炉 生活服务业"),
    ],
)
def test_every_reader_of_a_measure_gets_its_exact_terms(identifier: str, kept: str) -> None:
    for reader, wording in plan().measure(identifier).texts.items():
        assert [term for term in kept.split() if term not in wording.text] == [], reader


def test_the_exception_for_sites_does_not_reach_spraying_and_solvents() -> None:
    for identifier in ("other-voc", "other-outdoor", "other-burning", "mobile-machinery"):
        measure = plan().measure(identifier)
        assert measure.exemptions == []
        assert not any("例外" in each.text or "除外" in each.text for each in measure.texts.values())


def test_a_short_text_of_a_measure_with_exceptions_names_them() -> None:
    for measure in plan().measures:
        for reader, wording in measure.texts.items():
            if measure.exemptions and wording.short:
                assert "除外" in wording.short, (measure.id, reader)


def test_the_boards_of_plants_and_sites_show_what_the_plan_prints() -> None:
    boards = plan().sign_boards
    assert boards
    assert str(boards.clause) == "4.2.1（6）（第70行）"
    assert list(boards.enterprise.values()) == [
        "企业名称",
        "所属县（市、区）",
        "行业类型",
        "绩效等级",
        "企业法定代表人",
        "应急减排责任人",
        "监督人",
        "不同预警期间应急措施",
    ]
    assert list(boards.site) == ["name", "industry", "location", "head", "responsible", "measures"]
