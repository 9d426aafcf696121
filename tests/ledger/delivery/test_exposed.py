"""Who may have read the words of an episode."""

from channels.contract import Accepted, Deferred, Outcome, Reason, Rejected, Unknown
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import exposed
from tests.delivery.world import (
    expand,
    launch,
)
from tests.ledger.delivery.work import answer, claim, forget_answer, to, told


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
