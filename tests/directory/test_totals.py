from typing import Any

import pytest

from gateway.directory.totals import Total, totals
from gateway.plans.model import ReductionTarget


def target(**changes: Any) -> ReductionTarget:
    return ReductionTarget.model_validate(
        {
            "pollutants": ["二氧化硫"],
            "percent": {"yellow": 10, "orange": 20},
            "of": "重点企业",
            "clause": {"path": "四（二）1", "lines": [1, 1]},
            **changes,
        }
    )


ONE = {("", "SO2"): 10.0, ("yellow", "SO2"): 1.0, ("orange", "二氧化硫"): 1.0}


def only(found: list[Total], level: str) -> Total:
    (one,) = (each for each in found if each.level == level)
    return one


def test_reductions_are_summed_and_held_against_the_plans_ratio() -> None:
    found = totals([target()], [1, 2], {1: ONE, 2: ONE})
    yellow, orange = only(found, "yellow"), only(found, "orange")
    assert (yellow.emitted, yellow.reduced, yellow.percent, yellow.met) == (20.0, 2.0, 10.0, True)
    assert (orange.percent, orange.met) == (10.0, False)


def test_where_figures_lack_that_is_said_and_nothing_claimed() -> None:
    yellow = only(totals([target()], [1, 2, 3], {1: ONE, 2: {("", "SO2"): 5.0}}), "yellow")
    assert (yellow.lacking, yellow.listed, yellow.met) == (2, 3, None)
    nothing = only(totals([target()], [1], {}), "yellow")
    assert (nothing.percent, nothing.met, nothing.lacking) == (None, None, 1)


@pytest.mark.parametrize("of", [None, "事发地全社会"])
def test_a_ratio_of_all_societys_emissions_needs_them(of: str | None) -> None:
    unknown = totals([target(of=of)], [1], {1: ONE})
    assert (only(unknown, "yellow").of_society, only(unknown, "yellow").met) == (True, None)
    assert only(unknown, "orange").met is False  # too little even of the listed emissions
    known = totals([target(of=of)], [1], {1: ONE}, {"SO2": 8.0})
    assert (only(known, "yellow").percent, only(known, "yellow").met) == (12.5, True)
    assert only(known, "orange").met is False
    assert only(totals([target(of=of)], [1, 2], {1: ONE}, {"SO2": 20.0}), "yellow").met is None


def test_a_sum_of_two_pollutants_is_the_sum_of_their_percentages() -> None:
    together = target(pollutants=["二氧化硫", "氮氧化物"], together=True, percent={"yellow": 20})
    stated = {("", "SO2"): 10.0, ("yellow", "SO2"): 1.5, ("", "NOx"): 100.0, ("yellow", "NOx"): 5.0}
    (found,) = totals([together], [1], {1: stated})
    assert (found.pollutants, found.percent, found.met) == (("二氧化硫", "氮氧化物"), 20.0, True)


def test_a_plan_that_names_no_pollutant_is_held_against_all_tonnes() -> None:
    stated = {("", "SO2"): 10.0, ("yellow", "SO2"): 3.0, ("", "VOCs"): 10.0, ("yellow", "VOCs"): 1.0}
    (found,) = totals([target(pollutants=[], percent={"yellow": 15})], [1], {1: stated})
    assert (found.pollutants, found.percent, found.met) == ((), 20.0, True)
