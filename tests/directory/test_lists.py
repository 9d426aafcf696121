"""Lists as offices keep them: titles, merged headers, several rows an enterprise."""

import io
from csv import reader, writer
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.header_words import Kind
from gateway.directory.importing import Options, Reading, read
from gateway.directory.model import Address, ContactAddress
from gateway.directory.places import Areas
from gateway.errors import InputError
from tests.directory.workbooks import credit_code, workbook

AREAS = Areas.of([("990100", "示例市"), ("990102", "东城区"), ("990103", "西城区"), ("990103", "西城区")])
ONE, TWO = credit_code(1), credit_code(2)
TITLE = ["示例市2025年重污染天气工业源应急减排清单"]
GROUPS = ["序号", "企业基本信息", None, None, None, None, "负责人", None, "生产线描述", "应急减排措施"]
LEAVES = [
    *(None, "企业名称", "统一社会信用代码", "区", "街乡镇", "绩效等级", "姓名", "联系电话", None),
    *("黄色预警减排措施", "橙色预警减排措施", "红色预警减排措施"),
]
HEADER_MERGES = ["A1:L1", "A2:A3", "B2:F2", "G2:H2", "I2:I3", "J2:L2"]


def row(*cells: Any) -> list[Any]:
    return list(cells)


def industrial(*rows: list[Any], merges: list[str] | None = None) -> bytes:
    return workbook({"工业源清单": [TITLE, GROUPS, LEAVES, *rows]}, [*HEADER_MERGES, *(merges or [])])


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def inventory(content: bytes, **changes: Any) -> Reading:
    return read(content, AREAS, "list", Options(kind="inventory", **changes))


def test_a_workbook_with_titles_merged_headers_and_two_lines_of_production() -> None:
    reading = inventory(
        industrial(
            row(
                *(1, "启明水泥厂", ONE, "东城区", "春风街道", "Ｂ级", "张三", "19900000001/19900000002"),
                *("1#窑", "限产50%", "停产，准备时间4小时", "停产"),
            ),
            row(None, None, None, None, None, None, None, None, "2#窑", "/", "限产30%", "停产"),
            ["备注：数据截至2025年10月"],
            merges=[*(f"{column}4:{column}5" for column in "ABCDEFGH"), "A6:L6"],
        )
    )
    (plant,) = reading.organisations
    assert (plant.code, plant.name, plant.area, plant.grade) == (ONE, "启明水泥厂", "990102", "B")
    assert (plant.audience, plant.sector, plant.location) == ("enterprises", "industry", "春风街道")
    (head,) = plant.contacts
    assert (head.name, head.role) == ("张三", "responsible")
    assert [each.address.value for each in head.addresses] == ["+8619900000001", "+8619900000002"]
    (entry,) = reading.entries
    assert [(line.level, line.line, line.action, line.percent) for line in entry.lines] == [
        ("yellow", "1#窑", "limit", 50),
        ("orange", "1#窑", "stop", None),
        ("orange", "2#窑", "limit", 30),
        ("red", "1#窑", "stop", None),
        ("red", "2#窑", "stop", None),
    ]
    understood = reading.understood()
    assert (understood["sheet"], understood["header_row"]) == ("工业源清单", 2)
    assert understood["notes"] == [
        {"row": 1, "text": TITLE[0]},
        {"row": 6, "text": "备注：数据截至2025年10月"},
    ]
    assert [(each.number, each.faults) for each in reading.rows] == [(4, ()), (5, ())]


def test_a_measure_merged_over_two_lines_of_production_is_one_order_for_both() -> None:
    (entry,) = inventory(
        industrial(
            row(1, "启明水泥厂", ONE, "东城区", None, None, None, None, "1#窑", "停产"),
            row(None, None, None, None, None, None, None, None, "2#窑", None),
            merges=[*(f"{column}4:{column}5" for column in "ABC"), "J4:J5"],
        )
    ).entries
    assert [(line.line, line.words) for line in entry.lines] == [("1#窑、2#窑", "停产")]


def test_people_in_merged_cells_are_read_once() -> None:
    reading = inventory(
        industrial(
            row(1, "启明水泥厂", ONE, "东城区", None, None, "张三", "传真0371-67180000", "1#窑", "停产"),
            row(None, None, None, None, None, None, None, None, "2#窑", "停产"),
            merges=[f"{column}4:{column}5" for column in "ABCGH"],
        )
    )
    assert [len(each.remarks) for each in reading.rows] == [1, 0]


HEADER = "企业名称,统一社会信用代码,区,生产线,黄色预警减排措施,橙色预警减排措施"


def test_in_a_text_file_a_blank_name_continues_the_enterprise_above() -> None:
    reading = inventory(
        csv(
            HEADER,
            f"启明水泥厂,{ONE},东城区,1#窑,/,停产",
            ",,,2#窑,/,同上",
            f"晨光厂,{TWO},西城区,,无,限产20%",
        ),
        inventory_list="industrial",
    )
    first, second = reading.entries
    assert first.numbers == (2, 3)
    assert [(line.line, line.words) for line in first.lines] == [("1#窑", "停产"), ("2#窑", "停产")]
    assert [line.percent for line in second.lines] == [20]


def test_a_blank_order_below_another_is_refused_where_cells_may_have_been_merged() -> None:
    reading = inventory(
        csv(HEADER, f"启明水泥厂,{ONE},东城区,1#窑,/,停产", ",,,2#窑,/,", f"晨光厂,{TWO},西城区,,无,限产20%"),
        inventory_list="industrial",
    )
    assert [bool(each.faults) for each in reading.rows] == [True, True, False]
    assert "同上" in reading.rows[1].faults[0].message
    assert "第 3 行" in reading.rows[0].faults[0].message
    assert [each.code for each in reading.organisations] == [TWO]


def test_as_for_yellow_is_the_order_for_yellow() -> None:
    (entry,) = inventory(
        csv(HEADER, f"启明水泥厂,{ONE},东城区,1#窑,限产20%,同黄色预警措施"), inventory_list="industrial"
    ).entries
    assert [(line.level, line.percent) for line in entry.lines] == [("yellow", 20), ("orange", 20)]


def test_rows_of_one_organisation_cannot_say_two_things_of_it() -> None:
    reading = inventory(
        csv(HEADER, f"启明水泥厂,{ONE},东城区,1#窑,停产,停产", f"启明水泥厂,{ONE},西城区,2#窑,停产,停产"),
        inventory_list="industrial",
    )
    assert [fault.field for fault in reading.rows[1].faults] == ["area"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("扬尘源清单", "dust"),
        ("货车白名单", "white_list"),
        ("协同供暖企业清单", "co_heating"),
        ("保障类企业", "guaranteed"),
    ],
)
def test_a_list_is_known_by_its_title(title: str, kind: str) -> None:
    reading = inventory(csv(title, HEADER, f"启明,{ONE},东城区,豫A00001,停产,停产"))
    assert reading.inventory_list == kind


def test_a_list_that_does_not_say_which_it_is_must_be_named() -> None:
    with pytest.raises(InputError) as caught:
        inventory(csv(HEADER, f"启明,{ONE},东城区,,停产,停产"))
    assert (caught.value.code, caught.value.field) == ("LIST_UNKNOWN", "list")


def test_the_white_list_exempts_its_trucks_at_every_level() -> None:
    (entry,) = inventory(
        csv("货车白名单", "企业名称,统一社会信用代码,区,车牌号", f"启明物流,{ONE},东城区,豫A00001")
    ).entries
    assert [(line.level, line.line, line.exemption) for line in entry.lines] == [
        ("yellow", "豫A00001", "货车白名单"),
        ("orange", "豫A00001", "货车白名单"),
        ("red", "豫A00001", "货车白名单"),
    ]


def test_an_office_list_of_organisations_without_codes_of_its_own() -> None:
    reading = read(
        csv(
            "示例市企业名录,,,,,",
            "序号,单位名称,社会信用代码（18位）,所属区县,法人,联系电话,联系人,联系方式,绩效分级,一厂一策备案日期",
            f"1,启明水泥厂,{ONE},示例市东城区,张三,0371-00000000,李四,19900000001、0371-00000001,引领性,2025年10月8日",
        ),
        AREAS,
        options=Options(audience="enterprises", sector="industry"),
    )
    (plant,) = reading.organisations
    assert (plant.code, plant.credit_code, plant.area) == (ONE, ONE, "990102")
    assert (plant.grade, plant.own_plan_filed_on) == ("leading", date(2025, 10, 8))
    assert plant.contact == "李四"
    assert plant.addresses == (Address("sms", "+8619900000001"), Address("phone", "+8637100000001"))
    assert [(each.role, each.name, each.addresses) for each in plant.contacts] == [
        ("head", "张三", (ContactAddress(Address("phone", "+8637100000000")),))
    ]


def test_a_list_of_contacts_gives_each_organisation_its_people_in_order() -> None:
    reading = read(
        csv(
            "编码,姓名,角色,手机,邮箱,免打扰时段,语言,核实日期",
            "E-1,张三,负责人,19900000001/19900000002,,22:00-06:30,,2025/9/1",
            ",李四,夜间值班,19900000003,li@example.com,,英文,",
            "E-2,王五,网格员,/,,,,",
        ),
        AREAS,
        options=Options(kind="contacts"),
    )
    first, second = reading.entries
    assert first.everyone is not None
    assert second.everyone is not None
    assert [(each.name, each.role, each.language) for each in first.everyone] == [
        ("张三", "responsible", "zh-CN"),
        ("李四", "night_duty", "en"),
    ]
    assert first.everyone[0].addresses[1].quiet_from == "22:00"
    assert first.everyone[0].addresses[0].verified_on == date(2025, 9, 1)
    assert second.everyone[0].addresses == ()


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (",,东城区,,停产,", None),
        (f"启明,{ONE[:-1]}0,东城区,,停产,", "credit_code"),
        ("启明,9.14E+17,东城区,,停产,", "credit_code"),
        (f"启明,{ONE},南城区,,停产,", "area"),
        (f"启明,{ONE},#REF!,,停产,", "area"),
        (f"启明,{ONE},东城区,,#N/A,", "measure.yellow"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_reason(cells: str, field: str | None) -> None:
    (refused,) = inventory(csv(HEADER, cells), inventory_list="industrial").rows
    assert [fault.field for fault in refused.faults] == [field]


def test_the_sheet_that_fits_is_read_and_of_several_one_must_be_named() -> None:
    rows = [HEADER.split(","), ["启明", ONE, "东城区", "", "停产", "停产"]]
    reading = inventory(workbook({"填表说明": [["请如实填报"]], "工业源": rows}))
    assert reading.table.sheet == "工业源"
    both = workbook({"工业源": rows, "扬尘源": rows})
    with pytest.raises(InputError) as caught:
        inventory(both)
    assert (caught.value.code, caught.value.field) == ("SHEET_AMBIGUOUS", "sheet")
    assert inventory(both, sheet="扬尘源").inventory_list == "dust"
    with pytest.raises(InputError) as caught:
        inventory(both, sheet="移动源")
    assert caught.value.code == "SHEET_UNKNOWN"


def test_a_mapping_decides_what_columns_are() -> None:
    content = csv("单位,代码,辖区,措施A", f"启明,{ONE},东城区,停产")
    mapping = {"单位": "name", "代码": "credit_code", "辖区": "area", "措施A": "measure.orange"}
    (entry,) = inventory(content, inventory_list="industrial", mapping=mapping).entries
    assert [(line.level, line.action) for line in entry.lines] == [("orange", "stop")]
    with pytest.raises(InputError) as caught:
        inventory(content, inventory_list="industrial", mapping={**mapping, "措施B": "measure.red"})
    assert caught.value.code == "MAPPING_NOT_FITTING"
    with pytest.raises(InputError) as caught:
        inventory(content, inventory_list="industrial", columns={"措施A": "measures"})
    assert caught.value.code == "FIELD_UNKNOWN"


def test_a_column_that_stands_twice_is_an_error_until_one_is_left_out() -> None:
    content = csv("企业名称,单位名称,统一社会信用代码,区,受众", f"启明,启明二厂,{ONE},东城区,企业")
    with pytest.raises(InputError) as caught:
        read(content, AREAS)
    assert caught.value.code == "DIRECTORY_COLUMNS"
    (plant,) = read(content, AREAS, options=Options(columns={"单位名称": "-"})).organisations
    assert plant.name == "启明"


def test_a_street_has_its_code_or_stays_in_the_address() -> None:
    header = "编码,名称,受众,区县,街道,地址"
    one, two = read(
        csv(header, "A,甲,学校,东城区,990102003,春风路1号", "B,乙,学校,990102003005,,春风街道2号"), AREAS
    ).organisations
    assert (one.area, one.location) == ("990102003", "春风路1号")
    assert (two.area, two.location) == ("990102003005", "春风街道2号")
    (refused,) = read(csv(header, "A,甲,学校,东城区,990103003,"), AREAS).rows
    assert [fault.field for fault in refused.faults] == ["area"]


some = st.one_of(
    st.sampled_from(
        [
            "",
            "/",
            "同上",
            "〃",
            ONE,
            TWO,
            "启明水泥厂",
            "东城区",
            "990102",
            "1#窑",
            "停产",
            "限产50%，准备时间2小时",
            "#REF!",
            "3.0",
        ]
    ),
    st.sampled_from(
        ["张三", "负责人", "19900000001/0371-00000000", "1.99E+10", "22:00-06:30", "合计", "备注：x"]
    ),
    st.text(max_size=12),
)
WIDE = (
    "企业名称",
    "统一社会信用代码",
    "区",
    "街道",
    "绩效等级",
    "负责人",
    "联系电话",
    "生产线",
    "准备时间",
    "轮停批次",
)


@given(st.lists(st.lists(some, max_size=13), max_size=6), st.sampled_from(["inventory", "contacts"]))
@settings(max_examples=150, deadline=None)
def test_whatever_an_office_writes_every_row_is_accounted_for(rows: list[list[str]], kind: Kind) -> None:
    header = [*WIDE, "黄色预警减排措施", "橙色预警减排措施"]
    if kind == "contacts":
        header = ["编码", "名称", "姓名", "角色", "手机", "邮箱", "免打扰时段", "核实日期", "语言"]
    text = io.StringIO(newline="")
    writer(text).writerows([header, *rows])
    try:
        reading = read(text.getvalue().encode(), AREAS, options=Options(kind, "industrial"))
    except InputError:
        return
    told = {each.number for each in reading.rows} | {note.row for note in reading.table.notes}
    held = [
        number
        for number, each in enumerate(reader(io.StringIO(text.getvalue())), 1)
        if any(map(str.strip, each))
    ]
    assert told == set(held) - {1}
    for entry in reading.entries:
        assert all(line.words and (line.certain or line.action == "own_words") for line in entry.lines)


def test_levels_under_a_group_of_measures_are_measures() -> None:
    leaves = [*LEAVES[:9], "黄色预警", "Ⅱ级响应", "红色"]
    content = workbook(
        {
            "清单": [
                TITLE,
                GROUPS,
                leaves,
                row(
                    1,
                    "启明水泥厂",
                    ONE,
                    "东城区",
                    None,
                    "B",
                    None,
                    None,
                    "1#窑",
                    "限产20%",
                    "限产50%",
                    "停产",
                ),
            ]
        },
        HEADER_MERGES,
    )
    (entry,) = inventory(content).entries
    lines = {each.level: each.words for each in entry.lines}
    assert lines == {"yellow": "限产20%", "orange": "限产50%", "red": "停产"}


def test_levels_under_a_group_of_figures_are_no_measures() -> None:
    groups = [*GROUPS[:-1], "减排量"]
    content = workbook(
        {"清单": [TITLE, groups, [*LEAVES[:9], "黄色预警", "橙色预警", "红色预警"]]}, HEADER_MERGES
    )
    with pytest.raises(InputError) as caught:
        inventory(content)
    assert caught.value.code in ("DIRECTORY_COLUMNS", "DIRECTORY_EMPTY")


def test_a_list_of_schools_names_its_headmasters() -> None:
    reading = read(
        csv(
            "学校名称,学校代码,所属区县,街道办,校长,联系电话,分管副校长,联系电话",
            "东城一小,X-1,东城区,春风街道,王校长,19900000001,李副校长,19900000002",
        ),
        AREAS,
        "schools.csv",
        Options(audience="schools"),
    )
    (school,) = reading.organisations
    assert (school.code, school.location) == ("X-1", "春风街道")
    assert [(each.role, each.name) for each in school.contacts] == [
        ("responsible", "王校长"),
        ("deputy", "李副校长"),
    ]
