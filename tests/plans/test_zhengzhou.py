"""The plan of Zhengzhou, as someone who knows the document would check it."""

import re

import pytest

from gateway.plans.measures import Facts, open_gaps
from gateway.plans.model import Clause
from gateway.vocabulary import LEVELS, Level
from tests.plans.one_plan import BUSINESSES, INDUSTRY, READERS, OnePlan

PLAN = OnePlan("zhengzhou", "000_eb8ca8e81b445753.txt")
plan, source, in_force, words, citing = PLAN.plan, PLAN.source, PLAN.in_force, PLAN.words, PLAN.citing
DISTRICTS = ["各开发区管委会", "各区县（市）人民政府"]
MEASURE_LINES = range(153, 388)  # 四（三）1 from 健康防护 to the end of 四（三）3


# The whole file


def test_every_item_of_the_response_measures_is_entered() -> None:
    headings = re.compile(r"^(（\d）|\d\.|I+级|.*减排措施：$|在落实I+级|牵头单位|责任单位|汽车等出行)")
    items = [n for n in MEASURE_LINES if source()[n - 1] and not headings.match(source()[n - 1])]
    missing = [n for n in items if not citing(n)]
    assert len(items) == 36
    assert missing == []


def test_clauses_point_at_the_lines_that_carry_their_numbers() -> None:
    for measure in plan().measures:
        if "①" <= measure.clause.path[-1] <= "⑨":
            assert source()[measure.clause.lines[0] - 1].startswith(measure.clause.path[-1]), measure.id
    cited: list[Clause] = [each.clause for each in plan().measures]
    cited += [each.clause for each in plan().level_rules]
    cited += [each.clause for each in plan().grounds]
    cited += [each.clause for each in plan().elements]
    cited += [each.clause for each in plan().reports]
    headings = [
        clause for clause in cited if not source()[clause.lines[0] - 1].endswith(("。", "：", "电动"))
    ]
    assert headings == []


def test_units_are_those_printed_under_each_item() -> None:
    item = 0
    lead: list[str] = []
    seen = 0
    for number in MEASURE_LINES:
        line = source()[number - 1]
        kind, _, units = line.partition("：")
        if kind == "牵头单位":
            lead = re.split("[、，]", units)
        elif kind == "责任单位":
            for measure in citing(item):
                assert (measure.lead_units, measure.responsible_units) == (lead, re.split("[、，]", units))
                seen += 1
        elif line:
            item, lead = number, []
    assert seen == sum(bool(each.responsible_units) for each in plan().measures)


def test_every_figure_standard_and_class_of_an_item_is_kept() -> None:
    token = re.compile(
        r"\d+(?:%|℃|次)?|国[二三四五六]|[ⅠⅡⅢ]类限值|[一二三四五六七八九]个月|[一二]类民生工程|四环|黄色|橙色|红色|[北东南西]四环路"
    )
    for number in MEASURE_LINES:
        measures = [each for each in citing(number) if each.clause.lines == (number, number)]
        said = "".join(
            text.text + (each.condition.text if each.condition else "")
            for each in measures
            for text in each.texts.values()
        )
        if measures:
            if any(each.condition for each in measures):
                said += str([each.condition for each in measures])
            assert {each for each in token.findall(source()[number - 1]) if each not in said} == set(), number


# What a text may repeat word by word: names and lists that have to be exact.
TERMS = (
    "市生态环境保护委员会污染防治攻坚办公室",
    "郑州市工业企业重污染天气应急减排清单",
    "报社、广播电视台、电信运营企业等",
    "含挥发性有机物的涂料、油漆、溶剂",
    "建筑拆除、土石方开挖、回填、场内倒运、掺拌石灰、混凝土剔凿等",
    "应急抢险、一类民生工程、二类民生工程",
    "城区主次干道、城乡结合部道路、重要国道省道市道县道",
    "建筑清运（建筑垃圾、渣土）、水泥混凝土、砂石",
    "建筑物料、装饰建材物料、散装水泥",
    "使用纯电动、氢能源车辆的除外",
    "北四环路（大河路，不含本路）以南、东四环路（含本路）以西、南四环路（含本路）以北、西四环路（含本路）以东",
    "国四及以下（含燃气）重型载货车辆",
    "国五及以下（含燃气）重型载货车辆",
    "市域城市建成区、机场、港口、铁路货场、物流园区和工矿企业等重点使用场所",
    "开挖土石方的挖掘机等非道路移动机械",
    "水泥、耐材、炭素、石灰窑、铝石窑、电解铝、氧化铝、砖瓦窑（烧结类）、陶瓷（建筑、卫生）等",
)
LONGEST_RUN = 15


def test_no_sentence_of_the_source_is_copied() -> None:
    printed = "".join(source())
    runs = {printed[i : i + LONGEST_RUN + 1] for i in range(len(printed) - LONGEST_RUN)}
    names = {unit for each in plan().measures for unit in (*each.lead_units, *each.responsible_units)}
    known = re.compile("|".join(map(re.escape, (*TERMS, *sorted(names, key=len, reverse=True)))))
    for measure in plan().measures:
        for reader, wording in measure.texts.items():
            for part in known.split(wording.text):
                copied = [part[i : i + LONGEST_RUN + 1] for i in range(len(part) - LONGEST_RUN)]
                assert [run for run in copied if run in runs] == [], (measure.id, reader)


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


def test_reports_and_their_deadlines() -> None:
    owed = {report.code: report for report in plan().reports}
    assert owed["province-filing"].to_whom == "省生态环境保护委员会办公室"
    assert owed["districts-daily"].deadline.daily
    assert len(owed["districts-daily"].contents) == 6
    assert owed["units-daily"].deadline.daily
    assert owed["province-evaluation"].deadline.within_days == 5
    assert owed["province-evaluation"].actions == ["lift"]
    assert owed["yearly-evaluation"].deadline.before == "04-01"


def test_each_district_and_each_named_unit_owes_its_own_report() -> None:
    owed = {report.code: report for report in plan().reports}
    of_districts = {code for code, report in owed.items() if report.owed_by == "districts"}
    assert of_districts == {"districts-daily", "end-order", "county-plan-filing"}
    assert owed["list-revision"].units == ["市生态环境局", "市控尘办"]
    assert owed["list-revision"].deadline.event == "year"


def test_city_units_that_supervise_or_carry_out_reductions_report_daily() -> None:
    owed = {report.code: report for report in plan().reports}
    early, late = owed["units-daily"], owed["units-daily-orange"]
    assert late.levels == ["orange", "red"]
    duties: dict[str, set[Level]] = {}
    for measure in plan().measures:
        if measure.category == "mandatory":
            for unit in (*measure.lead_units, *measure.responsible_units):
                duties.setdefault(unit, set()).add(measure.level)
    # Companies are no 市直单位; the weather bureau intervenes in the weather and reduces nothing.
    city = {
        unit for unit in duties if unit not in DISTRICTS and not unit.endswith("公司") and unit != "市气象局"
    }
    assert set(early.units) == {unit for unit in city if "yellow" in duties[unit]}
    assert set(late.units) == {unit for unit in city if "yellow" not in duties[unit]}


def test_what_is_made_public_and_who_is_told_and_guided_early() -> None:
    disclosure, guidance = plan().disclosure, plan().advance_guidance
    assert disclosure
    assert len(disclosure.contents) == 4
    assert [each.whom for each in plan().informed] == ["省生态环境保护委员会办公室"]
    assert guidance
    assert guidance.by_whom == "工信部门会同生态环境部门"
    assert guidance.when == "预测将频繁启动橙色及以上预警时"
    for industry in guidance.industries:
        assert industry in source()[138]
        assert industry in words("procedure-production", "enterprises")
    assert len(guidance.industries) == 9
    assert plan().rotation is None  # no number of batches is printed


def test_units_are_printed_in_the_clause_of_their_duty() -> None:
    for unit in plan().units:
        first, last = unit.clause.lines
        printed = "".join(source()[first - 1 : last])
        name = unit.name.removesuffix("各成员单位") if unit.name.endswith("各成员单位") else unit.name
        assert name in printed or name.removeprefix("各") in printed, unit.name
        assert unit.duty


def test_reduction_targets() -> None:
    (target,) = plan().reduction_targets
    assert target.percent == {"yellow": 10, "orange": 20, "red": 30}
    assert len(target.pollutants) == 4


def test_areas_are_the_city_its_twelve_counties_and_four_development_zones() -> None:
    assert plan().area_name(plan().area) == "郑州市"
    national = [area for area in plan().areas if not area.own_code]
    assert len(national) == 13
    assert len([area for area in plan().areas if area.own_code]) == 4


# Levels: what replaces what, and what lives on


def test_what_a_higher_level_replaces() -> None:
    assert {each.id: each.replaces for each in plan().measures if each.replaces} == {
        "industrial-inventory-orange": ["industrial-inventory-yellow"],
        "industrial-inventory-red": ["industrial-inventory-orange"],
        "dust-sites-orange": ["dust-sites-yellow"],
        "dust-sites-red": ["dust-sites-orange"],
        "mobile-machinery-orange": ["mobile-machinery-yellow"],
        "mobile-machinery-red": ["mobile-machinery-orange"],
        "mobile-materials-red": ["mobile-materials-orange"],
        "mobile-heavy-trucks-red": ["mobile-heavy-trucks-yellow"],
        "mobile-remaining-red": ["mobile-remaining-orange"],
        "procedure-targets-orange": ["procedure-targets-yellow"],
        "procedure-targets-red": ["procedure-targets-orange"],
    }


@pytest.mark.parametrize("reader", READERS)
def test_what_red_does_not_restate_lives_on(reader: str) -> None:
    replaced = {name for each in plan().measures for name in each.replaces}
    for level in ("yellow", "orange"):
        assert in_force(level, reader) - replaced <= in_force("red", reader)


def test_at_red_the_ring_the_register_and_the_asphalt_still_bind_fleets_and_plants() -> None:
    assert {"mobile-ring", "mobile-haulage", "mobile-asphalt"} <= in_force("red", "enterprises.transport")
    assert {"mobile-register", "mobile-rail", "mobile-heavy-trucks-red"} <= in_force("red", "enterprises")
    assert "mobile-heavy-trucks-yellow" not in in_force("red", "enterprises")


def test_a_school_only_hears_of_suspension_at_red_when_the_index_may_reach_500() -> None:
    for level in LEVELS:
        told = "health-suspension" in in_force(level, "schools", Facts(daily_aqi=500))
        assert told == (level == "red")
    assert "health-suspension" not in in_force("red", "schools", Facts(daily_aqi=499))
    assert "health-suspension" in in_force("red", "schools", Facts())


def test_suspension_stays_guidance_to_schools_that_can() -> None:
    for reader in ("schools", "departments"):
        text = words("health-suspension", reader)
        for kept in ("教育部门", "可根据本地实际污染浓度", "指导有条件的幼儿园、中小学停课", "停课不停学"):
            assert kept in text


@pytest.mark.parametrize(
    ("humidity", "temperature", "cleaning", "gap"),
    [
        (40, 10, {"dust-roads-more"}, False),
        (60, 10, {"dust-roads-stop"}, False),
        (40, 2, {"dust-roads-stop"}, False),
        (50, 10, set(), True),
        (40, 5, set(), True),
        (50, 2, {"dust-roads-stop"}, False),
        (None, None, {"dust-roads-more", "dust-roads-stop"}, False),
    ],
)
def test_road_cleaning_follows_the_weather(
    humidity: float | None, temperature: float | None, cleaning: set[str], gap: bool
) -> None:
    facts = Facts(humidity_percent=humidity, temperature_c=temperature)
    roads = {"dust-roads-more", "dust-roads-stop"}
    assert in_force("yellow", "districts", facts) & roads == cleaning
    found = open_gaps(plan(), "yellow", facts)
    assert bool(found) == gap
    if gap:
        assert found[0].readers == ["departments", "districts"]


# Who reads what


@pytest.mark.parametrize(
    ("identifier", "readers"),
    [
        ("health-advice", {"public", "media", "operators", "departments"}),
        ("health-schools", {"schools", "departments"}),
        ("health-hospitals", {"hospitals", "departments"}),
        (
            "suggested-consumption",
            BUSINESSES | {"schools", "hospitals", "public", "media", "operators", "departments"},
        ),
        ("suggested-travel", {"public", "media", "operators", "departments"}),
        ("industrial-inventory-yellow", INDUSTRY | {"departments", "districts"}),
        ("industrial-coal-quality", {"enterprises", "enterprises.power", "departments", "districts"}),
        ("dust-mines", {"enterprises", "enterprises.mining", "departments", "districts"}),
        ("dust-sites-yellow", BUSINESSES | {"departments", "districts"}),
        ("dust-roads-more", {"departments", "districts"}),
        ("mobile-haulage", BUSINESSES | {"departments", "districts"}),
        ("mobile-ring", BUSINESSES | {"public", "departments", "districts"}),
        (
            "mobile-heavy-trucks-yellow",
            INDUSTRY | {"enterprises.transport", "departments", "districts"},
        ),
        ("mobile-register", INDUSTRY | {"departments", "districts"}),
        ("mobile-rail", INDUSTRY | {"enterprises.transport", "departments", "districts"}),
        ("mobile-transit", {"enterprises.transport", "departments", "districts"}),
        ("mobile-traffic", BUSINESSES | {"public", "departments", "districts"}),
        ("area-straw", {"public", "departments", "districts"}),
        ("area-coal", {"public", "departments", "districts"}),
        ("area-fumes", {"enterprises.catering", "departments", "districts"}),
        ("area-fireworks", {"public", "departments", "districts"}),
        ("area-weather", {"departments"}),
        ("health-suspension", {"schools", "departments"}),
        ("procedure-targets-red", {"departments", "districts"}),
    ],
)
def test_readers_of_a_measure(identifier: str, readers: set[str]) -> None:
    assert set(plan().measure(identifier).texts) == readers


def test_districts_read_what_they_are_responsible_for() -> None:
    unlike = {
        each.id
        for each in plan().measures
        if each.lead_units and ("districts" in each.texts) != (each.responsible_units[-2:] == DISTRICTS)
    }
    assert unlike == set()


def test_departments_read_every_unit_by_its_name() -> None:
    for measure in plan().measures:
        text = measure.texts["departments"].text if "departments" in measure.texts else ""
        municipal = [
            each for each in (*measure.lead_units, *measure.responsible_units) if each not in DISTRICTS
        ]
        assert [unit for unit in municipal if unit not in text] == [], measure.id


def test_the_public_reads_no_order_but_the_bans_of_daily_life() -> None:
    orders = {
        level: {each for each in in_force(level, "public") if plan().measure(each).category == "mandatory"}
        for level in LEVELS
    }
    bans = {"mobile-ring", "area-straw", "area-rubbish", "area-coal", "area-fireworks"}
    assert orders == {"yellow": bans, "orange": bans, "red": bans | {"mobile-traffic"}}


def test_departments_and_districts_read_the_reduction_target_of_the_level() -> None:
    targets = plan().reduction_targets[0]
    for level, percent in targets.percent.items():
        for reader in ("departments", "districts"):
            assert f"procedure-targets-{level}" in in_force(level, reader)
            said = words(f"procedure-targets-{level}", reader)
            assert [each for each in (*targets.pollutants, f"{percent}%以上") if each not in said] == []


def test_who_enters_the_response_at_once_is_told_that_measures_wait_for_the_start() -> None:
    for wording in plan().measure("procedure-enter").texts.values():
        assert "立即进入应急响应状态" in wording.text
        assert "从预警确定的启动时间起" in wording.text
        assert "措施按时启动" in (wording.short or "")


def test_media_and_operators_read_only_what_they_must_publish() -> None:
    for reader in ("media", "operators"):
        for level in LEVELS:
            categories = {plan().measure(each).category for each in in_force(level, reader)}
            assert categories == {"health", "suggested"}


# The words


@pytest.mark.parametrize(
    ("identifier", "kept"),
    [
        ("health-advice", "儿童 老年人 心脑血管 呼吸系统 留在室内 防护措施 一般人群 户外运动 室外作业时间"),
        ("health-schools", "中小学 幼儿园 停止室外课程和活动 空气净化装置 及时开启"),
        ("health-hospitals", "门诊 急诊 增加医护人员"),
        (
            "dust-sites-yellow",
            "土石方 建筑拆除 土石方开挖 回填 场内倒运 掺拌石灰 混凝土剔凿 配套道路和管沟 喷涂 粉刷 切割 焊接",
        ),
        ("dust-sites-yellow", "认定 达标 应急抢险、一类民生工程、二类民生工程"),
        ("dust-sites-orange", "认定 达标 应急抢险、一类民生工程 二类民生工程除土石方作业外"),
        ("dust-sites-red", "停止施工 经认定的应急抢险工程"),
        ("dust-stockpiles", "露天堆放的散装物料 全部苫盖 非冰冻期 洒水频次"),
        ("mobile-haulage", "全市 建筑垃圾 渣土 水泥混凝土 砂石 纯电动、氢能车辆 除外 电子通行证 锁定"),
        ("mobile-asphalt", "全市 沥青混凝土 纯电动、氢能源车辆 除外 电子通行证 锁定"),
        ("mobile-materials-orange", "市区四环内 建筑物料 装饰建材物料 散装水泥 纯电动、氢能源车辆 锁定"),
        ("mobile-materials-red", "全市 建筑物料 装饰建材物料 散装水泥 纯电动、氢能源车辆 锁定"),
        (
            "mobile-ring",
            "国四柴油货车 北四环路（大河路，不含本路）以南 东四环路（含本路）以西 连霍高速不限行",
        ),
        ("mobile-ring", "南四环路（含本路）以北 西四环路（含本路）以东"),
        ("mobile-heavy-trucks-yellow", "国四及以下（含燃气）重型载货车辆 工矿企业 白名单车辆除外"),
        ("mobile-heavy-trucks-red", "国五及以下（含燃气）重型载货车辆 工矿企业 白名单车辆除外"),
        ("mobile-register", "柴油货车 每日登记 视频监控记录数据 至少保存六个月 不足六个月的 实际投入运营"),
        ("mobile-rail", "电力、煤炭、铸造、建材、有色 优先 铁路、管道"),
        ("mobile-remaining-orange", "其余部分 新能源或国六车辆"),
        ("mobile-remaining-red", "其余部分 使用新能源车辆"),
        (
            "mobile-machinery-yellow",
            "城市建成区、机场、港口、铁路货场、物流园区和工矿企业 Ⅲ类限值 国二及以下",
        ),
        ("mobile-machinery-orange", "全市 Ⅲ类限值 国二及以下"),
        ("mobile-machinery-red", "全市 Ⅲ类限值 国三及以下"),
        ("mobile-machinery-label", "市管理平台联网 粘贴环保标识"),
        ("mobile-excavators", "施工工地内 开挖土石方的挖掘机等非道路移动机械 经认定可以施工的工地"),
        ("mobile-traffic", "更加严格 特殊公共保障车辆除外"),
        ("industrial-boilers", "未经批准 不得擅自开炉"),
    ],
)
def test_every_reader_of_a_measure_gets_its_exact_terms(identifier: str, kept: str) -> None:
    for reader, wording in plan().measure(identifier).texts.items():
        assert [term for term in kept.split() if term not in wording.text] == [], reader
