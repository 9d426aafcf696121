"""What is tried where nobody signs, and what ends it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from channels.contract import Accepted, Reason, Rejected
from gateway.broadcasts.follow import Wish
from gateway.broadcasts.prepare import Desk
from gateway.directory.model import Address, Contact, ContactAddress, ContactRole, Organisation
from gateway.escalation_policy import DEFAULT, Policies
from gateway.follow_up.escalation import take
from gateway.follow_up.signing import Signer, object_to, sign
from gateway.identifiers import uuid7
from gateway.ledger import acknowledgements, directory, timers
from gateway.ledger.acknowledgements import Acknowledgement
from gateway.ledger.decisions import Recorded
from gateway.ledger.schema import addresses, deliveries, escalation_steps
from gateway.notices.model import Office
from tests.broadcasts.bureau import CATALOGUE, Bureau

SIGNER = Signer("王五", "值班员", "link", "(link)")


def sms(number: str) -> tuple[ContactAddress, ...]:
    return (ContactAddress(Address("sms", f"+86199{number}")),)


def person(name: str, role: ContactRole, number: str) -> Contact:
    return Contact(name, role, sms(number))


PLANT = Organisation(
    "E1",
    "示例机械厂",
    "enterprises",
    "industry",
    "410104",
    None,
    (Address("sms", "+8619900001000"),),
    contacts=(
        person("赵一", "responsible", "00001001"),
        person("钱二", "deputy", "00001002"),
        person("孙三", "night_duty", "00001003"),
        person("李四", "grid_member", "00001009"),
    ),
)


class Asking(Bureau):
    """An office that asks its plants to sign within half an hour."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        office = Office(reply_by_minutes=(("enterprises", 30),), sign_at="http://127.0.0.1/s/")
        self.desk = Desk(CATALOGUE, office, uuid7)
        self.add(PLANT)

    def add(self, *organisations: Organisation) -> None:
        self.ledger.write_now(directory.apply, organisations, self.now)

    def start(self, **changes: Any) -> Recorded:
        recorded = self.act(self.document(**changes))
        self.expand()
        self.deliver()
        return recorded

    def minutes(self, number: float, policies: Policies = DEFAULT) -> dict[str, int]:
        """Time passes, and what is due then is tried."""
        self.moment += timedelta(minutes=number)
        due = self.ledger.read_now(timers.due, "escalation", self.now, 1000)
        return self.ledger.write_now(take, due, policies, self.now)

    def asked(self, recorded: Recorded, code: str = "E1") -> Acknowledgement:
        found = self.ledger.read_now(acknowledgements.of_organisation, recorded.broadcast_id, code)
        assert found is not None
        return found

    def reached(self, recorded: Recorded, state: str | None = None) -> set[str]:
        """The ends of the plant's numbers that have a message, in a state or any."""
        return self.ledger.read_now(_reached, recorded.broadcast_id, state)

    def steps(self) -> list[tuple[str, str | None]]:
        return self.ledger.read_now(_steps)


def _reached(connection: Connection, broadcast_id: int, state: str | None) -> set[str]:
    query = (
        select(addresses.c.value)
        .join(deliveries, deliveries.c.address_id == addresses.c.id)
        .where(deliveries.c.broadcast_id == broadcast_id, addresses.c.value.startswith("+861990000100"))
    )
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return {value[-4:] for value in connection.execute(query).scalars()}


def _steps(connection: Connection) -> list[tuple[str, str | None]]:
    rows = connection.execute(
        select(escalation_steps.c.kind, escalation_steps.c.ended_because).order_by(escalation_steps.c.id)
    )
    return [tuple(row) for row in rows]


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


def test_another_kind_of_address_is_the_next_channel(office: Asking, tmp_path: Path) -> None:
    mail = ContactAddress(Address("email", "office@example.com"))
    office.add(
        Organisation(
            **{
                **{name: getattr(PLANT, name) for name in PLANT.__dataclass_fields__},
                "contacts": (PLANT.contacts[0], Contact("钱二", "deputy", (mail,))),
            }
        )
    )
    office.start()
    assert office.minutes(11)["channel"] == 1


def test_steps_that_came_due_while_nothing_ran_are_taken_one_after_the_other(office: Asking) -> None:
    recorded = office.start()
    office.minutes(300)
    for _ in range(3):
        office.minutes(0)
    assert [kind for kind, _ in office.steps()] == ["channel", "contact", "contact", "phone"]
    assert office.reached(recorded) == {"1000", "1001", "1002", "1003"}
