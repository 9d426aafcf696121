"""Which addresses a request may still be under way to."""

from channels.contract import Accepted
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import flights
from tests.delivery.world import (
    expand,
    launch,
)
from tests.ledger.delivery.work import answer, claim, forget_answer, to


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
