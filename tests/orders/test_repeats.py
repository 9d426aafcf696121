"""What comes twice, late, out of order or under a name that was used: never brings a level back."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.exchange import cap, national
from gateway.exchange.model import DIVISION, SMS, Area, Authority, Named
from gateway.ledger.exchange import orders
from gateway.ledger.trail import audit
from tests.orders.world import START, District, block

SOON, END = START + timedelta(hours=6), START + timedelta(hours=78)


def test_the_same_message_in_whatever_form_is_one(district: District) -> None:
    alert = district.alert(block("orange", SOON, END))
    first = district.take(alert)
    again = [district.take(alert, form=form) for form in ("cap", "json")]
    assert [each.outcome for each in again] == ["repeated", "repeated"]
    assert {each.order.id for each in again} == {first.order.id}
    assert district.owed() == ["order_received"]


def test_the_12379_form_of_a_known_message_is_the_same_message(district: District) -> None:
    info = block("orange", SOON, END)
    alert = district.alert(
        block("orange", SOON, END, parameters=(*info.parameters, Named(SMS, "示例"))), number=1
    )
    settings = district.senders["dalian"].settings
    first = district.take(alert)
    content = national.write(alert, Authority())
    district.configure(settings.model_copy(update={"identity": "大连市重污染天气应急指挥部"}))
    assert (district.take(content).outcome, first.outcome) == ("repeated", "kept")


def test_another_message_under_a_known_name_is_refused_and_flagged(district: District) -> None:
    alert = district.alert(block("red", SOON, END))
    first = district.take(alert)
    other = district.take(replace(alert, infos=(block("yellow", SOON, END),)))
    assert (other.outcome, other.order.id) == ("conflict", first.order.id)
    assert district.order(first).level == "red"
    assert ("order_conflict", "(airwarn)") in district.audit()


def test_an_update_that_arrives_after_the_lift_changes_nothing(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    district.follow_order(district.take(first))
    district.later(minutes=10)
    raised = district.alert(block("red", SOON, END), earlier=[first])
    district.later(minutes=10)
    lift = district.take(district.alert(block(None, SOON), earlier=[first, raised]))
    late = district.take(raised)
    assert (late.order.verdict, district.order(late).in_force) == ("outdated", False)
    assert district.order(lift).state == "received"
    assert district.drafted(lift) == ("lift", None)


def test_an_alert_that_arrives_after_its_own_cancel_starts_nothing(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    district.later(minutes=10)
    raised = district.alert(block("red", SOON, END), earlier=[first])
    district.later(minutes=10)
    district.take(district.alert(earlier=[raised], message_type="Cancel", incidents=None))
    assert district.take(raised).order.verdict == "outdated"
    assert district.take(first).order.verdict == "outdated"
    assert not district.case(orders.in_force, "xigang", False)
    assert district.owed() == []


def test_a_message_that_ran_out_before_it_came_starts_nothing(district: District) -> None:
    old = district.alert(block("red", START - timedelta(days=9), START - timedelta(days=8)))
    assert district.take(old).order.verdict == "outdated"


def test_a_message_of_the_future_is_refused_loudly_and_taken_once_the_clocks_agree(
    district: District,
) -> None:
    district.later(minutes=10)
    alert = district.alert(block("orange", SOON, END))
    district.later(minutes=-10)
    early = district.take(alert)
    assert early.order.refusal is not None
    assert early.order.refusal["code"] == "ORDER_SENT_IN_FUTURE"
    assert district.take(alert).outcome == "repeated"
    assert district.owed() == ["order_received"]
    district.later(minutes=6)
    assert district.take(alert).order.verdict == "draft"
    assert (district.order(early).state, district.owed()) == ("overtaken", ["order_received"])


@pytest.mark.parametrize(
    ("codes", "refusal", "loud"),
    [
        ((Named(DIVISION, "210202"),), "ORDER_ELSEWHERE", False),
        ((Named(DIVISION, "370200"),), "ORDER_ELSEWHERE", False),
        ((Named(DIVISION, "219900"),), "ORDER_AREA_UNKNOWN", True),
        ((Named(DIVISION, "210203001000"),), "ORDER_AREA_UNKNOWN", True),
        ((), "ORDER_AREA_UNKNOWN", True),
    ],
)
def test_what_does_not_mean_this_area_is_refused_and_never_widened(
    district: District, codes: tuple[Named, ...], refusal: str, loud: bool
) -> None:
    place = Area("某地", geocodes=codes)
    received = district.take(district.alert(block("red", SOON, END, areas=(place,))))
    assert received.order.refusal is not None
    assert received.order.refusal["code"] == refusal
    assert bool(district.owed()) is loud
    assert not district.case(orders.in_force, "xigang", False)


def test_what_cannot_be_read_is_kept_and_shown(district: District) -> None:
    received = district.take(b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><info/></alert>")
    assert (received.order.verdict, received.order.identifier) == ("refused", None)
    assert district.owed() == ["order_received"]
    assert district.case(orders.content, received.order.id).startswith(b"<alert")


def test_a_rainstorm_is_no_heavy_pollution_and_nobody_has_to_look(district: District) -> None:
    storm = block("red", SOON, END, event="暴雨", event_codes=(Named("cn:eventType", "11B03"),))
    received = district.take(district.alert(storm))
    assert received.order.refusal is not None
    assert (received.order.refusal["code"], district.owed()) == ("ORDER_OTHER_EVENT", [])


def test_no_statement_changes_what_came_in_and_the_trail_holds_the_hash_of_its_bytes(
    district: District,
) -> None:
    content = cap.write(district.alert(block("orange", SOON, END)))
    order = district.take(content).order
    for statement in (
        "update orders set content = content",
        "update orders set level = 'red'",
        "update orders set verdict = 'informed', state = 'kept'",
        "delete from orders",
    ):
        with pytest.raises(IntegrityError, match="append-only"):
            district.case(lambda connection, statement=statement: connection.exec_driver_sql(statement))
    assert district.ledger.read_now(orders.content, order.id) == content
    (entry,) = [
        each
        for each in district.ledger.read_now(audit.of_subjects, [f"order:{order.id}"])
        if each.kind == "order_received"
    ]
    assert entry.detail["content_sha256"] == hashlib.sha256(content).hexdigest()
    assert entry.detail["sha256"] == order.sha256
