"""Lists as offices send them, each with several of the usual troubles at once."""

from datetime import date

from gateway.directory.header_words import Kind
from gateway.directory.importing import Options, Reading, read
from gateway.directory.model import Address, ContactAddress, ContactRole
from gateway.directory.places import Areas
from gateway.vocabulary import Audience
from tests.directory.workbooks import credit_code, workbook

AREAS = Areas.of(
    [("990100", "示例市"), ("990102", "东城区"), ("990103", "西城回族区")],
    {"990100": "0371", "990102": "0371", "990103": "0371"},
)
ONE, TWO = credit_code(1), credit_code(2)


def listed(
    text: str, audience: Audience = "schools", encoding: str = "utf-8", kind: Kind = "organisations"
) -> Reading:
    return read(text.encode(encoding), AREAS, options=Options(kind=kind, audience=audience))


def reached(reading: Reading, place: int = 0) -> dict[tuple[ContactRole, str], list[str]]:
    contacts = reading.organisations[place].contacts
    return {(each.role, each.name): [at.address.value for at in each.addresses] for each in contacts}


def test_an_inventory_with_titles_two_header_rows_merges_totals_and_signatures() -> None:
    rows: list[list[object]] = [
        ["附件2"],
        ["示例市工业源应急减排清单"],
        [
            "序号",
            "企业基本信息",
            None,
            None,
            None,
            "负责人",
            None,
            "绩效评定日期",
            "生产线",
            "应急减排措施",
            None,
        ],
        [
            None,
            "企业名称",
            "统一社会信用代码",
            "所属区县",
            "街道/乡镇",
            "姓名",
            "联系电话",
            None,
            None,
            "黄色预警减排措施",
            "橙色预警减排措施",
        ],
        [1, "启明水泥厂", ONE, "东城区", "某街道", "张三", 19900000001.0, 45992, "1#窑", "/", "停产"],
        [None, None, None, None, None, None, None, None, "2#窑", "—", "同上"],
        [
            2,
            "晨光厂",
            TWO,
            "东城区",
            "无",
            "李四",
            "李四19900000002/王五（副）67180000转802",
            None,
            "电炉",
            "/",
            "限产30%",
        ],
        ["合计", "2家"],
        ["备注：1.本表由各区分局填报。2.联系电话须24小时畅通。"],
        ["填表人：某某", None, None, "审核人：某某", None, "日期：2025年9月1日"],
    ]
    merges = [
        "A3:A4",
        "B3:E3",
        "F3:G3",
        "H3:H4",
        "I3:I4",
        "J3:K3",
        *(f"{column}5:{column}6" for column in "ABCDEFGH"),
    ]
    reading = read(workbook({"清单": rows}, merges), AREAS, options=Options(kind="inventory"))
    assert [row.faults for row in reading.rows] == [(), (), ()]
    assert [note.row for note in reading.table.notes] == [1, 2, 8, 9, 10]
    assert "企业基本信息/街道/乡镇" not in reading.understood()["unread"]  # type: ignore[operator]
    first, second = reading.entries
    assert [(line.line, line.words) for line in first.lines] == [("1#窑", "停产"), ("2#窑", "停产")]
    assert first.stated["grade_valid_from"] == date(2025, 12, 1)
    assert reached(reading, 0) == {("responsible", "张三"): ["+8619900000001"]}
    assert reached(reading, 1) == {
        ("responsible", "李四"): ["+8619900000002"],
        ("deputy", "王五"): ["+8637167180000;ext=802"],
    }
    assert second.numbers == (7,)


def test_a_date_that_a_spreadsheet_gave_out_as_a_number_is_that_date() -> None:
    reading = listed("学校名称,编码,区县,绩效等级,评定日期\n某校,S1,东城区,A,45992\n")
    assert reading.organisations[0].grade_valid_from == date(2025, 12, 1)


def test_a_semicolon_list_in_gb18030_with_names_beside_numbers() -> None:
    reading = listed(
        "学校名称;学校标识码;所属区县;联系人;联系电话\n"
        "某小学;S001;东城区;王老师;王老师19900000001、传真67180001\n"
        "某中学;S002;同上;;67180002\n",
        encoding="gb18030",
    )
    assert [row.faults for row in reading.rows] == [(), ()]
    assert reached(reading) == {("responsible", "王老师"): ["+8619900000001"]}
    assert [remark.field for remark in reading.rows[0].remarks] == ["phone"]
    assert reading.organisations[1].addresses == (Address("phone", "+8637167180002"),)


def test_a_tabbed_list_in_utf_16_with_a_night_number() -> None:
    reading = listed(
        "医院名称\t编码\t区县\t值班电话\t联系电话\n"
        "某医院\tH1\t东城区\t0371-67180003\t院办 67180004；张主任 19900000003\n",
        "hospitals",
        "utf-16",
    )
    people = reading.organisations[0].contacts
    assert [(each.role, each.name) for each in people] == [
        ("responsible", "院办"),
        ("responsible", "张主任"),
        ("night_duty", "夜间值班"),
    ]
    assert people[-1].addresses == (ContactAddress(Address("phone", "+8637167180003")),)


def test_an_area_that_is_written_shorter_is_refused_with_the_name_that_it_may_be() -> None:
    (row,) = listed("学校名称,编码,区县\n某校,S1,西城区\n").rows
    assert "西城回族区" in row.faults[0].message


def test_a_landline_without_area_code_is_refused_where_no_area_is_stated() -> None:
    reading = read(
        "编码,姓名,角色,手机\nS1,张三,负责人,67180000\n".encode(), AREAS, options=Options(kind="contacts")
    )
    assert "区号" in reading.rows[0].faults[0].message


def test_a_mobile_in_the_new_list_leaves_no_old_landline_and_a_landline_takes_no_mobile_away() -> None:
    head = "学校名称,编码,区县,联系电话\n"
    only_mobile = listed(head + "某校,S1,东城区,19900000001\n").entries[0].addresses
    only_line = listed(head + "某校,S1,东城区,67180000\n").entries[0].addresses
    assert set(only_mobile) == {"sms", "phone"}
    assert set(only_line) == {"phone"}
