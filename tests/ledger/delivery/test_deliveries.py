"""Deliveries as they are stored and asked for."""

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from channels.contract import Accepted
from gateway.ledger import timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import completion, counters, deliveries
from gateway.ledger.delivery.counters import Count
from gateway.ledger.delivery.deliveries import NewDelivery
from gateway.ledger.schema import addresses
from tests.delivery.world import (
    HOUR,
    Broadcast,
    address,
    expand,
    launch,
    number,
    organisation,
    states,
)
from tests.ledger.delivery.work import answer, claim, to


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
