"""Kashgar's measures: what replaces what, who reads what, and the exact terms of the words."""

import re

import pytest

from gateway.plans.measures import Facts, resolve
from gateway.vocabulary import LEVELS, Level
from tests.plans.one_plan import BUSINESSES, INDUSTRY, READERS, OnePlan

PLAN = OnePlan("kashgar")
plan, in_force, words = PLAN.plan, PLAN.in_force, PLAN.words
PUBLISHERS = frozenset(("media", "operators", "districts"))
AUTHORITIES = frozenset(("departments", "districts"))
OTHER_UNITS = [
    "地区住建局",
    "地区农业农村局",
    "地区公安局",
    "地区市场监督管理局",
    "地区生态环境局",
    "各县市人民政府",
]


# Levels: what replaces what, and what lives on


def test_how_many_measures_there_are_and_are_in_force() -> None:
    assert len(plan().measures) == 95
    assert [len(resolve(plan(), level, Facts())) for level in LEVELS] == [66, 76, 80]
    assert all(each.condition is None for each in plan().measures)  # no decision settles any of them


def test_what_a_higher_level_replaces() -> None:
    assert {each.id: each.replaces for each in plan().measures if each.replaces} == {
        "health-advice-orange": ["health-advice-yellow"],
        "health-advice-red": ["health-advice-orange"],
        "health-schools-outdoor": ["health-schools-indoor"],
        "health-work-red": ["health-work-yellow"],
        "suggested-travel-orange": ["suggested-travel-yellow"],
        "suggested-hours-red": ["suggested-hours-orange"],
        "industrial-list-orange": ["industrial-list-yellow"],
        "industrial-list-red": ["industrial-list-orange"],
        "mobile-bulk-orange": ["mobile-bulk-yellow"],
        "mobile-machinery-red": ["mobile-machinery-orange", "industrial-machinery"],
        "mobile-list-orange": ["mobile-list-yellow"],
        "mobile-list-red": ["mobile-list-orange"],
        "procedure-targets-orange": ["procedure-targets-yellow"],
        "procedure-targets-red": ["procedure-targets-orange"],
    }


@pytest.mark.parametrize("reader", READERS)
def test_what_a_higher_level_does_not_restate_lives_on(reader: str) -> None:
    replaced = {name for each in plan().measures for name in each.replaces}
    for level in ("yellow", "orange"):
        assert in_force(level, reader) - replaced <= in_force("red", reader)


def test_the_unchanged_half_of_a_replaced_item_lives_on() -> None:
    orange = in_force("orange", "public") | in_force("orange", "schools")
    assert {"health-protection", "health-work-yellow", "health-schools-plan", "suggested-idling"} <= orange
    assert orange.isdisjoint({"health-advice-yellow", "health-schools-indoor", "suggested-travel-yellow"})
    for reader in ("public", "enterprises", "departments"):
        assert {"health-work-red", "health-protection"} <= in_force("red", reader)
        assert "health-work-yellow" not in in_force("red", reader)
    assert {"industrial-means", "industrial-small", "industrial-bulk-trucks"} <= in_force(
        "red", "enterprises"
    )


def test_the_dust_list_stays_the_yellow_one_at_every_level() -> None:
    for level in LEVELS:
        assert [each for each in in_force(level, "enterprises.construction") if each.endswith("list")] == [
            "dust-list"
        ]


def test_schools_prefer_indoors_at_yellow_stop_outdoors_at_orange_and_may_be_guided_to_suspend_at_red() -> (
    None
):
    assert "health-schools-indoor" in in_force("yellow", "schools")
    assert "health-schools-outdoor" not in in_force("yellow", "schools")
    assert {"health-schools-outdoor"} == in_force("orange", "schools") & {
        "health-schools-indoor",
        "health-schools-outdoor",
        "health-suspension",
    }
    assert [level for level in LEVELS if "health-suspension" in in_force(level, "schools")] == ["red"]


def test_suspension_is_guidance_to_schools_that_can_whatever_the_index() -> None:
    assert plan().measure("health-suspension").condition is None
    for low in (Facts(daily_aqi=201), Facts(daily_aqi=500), Facts()):
        told = {each.measure.id for each in resolve(plan(), "red", low)}
        assert "health-suspension" in told
    for reader in ("schools", "departments", "districts"):
        text = words("health-suspension", reader)
        for kept in ("教育部门", "视环境空气质量情况而定", "指导有条件的", "停课不停学"):
            assert kept in text
        assert "500" not in text


def test_hospitals_have_nothing_at_yellow_and_something_from_orange_on() -> None:
    assert in_force("yellow", "hospitals") == set()
    (nothing,) = plan().nothing
    assert (nothing.reader, nothing.levels) == ("hospitals", ["yellow"])
    assert in_force("orange", "hospitals") == {"health-hospitals", "suggested-hours-orange"}
    assert {"health-hospitals", "health-work-red", "suggested-hours-red"} <= in_force("red", "hospitals")


# Who reads what


@pytest.mark.parametrize(
    ("identifier", "readers"),
    [
        ("health-advice-yellow", PUBLISHERS | {"public"}),
        ("health-protection", BUSINESSES | PUBLISHERS | {"public", "departments"}),
        ("health-work-yellow", BUSINESSES | PUBLISHERS | {"public", "departments"}),
        ("health-work-red", {*READERS}),
        ("health-events-yellow", {*READERS} - {"hospitals"}),
        ("health-schools-outdoor", AUTHORITIES | {"schools"}),
        ("health-hospitals", AUTHORITIES | {"hospitals"}),
        ("health-publicity", AUTHORITIES),
        ("suggested-consumption", BUSINESSES | PUBLISHERS | {"public"}),
        ("suggested-sweeping", AUTHORITIES),
        ("suggested-transit", AUTHORITIES | {"enterprises.transport"}),
        ("suggested-hours-red", BUSINESSES | AUTHORITIES | {"schools", "hospitals"}),
        ("industrial-list-yellow", INDUSTRY | AUTHORITIES),
        ("industrial-metal", AUTHORITIES | {"enterprises", "enterprises.industry", "enterprises.transport"}),
        ("industrial-small", BUSINESSES | AUTHORITIES),
        ("industrial-bulk-trucks", BUSINESSES - {"enterprises.catering"} | AUTHORITIES),
        ("dust-sites", BUSINESSES | AUTHORITIES),
        ("dust-yards", AUTHORITIES | {"enterprises", "enterprises.industry", "enterprises.mining"}),
        ("mobile-bulk-orange", BUSINESSES | AUTHORITIES),
        ("mobile-machinery-red", BUSINESSES | AUTHORITIES),
        ("mobile-traffic", BUSINESSES | AUTHORITIES | {"public"}),
        ("mobile-transit", AUTHORITIES | {"enterprises.transport"}),
        ("other-burning", AUTHORITIES | {"public"}),
        ("other-barbecue", AUTHORITIES | {"public", "enterprises.catering"}),
        ("other-fireworks", AUTHORITIES | {"public"}),
        ("other-fumes", AUTHORITIES | {"enterprises.catering"}),
        ("other-public-duty", {"public"}),
        ("procedure-rolling", PUBLISHERS),
        ("procedure-channel", {"media", "operators", "departments"}),
        ("procedure-daily", AUTHORITIES),
        ("procedure-after", {"districts"}),
        ("procedure-end", AUTHORITIES),
        ("procedure-record", BUSINESSES | AUTHORITIES),
    ],
)
def test_readers_of_a_measure(identifier: str, readers: set[str]) -> None:
    assert set(plan().measure(identifier).texts) == readers


def test_counties_carry_out_every_measure_of_the_three_categories() -> None:
    own = {"industrial-key-sources", "other-public-duty"}  # 2.2.3: what enterprises and the public owe
    for measure in plan().measures:
        if measure.category != "procedure":
            assert ("districts" in measure.texts) != (measure.id in own), measure.id


def test_departments_read_every_order_of_the_three_sources_and_the_units_named_with_the_others() -> None:
    for measure in plan().measures:
        if measure.category == "mandatory" and measure.responsible_units:
            text = measure.texts["departments"].text
            if measure.source == "other":
                assert measure.responsible_units == OTHER_UNITS
                assert [unit for unit in OTHER_UNITS[:-1] if unit not in text] == []
            else:
                assert measure.responsible_units == ["相关县市"]
                assert "成员单位按本行业职责" in text or measure.id == "mobile-inspection"


def test_the_public_reads_no_order_but_the_bans_of_daily_life() -> None:
    orders = {
        level: {each for each in in_force(level, "public") if plan().measure(each).category == "mandatory"}
        for level in LEVELS
    }
    bans = {"other-burning", "other-barbecue", "other-fireworks", "other-public-duty"}
    assert orders == {"yellow": bans, "orange": bans, "red": bans | {"mobile-traffic"}}


def test_media_and_operators_publish_advice_and_repeat_the_warning() -> None:
    for reader in ("media", "operators"):
        for level in LEVELS:
            found = in_force(level, reader)
            assert {plan().measure(each).category for each in found} == {"health", "suggested", "procedure"}
            assert {"procedure-rolling", "procedure-channel"} <= found
        assert "持续滚动播报" in words("procedure-rolling", reader)
        for kept in ("绿色通道", "统一", "预警开始和解除的时间点", "健康防护和出行建议"):
            assert kept in words("procedure-channel", reader)


# The words


@pytest.mark.parametrize(
    ("identifier", "kept"),
    [
        (
            "health-advice-yellow",
            "儿童 老年人 呼吸道疾病 心脑血管疾病 慢性疾病患者 等 尽量留在室内 一般人群 减少户外运动",
        ),
        (
            "health-advice-orange",
            "儿童 老年人 呼吸道疾病 心脑血管疾病 慢性疾病患者 尽量留在室内 避免户外活动 一般人群 减少户外",
        ),
        ("health-advice-red", "儿童 老年人 慢性疾病患者 尽量留在室内 一般人群 应避免户外活动"),
        ("health-work-yellow", "减少室外作业时间"),
        ("health-protection", "室外作业 不可避免 应采取防护措施 缩短户外工作的时间"),
        ("health-work-red", "室外工作、执勤、作业、活动 临时停止作业"),
        ("health-schools-outdoor", "各级各类学校（含幼儿园） 停止户外课程和活动"),
        ("health-hospitals", "医疗卫生机构 呼吸类疾病患者 防护宣传 就医指导"),
        ("suggested-sweeping", "非冰冻期 机械化清扫（冲洗） 频次 范围"),
        ("suggested-hours-orange", "企事业单位 可 空气污染情况 错峰上下班"),
        ("suggested-hours-red", "企事业单位 可 错峰上下班 调休 远程办公 弹性工作"),
        ("industrial-means", "清单 装载量 装载频次 停用国Ⅳ及以下重型货车运输"),
        ("industrial-small", "小微涉气企业 停用国Ⅳ及以下重型货车运输"),
        ("industrial-machinery", "厂区 工业园区 国Ⅱ及以下 紧急检修作业机械除外"),
        (
            "industrial-bulk-trucks",
            "矿山（含煤矿） 物流 大宗物料 日载货车辆进出10辆次及以上 国Ⅳ及以下 含燃气 例外 民生保障类物流"
            " 特种车辆、危险化学品车辆",
        ),
        (
            "industrial-graded",
            "A级 B级 引领性企业 《重污染天气重点行业应急减排措施制定技术指南》 监管监控体系",
        ),
        ("dust-sites", "混凝土搅拌 建筑拆除 渣土车运输 土石方作业 禁止"),
        ("dust-yards", "砖厂 砂石场 白灰场 露天作业 停止"),
        ("mobile-bulk-yellow", "建筑垃圾、渣土、砂石等散装物料运输车辆 减少上路行驶"),
        (
            "mobile-bulk-orange",
            "建筑垃圾、渣土、砂石等散装物料运输车辆 禁止上路行驶 清洁能源汽车和生活垃圾清运车辆除外",
        ),
        ("mobile-machinery-orange", "停止使用 国Ⅱ及以下 紧急检修作业机械除外"),
        ("mobile-machinery-red", "禁止使用 国Ⅲ级以下"),
        ("mobile-traffic", "划定 柴油车辆禁行区域 更加严格"),
        ("other-outdoor-work", "相关企业 室外喷涂、粉刷、切割、焊接等作业 停止"),
        ("procedure-guaranteed", "保障民生 国家战略性产业 重大工程项目 最大允许生产负荷 以量定产 以热定产"),
        ("procedure-shortfall", "A级企业和保障类企业除外 及时加大 详细测算说明和清单 视情况核减"),
        ("procedure-daily", "每日 前1日"),
        ("procedure-after", "1日内 预警发布情况 预警持续时间 各部门响应情况 企业措施落实情况"),
        ("procedure-duty", "24小时值班"),
    ],
)
def test_every_reader_of_a_measure_gets_its_exact_terms(identifier: str, kept: str) -> None:
    for reader, wording in plan().measure(identifier).texts.items():
        assert [term for term in kept.split() if term not in wording.text] == [], reader


@pytest.mark.parametrize(
    ("level", "others"),
    [("yellow", "减少户外运动"), ("orange", "减少户外活动"), ("red", "避免户外活动")],
)
def test_the_public_is_told_first_who_stays_indoors_and_the_measure_says_all_that_its_short_words_say(
    level: Level, others: str
) -> None:
    first = next(each.measure for each in resolve(plan(), level, Facts()) if "public" in each.measure.texts)
    wording = first.texts["public"]
    assert first.id == f"health-advice-{level}"
    assert wording.short == f"儿童、老人、病人尽量留在室内，其他人{others}"
    at_risk, everyone = wording.text.split("一般人群：")
    assert at_risk.startswith(("易感人群（儿童、老年人", "儿童、老年人"))
    assert "尽量留在室内" in at_risk
    assert others in everyone


def test_the_short_words_on_trucks_bind_bulk_haulage_only() -> None:
    for reader, wording in plan().measure("industrial-bulk-trucks").texts.items():
        assert wording.short is None or "大宗物料" in wording.short, reader
        assert wording.en_short is None or "Bulk haulage" in wording.en_short, reader


def test_departments_pass_on_a_suggestion_and_enforce_none() -> None:
    advice = {each.id for each in plan().measures if each.category == "suggested"} | {"health-events-red"}
    for identifier in advice - {"suggested-sweeping"}:  # units do the sweeping themselves
        wording = plan().measure(identifier).texts.get("departments")
        assert wording is None or "督促" not in wording.text, identifier


def test_sweeping_stays_a_suggestion_as_printed() -> None:
    assert plan().measure("suggested-sweeping").category == "suggested"


def test_large_public_events_stop_and_every_other_large_event_is_advised_to() -> None:
    assert "应停止举办" in words("health-events-yellow", "public")
    assert "建议" in words("health-events-red", "public")
    assert "health-events-yellow" in in_force("red", "public")


def test_a_level_is_only_named_by_a_text_that_does_not_live_on_above_it() -> None:
    replaced = {name for each in plan().measures for name in each.replaces}
    for measure in plan().measures:
        if measure.id not in replaced and measure.level != "red" and measure.id != "dust-list":
            for wording in measure.texts.values():
                assert not re.search("[黄橙]色|Ⅲ级|Ⅱ级", wording.text), measure.id
    for wording in plan().measure("dust-list").texts.values():
        assert "黄色预警减排措施；级别更高时同样执行" in wording.text


@pytest.mark.parametrize(
    ("sector", "short"),
    [
        ("construction", "工地禁止混凝土搅拌、拆除、渣土运输、土石方作业"),
        ("industry", "执行工业源减排清单的橙色预警措施"),
        ("catering", "禁止露天烧烤"),
    ],
)
def test_the_first_order_of_a_sector_is_its_own(sector: str, short: str) -> None:
    sources = ("industrial", "dust", "mobile", "area", "other")
    found = [
        (sources.index(str(each.measure.source)), wording.short)
        for each in resolve(plan(), "orange", Facts())
        if each.measure.category == "mandatory"
        and (wording := each.measure.texts.get(f"enterprises.{sector}"))
        and wording.short
    ]
    assert min(found, key=lambda pair: pair[0])[1] == short
