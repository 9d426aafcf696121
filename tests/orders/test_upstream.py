"""The checks know what the city has in force, and people can still act on what came by fax."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.exchange.model import DIVISION, Area, Named
from gateway.vocabulary import Level
from tests.broadcasts.bureau import Bureau
from tests.orders.world import START, District, block

SOON, END = START + timedelta(hours=6), START + timedelta(hours=78)
BY_FAX = {"kind": "upper_order", "by": "大连市重污染天气应急指挥部", "level": "orange", "document": "传真1号"}


def stated(district: Bureau, level: Level | None = "orange", **changes: Any) -> dict[str, Any]:
    document = {
        "plan": "xigang",
        "action": "issue" if level else "lift",
        "level": level,
        "decided_at": district.moment.isoformat(),
        "starts_at": SOON.isoformat(),
        "area": ["210203"],
        "basis": {**BY_FAX, "level": level},
        "issuer": "西岗区重污染天气应急指挥部",
        "document_number": "西重污染预警〔2024〕9号",
        **changes,
    }
    return {key: value for key, value in document.items() if value is not None}


def test_a_start_on_an_order_that_nobody_received_asks_how_it_came(district: District) -> None:
    assert district.findings(stated(district))["UPSTREAM_ORDER_MISSING"] == "reason"
    explained = stated(district, special_reason="传真收到，已电话核实")
    assert district.findings(explained)["UPSTREAM_ORDER_MISSING"] == "note"


def test_without_configured_senders_a_stated_order_is_enough(tmp_path: Path) -> None:
    made = District(tmp_path, relation="neighbour")
    assert "UPSTREAM_ORDER_MISSING" not in made.findings(stated(made))
    made.close()


def test_nobody_has_to_type_the_level_of_an_order_that_came(district: District) -> None:
    district.take(district.alert(block("orange", SOON, END)))
    basis = {"kind": "upper_order", "document": "大重污指令〔2024〕1号"}
    assert district.findings(stated(district, basis=basis)).keys() <= {"APPROVAL_MISSING", "LEVEL_NOT_MET"}
    other = district.findings(stated(district, "red", basis=basis))
    assert other["LEVEL_DIFFERS_FROM_ORDER"] == "refuse"


def test_below_the_citys_level_is_refused_whatever_is_stated(district: District) -> None:
    district.take(district.alert(block("red", SOON, END)))
    found = district.findings(stated(district, "orange"))
    assert (found["BELOW_FLOOR"], found["LEVEL_DIFFERS_FROM_ORDER"]) == ("refuse", "refuse")


def test_a_lift_waits_for_the_citys(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    order = district.take(first)
    district.follow_order(order)
    district.later(hours=8)
    soon = (district.moment + timedelta(hours=1)).isoformat()
    lift = stated(district, None, starts_at=soon, basis={"kind": "upper_order"})
    assert district.findings(lift)["BELOW_FLOOR"] == "refuse"
    district.take(district.alert(block(None, district.moment), earlier=[first]))
    assert {"BELOW_FLOOR", "UPSTREAM_ORDER_MISSING"}.isdisjoint(district.findings(lift))


def test_a_lift_by_fax_is_possible_once_a_person_says_so(district: District) -> None:
    order = district.take(district.alert(block("orange", SOON, END)))
    district.follow_order(order)
    district.later(hours=8)
    district.dismiss(order)
    soon = (district.moment + timedelta(hours=1)).isoformat()
    lift = stated(district, None, starts_at=soon, basis={"kind": "upper_order"})
    assert district.findings(lift)["UPSTREAM_ORDER_MISSING"] == "reason"
    assert district.order(order).decision_id is not None


def test_what_the_city_lowers_or_lifts_for_later_holds_until_then(district: District) -> None:
    first = district.alert(block("red", SOON, END))
    district.follow_order(district.take(first))
    district.later(hours=8)
    later = district.moment + timedelta(hours=12)
    standing = block("red", SOON, later)
    lift = district.take(district.alert(block(None, later), standing, earlier=[first]))
    assert district.draft(lift)["document"]["starts_at"] == later.isoformat()
    basis = {"kind": "upper_order"}
    too_soon = stated(district, None, starts_at=(later - timedelta(hours=1)).isoformat(), basis=basis)
    assert district.findings(too_soon)["BELOW_FLOOR"] == "refuse"
    assert "BELOW_FLOOR" not in district.findings({**too_soon, "starts_at": later.isoformat()})


def test_a_message_that_runs_out_ends_nothing(district: District) -> None:
    order = district.take(district.alert(block("orange", SOON)))
    district.follow_order(order, open_ended=True)
    district.later(hours=100)
    soon = (district.moment + timedelta(hours=1)).isoformat()
    lift = stated(district, None, starts_at=soon, basis={"kind": "upper_order"})
    assert district.findings(lift)["BELOW_FLOOR"] == "refuse"


def test_an_order_between_approval_and_launch_stops_a_launch_below_it(district: District) -> None:
    from gateway.broadcasts.preparing.groundwork import Refused
    from tests.orders.world import HEAD

    first = district.alert(block("orange", SOON, END))
    submitted = district.submit(district.complete(district.take(first)))
    district.approve(submitted.recorded, HEAD)
    district.later(minutes=1)
    district.take(district.alert(block("red", SOON, END), earlier=[first]))
    with pytest.raises(Refused):
        district.launch(submitted.recorded)


def test_a_county_under_its_citys_plan_is_held_to_the_citys_level(tmp_path: Path) -> None:
    county = District(tmp_path, plan="zhengzhou", area=["410122"], identity="airwarn.210200")
    city = (Area("郑州市", geocodes=(Named(DIVISION, "410100"),)),)
    order = county.take(county.alert(block("orange", SOON, END, areas=city)))
    assert county.draft(order)["document"]["area"] == ["410122"]
    own = county.document(level="yellow", area=["410122"], issuer="中牟县环委会办公室")
    assert county.findings(own)["BELOW_FLOOR"] == "refuse"
    county.close()


def test_where_an_order_is_a_floor_more_may_stay_in_force_and_a_lift_is_judged_here(tmp_path: Path) -> None:
    city = District(tmp_path, plan="zhengzhou", identity="airwarn.210200")
    here = (Area("郑州市", geocodes=(Named(DIVISION, "410100"),)),)
    city.act(city.document(level="orange"))
    first = city.alert(block("yellow", SOON, END, areas=here))
    assert city.take(first).order.verdict == "unchanged"
    city.later(minutes=1)
    lift = city.take(city.alert(block(None, SOON, areas=here), earlier=[first]))
    made = city.draft(lift)
    assert made["document"]["action"] == "lift"
    assert "由本地研判" in made["remarks"][-1]["message"]
    city.close()
