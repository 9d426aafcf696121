"""What is tried where nobody signs, and what ends it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from channels.contract import Accepted, Reason, Rejected
from gateway.broadcasts.launching.follow import Wish
from gateway.directory.model import Address, Contact, ContactAddress
from gateway.follow_up.signatures.escalation import due_now
from gateway.follow_up.signatures.signing import Signer, object_to, sign
from gateway.ledger.directory import contacts, duties
from gateway.ledger.schema import incarnation
from tests.follow_up.asking import PLANT, Asking, person

SIGNER = Signer("王五", "值班员", "link", "(link)")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    yield made
    made.close()


def test_without_a_signature_the_next_contacts_are_told_and_then_a_person_calls(office: Asking) -> None:
    recorded = office.start()
    assert office.reached(recorded) == {"1000", "1001"}
    assert office.minutes(9) == {"channel": 0, "contact": 0, "phone": 0, "skipped": 0}
    assert office.minutes(2)["skipped"] == 1  # SMS is its only kind of address
    assert office.minutes(10)["contact"] == 1
    assert office.reached(recorded, "queued") == {"1002"}
    office.deliver()
    assert office.minutes(20)["contact"] == 1
    assert office.reached(recorded, "queued") == {"1003"}
    assert office.minutes(20)["phone"] == 1
    assert office.minutes(600)["phone"] == 0
    assert office.steps() == [("channel", "skipped"), ("contact", None), ("contact", None), ("phone", None)]
    assert "1009" not in office.reached(recorded)  # whoever watches over the plant calls it


def test_at_night_who_has_night_duty_is_told_first(office: Asking) -> None:
    office.later(hours=14)  # 22:00: the one on night duty is among the first who are told
    recorded = office.start(starts_at="2024-01-10T23:00:00+08:00")
    assert office.reached(recorded) == {"1000", "1001", "1003"}
    office.minutes(11)
    office.minutes(10)
    assert office.reached(recorded, "queued") == {"1002"}


def test_a_signature_ends_it_at_once_and_takes_back_what_is_still_queued(office: Asking) -> None:
    recorded = office.start()
    office.minutes(11)
    office.minutes(10)
    assert office.reached(recorded, "queued") == {"1002"}
    office.case(sign, office.asked(recorded), SIGNER, office.now)
    assert office.reached(recorded, "queued") == set()
    assert office.reached(recorded, "cancelled") == {"1002"}
    assert office.steps() == [("channel", "skipped"), ("contact", "signed"), ("contact", "signed")]
    assert office.minutes(600) == {"channel": 0, "contact": 0, "phone": 0, "skipped": 0}


def test_an_objection_ends_it_too(office: Asking) -> None:
    recorded = office.start()
    office.case(object_to, office.asked(recorded), SIGNER, "cannot_stop_safely", "", office.now)
    assert office.steps() == [("channel", "objected")]
    assert office.minutes(600)["phone"] == 0


@pytest.mark.parametrize(("action", "because"), [("lift", "lifted"), ("extend", "superseded")])
def test_another_decision_ends_it_with_its_launch(office: Asking, action: str, because: str) -> None:
    recorded = office.start()
    office.minutes(11)
    office.minutes(10)
    if action == "lift":
        observed = {"daily_aqi": [128, 96], "below_threshold": True, "improvement_hours": 48}
        wish = Wish("解除一号", changes={"observed": observed, "special_reason": "好转"})
        assert office.follow(recorded, "lift", wish).recorded.launched
    else:
        office.act(
            office.document(
                action="extend",
                document_number="延长一号",
                expected_end_at="2024-01-14T12:00:00+08:00",
            )
        )
    assert ("contact", because) in office.steps()
    assert all(ended for _, ended in office.steps())
    assert office.minutes(600) == {"channel": 0, "contact": 0, "phone": 0, "skipped": 0}
    office.deliver()
    assert "1002" not in office.reached(recorded, "delivered")


def test_a_dead_number_does_not_stop_the_next_contact_from_being_told(office: Asking) -> None:
    recorded = office.act(office.document())
    office.expand()
    office.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS))
    office.minutes(11)
    office.minutes(10)
    office.deliver(lambda _address: Accepted("SM"))
    assert office.reached(recorded, "delivered") == {"1002"}


def test_another_kind_of_address_is_the_next_channel(office: Asking) -> None:
    mail = ContactAddress(Address("email", "office@example.com"))
    office.add(replace(PLANT, contacts=(PLANT.contacts[0], Contact("钱二", "deputy", (mail,)))))
    office.start()
    assert office.minutes(11)["channel"] == 1


def test_who_is_on_shift_is_told_before_the_others(office: Asking) -> None:
    people = office.ledger.read_now(contacts.of_organisations, [office.plant()])[office.plant()]
    on_duty = next(each for each in people if each.contact.name == "孙三")
    shift = duties.NewShift(on_duty.id, office.now, office.now + 86_400_000)
    office.case(duties.add_shifts, [shift], office.now, "(local)")
    recorded = office.start()
    office.minutes(11)
    office.minutes(10)
    assert office.reached(recorded, "queued") == {"1003"}


def test_two_plants_that_share_a_deputy_are_each_chased(office: Asking) -> None:
    shared = (person("吴九", "responsible", "00002001"), PLANT.contacts[1])
    office.add(replace(PLANT, code="E2", name="示例二厂", addresses=(), contacts=shared))
    office.start()
    office.minutes(11)
    assert office.minutes(10)["contact"] == 2


def test_a_restored_copy_tries_nothing_until_a_person_resumes(office: Asking) -> None:
    office.start()
    office.later(minutes=11)
    assert len(office.ledger.read_now(due_now, office.now)) == 1
    office.ledger.write_now(
        lambda connection: connection.execute(
            insert(incarnation).values(id=1, guarded_since=office.now, guarded_because="backup")
        )
    )
    assert office.ledger.read_now(due_now, office.now) == []


def test_steps_that_came_due_while_nothing_ran_are_taken_one_after_the_other(office: Asking) -> None:
    recorded = office.start()
    office.minutes(300)
    for _ in range(3):
        office.minutes(0)
    assert [kind for kind, _ in office.steps()] == ["channel", "contact", "contact", "phone"]
    assert office.reached(recorded) == {"1000", "1001", "1002", "1003"}
