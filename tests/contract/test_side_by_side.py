"""What only several machines at one database can show: transactions that run at the same time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, select

from gateway.delivery import accounts
from gateway.ledger import doctor
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.decisions import broadcasts
from gateway.ledger.delivery import counters, lanes, ownership, queue
from gateway.ledger.delivery.queue import Claim
from gateway.ledger.follow_up import acknowledgements, escalation
from gateway.ledger.follow_up.acknowledgements import Asked
from gateway.ledger.follow_up.escalation import First
from gateway.ledger.schema import deliveries
from gateway.ledger.trail import audit
from tests.backends import open_ledger
from tests.delivery.world import (
    HOUR,
    Broadcast,
    expand,
    launch,
    number,
    organisation,
    settings_of,
    states,
    twilio,
)

SECONDS = 20  # that anything may take; nothing waits so long


class Machine:
    """A gateway of its own at the same database."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.ledger = open_ledger(folder)

    def claim(self, epoch: int, limit: int = 1000, *, after: Callable[[], object] = lambda: None) -> Claim:
        """Claim on the first lane; `after` runs before the commit."""

        def work(connection: Connection) -> Claim:
            lane = lanes.all_lanes(connection)[0]
            taken = queue.claim(
                connection,
                lane_id=lane.id,
                account_id=lane.account_id,
                epoch=epoch,
                now=system_clock(),
                limit=limit,
                paid_from=0.0,
                interval=0.0,
                known={},
            )
            after()
            return taken

        return self.ledger._run_now("beside", work)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    both = Machine(tmp_path / "one"), Machine(tmp_path / "two")
    settings = settings_of(tmp_path, sms=twilio("http://127.0.0.1:9"))
    both[0].ledger.write_now(accounts.sync, settings.accounts, system_clock(), settings.routes)
    yield both
    for machine in both:
        machine.ledger.close()


@pytest.fixture
def queued(machines: tuple[Machine, Machine]) -> Broadcast:
    ledger = machines[0].ledger
    made = ledger.write_now(launch, "start")
    ledger.write_now(expand, made, [number(place) for place in range(200)])
    return made


@contextmanager
def beside(work: Callable[[threading.Event], Any]) -> Iterator[Callable[[], Any]]:
    """Runs `work` in a thread until it has set its event; gives what lets it end, and its result."""
    reached = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(work, reached)
        assert reached.wait(SECONDS)
        yield lambda: future.result(SECONDS)


def test_two_claims_at_once_take_no_row_twice(machines: tuple[Machine, Machine], queued: Broadcast) -> None:
    one, two = machines
    epoch = one.ledger.write_now(ownership.hold, ["sms"], "one")["sms"]
    with ThreadPoolExecutor(4) as threads:
        claims = list(threads.map(lambda turn: machines[turn % 2].claim(epoch, 7), range(40)))
    taken = [message.delivery_id for claim in claims for message in claim.messages]
    assert len(taken) == len(set(taken)) == 200
    assert list(doctor.miscounts(two.ledger)) == []
    counted = {each.state: each.deliveries for each in two.ledger.read_now(counters.by_group, queued.id)}
    assert counted == {"sending": 200}


def test_a_taker_waits_for_the_claim_under_way_and_the_old_owner_claims_nothing_more(
    machines: tuple[Machine, Machine], queued: Broadcast
) -> None:
    one, two = machines
    old = one.ledger.write_now(ownership.hold, ["sms"], "one")["sms"]
    may_end = threading.Event()

    def slow(reached: threading.Event) -> Claim:
        def pause() -> None:
            reached.set()
            may_end.wait(SECONDS)

        return one.claim(old, 10, after=pause)

    with beside(slow) as claimed, ThreadPoolExecutor(1) as threads:
        taking = threads.submit(two.ledger.write_now, ownership.hold, ["sms"], "two")
        with pytest.raises(TimeoutError):
            taking.result(0.3)
        may_end.set()
        assert len(claimed().messages) == 10
        new = taking.result(SECONDS)["sms"]
    sending = select(deliveries.c.id).where(deliveries.c.state == "sending")
    seen = two.ledger.read_now(lambda connection: connection.execute(sending).all())
    assert len(seen) == 10  # whoever took over finds what the old owner claimed
    assert one.claim(old).messages == []
    assert len(two.claim(new).messages) == 190


def test_a_signature_takes_back_nothing_that_is_just_being_claimed(
    machines: tuple[Machine, Machine], queued: Broadcast
) -> None:
    one, two = machines
    epoch = one.ledger.write_now(ownership.hold, ["sms"], "one")["sms"]
    asked = two.ledger.write_now(ask_the_school, queued)
    may_end = threading.Event()

    def slow(reached: threading.Event) -> Claim:
        def pause() -> None:
            reached.set()
            may_end.wait(SECONDS)

        return one.claim(epoch, 10, after=pause)

    with beside(slow) as claimed, ThreadPoolExecutor(1) as threads:
        signing = threads.submit(two.ledger.write_now, escalation.stop, asked, "signed", system_clock())
        with pytest.raises(TimeoutError):
            signing.result(0.3)
        may_end.set()
        assert len(claimed().messages) == 10
        signing.result(SECONDS)
    assert two.ledger.read_now(states, queued) == {"sending": 10, "cancelled": 190}


def ask_the_school(connection: Connection, broadcast: Broadcast) -> int:
    """Ask whoever the broadcast tells to sign, with a step that is to follow; gives the acknowledgement."""
    school = organisation(connection, "schools")
    until = system_clock() + HOUR
    acknowledgements.ask(connection, broadcast.id, False, until, [Asked(school, "0" * 64, until)])
    escalation.begin(connection, broadcast.id, [First(school, "contact", until)])
    found = acknowledgements.of_organisation(connection, broadcast.id, "schools")
    assert found is not None
    return found.id


def test_no_claim_takes_old_words_after_a_supersede_and_none_is_overtaken_by_it(
    machines: tuple[Machine, Machine], queued: Broadcast
) -> None:
    one, two = machines
    epoch = one.ledger.write_now(ownership.hold, ["sms"], "one")["sms"]
    may_end = threading.Event()

    def slow(reached: threading.Event) -> Claim:
        def pause() -> None:
            reached.set()
            may_end.wait(SECONDS)

        return one.claim(epoch, 10, after=pause)

    with beside(slow) as claimed, ThreadPoolExecutor(2) as threads:
        stopping = threads.submit(two.ledger.write_now, broadcasts.stop, queued.id, system_clock())
        with pytest.raises(TimeoutError):
            stopping.result(0.3)
        may_end.set()
        assert len(claimed().messages) == 10
        assert stopping.result(SECONDS)
    after = one.claim(epoch)
    assert after.messages == []
    assert after.closed > 0


def test_acts_at_once_leave_no_gap_in_the_audit_chain(machines: tuple[Machine, Machine]) -> None:
    from gateway.ledger.trail.verifying import verify

    def act(turn: int) -> None:
        machines[turn % 2].ledger.write_now(
            audit.append, system_clock(), "(local)", "tried", f"lane:{turn}", {}
        )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(act, range(60)))
    for machine in machines:
        found = verify(machine.ledger, machine.folder)
        assert (found.sound, found.head.rows) == (True, 60)


def test_rows_taken_from_the_end_of_the_chain_are_missed_by_the_machine_that_wrote_them(
    machines: tuple[Machine, Machine],
) -> None:
    from gateway.ledger.trail.verifying import verify

    for machine in machines:
        machine.ledger.write_now(audit.append, system_clock(), "(local)", "tried", "lane:1", {})
    machines[1].ledger.write_now(
        lambda connection: [
            connection.exec_driver_sql(each)
            for each in ("set local session_replication_role = replica", "delete from audit where id = 2")
        ]
    )
    assert verify(machines[0].ledger, machines[0].folder).sound
    assert [each.code for each in verify(machines[1].ledger, machines[1].folder).faults] == ["REMOVED"]


def test_two_that_start_together_make_the_tables_once(server: str, tmp_path: Path) -> None:
    from tests import backends

    with backends.database(server) as address, ThreadPoolExecutor(3) as threads:
        opened = list(threads.map(lambda n: Ledger(tmp_path / str(n), SecretStr(address)), range(3)))
        for ledger in opened:
            assert ledger.read_now(lanes.all_lanes) == []
            ledger.close()
