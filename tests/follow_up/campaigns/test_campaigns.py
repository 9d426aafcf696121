"""Campaigns at one desk: what leaves when, who is asked again, what a denied number is used for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from channels.contract import Accepted, Outcome, Reason, Rejected, Reply, Unknown
from gateway.delivery.recording import settle
from gateway.directory.campaign import Wish
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.directory.selection import of_words
from gateway.errors import InputError
from gateway.follow_up.campaigns import campaigns, present, verifying
from gateway.follow_up.campaigns.questions import Manner, end_run_out, expand_slice
from gateway.follow_up.signatures.replying import hear
from gateway.follow_up.signatures.unsigned import board_json
from gateway.follow_up.upkeep import restored
from gateway.ledger import doctor
from gateway.ledger.backends import incarnation
from gateway.ledger.delivery import lanes, queue
from gateway.ledger.directory import campaigns as ledger_campaigns
from gateway.ledger.directory import care, contacts
from gateway.ledger.directory.campaigns import Campaign, Tally
from gateway.ledger.directory.verifications import Answer
from gateway.ledger.follow_up.calls import add as add_call
from gateway.ledger.schema import addresses, deliveries
from gateway.ledger.trail.verifying import verify
from gateway.web.organisations import check_json, history_json
from tests.asking_numbers import number, person, plants
from tests.broadcasts.bureau import TOKENS
from tests.directory.everyone import everyone
from tests.follow_up.asking import Asking

ONLY = Wish(of_words(["group=核实"]))
DAY = Manner(time(8, 30), time(20), {"sms": 1000.0})


class Office(Asking):
    """An office that asks whether numbers are still right; time passes by command."""

    def ask(self, wish: Wish = ONLY, *, exercise: bool = False, manner: Manner = DAY) -> Campaign:
        campaign = self.case(
            campaigns.start, self.prepared(wish, exercise), wish, exercise, self.now, caller="(local)"
        )
        while self.case(expand_slice, self.desk.office, TOKENS, manner, self.now):
            pass
        assert isinstance(campaign, Campaign)
        return campaign

    def prepared(self, wish: Wish = ONLY, exercise: bool = False) -> campaigns.Prepared:
        return self.ledger.read_now(
            campaigns.prepare, self.desk.office, self.plans(), wish, exercise, self.now
        )

    def leave(self, outcome: Callable[[int], Outcome | None] = lambda _address: Accepted("SM")) -> None:
        """Time passes until all questions have left."""
        self.later(minutes=5)
        self.deliver(outcome)

    def plans(self) -> list[Any]:
        return [self.desk.catalogue.load("zhengzhou").plan]

    def due(self, campaign: Campaign) -> list[tuple[str, int]]:
        """Each question's number and when it leaves, in seconds from now."""
        query = (
            select(addresses.c.value, deliveries.c.due_at)
            .join(deliveries, deliveries.c.address_id == addresses.c.id)
            .where(deliveries.c.broadcast_id == campaign.broadcast_id)
            .order_by(deliveries.c.id)
        )
        found = self.ledger.read_now(lambda connection: connection.execute(query).all())
        return [(value, (due_at - self.now) // 1000) for value, due_at in found]

    def reply(self, who: str, text: str) -> None:
        (lane,) = self.ledger.read_now(lanes.all_lanes)
        reply = Reply(f"SM{who}{text}{self.now}", who, text)
        self.ledger.write_now(partial(hear, office=self.desk.office), lane.account_id, reply, self.now)

    def tally(self, campaign: Campaign) -> Tally:
        return self.ledger.read_now(ledger_campaigns.tally, campaign)

    def answer(self, code: str, value: str, said: Answer, **how: str) -> None:
        self.case(verifying.record, code, value, said, self.now, via="phone", caller="(local)", **how)

    def told_at(self, code: str) -> tuple[int, ...]:
        """The ids of the addresses at which an organisation would be told a decision."""
        found = self.ledger.read_now(everyone, False)
        return next(tuple(at.id for at in each.addresses) for each in found if each.code == code)

    def problems(self, code: str) -> dict[str, str | None]:
        found = self.ledger.read_now(check_json, self.now)["findings"]
        return {each["problem"]: each["detail"] for each in found if each["code"] == code}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    opened.later(hours=1)  # nine o'clock
    yield opened
    opened.close()


def refused(office: Office, wish: Wish = ONLY, **how: Any) -> str:
    with pytest.raises(InputError) as caught:
        office.ask(wish, **how)
    return caught.value.code


def with_contacts(*people: Contact) -> Organisation:
    return replace(plants([1])[0], contacts=people)


def test_a_warning_leaves_before_questions_that_have_waited_longer(office: Office) -> None:
    office.add(*plants(range(1, 21)))
    campaign = office.ask()
    office.later(hours=1)  # every question is due
    recorded = office.act(office.document())
    office.expand()
    (lane,) = office.ledger.read_now(lanes.all_lanes)
    claimed = office.ledger.write_now(
        queue.claim,
        lane_id=lane.id,
        account_id=lane.account_id,
        epoch=office.epoch,
        now=office.now,
        limit=1000,
        paid_from=0.0,
        interval=0.0,
        known={},
    )
    order = [each.broadcast_id for each in claimed.messages]
    assert order == sorted(order, key=lambda each: each == campaign.broadcast_id)
    assert {recorded.broadcast_id, campaign.broadcast_id} == set(order)


def test_questions_leave_one_after_another_below_the_pace_of_the_lane(office: Office) -> None:
    office.add(*plants([1, 2, 3]))
    assert [seconds for _, seconds in office.due(office.ask())] == [0, 1, 2]
    office.add(*plants([4]))
    assert [seconds for _, seconds in office.due(office.ask())] == [3]  # behind those of the other campaign


def test_questions_leave_by_day_and_outside_of_quiet_hours(office: Office) -> None:
    early = ContactAddress(Address("sms", number(2)), None, "07:00", "09:00")
    office.add(plants([1])[0], replace(plants([2])[0], contacts=(Contact("甲", "deputy", (early,)),)))
    office.moment = office.moment.replace(hour=19, minute=59, second=59)
    first, second = (seconds for _, seconds in office.due(office.ask()))
    assert first == 0
    assert second == 13 * 3600 + 1  # nine o'clock
    office.moment = office.moment.replace(hour=22)
    office.add(*plants([3]))
    ((_, seconds),) = office.due(office.ask())
    assert office.moment + timedelta(seconds=seconds) >= office.moment.replace(hour=8, minute=30) + timedelta(
        days=1
    )


def test_no_question_is_repeated_when_nobody_knows_whether_it_arrived(office: Office) -> None:
    office.add(*plants([1]))
    campaign = office.ask()
    office.leave(lambda _address: Unknown(Reason.TIMEOUT))
    (lost,) = office.ledger.read_now(
        lambda connection: connection.execute(select(deliveries.c.id)).scalars().all()
    )
    assert not office.case(settle, [lost], office.now)
    assert office.tally(campaign).messages == {"unknown": 1}


def test_who_has_many_roles_is_asked_once_and_answers_for_all(office: Office) -> None:
    first, second = plants([1, 2])
    office.add(first, replace(second, contacts=(), addresses=(Address("sms", number(1)),)))
    campaign = office.ask()
    assert len(office.due(campaign)) == 1
    office.leave()
    office.reply(number(1), "2")
    assert office.tally(campaign).denied == 2
    assert office.told_at("Q1") == office.told_at("Q2") == ()


def test_a_reply_before_the_question_has_left_answers_nothing(office: Office) -> None:
    office.add(*plants([1]))
    campaign = office.ask()
    office.reply(number(1), "1")
    assert office.tally(campaign).open == 1
    office.leave()
    office.reply(number(1), "1")
    assert office.tally(campaign).open == 0


def test_nobody_is_asked_twice_within_thirty_days(office: Office) -> None:
    office.add(*plants([1, 2]))
    office.ask(replace(ONLY, never=True))
    office.leave()
    assert refused(office) == "ASKED_LATELY"
    office.add(*plants([3]))
    assert [value for value, _ in office.due(office.ask())] == [number(3)]
    office.later(days=31)
    assert len(office.due(office.ask())) == 3


def test_two_who_start_the_same_at_once_ask_once(office: Office) -> None:
    office.add(*plants([1]))
    prepared = office.prepared()
    office.ask()
    with pytest.raises(InputError) as caught:
        office.case(campaigns.start, prepared, ONLY, False, office.now, caller="(local)")
    assert caught.value.code == "CAMPAIGN_OVERTAKEN"


def test_who_was_never_told_may_be_asked_again(office: Office) -> None:
    office.add(*plants([1]))
    assert office.case(campaigns.end, office.ask(), office.now, "(local)")
    assert len(office.due(office.ask())) == 1


def test_numbers_that_failed_can_be_asked_again_by_themselves(office: Office) -> None:
    office.add(*plants([1, 2]))
    wrong = office.ledger.read_now(_address, number(2))
    office.ask()
    office.leave(lambda at: Rejected(Reason.INVALID_ADDRESS) if at == wrong else Accepted("SM"))
    assert office.problems("Q2")["dead_address"] == "invalid_address"
    office.later(days=31)
    assert [value for value, _ in office.due(office.ask(replace(ONLY, failed=True)))] == [number(2)]


def test_exercises_are_asked_by_lanes_of_exercises_only(office: Office) -> None:
    assert refused(office, Wish(), exercise=True) == "NOBODY_TO_ASK"


def test_a_campaign_ends_by_itself_and_its_answers_are_summed_up(office: Office) -> None:
    office.add(*plants([1, 2]))
    campaign = office.ask()
    office.leave()
    office.reply(number(1), "是")
    office.later(days=9)
    office.case(end_run_out, office.now)
    assert ("campaign_ended", "(time)") in office.audit()
    office.reply(number(2), "1")
    assert office.tally(campaign).confirmed == 1
    office.case(end_run_out, office.now)
    assert office.audit().count(("campaign_ended", "(time)")) == 1


def test_nothing_is_asked_from_a_restored_copy(office: Office) -> None:
    office.add(*plants([1]))
    running = office.ask()
    (shown,) = office.ledger.read_now(restored.state, office.now)["campaigns"]
    assert (shown["campaign"], shown["questions"], shown["open"]) == (running.id, 1, 1)
    office.case(incarnation.resume, "测试", office.now)
    assert office.ledger.read_now(restored.state, office.now)["campaigns"] == []
    found = office.ledger.read_now(ledger_campaigns.one, running.id)
    assert found is not None
    assert found.ended_at == office.now


def test_the_next_contact_is_told_where_the_first_is_denied(office: Office) -> None:
    office.add(with_contacts(person(1), replace(person(2), name="乙")))
    before = office.told_at("Q1")
    office.answer("Q1", number(1), "denied")
    after = office.told_at("Q1")
    assert len(before) == len(after) == 1
    assert before != after


def test_a_contact_is_told_at_the_number_that_was_not_denied(office: Office) -> None:
    numbers = tuple(ContactAddress(Address("sms", number(place))) for place in (1, 2))
    office.add(with_contacts(replace(person(1), addresses=numbers)))
    assert len(office.told_at("Q1")) == 2
    office.answer("Q1", number(1), "denied")
    assert office.told_at("Q1") == (office.ledger.read_now(_address, number(2)),)


def test_a_number_that_one_organisation_denied_still_serves_another(office: Office) -> None:
    first, second = plants([1, 2])
    office.add(*(replace(each, addresses=(), contacts=(person(1),)) for each in (first, second)))
    told = office.told_at("Q2")
    assert len(told) == 1
    office.answer("Q1", number(1), "denied")
    assert (office.told_at("Q1"), office.told_at("Q2")) == ((), told)


def test_the_escalation_skips_a_denied_number(office: Office) -> None:
    people = [replace(person(place), name=f"人{place}") for place in (1, 2, 3)]
    office.add(with_contacts(*people))
    office.answer("Q1", number(2), "denied")
    recorded = office.start()
    for _ in range(3):
        office.minutes(60)
        office.deliver()
    told = office.ledger.read_now(_told, recorded.broadcast_id)
    assert number(1) in told
    assert number(2) not in told
    assert number(3) in told


def test_nobody_is_told_to_call_a_denied_number(office: Office) -> None:
    office.add(replace(plants([1])[0], addresses=(Address("phone", "+8637166000000"),)))
    recorded = office.start()
    before = office.ledger.read_now(_to_call, recorded.broadcast_id, office)
    office.answer("Q1", number(1), "denied")
    after = office.ledger.read_now(_to_call, recorded.broadcast_id, office)
    assert before - after == {"199 0001 0001"}
    assert len(after) == 1
    office.answer("Q1", "0371-66000000", "denied")
    assert office.ledger.read_now(_to_call, recorded.broadcast_id, office) == set()


def test_a_denied_number_stays_out_of_use_until_it_is_confirmed(office: Office) -> None:
    office.add(*plants([1]))
    office.answer("Q1", "199 0001 0001", "denied")
    office.add(*plants([2, 1]))  # the same list, imported again
    assert office.told_at("Q1") == ()
    assert office.problems("Q1")["denied_address"] == office.moment.date().isoformat()
    assert "few_contacts" in office.problems("Q1")
    assert [value for value, _ in office.due(office.ask())] == [number(2)]
    office.answer("Q1", number(1), "confirmed")
    assert len(office.told_at("Q1")) == 1
    assert "denied_address" not in office.problems("Q1")
    changed = office.ledger.read_now(history_json, "Q1", 0, 100)
    noted = [each["changes"]["denied_address"] for each in changed if "denied_address" in each["changes"]]
    assert noted == [
        {"before": None, "after": "+86199****0001"},
        {"before": "+86199****0001", "after": None},
    ]


def test_another_contact_is_only_proposed_until_a_keeper_has_spoken_to_somebody(office: Office) -> None:
    office.add(*plants([1]))
    before = office.told_at("Q1")
    office.answer("Q1", number(1), "changed", name=" 王  新 ", number="0371-6600 0000")
    assert office.told_at("Q1") == before
    (proposal,) = office.ledger.read_now(present.proposals_json, False)["proposals"]
    assert (proposal["name"], proposal["number"]) == ("王 新", "+8637166000000")
    office.later(minutes=1)
    office.answer("Q1", number(1), "confirmed")
    assert office.ledger.read_now(present.proposals_json, False)["proposals"] == []


@pytest.mark.parametrize(
    ("code", "value", "said", "how", "expected"),
    [
        ("没有", number(1), "confirmed", {}, "ORGANISATION_UNKNOWN"),
        ("Q1", number(2), "confirmed", {}, "ADDRESS_UNKNOWN"),
        ("Q1", "谁", "confirmed", {}, "ADDRESS_UNKNOWN"),
        ("Q1", number(1), "changed", {}, "NAME_MISSING"),
        ("Q1", number(1), "changed", {"name": "甲" * 41, "number": "13800138000"}, "NAME_TOO_LONG"),
        ("Q1", number(1), "changed", {"name": "甲", "number": "123"}, "NUMBER_INVALID"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused(
    office: Office, code: str, value: str, said: Answer, how: dict[str, str], expected: str
) -> None:
    office.add(*plants([1]))
    with pytest.raises(InputError) as caught:
        office.answer(code, value, said, **how)
    assert caught.value.code == expected


def test_a_wrong_number_heard_in_a_call_is_listed_until_it_is_mended(office: Office) -> None:
    office.add(*plants([1]))
    recorded = office.start()
    asked = office.asked(recorded, "Q1")
    contact = office.ledger.read_now(_contact, asked.organisation_id)
    office.later(minutes=1)
    office.case(add_call, asked.id, contact, "值班员", "wrong_number", None, office.now)
    assert office.problems("Q1")["dead_address"] == care.WRONG_NUMBER
    office.answer("Q1", number(1), "confirmed")
    assert "dead_address" not in office.problems("Q1")


def test_counters_and_the_audit_trail_agree_with_a_campaign(office: Office, tmp_path: Path) -> None:
    office.add(*plants([1, 2]))
    office.ask()
    office.leave()
    assert list(doctor.miscounts(office.ledger)) == []
    assert [fault for fault in verify(office.ledger, tmp_path).faults if fault.subject != "head"] == []


def _address(connection: Connection, value: str) -> int:
    return int(connection.execute(select(addresses.c.id).where(addresses.c.value == value)).scalar_one())


def _contact(connection: Connection, organisation_id: int) -> int:
    return contacts.of_organisations(connection, [organisation_id])[organisation_id][0].id


def _to_call(connection: Connection, broadcast_id: int, office: Office) -> set[str]:
    board = board_json(connection, office.desk.catalogue, broadcast_id, office.now, full=True)
    return {
        shown["text"]
        for each in board["organisations"]
        if each["organisation"]["code"] == "Q1"
        for who in each["people"]
        for shown in who["numbers"]
    }


def _told(connection: Connection, broadcast_id: int) -> set[str]:
    query = (
        select(addresses.c.value)
        .join(deliveries, deliveries.c.address_id == addresses.c.id)
        .where(deliveries.c.broadcast_id == broadcast_id)
    )
    return set(connection.execute(query).scalars())
