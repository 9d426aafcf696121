"""Whatever happens to messages in whatever order, ledger and truth agree."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection, select, text

from channels.contract import Accepted, Deferred, Outcome, Reason, Receipt, Reference, Rejected, Unknown
from gateway.delivery import accounts
from gateway.delivery.recording import Answer, Entry, Told, record, settle
from gateway.delivery.states import best
from gateway.ledger.database import system_clock
from gateway.ledger.delivery import closing, lanes, ownership, queue, receipts
from gateway.ledger.delivery.queue import Claimed
from gateway.ledger.schema import attempts, deliveries
from tests.backends import open_ledger
from tests.delivery.world import expand, launch, number, settings_of, states, stop_broadcast, twilio

DELIVERIES = 4
RANK = ["sending", "deferred", "unknown", "accepted", "sent", "failed", "delivered", "read"]

outcomes = st.sampled_from(
    [
        Accepted("SM"),
        Accepted(None),
        Deferred(Reason.RATE_LIMITED, 1.0),
        Deferred(Reason.FREQUENCY),
        Rejected(Reason.UNREACHABLE),
        Rejected(Reason.INVALID_ADDRESS),
        Unknown(Reason.TIMEOUT),
    ]
)
told_states = st.sampled_from(["accepted", "sent", "failed", "delivered", "read"])
reasons = st.sampled_from([Reason.UNREACHABLE, Reason.BLOCKED])


class Course(RuleBasedStateMachine):
    """One broadcast's deliveries, one lane; time passes by rules only."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.ledger = open_ledger(self.folder)
        account = settings_of(self.folder, sms=twilio("http://127.0.0.1:9")).accounts
        self.ledger.write_now(accounts.sync, account, system_clock())
        self.epoch = self.ledger.write_now(ownership.hold, ["sms"], "test")["sms"]
        (self.lane,) = self.ledger.read_now(lanes.all_lanes)
        self.broadcast = self.ledger.write_now(launch)
        self.ledger.write_now(expand, self.broadcast, [number(place) for place in range(DELIVERIES)])
        self.now = system_clock()
        self.stopped = False
        self.open: list[Claimed] = []
        self.started: list[Claimed] = []
        self.ranks: dict[tuple[int, int], int] = {}

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder)

    @rule(limit=st.integers(1, DELIVERIES), later=st.sampled_from([0, 1000, 3_000_000]))
    def claim(self, limit: int, later: int) -> None:
        self.now += later
        unclear = self.ledger.read_now(unclear_deliveries)
        claim = self.ledger.write_now(
            queue.claim,
            lane_id=self.lane.id,
            account_id=self.lane.account_id,
            epoch=self.epoch,
            now=self.now,
            limit=limit,
            paid_from=0.0,
            interval=0.0,
            known={},
        )
        assert not (self.stopped and claim.messages)
        assert all(message.repeat == (message.delivery_id in unclear) for message in claim.messages)
        self.open += claim.messages
        self.started += claim.messages

    @precondition(lambda self: self.open)
    @rule(data=st.data(), outcome=outcomes, known=st.lists(told_states, max_size=3), early=st.booleans())
    def answer(self, data: Any, outcome: Outcome, known: list[Any], early: bool) -> None:
        """An answer, and receipts of the same attempt in the same commit."""
        message = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        provider_id = f"SM{message.delivery_id}-{message.attempt}"
        if isinstance(outcome, Accepted) and outcome.provider_id:
            outcome = Accepted(provider_id)
        answer = Answer(message.delivery_id, message.attempt, self.lane.id, self.lane.account_id, outcome)
        attempt = (message.delivery_id, message.attempt)
        told = [Told(self.lane.account_id, Receipt(Reference(provider_id), each), attempt) for each in known]
        entries: list[Entry] = [*told, answer] if early else [answer, *told]
        self.ledger.write_now(record, entries, {}, self.now)

    @precondition(lambda self: self.started)
    @rule(data=st.data(), state=told_states, reason=reasons, named=st.booleans(), twice=st.booleans())
    def receipt(self, data: Any, state: Any, reason: Reason, named: bool, twice: bool) -> None:
        message = data.draw(st.sampled_from(self.started))
        provider_id = f"SM{message.delivery_id}-{message.attempt}"
        receipt = Receipt(Reference(provider_id), state, reason if state == "failed" else None)
        attempt = (message.delivery_id, message.attempt) if named else None
        told = Told(self.lane.account_id, receipt, attempt)
        self.ledger.write_now(record, [told] * (2 if twice else 1), {}, self.now)

    @rule()
    def settle(self) -> None:
        self.ledger.write_now(settle, list(range(1, DELIVERIES + 1)), self.now)

    @rule()
    def stop(self) -> None:
        self.stopped = True
        self.ledger.write_now(stop_broadcast, self.broadcast)

    @rule()
    def sweep(self) -> None:
        self.ledger.write_now(closing.sweep, self.broadcast.id, 1, 100, self.now)

    @rule()
    def restart(self) -> None:
        """The process was killed: whatever was open is unknown now."""
        interrupted = Unknown(Reason.INTERRUPTED)
        told = [Answer(each.delivery_id, each.attempt, self.lane.id, 0, interrupted) for each in self.open]
        self.ledger.write_now(record, told, {}, self.now)
        self.open.clear()

    @invariant()
    def counters_are_right_and_nothing_is_lost(self) -> None:
        assert sum(self.ledger.read_now(states, self.broadcast).values()) == DELIVERIES

    @invariant()
    def what_is_answered_is_not_asked_again(self) -> None:
        unanswered = self.ledger.read_now(unanswered_attempts)
        assert unanswered == {(each.delivery_id, each.attempt) for each in self.open}

    @invariant()
    def a_delivery_is_what_its_attempts_say(self) -> None:
        for state, due_at, tried in self.ledger.read_now(courses):
            assert (due_at is not None) == (state == "queued")
            news = best([each for _, each in tried])
            if state == "queued":
                assert news in (None, "failed", "unknown")
            elif state in ("cancelled", "expired"):
                assert news in (None, "failed")
            else:
                assert state == news

    @invariant()
    def no_attempt_goes_back(self) -> None:
        for _, _, tried in self.ledger.read_now(courses):
            for key, state in tried:
                rank = RANK.index("failed" if state == "refused" else state)
                assert rank >= self.ranks.get(key, 0)
                self.ranks[key] = rank

    @invariant()
    def receipts_wait_only_for_answers_that_never_named_them(self) -> None:
        waiting = self.ledger.read_now(receipts.waiting)
        if not waiting:
            return
        kept = self.ledger.read_now(kept_ids)
        assert not kept & self.ledger.read_now(named_ids)


def unclear_deliveries(connection: Connection) -> set[int]:
    found = select(attempts.c.delivery_id).where(attempts.c.state == "unknown")
    return set(connection.execute(found).scalars())


def unanswered_attempts(connection: Connection) -> set[tuple[int, int]]:
    found = select(attempts.c.delivery_id, attempts.c.number).where(attempts.c.answered_at.is_(None))
    return {(delivery_id, attempt) for delivery_id, attempt in connection.execute(found)}


def courses(connection: Connection) -> list[tuple[str, int | None, list[tuple[tuple[int, int], Any]]]]:
    tried: dict[int, list[tuple[tuple[int, int], Any]]] = {}
    for delivery_id, attempt, state in connection.execute(
        select(attempts.c.delivery_id, attempts.c.number, attempts.c.state)
    ):
        tried.setdefault(delivery_id, []).append(((delivery_id, attempt), state))
    found = connection.execute(select(deliveries.c.id, deliveries.c.state, deliveries.c.due_at))
    return [(state, due_at, tried.get(identifier, [])) for identifier, state, due_at in found]


def kept_ids(connection: Connection) -> set[str]:
    return set(connection.execute(text("select provider_id from unmatched_receipts")).scalars())


def named_ids(connection: Connection) -> set[str]:
    found = select(attempts.c.provider_id).where(attempts.c.provider_id.is_not(None))
    return set(connection.execute(found).scalars())


TestCourse = Course.TestCase
TestCourse.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
