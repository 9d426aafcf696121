"""Which addresses refuse us: as their provider said last."""

from channels.contract import Accepted, Outcome, Reason, Rejected
from gateway.ledger import doctor
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import opted_out
from gateway.ledger.delivery.queue import Claimed
from tests.delivery.world import address, expand, launch
from tests.ledger.delivery.test_minutes import answered, told
from tests.ledger.delivery.work import claim, to

TAKEN, NO = Accepted("SM"), Rejected(Reason.OPTED_OUT)


def refusing(ledger: Ledger) -> set[int]:
    assert ledger.read_now(doctor.misheard) == 0
    assert ledger.read_now(opted_out.of, True) == set()  # exercises have addresses of their own
    return ledger.read_now(opted_out.of, False)


def sent(ledger: Ledger, name: str, *places: int, outcomes: tuple[Outcome, ...]) -> list[Claimed]:
    """A message to each of these numbers, and what their provider said."""
    broadcast = ledger.write_now(launch, name)
    ledger.write_now(expand, broadcast, to(*places))
    taken = sorted(ledger.write_now(claim).messages, key=lambda each: each.delivery_id)
    answered(ledger, taken, system_clock(), *outcomes)
    return taken


def test_an_address_refuses_us_until_a_later_message_arrives_there(ledger: Ledger) -> None:
    one, two = (ledger.write_now(address, number) for number in to(1, 2))
    first = sent(ledger, "first", 1, 2, outcomes=(TAKEN, TAKEN))
    sent(ledger, "second", 1, 2, outcomes=(NO, NO))
    assert refusing(ledger) == {one, two}
    told(ledger, first, system_clock(), "delivered")  # an earlier message's, heard late
    assert refusing(ledger) == {one, two}
    third = sent(ledger, "third", 1, 2, outcomes=(TAKEN, Rejected(Reason.UNREACHABLE)))
    assert refusing(ledger) == {one, two}  # taken is not arrived, and another fault is no word of theirs
    told(ledger, third[:1], system_clock(), "delivered")
    assert refusing(ledger) == {two}
    sent(ledger, "fourth", 1, outcomes=(NO,))
    assert refusing(ledger) == {one, two}


def test_a_refusal_that_is_heard_after_a_later_message_arrived_is_none(ledger: Ledger) -> None:
    """Or whoever is on the list would be told nothing, though they can be reached."""
    one = ledger.write_now(address, *to(1))
    first = sent(ledger, "first", 1, outcomes=(TAKEN,))
    second = sent(ledger, "second", 1, outcomes=(TAKEN,))
    third = sent(ledger, "third", 1, outcomes=(TAKEN,))
    told(ledger, second, system_clock(), "delivered")
    told(ledger, first, system_clock(), "failed", Reason.OPTED_OUT)
    assert refusing(ledger) == set()
    told(ledger, third, system_clock(), "failed", Reason.OPTED_OUT)
    assert refusing(ledger) == {one}


def test_a_message_that_was_refused_and_arrived_all_the_same_is_no_refusal(ledger: Ledger) -> None:
    one = ledger.write_now(address, *to(1))
    taken = sent(ledger, "first", 1, outcomes=(NO,))
    assert refusing(ledger) == {one}
    told(ledger, taken, system_clock(), "read")
    assert refusing(ledger) == set()
