"""When nothing more is to be heard of a broadcast."""

from channels.contract import Accepted, Reason, Unknown
from gateway.ledger import timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import completion
from tests.delivery.world import (
    HOUR,
    expand,
    launch,
)
from tests.ledger.delivery.work import answer, claim, to, told


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
