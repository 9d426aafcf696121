"""Whom the messages were for that have a reason, one reason at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from channels.contract import Reason, Rejected
from gateway.directory.model import Address, Organisation
from gateway.ledger.delivery import explained, live
from gateway.ledger.delivery.explained import Explained
from tests.follow_up.asking import Asking

OTHERS = tuple(
    Organisation(
        f"E{number}",
        f"{number}号工地",
        "enterprises",
        "construction",
        "410102",
        None,
        (Address("sms", f"+8619900002{number:03d}"),),
    )
    for number in range(2, 6)
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    made.add(*OTHERS)
    yield made
    made.close()


def refused(office: Asking) -> int:
    """A broadcast of which no number is taken."""
    recorded = office.act(office.document())
    office.expand()
    office.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS))
    return recorded.broadcast_id


def page(office: Asking, broadcast_id: int, **how: Any) -> list[Explained]:
    asked = {"reason": "invalid_address", **how}
    found: list[Explained] = office.ledger.read_now(explained.page, broadcast_id, **asked)
    return found


def test_who_was_not_reached_is_found_by_the_reason_page_by_page(office: Asking) -> None:
    broadcast_id = refused(office)
    every = page(office, broadcast_id, limit=100)
    picture = office.ledger.read_now(live.picture, broadcast_id, office.now)
    assert picture is not None
    assert sum(each.deliveries for each in picture.reasons) == len(every)
    assert {"示例机械厂", *(each.name for each in OTHERS)} <= {each.organisation for each in every}
    assert {(each.state, each.attempts) for each in every} == {("failed", 1)}
    assert all(each.at is not None for each in every)
    first = page(office, broadcast_id, limit=2)
    assert first + page(office, broadcast_id, after=first[-1].id, limit=100) == every
    for elsewhere in ({"reason": "timeout"}, {"state": "unknown"}, {"channel": "wecom_user"}):
        assert page(office, broadcast_id, **elsewhere) == []
    limited = page(office, broadcast_id, limits=("410102",))
    assert {each.area for each in limited} == {"410102"}
    assert len(limited) < len(every)
    assert page(office, broadcast_id + 1) == []


def test_nobody_goes_through_what_arrived_to_find_what_did_not(office: Asking) -> None:
    def plan(connection: Connection) -> str:
        rows = connection.execute(
            text(
                "explain query plan select id from deliveries "
                "where broadcast_id = 1 and reason = 'timeout' and id > 0 order by id limit 50"
            )
        )
        return "\n".join(row[-1] for row in rows)

    if not office.ledger.shared:
        assert "deliveries_explained" in office.ledger.read_now(plan)


def test_the_areas_of_a_decision_are_those_that_whoever_acts_must_be_for(office: Asking) -> None:
    broadcast_id = refused(office)
    assert office.ledger.read_now(live.concerned, broadcast_id) == ["410100"]
    assert office.ledger.read_now(live.concerned, broadcast_id + 1) == []
