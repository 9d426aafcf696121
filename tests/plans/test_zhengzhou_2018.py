"""Zhengzhou's plan of the season 2018-2019, as someone who knows the document would check it."""

import re
from datetime import date, datetime, timedelta

import pytest

from gateway.decisions.checks import check
from gateway.decisions.model import Decision
from gateway.decisions.obligations import due
from gateway.moments import BEIJING
from gateway.plans.catalogue import Catalogue
from gateway.vocabulary import LEVELS, Level
from tests.plans.one_plan import OnePlan

PLAN = OnePlan("zhengzhou-2018", "003_bca305a3bc790d3e.txt")
plan, source, in_force = PLAN.plan, PLAN.source, PLAN.in_force
DISTRICTS = ["各县（市、区）政府", "开发区管委会"]
ITEMS = {58: 571, 59: 577, 60: 583, 61: 595, 62: 603, 63: 609}
# What a text may repeat word by word: names and lists that have to be exact.
TERMS = (
    "2018年10月底前完成水性漆喷涂工艺改造的汽车维修保养企业",
    "汽车原厂涂料、汽车内饰件涂料、木家具及木制品制造涂料",
    "水性油墨、大豆油墨等低挥发性有机物含量的?油墨",
    "火电、钢铁、水泥、建材、冶炼、有色、化工、焦化、耐材、工业窑炉、施工工地、混凝土搅拌站、汽修、包装印刷、家具等行业",
    "钢铁、建材、焦化、有色、化工、矿山等",
    "保证安全生产运行、运输民生保障物资或特殊需求产品",
    "物流批发市场、城市物流配送企业",
    "城市建成区内的高污染企业、使用高污染燃料的企业等",
    "“限制类”“一般类”“鼓励类”",
)


def words(identifier: str) -> dict[str, str]:
    return {reader: wording.text for reader, wording in plan().measure(identifier).texts.items()}


def decision(level: Level = "orange", on: date = date(2018, 12, 1)) -> Decision:
    decided_at = datetime(on.year, on.month, on.day, 8, tzinfo=BEIJING)
    return Decision(
        plan="zhengzhou-2018",
        action="issue",
        level=level,
        decided_at=decided_at,
        starts_at=decided_at,
        expected_end_at=decided_at + timedelta(days=3),
        area=["410100"],
        issuer="市环境攻坚办",
        document_number="某〔2018〕1号",
    )


def codes(on: date) -> set[str]:
    found = check(plan(), decision(on=on), now=datetime(on.year, on.month, on.day, tzinfo=BEIJING))
    return {finding.code for finding in found.findings}


def test_it_is_in_force_from_october_2018_to_march_2019_both_days_included() -> None:
    assert "PLAN_EXPIRED" in codes(date(2018, 9, 30))
    assert "PLAN_EXPIRED" not in codes(date(2018, 10, 1))
    assert "PLAN_EXPIRED" not in codes(date(2019, 3, 31))
    assert "PLAN_EXPIRED" in codes(date(2019, 4, 1))


def test_what_the_document_does_not_say_the_plan_does_not_have() -> None:
    assert plan().level_rules == []
    assert plan().responses == {}
    assert plan().elements == []
    assert plan().lead_time is None
    assert plan().lower_or_lift is None
    assert plan().merge is None
    assert [rule.clause for rule in plan().approvals] == [None]
    assert all(each.condition is None for each in plan().measures)


def test_clauses_stay_within_the_warning_items_and_begin_where_an_item_is_printed() -> None:
    for measure in plan().measures:
        number = int(re.findall(r"\d+", measure.clause.path)[0])
        first, last = measure.clause.lines
        ends = {**ITEMS, 64: 615}[number + 1]
        assert ITEMS[number] <= first <= last < ends, measure.id
        assert source()[ITEMS[number] - 1].startswith(f"{number}.")
    cited = {re.findall(r"\d+", each.clause.path)[0] for each in plan().measures}
    assert cited == {"58", "59", "60", "61", "62"}  # 63 is owed after the end


def test_units_are_those_printed_under_each_item() -> None:
    for number, line in ITEMS.items():
        below = source()[line - 1 : {**ITEMS, 64: 615}[number + 1] - 1]
        lead = next(each for each in below if each.startswith("牵头单位：")).partition("：")[2]
        others = next(each for each in below if each.startswith("责任单位：")).partition("：")[2]
        for measure in plan().measures:
            if measure.clause.path.endswith(str(number)):
                assert measure.lead_units == [lead], measure.id
                assert measure.responsible_units == re.split("[、，](?!区）)", others), measure.id


def test_departments_read_every_unit_by_its_name() -> None:
    for measure in plan().measures:
        municipal = [
            unit
            for unit in (*measure.lead_units, *measure.responsible_units)
            if unit not in DISTRICTS and measure.clause.path != "二（七）58"
        ]
        text = measure.texts["departments"].text
        assert [unit for unit in municipal if unit not in text] == [], measure.id


def test_no_sentence_of_the_source_is_copied() -> None:
    length = 16
    printed = "".join(source())
    runs = {printed[i : i + length] for i in range(len(printed) - length + 1)}
    names = {unit for each in plan().measures for unit in (*each.lead_units, *each.responsible_units)}
    known = re.compile("|".join((*TERMS, *map(re.escape, sorted(names, key=len, reverse=True)))))
    for measure in plan().measures:
        for reader, wording in measure.texts.items():
            for part in known.split(wording.text):
                copied = [part[i : i + length] for i in range(len(part) - length + 1)]
                assert [run for run in copied if run in runs] == [], (measure.id, reader)


# Item 58: three hours, reached and proven


def test_every_district_owes_within_three_hours_that_each_controlled_enterprise_is_reached() -> None:
    report = next(each for each in plan().reports if each.code == "county-notice")
    assert (report.owed_by, report.deadline.event, report.deadline.within_hours) == (
        "districts",
        "decision",
        3,
    )
    assert "逐家收到，有据可查" in report.what
    owed = next(each for each in due(plan(), decision()) if each.code == "county-notice")
    assert owed.at == decision().decided_at + timedelta(hours=3)
    for text in words("procedure-notify").values():
        assert "3个小时内" in text
        assert "每一家被管控的企业和单位" in text
        assert "以收到为准，有据可查" in text


@pytest.mark.parametrize("level", LEVELS)
def test_districts_and_departments_consult_daily_and_notify_at_every_level(level: Level) -> None:
    for reader in ("departments", "districts"):
        assert {"procedure-notify", "procedure-consultation", "procedure-start"} <= in_force(level, reader)
        assert "每日会商" in words("procedure-consultation")[reader]


# Item 59


def test_reduction_ratios_are_fields_of_the_plan_and_no_measures() -> None:
    total, vocs = plan().reduction_targets
    assert (total.pollutants, total.percent) == ([], {"yellow": 10, "orange": 20, "red": 30})
    assert (vocs.pollutants, vocs.percent) == (["VOCs"], {"yellow": 10, "orange": 15, "red": 20})
    assert not [each.id for each in plan().measures for text in each.texts.values() if "%" in text.text]


# Item 60: relaxed is not exempt


def test_only_repair_shops_with_water_based_painting_are_exempt() -> None:
    measure = plan().measure("industrial-plant-plan")
    assert measure.exemptions == ["2018年10月底前完成水性漆喷涂工艺改造的汽车维修保养企业豁免"]
    for text in words("industrial-plant-plan").values():
        assert "例外：2018年10月底前完成水性漆喷涂工艺改造的汽车维修保养企业，豁免应急管控" in text
        assert "放宽" not in text


@pytest.mark.parametrize(
    ("identifier", "who"),
    [
        ("industrial-relaxed-printing", ("印刷企业", "水性油墨、大豆油墨", "胶粘剂")),
        ("industrial-relaxed-coatings", ("汽车原厂涂料、汽车内饰件涂料、木家具及木制品制造涂料", "水性")),
    ],
)
def test_printers_and_coaters_are_relaxed_and_told_that_this_is_no_exemption(
    identifier: str, who: tuple[str, ...]
) -> None:
    measure = plan().measure(identifier)
    assert measure.exemptions == []
    for reader, wording in measure.texts.items():
        assert all(each in wording.text for each in who), reader
        assert "放宽" in wording.text
        assert "放宽不是豁免" in wording.text
        if wording.en:
            assert "relaxed" in wording.en
            assert "Relaxed does not mean exempt" in wording.en


def test_every_industry_of_item_60_is_named_and_the_plan_is_posted_in_the_plant() -> None:
    named = "火电 钢铁 水泥 建材 冶炼 有色 化工 焦化 耐材 工业窑炉 施工工地 混凝土搅拌站 汽修 包装印刷 家具"
    for text in words("industrial-unlisted").values():
        assert [each for each in named.split() if each not in text] == []
        assert "列入取暖季错峰生产" in text
    for text in words("industrial-posted").values():
        assert "公示在厂区的显著位置" in text
        assert "一厂一策" in text
    for text in words("industrial-priority").values():
        for kept in ("产能过剩", "高耗能、高排放", "限制类", "一般类", "鼓励类", "城市建成区", "高污染燃料"):
            assert kept in text


# Item 61


def test_diesel_trucks_stay_out_of_plants_from_orange_on() -> None:
    for reader in ("enterprises", "enterprises.industry", "enterprises.mining", "enterprises.transport"):
        assert "mobile-diesel-trucks" not in in_force("yellow", reader)
        assert "mobile-diesel-trucks" in in_force("orange", reader)
        assert "mobile-diesel-trucks" in in_force("red", reader)
    for text in words("mobile-diesel-trucks").values():
        for kept in (
            "原则上，柴油货车不得进出厂区",
            "错峰运输方案",
            "国五及以上车辆",
            "保证安全生产运行、运输民生保障物资或特殊需求产品",
            "钢铁、建材、焦化、有色、化工、矿山",
        ):
            assert kept in text
    for reader in ("enterprises.transport", "departments", "districts"):
        assert "物流批发市场、城市物流配送企业" in words("mobile-diesel-trucks")[reader]


@pytest.mark.parametrize("level", LEVELS)
def test_video_and_register_bind_key_users_of_trucks_at_every_level(level: Level) -> None:
    for reader in ("enterprises", "enterprises.industry", "enterprises.mining", "enterprises.transport"):
        assert {"mobile-video", "mobile-register"} <= in_force(level, reader)
    assert all("三个月以上" in text for text in words("mobile-video").values())
    for text in words("mobile-register").values():
        assert "每日登记所有进出的柴油货车" in text
        assert "保留至2019年4月30日" in text


# Items 62 and 63


def test_county_leaders_lead_night_checks_from_orange_on() -> None:
    for reader in ("departments", "districts"):
        assert "procedure-night-checks" not in in_force("yellow", reader)
        assert "procedure-night-checks" in in_force("orange", reader)
        assert "procedure-night-checks" in in_force("red", reader)
        assert "县级领导带队夜查" in words("procedure-night-checks")[reader]
        assert "procedure-enforcement" in in_force("yellow", reader)


def test_the_city_and_each_district_owe_an_evaluation_after_each_episode() -> None:
    found = {each.code: each for each in plan().reports if each.code.startswith("evaluation")}
    assert {code: each.owed_by for code, each in found.items()} == {
        "evaluation": "body",
        "evaluation-districts": "districts",
    }
    for report in found.values():
        assert report.actions == ["lift"]
        assert report.deadline.event == "end"
        assert report.contents == ["气象条件影响", "应急应对减排效果"]


# Readers


@pytest.mark.parametrize(
    "reader", ["schools", "hospitals", "public", "media", "operators", "enterprises.catering"]
)
def test_who_has_nothing_is_told_so_at_every_level(reader: str) -> None:
    stated = {level for each in plan().nothing if each.reader == reader for level in each.levels}
    assert stated == set(LEVELS)
    assert [level for level in LEVELS if in_force(level, reader)] == []


def test_it_prints_no_health_advice() -> None:
    assert {each.category for each in plan().measures} == {"mandatory", "procedure"}


def test_areas_have_the_codes_of_the_later_plan() -> None:
    later = Catalogue().load("zhengzhou").plan
    assert [area.code for area in plan().areas] == [area.code for area in later.areas]
