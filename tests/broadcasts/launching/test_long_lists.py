"""A list too long for one transaction is stored in slices; nobody sees it before it is whole."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from gateway.broadcasts import beside_ledger
from gateway.broadcasts.approving.submit import Submitted
from gateway.broadcasts.beside_ledger import clear_away, launch_aside, submit_aside
from gateway.broadcasts.launching.follow import Wish, follow_aside
from gateway.broadcasts.preparing.prepare import Prepared, compose
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.decisions import broadcasts, decisions, freezing, listed
from gateway.ledger.decisions.recipients import page
from gateway.ledger.schema import recipients
from gateway.ledger.trail import audit, vouching
from tests.broadcasts.bureau import DRAFTER, LEADER, Bureau
from tests.city import HEADER

SLICE = 3  # recipients in a transaction
PEOPLE = 7  # in the bureau's directory


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def long(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """An office for whom four recipients are many."""
    monkeypatch.setattr(freezing, "SLICE", SLICE)
    monkeypatch.setattr(beside_ledger, "_LONG", SLICE)
    monkeypatch.setattr(listed, "SLICE", SLICE)
    return bureau


def submit(bureau: Bureau, document: dict[str, Any]) -> Submitted:
    return asyncio.run(
        submit_aside(bureau.ledger, bureau.desk, Decision.model_validate(document), bureau.now, DRAFTER)
    )


def stored(bureau: Bureau) -> int:
    """Recipients of whatever there is."""

    def count(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(recipients)).scalar_one()

    return bureau.ledger.read_now(count)


def told(bureau: Bureau, submitted: Submitted) -> list[tuple[str, str]]:
    listed = bureau.ledger.read_now(page, submitted.recorded.broadcast_id, limit=None)
    return [(each.code, each.title) for each in listed]


def add_two(bureau: Bureau) -> None:
    more = [f"M{place},第{place}示例学校,学校,,410105,,1990000080{place},,,否" for place in range(2)]
    bureau.register("\n".join([HEADER, *more]))


def killed_at(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(1, 100))

    def add(*given: Any) -> None:
        if next(calls) == number:
            raise Killed
        store(*given)

    store = freezing.add
    monkeypatch.setattr(freezing, "add", add)


def test_it_is_the_list_that_one_transaction_would_store(long: Bureau) -> None:
    sliced = submit(long, long.document())
    whole = long.submit(long.document(document_number="另一号"))
    assert len(told(long, sliced)) == PEOPLE
    assert told(long, sliced) == told(long, whole)
    assert sliced.recorded.manifest == long.submit(long.document()).recorded.manifest


def test_what_a_killed_submission_leaves_counts_nowhere_and_is_cleared_away(
    long: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        killed_at(3, patch)
        with pytest.raises(Killed):
            submit(long, long.document())
    assert stored(long) == 2 * SLICE
    assert long.ledger.read_now(decisions.all_) == []
    long.ledger.write_now(freezing.let_all_go)  # a process starts
    asyncio.run(clear_away(long.ledger))
    assert stored(long) == 0
    assert len(told(long, submit(long, long.document()))) == PEOPLE


def test_what_is_still_being_stored_is_not_cleared_away(
    long: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(*given: Any) -> None:
        store(*given)
        given_connection = given[0]
        assert not freezing.clear(given_connection, long.ledger.now())

    store = freezing.add
    monkeypatch.setattr(freezing, "add", add)
    assert len(told(long, submit(long, long.document()))) == PEOPLE


def test_a_list_that_was_cleared_away_while_it_was_stored_is_never_frozen_in_part(
    long: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine that was suspended for an hour in the middle of it."""
    calls = iter(range(1, 100))

    def add(connection: Connection, broadcast_id: int, more: Any, now: int) -> None:
        if next(calls) == 2:
            assert freezing.clear(connection, now + 2 * freezing.ABANDONED)
        store(connection, broadcast_id, more, now)

    store = freezing.add
    monkeypatch.setattr(freezing, "add", add)
    submitted = submit(long, long.document())
    assert next(calls) > 3  # it was stored again
    assert len(told(long, submitted)) == PEOPLE
    assert stored(long) == PEOPLE


def test_frozen_anew_it_keeps_its_id_and_nothing_stays_of_the_earlier_list(long: Bureau) -> None:
    first = submit(long, long.document()).recorded
    add_two(long)
    anew = submit(long, long.document())
    assert anew.recorded.id == first.id
    assert anew.recorded.manifest != first.manifest
    assert len(told(long, anew)) == PEOPLE + 2
    assert told(long, submit(long, long.document())) == told(long, anew)
    assert stored(long) == PEOPLE + 2


def test_a_directory_that_never_rests_holds_nobody_up(long: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read three times, it counts as it was read the last time: nobody waits while it is read."""
    changes = 0

    def restless(*given: Any, **more: Any) -> Prepared:
        nonlocal changes
        changes += 1
        prepared = compose(*given, **more)
        school = f"M{changes},示例学校,学校,,410105,,1990000080{changes},,,否"
        long.register("\n".join([HEADER, school]))
        return prepared

    monkeypatch.setattr(beside_ledger, "compose", restless)
    submitted = submit(long, long.document())
    assert len(told(long, submitted)) == PEOPLE + changes - 1
    assert stored(long) == PEOPLE + changes - 1


def test_a_submission_that_is_refused_at_the_end_leaves_nothing(
    long: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*given: Any, **more: Any) -> Prepared:
        prepared = compose(*given, **more)
        long.act(long.document(document_number="先发的一号"))
        return prepared

    monkeypatch.setattr(beside_ledger, "compose", overtaken)
    with pytest.raises(InputError, match="同一区域已有预警"):
        submit(long, long.document())
    assert stored(long) == PEOPLE  # of the other


def test_the_audit_vouches_for_a_list_that_was_looked_through_before_its_launch(long: Bureau) -> None:
    """And for whoever came to it only in the launch, having been told by a number that they had then."""
    start = submit(long, long.document()).recorded
    long.approve(start)
    asyncio.run(launch_aside(long.ledger, long.desk, start.id, start.manifest, long.now, LEADER))
    long.expand()
    long.deliver()
    long.register(f"{HEADER}\nS410105,金水区示例学校,学校,,410105,,19900000777,,,否")
    retraction = asyncio.run(
        follow_aside(
            long.ledger,
            long.desk,
            start.id,
            "retract",
            Wish("郑环攻坚办〔2024〕2号"),
            long.now,
            DRAFTER,
            may_launch=True,
        )
    ).recorded
    assert retraction.launched
    rows = long.ledger.read_now(lambda connection: list(audit.stream(connection, ["launched"])))
    assert [json.loads(row.detail)["recipients"] for row in rows] == [PEOPLE, PEOPLE + 1]
    (summary,) = long.ledger.read_now(broadcasts.summaries, retraction.broadcast_id)
    assert summary.recipients == PEOPLE + 1
    assert long.told(retraction)["0000777"] == ["now"]
    assert long.ledger.read_now(lambda connection: list(vouching.faults(connection))) == []
