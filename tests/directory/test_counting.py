"""How many a selection means, by kind: the same as choosing each of them would say."""

import pytest

from gateway.directory.counting import Kind, Share, shares
from gateway.directory.selection import EVERYONE, build
from gateway.errors import InputError
from gateway.plans.catalogue import Catalogue

PLAN = Catalogue().load("zhengzhou").plan
KINDS = [
    Kind("schools", None, "410105", None, False, 10),
    Kind("schools", None, "410105001", None, True, 4),  # of a street there
    Kind("enterprises", "industry", "410104", "C", True, 3),
    Kind("enterprises", "construction", "410104", None, False, 5),
    Kind("departments", None, "410100", None, False, 2),
    Kind("schools", None, "653101", None, False, 100),  # of another city
]


def test_without_a_selection_all_that_the_area_concerns_are_meant() -> None:
    assert shares(KINDS, PLAN, ["410100"], EVERYONE) == (
        Share("schools", 14, 0),
        Share("enterprises", 8, 0),
        Share("departments", 2, 0),
    )
    assert shares(KINDS, PLAN, ["410105"], EVERYONE) == (Share("schools", 14, 0), Share("departments", 2, 0))


def test_every_part_of_a_selection_narrows() -> None:
    for data, meant in (
        ({"audiences": ["schools"]}, {"schools": 14}),
        ({"areas": ["410105"]}, {"schools": 14}),  # those of the whole city are not of a district
        ({"sectors": ["industry"]}, {"enterprises": 3}),
        ({"grades": ["C"]}, {"enterprises": 3}),
        ({"groups": ["重点"]}, {"schools": 4, "enterprises": 3}),
        ({"groups": ["重点"], "audiences": ["schools"]}, {"schools": 4}),
        ({"audiences": ["media"]}, {}),
    ):
        found = shares(KINDS, PLAN, ["410100"], build(data))
        assert {each.audience: each.meant for each in found if each.meant} == meant, data
        assert sum(each.meant + each.left_out for each in found) == 24


def test_a_decision_without_an_area_concerns_nobody_whom_one_could_count() -> None:
    for areas, code in (([], "AREA_EMPTY"), (["999999"], "AREA_UNKNOWN")):
        with pytest.raises(InputError) as error:
            shares(KINDS, PLAN, areas, EVERYONE)
        assert error.value.code == code
