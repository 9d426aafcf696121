"""When deliveries were accepted, delivered or failed, minute by minute."""

from channels.contract import Accepted, Outcome, Reason, Receipt, Reference, Rejected
from gateway.delivery.recording import Answer, Told, record
from gateway.ledger import doctor
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, minutes
from gateway.ledger.delivery.minutes import MINUTE, Minute, Times
from gateway.ledger.delivery.queue import Claimed
from tests.delivery.world import expand, launch
from tests.ledger.delivery.work import claim, to

START = (system_clock() // MINUTE + 5) * MINUTE  # the first moment of a minute
TAKEN, REFUSED = Accepted("SM"), Rejected(Reason.INVALID_ADDRESS)


def answered(ledger: Ledger, taken: list[Claimed], at: int, *outcomes: Outcome) -> None:
    (lane, *_) = ledger.read_now(lanes.all_lanes)
    answers = [
        Answer(each.delivery_id, each.attempt, lane.id, lane.account_id, outcome)
        for each, outcome in zip(taken, outcomes * len(taken), strict=False)
    ]
    ledger.write_now(record, answers, {}, at)


def told(
    ledger: Ledger, taken: list[Claimed], at: int, state: str, why: Reason = Reason.INVALID_ADDRESS
) -> None:
    (lane, *_) = ledger.read_now(lanes.all_lanes)
    reason = why if state == "failed" else None
    receipts = [
        Told(
            lane.account_id,
            Receipt(Reference("SM"), state, reason),  # type: ignore[arg-type]
            (each.delivery_id, each.attempt),
        )
        for each in taken
    ]
    ledger.write_now(record, receipts, {}, at)


def test_each_minute_says_how_many_came_so_far_and_when_the_first_and_last_of_them_did(
    ledger: Ledger,
) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3, 4))
    taken = list(ledger.write_now(claim, 4).messages)
    answered(ledger, taken[:2], START + 5_000, TAKEN)
    answered(ledger, taken[2:], START + 20_000, TAKEN, REFUSED)
    told(ledger, taken[:1], START + MINUTE, "delivered")
    told(ledger, taken[:1], START + MINUTE + 1, "read")  # no news: it had arrived
    minute = START // MINUTE
    assert ledger.read_now(minutes.of_broadcast, broadcast.id) == [
        Minute("", "accepted", minute, 3, START + 5_000, START + 20_000),
        Minute("", "delivered", minute + 1, 1, START + MINUTE, START + MINUTE),
        Minute("", "failed", minute, 1, START + 20_000, START + 20_000),
    ]
    assert list(doctor.miscounts(ledger)) == []


def test_what_was_accepted_and_fails_later_is_taken_off_again(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2))
    taken = list(ledger.write_now(claim, 2).messages)
    answered(ledger, taken, START, TAKEN)
    told(ledger, taken[:1], START + MINUTE, "failed")
    found = ledger.read_now(minutes.of_broadcast, broadcast.id)
    assert [(each.stage, each.deliveries) for each in found] == [
        ("accepted", 2),
        ("accepted", -1),
        ("failed", 1),
    ]
    assert minutes.times(found, {"": 2}, {})["", "accepted"] == Times(START, None)
    assert list(doctor.miscounts(ledger)) == []


def test_minutes_are_told_by_audience_and_channel_and_within_areas(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2), audience="schools")
    ledger.write_now(expand, broadcast, to(3), audience="public")
    answered(ledger, list(ledger.write_now(claim, 3).messages), START, TAKEN)

    def told_of(by: minutes.By, **which: object) -> dict[str, int]:
        found = ledger.read_now(lambda read: minutes.of_broadcast(read, broadcast.id, by, **which))  # type: ignore[arg-type]
        return {each.key: each.deliveries for each in found}

    assert told_of("audience") == {"schools": 2, "public": 1}
    assert told_of("channel", only={"audience": "public"}) == {"sms": 1}
    assert told_of("area", limits=["410100"]) == {"410102": 3}
    assert told_of("area", limits=["410105"]) == {}


def test_what_is_read_in_one_go_is_what_is_read_one_after_the_other(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    by: tuple[minutes.By, ...] = ("audience", "area")
    for place, audience in enumerate(("schools", "public", "media"), 1):
        ledger.write_now(expand, broadcast, to(place, place + 10), audience=audience)
        taken = list(ledger.write_now(claim, 9).messages)
        answered(ledger, taken, START + place * 20_000, TAKEN, REFUSED)
    together = ledger.read_now(minutes.apart, broadcast.id, by)
    assert together.keys() == {None, *by}
    for each, found in together.items():
        assert sorted(found) == sorted(ledger.read_now(minutes.of_broadcast, broadcast.id, each))


def test_doctor_finds_minutes_that_do_not_sum_up_to_the_rows(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    answered(ledger, list(ledger.write_now(claim, 1).messages), START, TAKEN)
    assert list(doctor.miscounts(ledger)) == []
    ledger.write_now(minutes.count, {(1, "delivered"): 1}, START)
    assert [(each.state, each.counted, each.rows) for each in doctor.miscounts(ledger)] == [
        ("accepted by the minute", 2, 1),
        ("delivered by the minute", 1, 0),
    ]


def at(minute: int, deliveries: int, first: int = 0, last: int = MINUTE) -> Minute:
    begins = START + minute * MINUTE
    return Minute("", "accepted", START // MINUTE + minute, deliveries, begins + first, begins + last)


def test_a_share_is_reached_within_its_minute_as_if_messages_came_evenly() -> None:
    some = [at(0, 50), at(2, 50, first=10_000, last=20_000)]
    assert minutes.first_at(some) == START
    assert minutes.share_at(some, 100, 75) == START + 2 * MINUTE + 15_000
    assert minutes.share_at(some, 100, 50) == START + MINUTE
    assert minutes.share_at(some, 101, 100) is None


def test_a_share_that_was_lost_again_counts_from_when_it_was_there_for_good() -> None:
    some = [at(0, 95), at(1, -1, first=0, last=0), at(3, 1, first=7_000, last=7_000)]
    assert minutes.share_at(some, 100) == START + 3 * MINUTE + 7_000
