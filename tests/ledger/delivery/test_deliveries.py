"""Deliveries as they are stored and asked for."""

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from channels.contract import Accepted, Deferred, Outcome, Reason, Receipt, Reference, Rejected, Unknown
from gateway.delivery.recording import Told, record
from gateway.ledger import timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import completion, counters, deliveries, exposed, flights, lanes, queue, receipts
from gateway.ledger.delivery.counters import Count
from gateway.ledger.delivery.deliveries import NewDelivery
from gateway.ledger.schema import addresses
from tests.delivery.world import (
    HOUR,
    Broadcast,
    address,
    attempts_of,
    expand,
    launch,
    number,
    organisation,
    states,
)
from tests.ledger.delivery.test_queue import answer, claim, to


def test_what_is_there_already_is_not_stored_or_counted_twice(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    ledger.write_now(expand, broadcast, to(2, 3, 4))
    assert ledger.read_now(states, broadcast) == {"queued": 4}


def test_a_message_without_a_lane_is_suppressed_with_its_reason(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(suppressed, broadcast)
    (stored,) = ledger.read_now(deliveries.page, broadcast.id)
    assert (stored.state, stored.reason, stored.due_at) == ("suppressed", "configuration", None)
    assert ledger.read_now(completion.complete, broadcast.id, system_clock())


def test_an_exercise_address_cannot_get_a_real_message(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    with pytest.raises(IntegrityError):
        ledger.write_now(mixed, broadcast)


def test_storing_deliveries_sets_the_sweep_at_the_end_of_their_life(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch, valid_for=HOUR)
    ledger.write_now(expand, broadcast, to(1))
    due = ledger.read_now(timers.next_due)
    assert due is not None
    assert abs(due - system_clock() - HOUR) < 60_000


def test_counts_are_by_audience_channel_and_area(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2), audience="schools")
    ledger.write_now(expand, broadcast, to(3), audience="public")
    ledger.write_now(answer, ledger.write_now(claim, 1), Accepted("SM1"))
    assert ledger.read_now(counters.by_group, broadcast.id) == [
        Count("public", "sms", "410102", "queued", 1),
        Count("schools", "sms", "410102", "accepted", 1),
        Count("schools", "sms", "410102", "queued", 1),
    ]


def test_pages_follow_each_other_and_can_be_narrowed(ledger: Ledger) -> None:
    ledger.write_now(expand, ledger.write_now(launch, "other", episode="other"), to(1, 2))
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    ledger.write_now(expand, broadcast, to(4), audience="public")
    first = ledger.read_now(deliveries.page, broadcast.id, limit=3)
    rest = ledger.read_now(deliveries.page, broadcast.id, after=first[-1].id, limit=3)
    assert [each.address for each in (*first, *rest)] == to(1, 2, 3, 4)
    (public,) = ledger.read_now(deliveries.page, broadcast.id, audience="public")
    assert public.organisation == "单位public"
    assert ledger.read_now(deliveries.page, broadcast.id, state="failed") == []
    assert ledger.read_now(deliveries.page, broadcast.id, channel="email") == []
    assert ledger.read_now(deliveries.page, 999) == []


def test_an_address_never_shows_in_a_delivery_s_words(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    (stored,) = ledger.read_now(deliveries.page, broadcast.id)
    assert number(1) not in repr(stored)


def test_whoever_may_have_been_reached_is_exposed(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3, 4, 5, 6))
    taken = ledger.write_now(claim, 5)
    outcomes: tuple[Outcome, ...] = (
        Accepted("SM1"),
        Unknown(Reason.TIMEOUT),
        Rejected(Reason.INVALID_ADDRESS),
        Deferred(Reason.CONNECTION),
    )
    ledger.write_now(answer, taken, *outcomes)  # the fifth stays unanswered
    ledger.write_now(told, 1, "failed")
    ledger.write_now(forget_answer, 5)
    found = ledger.read_now(exposed.of_episode, broadcast.episode)
    assert [each.value for each in found] == to(1, 2, 5)
    assert ledger.read_now(exposed.of_episode, "another") == []


def test_an_address_is_in_flight_while_its_request_may_still_be_answered(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    now = system_clock()
    taken = ledger.write_now(claim, 2, now=now)
    ledger.write_now(answer, taken, Accepted("SM1"))
    ledger.write_now(forget_answer, 2)
    found = ledger.read_now(flights.under_way, broadcast.episode, {1, 2, 3})
    assert found == {2: now + 2000}
    assert ledger.read_now(flights.under_way, "another", {1, 2, 3}) == {}


def test_a_broadcast_is_complete_when_no_news_can_come(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2))
    now = system_clock()

    def complete(at: int = now) -> bool:
        return ledger.read_now(completion.complete, broadcast.id, at)

    assert not complete()
    taken = ledger.write_now(claim, now=now)
    assert not complete()
    ledger.write_now(answer, taken, Accepted("SM1"))
    assert not complete()
    assert complete(now + HOUR + 1)
    ledger.write_now(told, 1, "delivered")
    ledger.write_now(told, 2, "read")
    assert complete()
    assert ledger.read_now(completion.complete, None, now)


def test_an_unknown_is_not_complete_before_it_is_settled(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    ledger.write_now(answer, ledger.write_now(claim), Unknown(Reason.TIMEOUT))
    later = system_clock() + 2 * HOUR
    assert not ledger.read_now(completion.complete, broadcast.id, later)
    ledger.write_now(timers.remove, "settle_unknown", [1])
    assert ledger.read_now(completion.complete, broadcast.id, later)


def test_a_receipt_that_comes_before_its_answer_waits_for_it(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    taken = ledger.write_now(claim)
    ledger.write_now(loose, "SM1", "delivered")
    assert ledger.read_now(receipts.waiting) == 1
    assert ledger.read_now(states, broadcast) == {"sending": 1}
    ledger.write_now(answer, taken, Accepted("SM1"))
    assert ledger.read_now(receipts.waiting) == 0
    assert ledger.read_now(states, broadcast) == {"delivered": 1}
    ledger.write_now(loose, "SM1", "sent")
    assert ledger.read_now(states, broadcast) == {"delivered": 1}


def test_a_receipt_takes_a_message_out_of_the_queue(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    ledger.write_now(answer, ledger.write_now(claim), Rejected(Reason.UNREACHABLE))
    assert ledger.read_now(states, broadcast) == {"queued": 1}
    ledger.write_now(told, 1, "delivered")
    assert ledger.read_now(states, broadcast) == {"delivered": 1}
    assert ledger.read_now(queue.next_due, 1) is None


def test_a_receipt_said_twice_changes_nothing(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    ledger.write_now(answer, ledger.write_now(claim), Accepted("SM1"))
    ledger.write_now(told, 1, "delivered")
    before = ledger.read_now(deliveries.page, broadcast.id), ledger.read_now(attempts_of, broadcast)
    ledger.write_now(told, 1, "delivered")
    ledger.write_now(told, 1, "sent")
    assert (ledger.read_now(deliveries.page, broadcast.id), ledger.read_now(attempts_of, broadcast)) == before


def told(connection: Connection, delivery_id: int, state: str) -> None:
    (lane, *_) = lanes.all_lanes(connection)
    receipt = Receipt(Reference(message_id="x"), state, Reason.BLOCKED if state == "failed" else None)  # type: ignore[arg-type]
    record(connection, [Told(lane.account_id, receipt, (delivery_id, 1))], {}, system_clock())


def loose(connection: Connection, provider_id: str, state: str) -> None:
    (lane, *_) = lanes.all_lanes(connection)
    receipt = Receipt(Reference(provider_id), state)  # type: ignore[arg-type]
    record(connection, [Told(lane.account_id, receipt, None)], {}, system_clock())


def forget_answer(connection: Connection, delivery_id: int) -> None:
    """As if the answer were still to come."""
    connection.exec_driver_sql(
        f"update attempts set state = 'sending', answered_at = null where delivery_id = {delivery_id}"
    )
    connection.exec_driver_sql(f"update deliveries set state = 'sending' where id = {delivery_id}")


def suppressed(connection: Connection, broadcast: Broadcast) -> None:
    new = NewDelivery(
        broadcast_id=broadcast.id,
        exercise=False,
        audience="schools",
        channel="wecom",
        area="410102",
        organisation_id=organisation(connection, "schools"),
        address_id=address(connection, "无此群", "wecom"),
        notice_id=broadcast.notice_id,
        part=0,
        lane_id=None,
        priority=21,
        due_at=system_clock(),
        state="suppressed",
        reason="configuration",
    )
    assert deliveries.insert(connection, [new]) == 1


def mixed(connection: Connection, broadcast: Broadcast) -> None:
    statement = insert(addresses).values(kind="sms", value=number(1), exercise=True)
    connection.execute(statement)
    (address_id,) = connection.execute(statement.returning(addresses.c.id).values(value=number(2))).one()
    new = NewDelivery(
        broadcast_id=broadcast.id,
        exercise=False,
        audience="schools",
        channel="sms",
        area="410102",
        organisation_id=organisation(connection, "schools"),
        address_id=address_id,
        notice_id=broadcast.notice_id,
        part=0,
        lane_id=1,
        priority=21,
        due_at=system_clock(),
    )
    deliveries.insert(connection, [new])
