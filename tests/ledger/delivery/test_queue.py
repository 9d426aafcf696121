"""What a claim takes, and what it must not."""

from sqlalchemy import Connection, select, update

from channels.contract import Deferred, Reason, Rejected, Unknown
from gateway.delivery.recording import settle
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import deliveries, lanes
from gateway.ledger.delivery.message_words import Words
from gateway.ledger.delivery.queue import Claim
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.ledger.schema import lanes as lanes_table
from tests.delivery.world import (
    HOUR,
    attempts_of,
    expand,
    launch,
    states,
)
from tests.ledger.delivery.work import FIRST, SECOND, addresses, answer, claim, to


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


def test_a_retry_that_would_come_too_late_is_not_waited_for(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch, valid_for=30_000)
    ledger.write_now(expand, broadcast, to(1))
    ledger.write_now(answer, ledger.write_now(claim), Rejected(Reason.UNREACHABLE))
    assert ledger.read_now(states, broadcast) == {"failed": 1}
    (failed,) = ledger.read_now(deliveries.page, broadcast.id)
    assert failed.reason == "unreachable"


def back_to_the_first_lane(connection: Connection) -> None:
    """The repeat went to the other sender; let this test's claims find it."""
    first = select(lanes_table.c.id).where(lanes_table.c.name == FIRST).scalar_subquery()
    connection.execute(update(deliveries_table).values(lane_id=first))
