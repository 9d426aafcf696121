"""Which areas of a plan a message means: by code, by prefix, and never more."""

import pytest

from gateway.exchange.model import DIVISION, OWN_AREA, Area, Named
from gateway.exchange.overlap import meet
from tests.notices.plans import packaged


def of(*codes: str, name: str = DIVISION) -> list[Area]:
    return [Area(code, geocodes=(Named(name, code),)) for code in codes]


@pytest.mark.parametrize(
    ("plan", "own", "codes", "common"),
    [
        ("xigang", ["210203"], ["210200"], ("210203",)),
        ("xigang", ["210203"], ["210000"], ("210203",)),
        ("xigang", ["210203"], ["100000"], ("210203",)),
        ("xigang", ["210203"], ["210203"], ("210203",)),
        ("xigang", ["210203"], ["210203000000"], ("210203",)),
        ("xigang", ["210203"], ["210202", "210200,210300"], ("210203",)),
        ("xigang", ["210203"], ["210202"], ()),
        ("xigang", ["210203"], ["210203001000"], ()),
        ("zhengzhou", ["410100"], ["410100"], ("410100",)),
        ("zhengzhou", ["410100"], ["410105", "410102"], ("410102", "410105")),
        ("zhengzhou", ["410122"], ["410100"], ("410122",)),
        ("zhengzhou", ["410122"], ["410105"], ()),
        ("kashgar", ["653100"], ["653101"], ("653101",)),
    ],
)
def test_areas_meet_where_their_codes_do(
    plan: str, own: list[str], codes: list[str], common: tuple[str, ...]
) -> None:
    assert meet(packaged(plan), own, of(*codes)).common == common


def test_codes_that_do_not_meet_are_told_apart() -> None:
    met = meet(packaged("zhengzhou"), ["410100"], of("410200", "410199", "abc", "410105002000"))
    assert (met.elsewhere, met.unknown, met.finer) == (("410200",), ("410199", "abc"), ("410105002000",))


def test_an_area_without_a_code_meets_nothing() -> None:
    met = meet(packaged("xigang"), ["210203"], [Area("大连市"), *of("210200", name="SAME")])
    assert (met.common, met.uncoded) == ((), ("大连市", "210200"))


def test_an_area_that_the_plan_named_itself_is_met_by_that_name() -> None:
    area = Area("航空港区", geocodes=(Named(DIVISION, "410122000000"), Named(OWN_AREA, "410100A1")))
    assert meet(packaged("zhengzhou"), ["410100"], [area]).common == ("410100A1",)


def test_an_area_that_another_plan_named_itself_is_met_by_its_official_code() -> None:
    area = Area("航空港区", geocodes=(Named(DIVISION, "410122000000"), Named(OWN_AREA, "P7")))
    assert meet(packaged("zhengzhou"), ["410100"], [area]).common == ("410122",)
    alone = Area("航空港区", geocodes=(Named(OWN_AREA, "P7"),))
    assert meet(packaged("zhengzhou"), ["410100"], [alone]).unknown == ("P7",)
