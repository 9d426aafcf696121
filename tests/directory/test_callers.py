import pytest

from gateway.directory import callers
from gateway.directory.model import ContactRole

Said = list[tuple[str, str | None, ContactRole | None]]


def said(cell: str, dialling_code: str | None = "0371") -> Said:
    read = callers.read(cell, dialling_code)
    assert not read.refused, read.refused[0].message
    return [(each.address.value, each.name, each.role) for each in read.found]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0371-6718 0000", "+8637167180000"),
        ("（０３７１）６７１８００００", "+8637167180000"),
        ("67180000", "+8637167180000"),
        ("0371-67180000 转 802", "+8637167180000;ext=802"),
        ("0371-67180000-802", "+8637167180000;ext=802"),
        ("0371－67180000（分机802）", "+8637167180000;ext=802"),
        ("67180000 ext.802", "+8637167180000;ext=802"),
        ("400-123-4567", "+864001234567"),
        ("010-88880000", "+861088880000"),
    ],
)
def test_a_landline_is_read_however_it_is_written(cell: str, value: str) -> None:
    (caller,) = callers.read(cell, "0371").found
    assert (caller.address.kind, caller.address.value) == ("phone", value)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("张三 19900000001", [("+8619900000001", "张三", None)]),
        (
            "张三19900000001，李四（夜间）19900000002",
            [("+8619900000001", "张三", None), ("+8619900000002", "李四", "night_duty")],
        ),
        ("值班室0371-67180000", [("+8637167180000", "值班室", "night_duty")]),
        ("19900000001（张三）", [("+8619900000001", "张三", None)]),
        (
            "19900000001，张三，19900000002，李四",
            [("+8619900000001", "张三", None), ("+8619900000002", "李四", None)],
        ),
        ("张三/19900000001", [("+8619900000001", "张三", None)]),
        (
            "张三 19900000001 李四 19900000002",
            [("+8619900000001", "张三", None), ("+8619900000002", "李四", None)],
        ),
        ("王厂长19900000001", [("+8619900000001", "王厂长", "responsible")]),
        ("副厂长李四 19900000001", [("+8619900000001", "李四", "deputy")]),
        ("张三（副） 19900000001", [("+8619900000001", "张三", "deputy")]),
        ("网格员：赵六 19900000001", [("+8619900000001", "赵六", "grid_member")]),
        ("钱七（监督）19900000001", [("+8619900000001", "钱七", "supervisor")]),
        ("联络员钱七19900000001", [("+8619900000001", "钱七", "liaison")]),
        ("阿依古丽·买买提 19900000001", [("+8619900000001", "阿依古丽·买买提", None)]),
        ("夜间：19900000001", [("+8619900000001", None, "night_duty")]),
        (
            "手机：19900000001 座机：67180000",
            [("+8619900000001", None, None), ("+8637167180000", None, None)],
        ),
        ("67180000 19900000001", [("+8637167180000", None, None), ("+8619900000001", None, None)]),
        ("张三 19900000001（微信同号）", [("+8619900000001", "张三", None)]),
        ("1号车间 19900000001", [("+8619900000001", "1号车间", None)]),
    ],
)
def test_a_cell_says_whose_its_numbers_are(cell: str, read: Said) -> None:
    assert said(cell) == read


@pytest.mark.parametrize(
    "cell",
    [
        "张三、李四 19900000001",  # whose?
        "张三19900000001李四19900000002王五",
        "张三负责东厂区白天打这个19900000001",
        "班主任李老师19900000001",
        "QQ 123456789",
        "张三 1990000001",
        "张三",
    ],
)
def test_what_cannot_be_parsed_is_refused_never_guessed(cell: str) -> None:
    read = callers.read(cell, "0371")
    assert not read.found
    assert read.refused
    assert cell not in read.refused[0].message + read.refused[0].message_en


def test_a_landline_without_its_area_code_is_refused_where_the_area_does_not_tell_it() -> None:
    (refused,) = callers.read("67180000").refused
    assert "区号" in refused.message


def test_a_fax_number_is_left_out_and_counted() -> None:
    read = callers.read("传真0371-67180000；张三19900000001", None)
    assert (read.faxes, len(read.found)) == (1, 1)
