"""From the city's start to its lift: what becomes a draft, what is owed, what counts as in force."""

from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from sqlalchemy import Connection, delete, text, update

from gateway.broadcasts.launching.follow import Wish
from gateway.errors import InputError
from gateway.exchange import cap
from gateway.exchange.model import DIVISION, DOCUMENT_NUMBER, Area, Authority, Named, Reference
from gateway.exchange.signing import sign
from gateway.ledger.decisions import decisions
from gateway.ledger.exchange import order_answers
from gateway.ledger.schema import orders
from gateway.ledger.trail import vouching
from gateway.orders.receiving import receive
from gateway.vocabulary import Level
from tests.broadcasts.bureau import CATALOGUE
from tests.exchange.keys import signing_key
from tests.orders.world import HEAD, START, District, block

SOON, END = START + timedelta(hours=6), START + timedelta(hours=78)


def test_an_order_becomes_a_draft_at_its_level_and_is_owed_until_a_decision_takes_it(
    district: District,
) -> None:
    order = district.take(district.alert(block("orange", SOON, END)))
    document = district.draft(order)["document"]
    assert document == {
        "plan": "xigang",
        "action": "issue",
        "level": "orange",
        "starts_at": SOON.isoformat(),
        "expected_end_at": END.isoformat(),
        "area": ["210203"],
        "basis": {
            "kind": "upper_order",
            "by": "大连市重污染天气应急指挥部",
            "level": "orange",
            "document": "大重污指令〔2024〕1号",
        },
    }
    assert district.owed() == ["order_received"]
    decision = district.follow_order(order)
    assert (district.order(order).state, district.order(order).decision_id) == ("taken", decision)
    assert "order_received" not in district.owed()
    assert [kind for kind, _ in district.audit() if kind.startswith("order_")] == [
        "order_received",
        "order_taken",
    ]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("content", b"<alert/>", "CHANGED"), ("sha256", "0" * 64, "CHANGED"), (None, None, "REMOVED")],
)
def test_the_trail_vouches_for_the_bytes_of_an_order(
    district: District, column: str | None, value: object, code: str
) -> None:
    order = district.take(district.alert(block("orange", SOON, END)))
    assert district.ledger.read_now(lambda connection: list(vouching.faults(connection))) == []
    which = orders.c.id == order.order.id

    def intrude(connection: Connection) -> None:
        """What somebody does who has the file, and knows of the triggers."""
        triggers = "select name from sqlite_master where type = 'trigger' and tbl_name = 'orders'"
        for (name,) in connection.execute(text(triggers)).all():
            connection.execute(text(f"drop trigger {name}"))
        if column is None:
            connection.execute(delete(orders).where(which))
        else:
            connection.execute(update(orders).where(which).values({column: value}))

    district.case(intrude)
    (fault,) = district.ledger.read_now(lambda connection: list(vouching.faults(connection)))
    assert (fault.code, fault.subject) == (code, f"orders:{order.order.id}")


def test_what_people_must_add_is_named_and_not_made_up(district: District) -> None:
    made = district.draft(district.take(district.alert(block("orange", SOON))))
    missing = {each["field"] for each in made["missing"]}
    assert missing >= {"decided_at", "issuer", "document_number", "approvals", "expected_end_at"}
    assert missing.isdisjoint(made["document"])


def test_the_name_of_a_message_is_never_taken_for_the_number_of_a_document(district: District) -> None:
    info = block("orange", SOON, END)
    bare = tuple(each for each in info.parameters if each.name != DOCUMENT_NUMBER)
    order = district.take(district.alert(block("orange", SOON, END, parameters=bare)))
    made = district.draft(order)
    assert "document" not in made["document"]["basis"]
    assert "basis.document" in {each["field"] for each in made["missing"]}
    decision = district.follow_order(order)
    assert district.order(order).decision_id == decision


def test_a_message_that_refers_to_thousands_is_of_the_event_of_another_that_refers_to_one(
    district: District,
) -> None:
    lost = district.alert(block("yellow", SOON, END))
    district.later(minutes=1)
    came = district.take(district.alert(block("orange", SOON, END), earlier=[lost]))
    district.later(minutes=1)
    update = district.alert(block("red", SOON, END), earlier=[lost], number=3, incidents=None)
    others = tuple(Reference(lost.sender, f"other_{number}", lost.sent) for number in range(2000))
    taken = district.take(replace(update, references=(*others, *update.references)))
    assert taken.order.event == came.order.event


def test_words_of_a_message_over_several_lines_stay_comments_of_the_draft(district: District) -> None:
    places = (Area("大连市", geocodes=(Named(DIVISION, "210200"),)), Area("长海\naction: lift"))
    made = district.draft(district.take(district.alert(block("orange", SOON, END, areas=places))))
    assert "长海 action: lift" in made["text"]
    assert yaml.safe_load(made["text"]) == made["document"]


def test_a_start_that_has_passed_is_left_to_people(district: District) -> None:
    order = district.take(district.alert(block("orange", SOON, END)))
    district.later(hours=7)
    made = district.draft(order)
    assert "starts_at" not in made["document"]
    assert "starts_at" in {each["field"] for each in made["missing"]}


@pytest.mark.parametrize(
    ("before", "ordered", "action"),
    [("orange", "red", "raise"), ("red", "yellow", "lower"), ("yellow", None, "lift")],
)
def test_a_change_is_drafted_by_what_is_in_force_here(
    district: District, before: Level, ordered: Level | None, action: str
) -> None:
    first = district.alert(block(before, SOON, END))
    district.follow_order(district.take(first))
    district.later(hours=1)
    change = district.take(district.alert(block(ordered, SOON, END), earlier=[first]))
    assert district.drafted(change) == (action, ordered)
    assert district.order(change).state == "received"


def test_a_later_end_is_an_extension_and_the_same_again_is_nothing(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    district.follow_order(district.take(first))
    district.later(hours=1)
    same = district.alert(block("orange", SOON, END), earlier=[first])
    assert district.take(same).order.verdict == "unchanged"
    district.later(hours=1)
    longer = district.alert(block("orange", SOON, END + timedelta(hours=24)), earlier=[first, same])
    assert district.drafted(district.take(longer)) == ("extend", "orange")


def test_a_newer_message_of_the_event_takes_the_place_of_one_that_waits(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    waited = district.take(first)
    district.later(minutes=10)
    district.take(district.alert(block("red", SOON, END), earlier=[first]))
    assert district.order(waited).state == "overtaken"
    assert district.owed() == ["order_received"]


def test_a_lift_before_anybody_acted_asks_for_nothing(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    waited = district.take(first)
    district.later(minutes=10)
    lift = district.take(district.alert(block(None, SOON), earlier=[first]))
    assert (lift.order.verdict, district.order(waited).state, district.owed()) == (
        "unchanged",
        "overtaken",
        [],
    )


def test_a_cancel_that_says_nothing_else_ends_its_event(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    district.follow_order(district.take(first))
    district.later(minutes=10)
    bare = district.take(district.alert(earlier=[first], message_type="Cancel"))
    assert district.drafted(bare) == ("lift", None)


def test_a_change_that_leaves_the_district_out_ends_what_held_there(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    district.follow_order(district.take(first))
    district.later(minutes=10)
    elsewhere = (Area("中山区", geocodes=(Named(DIVISION, "210202"),)),)
    change = district.take(district.alert(block("red", SOON, END, areas=elsewhere), earlier=[first]))
    assert district.drafted(change) == ("lift", None)


def test_a_retracted_decision_gives_its_order_back(district: District) -> None:
    order = district.take(district.alert(block("orange", SOON, END)))
    decision = district.follow_order(order)
    found = district.case(decisions.by_id, decision)
    submitted = district.follow(found, "retract", Wish("西重污染预警〔2024〕撤1号"))
    if submitted.prepared is not None and submitted.prepared.steps:
        district.approve(submitted.recorded, HEAD)
        district.launch(submitted.recorded)
    assert (district.order(order).state, district.order(order).decision_id) == ("received", None)
    assert "order_received" in district.owed()
    assert district.drafted(order) == ("issue", "orange")


def test_dismissing_says_why_and_lets_nothing_count_any_more(district: District) -> None:
    order = district.take(district.alert(block("orange", SOON, END)), callback="https://city.example/cb")
    district.dismiss(order, "电话核实：误发")
    kept = district.order(order)
    assert (kept.state, kept.in_force, district.owed()) == ("dismissed", False, [])
    answers = district.ledger.read_now(order_answers.of_order, order.order.id)
    assert [each["state"] for each in answers] == ["accepted", "refused"]
    assert "电话核实：误发" in str(answers[-1]["message"])
    with pytest.raises(InputError, match="已有人处理"):
        district.dismiss(order)


def test_a_copy_of_a_signed_alert_does_not_change_who_is_answered(district: District) -> None:
    alert = district.alert(block("orange", SOON, END))
    order = district.take(alert, callback="https://city.example/cb")
    own = signing_key("ec", "city")
    pinned = {"fingerprints": [own.fingerprint], "public_keys": [], "secrets": []}
    district.configure(district.senders["dalian"].settings.model_copy(update=pinned))
    signed = sign(cap.write(alert), own, district.moment)
    proved = district.senders.prove({}, signed, district.moment)
    found = district.case(
        *(receive, CATALOGUE, Authority(), proved, "application/cap+xml", "https://evil.example/cb"),
        district.now,
    )
    assert (found.outcome, found.order.id) == ("repeated", order.order.id)
    assert district.order(order).callback == "https://city.example/cb"


@pytest.mark.parametrize("relation", ["lower", "neighbour"])
def test_what_neighbours_and_lower_levels_start_is_only_known(district: District, relation: str) -> None:
    district.configure(district.senders["dalian"].settings.model_copy(update={"relation": relation}))
    order = district.take(district.alert(block("red", SOON, END)))
    assert (order.order.verdict, district.owed(), district.order(order).in_force) == ("informed", [], False)


def test_an_exercise_makes_an_exercise_and_touches_nothing_real(district: District) -> None:
    real = district.take(district.alert(block("orange", SOON, END)))
    district.later(minutes=1)
    drill = district.take(district.alert(block("red", SOON, END), status="Exercise"))
    assert district.draft(drill)["document"]["exercise"] is True
    assert district.order(real).state == "received"
    document = district.complete(real)
    assert "BELOW_FLOOR" not in district.findings(document)  # the drill's red is no floor


def test_an_exercise_cannot_lift_what_is_real(district: District) -> None:
    first = district.alert(block("orange", SOON, END))
    order = district.take(first)
    district.later(minutes=1)
    drill = district.take(district.alert(block(None, SOON), earlier=[first], status="Exercise"))
    assert drill.order.refusal is not None
    assert drill.order.refusal["code"] == "ORDER_EXERCISE_MIXED"
    assert district.order(order).in_force


def test_a_decision_that_names_no_order_takes_the_one_that_asks_for_it(district: District) -> None:
    order = district.take(district.alert(block("orange", SOON, END)))
    decision = district.follow_order(order, basis={"kind": "upper_order", "level": "orange"})
    assert (district.order(order).state, district.order(order).decision_id) == ("taken", decision)
