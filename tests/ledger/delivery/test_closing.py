"""What ends with its broadcast's life, or because it was stopped."""

import pytest
from sqlalchemy import Connection, select

from channels.contract import Accepted, Deferred, Reason, Rejected, Unknown
from gateway.delivery.recording import settle
from gateway.ledger import events, timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import closing
from gateway.ledger.schema import broadcasts
from tests.delivery.world import HOUR, Broadcast, expand, launch, states, stop_broadcast
from tests.ledger.delivery.work import addresses, answer, claim, to


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


def test_what_was_under_way_when_its_broadcast_was_stopped_is_not_queued_again(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    taken = ledger.write_now(claim)
    ledger.write_now(stop_broadcast, broadcast)
    outcomes = Deferred(Reason.CONNECTION), Rejected(Reason.UNREACHABLE), Accepted("SM1")
    ledger.write_now(answer, taken, *outcomes)
    assert ledger.read_now(states, broadcast) == {"cancelled": 1, "failed": 1, "accepted": 1}


def valid_until(connection: Connection, broadcast: Broadcast) -> int:
    found = connection.execute(select(broadcasts.c.valid_until).where(broadcasts.c.id == broadcast.id))
    return int(found.scalar_one())
