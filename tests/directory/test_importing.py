import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.importing import MAX_BYTES, Row, read
from gateway.directory.model import Address
from gateway.errors import InputError
from tests.directory.files import AREAS, ENGLISH_HEADER, HEADER, row, table


def only_row(**changes: str) -> Row:
    (single,) = read(table(row(**changes)), AREAS).rows
    return single


def numbers(cell: str) -> list[str]:
    organisation = only_row(手机=cell).organisation
    assert organisation is not None
    return [address.value for address in organisation.addresses if address.kind == "sms"]


def refusal(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content, AREAS, "list.csv")
    assert caught.value.file == "list.csv"
    assert caught.value.message
    assert caught.value.message_en
    return caught.value


def test_a_row_becomes_an_organisation_with_its_addresses() -> None:
    organisation = only_row().organisation
    assert organisation is not None
    assert (organisation.code, organisation.name, organisation.audience) == ("S-01", "春风小学", "schools")
    assert (organisation.sector, organisation.area, organisation.contact) == (None, "990102", "赵老师")
    assert organisation.addresses == (
        Address("sms", "+8619900000001"),
        Address("wecom", "学校一群"),
        Address("email", "chunfeng@example.com"),
    )
    assert organisation.exercise is False


@pytest.mark.parametrize(
    ("audience", "sector", "read_as"),
    [
        ("企业", "矿山和砂石场", ("enterprises", "mining")),
        ("enterprises", "Power", ("enterprises", "power")),
        ("企业", "", ("enterprises", None)),
        ("公众", "", ("public", None)),
        ("Districts", "", ("districts", None)),
        ("运营商", "", ("operators", None)),
        ("电信运营企业", "", ("operators", None)),
        ("中小学、幼儿园", "", ("schools", None)),
    ],
)
def test_audiences_and_sectors_are_read_in_both_languages(
    audience: str, sector: str, read_as: tuple[str, str | None]
) -> None:
    organisation = only_row(受众=audience, 行业=sector).organisation
    assert organisation is not None
    assert (organisation.audience, organisation.sector) == read_as


@pytest.mark.parametrize(
    "cell",
    [
        "19900000001;19900000002",
        "19900000001；19900000002",
        "19900000001、19900000002",
        "19900000001 / 19900000002",
        "19900000001\n19900000002",
        "；19900000001；；19900000002；19900000001",
    ],
)
def test_several_numbers_in_a_cell_are_several_addresses(cell: str) -> None:
    assert numbers(cell) == ["+8619900000001", "+8619900000002"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("１９９００００００１２", "+8619900000012"),
        ("199 0000 0012", "+8619900000012"),
        ("199-0000-0012", "+8619900000012"),
        ("+86 199 0000 0012", "+8619900000012"),
        ("8619900000012", "+8619900000012"),
        ("008619900000012", "+8619900000012"),
        ("19900000012.0", "+8619900000012"),
        ("\u202d19900000012\u202c", "+8619900000012"),  # as phones copy it
        ("+852 9123 4567", "+85291234567"),
        ("+886 912 345 678", "+886912345678"),
    ],
)
def test_mobile_numbers_are_stored_alike_however_they_are_written(cell: str, number: str) -> None:
    assert numbers(cell) == [number]


@pytest.mark.parametrize(
    ("cell", "words", "shown"),
    [
        ("67180000", "请补上区号", "6****00"),
        ("1990000001", "不是有效的电话号码", "199****0001"),
        ("10086", "不是有效的电话号码", "10086"),
        ("19900000001转123", "不能带分机", "199****0001"),
        ("19900000001 ext 12", "不能带分机", "199****0001"),
        ("1.99E+10", "科学计数法", ""),
        ("0085291234567", "请以 + 加国家或地区代码开头", "008****4567"),
        ("91234567", "不是有效的电话号码", "9****67"),
        ("同上", "不是电话号码", "同*"),
        ("١٩٩٠٠٠٠٠٠٠١", "不是电话号码", ""),
    ],
)
def test_what_is_no_number_is_refused_and_never_shown_in_full(cell: str, words: str, shown: str) -> None:
    refused = only_row(手机=cell)
    assert refused.organisation is None
    (fault,) = refused.faults
    assert fault.field == "sms"
    assert words in fault.message
    assert shown in fault.message
    if shown != cell:
        assert cell not in fault.message + fault.message_en


@pytest.mark.parametrize("cell", ["赵@example.com", "a@b", "a@@example.com", "a b@example.com", "赵"])
def test_mail_addresses_that_not_every_server_takes_are_refused(cell: str) -> None:
    (fault,) = only_row(邮箱=cell).faults
    assert fault.field == "email"


def test_an_internationalised_domain_is_stored_in_ascii() -> None:
    organisation = only_row(邮箱="a@学校.example").organisation
    assert organisation is not None
    assert organisation.addresses[-1].value.isascii()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"编码": ""}, "code", "缺少编码"),
        ({"编码": "a b"}, "code", "编码"),
        ({"编码": "9.1E+17"}, "code", "编码"),
        ({"名称": ""}, "name", "缺少名称"),
        ({"名称": "春风\n小学"}, "name", "换行"),
        ({"名称": "长" * 101}, "name", "100"),
        ({"受众": ""}, "audience", "缺少受众"),
        ({"受众": "家长"}, "audience", "学校、医疗机构"),
        ({"行业": "施工工地"}, "sector", "只有企业"),
        ({"受众": "企业", "行业": "渔业"}, "sector", "餐饮单位"),
        ({"区域代码": ""}, "area", "缺少区域代码"),
        ({"区域代码": "110000"}, "area", "110000"),
        ({"演练": "也许"}, "exercise", "是"),
        ({"企业微信群": "群" * 61}, "wecom", "60"),
        ({"联系人": "人" * 51}, "contact", "50"),
        ({"手机": ";".join(f"199{i:08}" for i in range(51))}, "sms", "50"),
    ],
)
def test_a_cell_that_cannot_be_used_refuses_its_row(changes: dict[str, str], field: str, words: str) -> None:
    refused = only_row(**changes)
    assert refused.organisation is None
    assert [fault.field for fault in refused.faults] == [field]
    assert words in refused.faults[0].message
    assert refused.faults[0].message_en


def test_every_fault_of_a_row_is_told_at_once() -> None:
    refused = only_row(受众="家长", 手机="123;1234", 邮箱="x")
    assert [fault.field for fault in refused.faults] == ["audience", "sms", "sms", "email"]


def test_a_refused_row_does_not_touch_the_others_and_is_counted_as_a_spreadsheet_does() -> None:
    content = table(row(), [""] * 10, row(编码="S-02", 手机="123"), row(编码="S-03"))
    reading = read(content, AREAS)
    assert [(each.number, each.organisation is None) for each in reading.rows] == [
        (2, False),
        (4, True),
        (5, False),
    ]
    results = reading.results([("added", ()), ("refused", ()), ("unchanged", ())], ["S-01", "S-02", "S-03"])
    assert [(each.number, each.code, each.outcome) for each in results] == [
        (2, "S-01", "added"),
        (4, "S-02", "refused"),
        (5, "S-03", "unchanged"),
    ]
    assert results[1].as_json()["faults"]


def test_the_second_row_of_a_code_is_refused_and_names_the_first() -> None:
    first, second, third = read(table(row(), row(名称="另一所"), row()), AREAS).rows
    assert first.organisation is not None
    for duplicate in (second, third):
        assert duplicate.organisation is None
        assert "第 2 行" in duplicate.faults[0].message
        assert "row 2" in duplicate.faults[0].message_en


def test_a_code_refused_once_is_not_taken_from_a_later_row() -> None:
    assert read(table(row(手机="123"), row()), AREAS).organisations == []


def test_a_row_with_too_many_cells_is_refused() -> None:
    (refused,) = read(table([*row(), "多出来的"]), AREAS).rows
    assert refused.organisation is None
    assert "11" in refused.faults[0].message


def test_rows_may_end_early_as_excel_writes_them() -> None:
    assert len(read(table(row()[:7]), AREAS).organisations) == 1


def test_columns_may_stand_in_any_order_with_chinese_or_english_names() -> None:
    assert read(table(row(), header=ENGLISH_HEADER), AREAS).rows == read(table(row()), AREAS).rows
    backwards = read(table(row()[::-1], header=HEADER[::-1]), AREAS)
    assert backwards.organisations == read(table(row()), AREAS).organisations


def test_a_column_of_an_unknown_name_is_told_and_not_read() -> None:
    reading = read(table([*row()[:9], "是"], header=(*HEADER[:9], "是否寄宿制")), AREAS)
    assert reading.understood()["unread"] == ["是否寄宿制"]
    assert [organisation.exercise for organisation in reading.organisations] == [False]


def test_the_exercise_column_may_be_left_out() -> None:
    (organisation,) = read(table(row()[:-1], header=HEADER[:-1]), AREAS).organisations
    assert organisation.exercise is False


def test_an_exercise_organisation_is_marked() -> None:
    organisation = only_row(演练="是").organisation
    assert organisation is not None
    assert organisation.exercise is True


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_of_offices_make_no_difference(encoding: str, separator: str) -> None:
    text = table(row(), row(编码="S-02", 手机="19900000001/19900000002")).decode().replace(",", separator)
    assert read(text.encode(encoding), AREAS).rows == read(text.encode(), AREAS).rows
    assert len(read(text.encode(encoding), AREAS).organisations) == 2


@pytest.mark.parametrize(
    ("content", "code", "line", "words"),
    [
        (b"", "DIRECTORY_EMPTY", None, "没有任何单位"),
        (b"\xef\xbb\xbf \r\n,,\r\n", "DIRECTORY_EMPTY", None, "没有任何单位"),
        (table(), "DIRECTORY_EMPTY", None, "没有任何单位"),
        (b"\xff\xfa\x80\x81 \x90", "DIRECTORY_ENCODING", None, "UTF-8"),
        (b"PK\x03\x04\x14\x00", "DIRECTORY_NOT_A_TABLE", None, "Excel"),
        (b"a,b\nc,d\x00\n", "DIRECTORY_NOT_A_TABLE", 2, "NUL"),
        ("编码\nS-01\n".encode(), "DIRECTORY_NOT_A_TABLE", 1, "只有一列"),
        (table(row()).decode().replace(",", "，").encode(), "DIRECTORY_NOT_A_TABLE", 1, "中文逗号"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DIRECTORY_NOT_A_TABLE", None, ".xls"),
        (b"%PDF-1.7", "DIRECTORY_NOT_A_TABLE", None, "PDF"),
        (table(row(名称="一\n二")) + b'S-02,"open\n', "DIRECTORY_NOT_A_TABLE", 4, "引号"),
        (table(row(联系人="人" * 3000)), "DIRECTORY_NOT_A_TABLE", 2, "引号"),
        (table(row(联系人="x" * 200_000)), "DIRECTORY_NOT_A_TABLE", 2, "引号"),
        (b"\n\n" + table(row(), header=("一", "二")), "DIRECTORY_COLUMNS", 3, "没有表头"),
        (table(row(), header=(*HEADER[:9], "编码")), "DIRECTORY_COLUMNS", 1, "两次"),
        (table(row()[2:], header=HEADER[2:]), "DIRECTORY_COLUMNS", 1, "编码"),
        (b"a," * 5000 + b"\n", "DIRECTORY_TOO_LARGE", None, "200 列"),
        (b"," * (MAX_BYTES + 1), "DIRECTORY_TOO_LARGE", None, "20 MB"),
    ],
)
def test_a_file_that_is_no_directory_is_one_clear_error(
    content: bytes, code: str, line: int | None, words: str
) -> None:
    error = refusal(content)
    assert (error.code, error.line) == (code, line)
    assert words in error.message
    assert "\n" not in error.message


cells = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "学校", "企业", "mining", "990102", "19900000001", "0371-67180000", "是", "a@example.com", "/"]
    ),
    st.from_regex(r"\+?[0-9 ().;/-]{1,24}(ext|x|#)?[0-9]*", fullmatch=True),
    st.from_regex(r"[^\s@]{1,10}@[^\s@]{1,20}", fullmatch=True),
)


@given(st.lists(st.lists(cells, max_size=12), max_size=8))
@settings(deadline=None)
def test_whatever_the_rows_hold_each_of_them_is_accounted_for(rows: list[list[str]]) -> None:
    content = table(*rows)
    held = [
        number
        for number, each in enumerate(csv.reader(io.StringIO(content.decode(), newline="")), 1)
        if number > 1 and any(cell.strip() for cell in each)
    ]
    try:
        reading = read(content, AREAS)
    except InputError:
        assert not held or any("\0" in cell for each in rows for cell in each)
        return
    assert [each.number for each in reading.rows] == held
    assert all((each.organisation is None) == bool(each.faults) for each in reading.rows)
    codes = [organisation.code for organisation in reading.organisations]
    assert len(codes) == len(set(codes))


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_random_bytes_end_in_a_clear_error(content: bytes) -> None:
    refusal(content)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
@settings(max_examples=300, deadline=None)
def test_random_text_under_a_header_never_ends_in_a_traceback(text: str, encoding: str) -> None:
    with contextlib.suppress(InputError):
        read((table().decode() + text).encode(encoding), AREAS)
