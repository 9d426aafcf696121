"""What a claim takes, and what it must not."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from channels.contract import Accepted, Deferred, Outcome, Reason, Rejected, Unknown
from gateway.delivery.recording import Answer, record, settle
from gateway.ledger import events, timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import closing, deliveries, lanes, ownership, queue
from gateway.ledger.delivery.message_words import Words
from gateway.ledger.delivery.queue import Claim
from gateway.ledger.schema import broadcasts
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.ledger.schema import lanes as lanes_table
from tests.delivery.world import (
    HOUR,
    Broadcast,
    attempts_of,
    expand,
    launch,
    number,
    states,
    stop_broadcast,
)

FIRST, SECOND = "+15005550006", "+15005550010"


def claim(connection: Connection, /, limit: int = 100, *, epoch: int | None = None, **more: Any) -> Claim:
    lane = next(each for each in lanes.all_lanes(connection) if each.name == FIRST)
    values: dict[str, Any] = {"now": system_clock(), "paid_from": 0.0, "interval": 0.0, "known": (), **more}
    own = ownership.hold(connection, ["sms"], "test")["sms"]
    return queue.claim(
        connection,
        lane_id=lane.id,
        account_id=lane.account_id,
        epoch=own if epoch is None else epoch,
        limit=limit,
        **values,
    )


def answer(connection: Connection, taken: Claim, *outcomes: Outcome) -> None:
    (lane, *_) = lanes.all_lanes(connection)
    answers = [
        Answer(each.delivery_id, each.attempt, lane.id, lane.account_id, outcome)
        for each, outcome in zip(taken.messages, outcomes * len(taken.messages), strict=False)
    ]
    record(connection, answers, {lane.id: 1000}, system_clock())


def addresses(taken: Claim) -> list[str]:
    return [message.address for message in taken.messages]


def to(*places: int) -> Sequence[str]:
    return [number(place) for place in places]


def test_a_claim_takes_the_urgent_then_the_earliest_and_no_more_than_asked(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    now = system_clock()
    ledger.write_now(expand, broadcast, to(1), priority=30, due_at=now - 500)
    ledger.write_now(expand, broadcast, to(2), priority=30, due_at=now - 900)
    ledger.write_now(expand, broadcast, to(3), priority=10, due_at=now - 100)
    ledger.write_now(expand, broadcast, to(4), priority=10, due_at=now + HOUR)
    assert addresses(ledger.write_now(claim, 2)) == to(3, 2)
    assert addresses(ledger.write_now(claim, 2)) == to(1)
    assert addresses(ledger.write_now(claim, 2)) == []
    assert ledger.read_now(states, broadcast) == {"sending": 3, "queued": 1}


def test_a_claim_is_written_with_its_attempt_and_pays_for_the_lane(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch, words=["甲", "乙"])
    ledger.write_now(expand, broadcast, to(1), parts=2)
    taken = ledger.write_now(claim, paid_from=1000.0, interval=250.0)
    assert [message[1:3] for message in taken.messages] == [(1, False)] * 2
    assert [message.part for message in taken.messages] == [0, 1]
    assert taken.words[broadcast.notice_id].messages == ("甲", "乙")
    made = ledger.read_now(attempts_of, broadcast)
    assert [(each.state, each.answered_at) for each in made] == [("sending", None)] * 2
    (first, _) = ledger.read_now(lanes.all_lanes)
    assert first.next_free_at == 1501


def test_known_words_are_not_read_again(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    words = Words("标题", ("甲",), None, "sms", personal=False)
    assert ledger.write_now(claim, known={broadcast.notice_id: words}).words == {}


def test_an_old_owner_claims_nothing(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    assert ledger.write_now(claim, epoch=0).messages == []


def test_other_lanes_are_left_alone(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1), lane=SECOND)
    assert ledger.write_now(claim).messages == []
    assert len(ledger.read_now(lanes.with_work)) == 1


@pytest.mark.parametrize(("live", "valid_for", "state"), [(False, HOUR, "cancelled"), (True, -1, "expired")])
def test_dead_words_are_closed_when_they_come_up(
    ledger: Ledger, live: bool, valid_for: int, state: str
) -> None:
    dead = ledger.write_now(launch, valid_for=valid_for)
    ledger.write_now(expand, dead, to(1, 2, 3))
    if not live:
        ledger.write_now(stop_broadcast, dead)
    newer = ledger.write_now(launch, "newer")
    ledger.write_now(expand, newer, to(1), priority=30)
    first = ledger.write_now(claim)
    assert (first.messages, first.closed) == ([], 3)
    assert ledger.read_now(states, dead) == {state: 3}
    assert addresses(ledger.write_now(claim)) == to(1)


def test_a_sweep_works_in_slices_and_stops_for_a_broadcast_that_lives(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(*range(25)))
    start: int | None = 0
    assert ledger.write_now(closing.sweep, broadcast.id, 0, 10, system_clock()) is None
    assert ledger.read_now(states, broadcast) == {"queued": 25}
    ledger.write_now(stop_broadcast, broadcast)
    slices = 0
    while start is not None:
        start = ledger.write_now(closing.sweep, broadcast.id, start, 10, system_clock())
        slices += 1
    assert slices == 3
    assert ledger.read_now(states, broadcast) == {"cancelled": 25}


def test_a_broadcast_swept_too_early_is_swept_again_at_its_end(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    now = system_clock()
    ledger.write_now(timers.put, "sweep_broadcast", [(broadcast.id, now)])
    ledger.write_now(closing.finish_sweep, broadcast.id, now)
    end = ledger.read_now(timers.next_due)
    assert end == ledger.read_now(valid_until, broadcast)


def test_a_sweep_that_two_machines_end_is_told_of_once(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(stop_broadcast, broadcast)
    for _ in range(2):
        ledger.write_now(closing.finish_sweep, broadcast.id, system_clock())
    assert [each.kind for each in ledger.read_now(events.page)] == ["stopped"]


def test_a_message_that_may_have_arrived_is_never_called_cancelled(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2))
    ledger.write_now(answer, ledger.write_now(claim, 1), Unknown(Reason.TIMEOUT))
    assert ledger.write_now(settle, [1], system_clock())
    assert ledger.read_now(states, broadcast) == {"queued": 2}
    ledger.write_now(stop_broadcast, broadcast)
    ledger.write_now(closing.sweep, broadcast.id, 1, 10, system_clock())
    assert ledger.read_now(states, broadcast) == {"unknown": 1, "cancelled": 1}


def test_a_repeat_is_marked(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1))
    ledger.write_now(answer, ledger.write_now(claim), Unknown(Reason.TIMEOUT))
    ledger.write_now(settle, [1], system_clock())
    ledger.write_now(back_to_the_first_lane)
    (again,) = ledger.write_now(claim).messages
    assert (again.attempt, again.repeat) == (2, True)
    ledger.write_now(answer, Claim([again], {}, 0, {}), Unknown(Reason.TIMEOUT))
    assert not ledger.write_now(settle, [1], system_clock())
    assert ledger.read_now(states, broadcast) == {"unknown": 1}


def test_what_a_lane_put_off_leaves_before_what_was_queued_with_it(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch, words=["一", "二", "三"])
    ledger.write_now(expand, broadcast, to(1), parts=3)
    ledger.write_now(answer, ledger.write_now(claim, 1), Deferred(Reason.RATE_LIMITED))
    assert [message.part for message in ledger.write_now(claim).messages] == [0, 1, 2]
    assert [attempt.repeat for attempt in ledger.read_now(attempts_of, broadcast)] == [False] * 4


def test_what_was_under_way_when_its_broadcast_was_stopped_is_not_queued_again(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    taken = ledger.write_now(claim)
    ledger.write_now(stop_broadcast, broadcast)
    outcomes = Deferred(Reason.CONNECTION), Rejected(Reason.UNREACHABLE), Accepted("SM1")
    ledger.write_now(answer, taken, *outcomes)
    assert ledger.read_now(states, broadcast) == {"cancelled": 1, "failed": 1, "accepted": 1}


def test_a_retry_that_would_come_too_late_is_not_waited_for(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch, valid_for=30_000)
    ledger.write_now(expand, broadcast, to(1))
    ledger.write_now(answer, ledger.write_now(claim), Rejected(Reason.UNREACHABLE))
    assert ledger.read_now(states, broadcast) == {"failed": 1}
    (failed,) = ledger.read_now(deliveries.page, broadcast.id)
    assert failed.reason == "unreachable"


def valid_until(connection: Connection, broadcast: Broadcast) -> int:
    found = connection.execute(select(broadcasts.c.valid_until).where(broadcasts.c.id == broadcast.id))
    return int(found.scalar_one())


def back_to_the_first_lane(connection: Connection) -> None:
    """The repeat went to the other sender; let this test's claims find it."""
    first = select(lanes_table.c.id).where(lanes_table.c.name == FIRST).scalar_subquery()
    connection.execute(update(deliveries_table).values(lane_id=first))
