"""Receipts and the deliveries that they are of."""

from channels.contract import Accepted, Reason, Rejected
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import deliveries, queue, receipts
from tests.delivery.world import (
    attempts_of,
    expand,
    launch,
    states,
)
from tests.ledger.delivery.work import answer, claim, loose, to, told


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
