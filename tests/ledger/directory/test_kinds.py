"""Organisations counted by kind, without a walk over them."""

from datetime import date

import pytest

from gateway.directory.counting import Kind
from gateway.directory.selection import build
from gateway.ledger.database import Ledger
from gateway.ledger.directory import kinds
from gateway.plans.catalogue import Catalogue
from gateway.web.importing.organisations import read_rows, store_rows

LIST = "\n".join(
    [
        "编码,名称,受众,行业,绩效等级,绩效等级生效日期,区域代码,联系人,手机,分组,演练",
        "S1,示例一小,学校,,,,410105,某甲,19900000301,重点,否",
        "S2,示例二小,学校,,,,410105,某乙,19900000302,,否",
        "E1,示例砖厂,企业,工业企业,C级,,410105,某丙,19900000303,重点；雷达站旁,否",
        "E2,示例瓦厂,企业,工业企业,C级,2030-01-01,410105,某丁,19900000304,,否",
        "X1,演练工厂,企业,工业企业,,,410105,某戊,19900000305,只在演练,是",
    ]
)
ON = date(2026, 11, 22)


@pytest.fixture
def listed(ledger: Ledger) -> Ledger:
    reading = read_rows(LIST.encode(), "directory.csv", Catalogue())
    report = ledger.write_now(store_rows, reading, 1_800_000_000_000)
    assert report["counts"]["refused"] == 0, report
    return ledger


def test_organisations_are_counted_by_what_a_selection_can_tell_apart(listed: Ledger) -> None:
    found = set(listed.read_now(kinds.kinds, False, ON))
    assert found == {
        Kind("schools", None, "410105", None, False, 2),
        Kind("enterprises", "industry", "410105", "C", False, 1),
        Kind("enterprises", "industry", "410105", None, False, 1),  # its grade does not count yet
    }
    assert Kind("enterprises", "industry", "410105", "C", False, 2) in listed.read_now(
        kinds.kinds, False, date(2030, 1, 1)
    )
    assert [each.number for each in listed.read_now(kinds.kinds, True, ON)] == [1]


def test_who_is_in_one_of_some_groups_is_counted_apart_and_once(listed: Ledger) -> None:
    found = listed.read_now(kinds.kinds, False, ON, build({"groups": ["重点", "雷达站旁"]}))
    grouped = {(each.audience, each.number) for each in found if each.grouped}
    assert grouped == {("schools", 1), ("enterprises", 1)}
    assert sum(each.number for each in found) == 4


def test_single_organisations_are_counted_apart_and_found_by_name_or_code(listed: Ledger) -> None:
    found = listed.read_now(kinds.kinds, False, ON, build({"organisations": ["S1", "X1"]}))
    assert sorted((each.code, each.number) for each in found) == [("", 1), ("", 1), ("", 1), ("S1", 1)]

    def matching(text: str, *limits: str, exercise: bool = False) -> list[str]:
        search = kinds.Search(exercise, text, ["410105", "410104"], limits)
        pages = [listed.read_now(kinds.matching, search, 1, skip) for skip in range(3)]
        found = sorted(each.code for page in pages for each in page)
        assert len(found) == listed.read_now(kinds.number_matching, search)
        return found

    assert [matching(text) for text in ("小", "一小", "E", "%", "x1")] == [
        ["S1", "S2"],
        ["S1"],
        ["E1", "E2"],
        [],
        [],
    ]
    assert (matching("一小", "410104"), matching("演练", exercise=True)) == ([], ["X1"])
    assert set(listed.read_now(kinds.named, False, ["S1", "X1", "S9"])) == {"S1"}


def test_groups_are_those_of_the_real_or_of_exercises(listed: Ledger) -> None:
    assert listed.read_now(kinds.group_names, False) == [("重点", 2), ("雷达站旁", 1)]
    assert listed.read_now(kinds.group_names, True) == [("只在演练", 1)]
    assert listed.read_now(kinds.known_groups, False, ("重点", "只在演练", "没有的")) == {"重点"}
    assert listed.read_now(kinds.known_groups, False, ()) == set()
