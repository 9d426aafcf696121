"""Answers and receipts of a delivery's attempts, in every order, doubled, early, cut into any commits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select, update

from channels.contract import Accepted, Outcome, Reason, Receipt, Reference, Rejected, Unknown
from gateway.delivery import accounts
from gateway.delivery.recording import Answer, Entry, Told, record
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import counters, lanes, receipts
from gateway.ledger.delivery.lanes import Lane
from gateway.ledger.schema import attempts, deliveries
from tests.backends import open_ledger
from tests.delivery.world import Broadcast, expand, launch, number, settings_of, states, twilio

BY_RECEIPT = ["accepted", "sent", "failed", "delivered", "read"]
MODEL = ["sending", "unknown", "accepted", "sent", "failed", "delivered", "read"]  # what an attempt may be
NEWS = ["failed", "unknown", "sending", "accepted", "sent", "delivered", "read"]  # worst for a reader first


@dataclass(frozen=True)
class Story:
    """What is told of one attempt: the answer's kind, and the receipts that come of it."""

    answer: str  # accepted, unknown, refused
    receipts: tuple[str, ...]


answers = st.sampled_from(["accepted", "unknown", "refused"])
courses = st.builds(Story, answers, st.lists(st.sampled_from(BY_RECEIPT), max_size=4).map(tuple))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Lane, Broadcast]]:
    folder: Path = tmp_path_factory.mktemp("orders")
    ledger = open_ledger(folder)
    account = settings_of(folder, sms=twilio("http://127.0.0.1:9")).accounts
    ledger.write_now(accounts.sync, account, system_clock())
    (lane,) = ledger.read_now(lanes.all_lanes)
    yield ledger, lane, ledger.write_now(launch)
    ledger.close()


def model(told: list[Story]) -> tuple[list[str], str]:
    """What becomes of the attempts, and of the delivery: the best news there is."""
    ends = []
    for each in told:
        known = ["failed" if each.answer == "refused" else each.answer, *each.receipts]
        ends.append(max(known, key=MODEL.index))
    return ends, max(ends, key=NEWS.index)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(courses, min_size=1, max_size=3), data=st.data())
def test_in_whatever_order_news_come_a_delivery_ends_as_its_best_attempt(
    place: tuple[Ledger, Lane, Broadcast], told: list[Story], data: Any
) -> None:
    ledger, lane, broadcast = place
    delivery = ledger.write_now(tried, broadcast, lane, len(told))
    news = [entry for at, each in enumerate(told, 1) for entry in entries(lane, delivery, at, each, data)]
    news += data.draw(st.lists(st.sampled_from(news), max_size=3))  # repeated and replayed
    commits = data.draw(st.permutations(news).flatmap(cut))
    for commit in commits:
        ledger.write_now(record, commit, {}, system_clock())
    ends, state = model(told)
    assert ledger.read_now(found, delivery) == (ends, state)
    assert ledger.read_now(receipts.waiting) == 0
    ledger.read_now(states, broadcast)  # its counters are right


def cut(news: list[Entry]) -> st.SearchStrategy[list[list[Entry]]]:
    """The same, in commits."""
    edges = st.lists(st.integers(1, max(1, len(news) - 1)), max_size=4).map(lambda at: sorted({0, *at}))
    return edges.map(
        lambda at: [news[start:end] for start, end in zip(at, [*at[1:], len(news)], strict=True)]
    )


def entries(lane: Lane, delivery: int, attempt: int, told: Story, data: Any) -> list[Entry]:
    """An attempt's answer and receipts; a receipt names its attempt, or only the provider's id."""
    name = f"SM{delivery}-{attempt}"
    outcomes: dict[str, Outcome] = {
        "accepted": Accepted(name),
        "unknown": Unknown(Reason.TIMEOUT),
        "refused": Rejected(Reason.INVALID_ADDRESS),
    }
    answer = Answer(delivery, attempt, lane.id, lane.account_id, outcomes[told.answer])
    # nobody can know whose receipt it is that names only an id which no answer named
    may_be_nameless = told.answer == "accepted"
    return [
        answer,
        *(
            Told(
                lane.account_id,
                Receipt(Reference(name), each, Reason.BLOCKED if each == "failed" else None),  # type: ignore[arg-type]
                None if may_be_nameless and data.draw(st.booleans()) else (delivery, attempt),
            )
            for each in told.receipts
        ),
    ]


def tried(connection: Connection, broadcast: Broadcast, lane: Lane, times: int) -> int:
    """A new delivery with so many attempts under way."""
    known = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
    expand(connection, broadcast, [number(known)])
    newest = select(deliveries.c.id, deliveries.c.group_id).order_by(deliveries.c.id.desc()).limit(1)
    delivery, group = connection.execute(newest).one()
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery)
        .values(state="sending", due_at=None, attempts=times, claimed_at=system_clock())
    )
    counters.move(connection, {(group, "queued"): -1, (group, "sending"): 1})
    connection.execute(
        insert(attempts),
        [
            {
                "delivery_id": delivery,
                "number": attempt,
                "lane_id": lane.id,
                "epoch": 1,
                "repeat": attempt > 1,
                "state": "sending",
                "started_at": system_clock(),
            }
            for attempt in range(1, times + 1)
        ],
    )
    return int(delivery)


def found(connection: Connection, delivery: int) -> tuple[list[str], str]:
    """What the ledger holds: each attempt's state, and the delivery's."""
    of_attempts = (
        select(attempts.c.state).where(attempts.c.delivery_id == delivery).order_by(attempts.c.number)
    )
    ends = ["failed" if each == "refused" else each for each in connection.execute(of_attempts).scalars()]
    of_delivery = select(deliveries.c.state).where(deliveries.c.id == delivery)
    return ends, str(connection.execute(of_delivery).scalar_one())
