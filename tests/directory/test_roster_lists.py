"""Duty rosters, liaison officers and tables of duties as offices keep them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gateway.directory.header_words import Kind
from gateway.directory.importing import Options
from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.ledger.directory import contacts, duties, imports, organisations
from gateway.moments import BEIJING
from gateway.plans.catalogue import Catalogue
from gateway.web.answering import answering_json
from gateway.web.importing.lists import read_list, store_list
from gateway.web.importing.organisations import Wishes
from gateway.web.organisations import check_json
from tests.city import HEADER
from tests.directory.workbooks import workbook

CATALOGUE = Catalogue()
UNITS = "\n".join(
    [
        HEADER,
        "D1,市教育局,部门,,410100,,19900000001,,,否",
        "D2,市工信局,部门,,410100,,19900000002,,,否",
    ]
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path)
    bring(opened, UNITS, "organisations")
    yield opened
    opened.close()


def bring(
    ledger: Ledger,
    content: str | bytes,
    kind: Kind,
    *,
    unit: str | None = None,
    plan: str | None = None,
    mapping: dict[str, str] | None = None,
    columns: dict[str, str] | None = None,
    **wishes: Any,
) -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    options = Options(kind, mapping=mapping, columns=columns)
    reading = read_list(raw, "名单.csv", CATALOGUE, options, unit=unit, plan=plan)
    run = ledger.read_now if wishes.get("dry_run") else ledger.write_now
    return run(store_list, reading, 1, wishes=Wishes(**wishes))


def moment(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 1, day, hour, minute, tzinfo=BEIJING).timestamp() * 1000)


def shifts(ledger: Ledger, code: str = "D1") -> list[tuple[str, int, int]]:
    found = ledger.read_now(duties.shifts, moment(1, 0), moment(31, 0), code=code)
    return [(each.contact, each.starts_at, each.ends_at) for each in found]


def reasons(report: dict[str, Any]) -> dict[int, str]:
    return {row["row"]: row["faults"][0]["message"] for row in report["rows"] if row["faults"]}


ROWS = """2026年1月值班表,,,,
单位,日期,班次,值班人员,联系电话
市教育局,1月5日,白班8:00-20:00,张三,13800138001
,,夜班20:00-次日8:00,李四 13800138002,
市教育局,1月6日,8:00-次日8:00,王五,0371-67180000
"""


def test_a_row_a_shift_gives_shifts_and_people_with_their_numbers(ledger: Ledger) -> None:
    report = bring(ledger, ROWS, "rosters")
    assert report["counts"] == {"added": 3, "changed": 0, "unchanged": 0, "refused": 0}
    assert shifts(ledger) == [
        ("张三", moment(5, 8), moment(5, 20)),
        ("李四", moment(5, 20), moment(6, 8)),
        ("王五", moment(6, 8), moment(7, 8)),
    ]
    found = ledger.read_now(organisations.by_codes, ["D1"])["D1"].organisation.contacts
    assert [(each.name, each.role, each.addresses[0].address.value) for each in found] == [
        ("张三", "duty", "+8613800138001"),
        ("李四", "duty", "+8613800138002"),
        ("王五", "duty", "+8637167180000"),
    ]
    assert bring(ledger, ROWS, "rosters")["counts"]["unchanged"] == 3


WIDE = """市教育局2026年1月值班表（白班8:00-18:00，夜班18:00-次日8:00）,,,
班次,5日 周一,6日 周二,7日 周三
白班,张三13800138001,李四（13800138002）,张三
夜班,李四,张三、王五13800138003,/
"""


def test_dates_across_are_read_with_the_hours_of_the_title_and_a_gap_is_told(ledger: Ledger) -> None:
    report = bring(ledger, WIDE, "rosters", unit="D1")
    assert shifts(ledger) == [
        ("张三", moment(5, 8), moment(5, 18)),
        ("李四", moment(5, 18), moment(6, 8)),
        ("李四", moment(6, 8), moment(6, 18)),
        ("张三", moment(6, 18), moment(7, 8)),
        ("王五", moment(6, 18), moment(7, 8)),
        ("张三", moment(7, 8), moment(7, 18)),
    ]
    assert report["findings"] == []
    holed = WIDE.replace("夜班,李四,", "夜班,/,")
    told = bring(ledger, holed, "rosters", unit="D1", dry_run=True)
    assert [each["name"] for each in told["missing"]] == ["李* 1月5日18时至1月6日8时"]
    bring(ledger, holed, "rosters", unit="D1", remove_missing=True)
    assert ("李四", moment(5, 18), moment(6, 8)) not in shifts(ledger)
    again = bring(ledger, holed, "rosters", unit="D1")
    assert [each["message"] for each in again["findings"]] == ["市教育局：1月5日18时至1月6日8时无人值班"]


def test_merged_dates_of_a_workbook_stand_for_all_their_columns_or_rows(ledger: Ledger) -> None:
    down: list[list[Any]] = [
        ["日期", "班次", "值班人员", "电话"],
        [datetime(2026, 1, 5), "白班（8:00-20:00）", "张三", 13800138001],
        [None, "夜班（20:00-8:00）", "李四", "13800138002"],
    ]
    assert bring(ledger, workbook({"值班表": down}, ["A2:A3"]), "rosters", unit="D1")["counts"]["added"] == 2
    across: list[list[Any]] = [
        ["2026年1月", None, None, None, None],
        ["单位", "8日", None, "9日", None],
        [None, "白班8:00-20:00", "夜班20:00-8:00", "白班8:00-20:00", "夜班20:00-8:00"],
        ["市教育局", "张三", "李四", "李四", "张三"],
    ]
    book = workbook({"值班表": across}, ["B2:C2", "D2:E2", "A2:A3"])
    assert bring(ledger, book, "rosters")["counts"]["added"] == 1
    assert shifts(ledger)[-2:] == [
        ("李四", moment(9, 8), moment(9, 20)),
        ("张三", moment(9, 20), moment(10, 8)),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("市教育局,1月5日,白班,张三,13800138001", "没有写明白班从几时到几时"),
        ("市教育局,1月5日,8:00-20:00,赵六,", "通讯录里该单位没有“赵六”，也没有写号码"),
        ("市教育局,2月30日,8:00-20:00,张三,13800138001", "没有“2月30日”这一天"),
        ("市教育局,9999-12-31,8:00-次日8:00,张三,13800138001", "这一天"),
        ("市教育局,5日,8:00-20:00,张三,13800138001", "没有写明年月"),
        ("市财政局,2026-01-05,8:00-20:00,张三,13800138001", "通讯录里没有单位“市财政局”"),
        ("市教育局,2026-01-05,8:00-20:00,张三、李四、王五,13800138001、13800138002", "3 人、2 个号码"),
        ("市教育局,2026-01-05,8:00-20:00,张三,1380013800", "不是有效的"),
        ("市教育局,2026-01-05,8:00-20:00,,", "没有写值班人员"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(ledger: Ledger, row: str, said: str) -> None:
    header = "单位,日期,时间,值班人员,电话\n"
    year = "" if row.startswith("市教育局,5日") else "2026年\n"
    if "白班" in row:
        header = header.replace("时间", "班次")
    report = bring(ledger, f"{year}{header}{row}\n", "rosters")
    assert [said in reason for reason in reasons(report).values()] == [True], report["rows"]
    assert shifts(ledger) == []


def test_nobody_is_taken_from_a_row_that_is_refused(ledger: Ledger) -> None:
    rows = "2026年\n单位,日期,时间,值班人员\n市教育局,1月5日,8:00-20:00,张三 13800138001、赵六\n"
    report = bring(ledger, f"{rows}市教育局,1月6日,8:00-20:00,张三\n", "rosters")
    assert report["counts"]["refused"] == 2
    assert ledger.read_now(organisations.by_codes, ["D1"])["D1"].organisation.contacts == ()


def test_a_roster_that_says_nowhere_whose_it_is_is_refused_as_a_whole(ledger: Ledger) -> None:
    with pytest.raises(InputError, match="哪个单位的值班表"):
        bring(ledger, "日期,时间,值班人员\n2026-01-05,8:00-20:00,张三\n", "rosters")


LIAISON = """成员单位联络员名单,,,
序号,单位名称,联络员,联系电话
1,市教育局,张三,13800138001、0371-67180000
2,市工信局,李四,
3,市财政局,王五,13800138003
"""


def test_liaison_officers_join_their_units_and_the_others_of_its_people_stay(ledger: Ledger) -> None:
    bring(ledger, ROWS, "rosters")
    report = bring(ledger, LIAISON, "liaison")
    assert report["counts"] == {"added": 0, "changed": 1, "unchanged": 0, "refused": 2}
    assert "缺少联络员电话" in reasons(report)[4]
    assert "通讯录里没有单位" in reasons(report)[5]
    assert report["missing"] == []

    def people(connection: Connection) -> list[tuple[str, str, int]]:
        known = organisations.by_codes(connection, ["D1"])["D1"].id
        found = contacts.of_organisations(connection, [known])[known]
        return [(each.contact.name, each.contact.role, len(each.address_ids)) for each in found]

    assert ledger.read_now(people)[0] == ("张三", "liaison", 2)
    assert {name for name, _role, _number in ledger.read_now(people)} == {"张三", "李四", "王五"}


DUTIES = """责任分工表,,,,
措施编号,措施,责任单位,责任科室,责任人
industrial-inventory-orange,,{unit},大气科,乙科长
,{words},{unit},大气科,丙科长
,没有这样的措施在预案里,{unit},,丁科长
industrial-inventory-orange,,市示例局,,戊
industrial-inventory-orange,,{unit},,己
"""


def test_a_table_of_duties_names_measures_by_id_or_by_their_words(ledger: Ledger) -> None:
    plan = CATALOGUE.load("zhengzhou").plan
    by_id = {each.id: each for each in plan.measures}
    first = by_id["industrial-inventory-orange"]
    unit = [*first.lead_units, *first.responsible_units][0]
    said: dict[str, int] = {}
    for each in plan.measures:
        for text in {words.text for words in each.texts.values()}:
            said[text] = said.get(text, 0) + 1
    other, words = next(
        (each, text)
        for each in plan.measures
        if each.id != first.id and unit in (*each.lead_units, *each.responsible_units)
        for text in (words.text for words in each.texts.values())
        if said[text] == 1 and "," not in text
    )
    report = bring(ledger, DUTIES.format(unit=unit, words=words), "duties", plan="zhengzhou")
    stored = ledger.read_now(duties.of_plan, "zhengzhou")
    assert {(each.measure_id, each.unit, each.person) for each in stored} == {
        (first.id, unit, "乙科长"),
        (other.id, unit, "丙科长"),
    }
    told = reasons(report)
    assert "预案里找不到这样的措施" in told[5]
    assert f"预案写的是：{unit}" in told[6]
    assert "在第 3 行已写过" in told[7]


def test_a_new_table_of_duties_changes_only_what_it_has_columns_of(ledger: Ledger) -> None:
    plan = CATALOGUE.load("zhengzhou").plan
    measure = next(each for each in plan.measures if each.id == "industrial-inventory-orange")
    unit = [*measure.lead_units, *measure.responsible_units][0]
    bring(ledger, f"措施编号,责任单位,责任人\n{measure.id},{unit},甲\n", "duties", plan="zhengzhou")
    report = bring(ledger, f"措施编号,责任单位,监督人\n{measure.id},{unit},乙\n", "duties", plan="zhengzhou")
    assert report["counts"]["changed"] == 1
    (stored,) = ledger.read_now(duties.of_plan, "zhengzhou")
    assert (stored.person, stored.supervisor) == ("甲", "乙")


def test_who_answers_is_known_round_the_clock_and_the_next_gap_is_told(ledger: Ledger) -> None:
    bring(ledger, ROWS, "rosters")
    bring(
        ledger,
        "单位名称,联络员,联系电话\n市教育局,周联络,13800138009\n市工信局,吴联络,13800138008\n",
        "liaison",
    )

    def answering(day: int, hour: int) -> dict[str, tuple[str, list[str], Any]]:
        found = ledger.read_now(answering_json, moment(day, hour))
        return {
            unit["code"]: (unit["by"], [each["contact"] for each in unit["people"]], unit["next_gap"])
            for unit in found["units"]
        }

    at_night = answering(5, 23)
    assert at_night["D1"][:2] == ("roster", ["李*"])
    assert at_night["D1"][2]["starts_at"].startswith("2026-01-07T08:00")
    assert at_night["D2"] == ("liaison", ["吴*"], None)
    assert answering(7, 9)["D1"][:2] == ("liaison", ["周*"])  # the roster has ended
    (unit,) = (
        each
        for each in ledger.read_now(answering_json, moment(7, 9), full=True)["units"]
        if each["code"] == "D1"
    )
    assert [(each["contact"], each["numbers"]) for each in unit["people"]] == [("周联络", ["138 0013 8009"])]
    checked = ledger.read_now(check_json, moment(5, 9), problem="roster_gap")
    assert [(each["code"], each["detail"]) for each in checked["findings"]] == [
        ("D1", "1月7日8时至1月19日9时")
    ]


def test_a_saved_mapping_reads_the_next_weeks_dates(ledger: Ledger) -> None:
    def week(day: int) -> str:
        return f"处室,2026年1月{day}日,电话\nD1,张三,13800138001\n"

    changes = {"处室": "code"}
    bring(ledger, week(5), "rosters", columns=changes, save_mapping="处室表")
    saved = ledger.read_now(imports.mapping, "处室表", "rosters")
    report = bring(ledger, week(12), "rosters", mapping=saved)
    assert [row["outcome"] for row in report["rows"]] == ["added"]
    assert shifts(ledger)[-1] == ("张三", moment(12, 0), moment(13, 0))


def test_hours_beside_a_name_are_refused_and_never_a_part_of_it(ledger: Ledger) -> None:
    report = bring(
        ledger, "编码,日期,值班人员,联系电话\nD1,2026年1月5日,张三（8:00-20:00）,13800138001\n", "rosters"
    )
    assert [row["outcome"] for row in report["rows"]] == ["refused"]
    assert "起止时间请写在班次列" in reasons(report)[2]
