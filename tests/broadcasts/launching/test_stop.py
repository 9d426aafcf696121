"""Stopping a running broadcast by hand, in the middle of whatever it is doing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.launching import expand
from gateway.broadcasts.launching.expand import expand_slice
from gateway.broadcasts.launching.overview import overview
from gateway.broadcasts.launching.stop import stop
from gateway.errors import InputError
from gateway.ledger import timers
from gateway.ledger.delivery import closing
from tests.broadcasts.bureau import TOKENS, Bureau
from tests.documents import lift


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    yield opened
    opened.close()


def stopped(bureau: Bureau, broadcast: int, reason: str = "发错区域") -> bool:
    return bool(
        bureau.ledger.write_now(
            lambda connection: stop(connection, broadcast, "林值班", reason, bureau.now, LOCAL)
        )
    )


def totals(bureau: Bureau, broadcast: int) -> dict[str, int]:
    found: dict[str, int] = bureau.ledger.read_now(overview, broadcast, bureau.now)["totals"]
    return {state: number for state, number in found.items() if number}


def sweep(bureau: Bureau, broadcast: int) -> None:
    def swept(connection: Connection) -> None:
        assert timers.due(connection, "sweep_broadcast", bureau.now, 10) == [broadcast]
        closing.sweep(connection, broadcast, 1, 1000, bureau.now)

    bureau.ledger.write_now(swept)


def test_nothing_more_leaves_once_somebody_stops_it(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    bureau.expand()
    assert stopped(bureau, recorded.broadcast_id)
    bureau.deliver()
    sweep(bureau, recorded.broadcast_id)
    assert set(totals(bureau, recorded.broadcast_id)) == {"cancelled"}
    assert bureau.ledger.read_now(timers.next_due, "escalation") is None


def test_a_stop_in_the_middle_of_expansion_makes_no_further_delivery(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expand, "SLICE", 2)
    recorded = bureau.act(bureau.document())
    assert bureau.ledger.write_now(expand_slice, TOKENS, bureau.now)
    stopped(bureau, recorded.broadcast_id)
    assert not bureau.ledger.write_now(expand_slice, TOKENS, bureau.now)
    assert sum(totals(bureau, recorded.broadcast_id).values()) == 2
    bureau.deliver()
    assert set(totals(bureau, recorded.broadcast_id)) <= {"queued", "cancelled"}
    assert bureau.ledger.read_now(overview, recorded.broadcast_id, bureau.now)["live"] is False


def test_who_stopped_it_and_why_stands_in_the_audit_trail_once(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    assert stopped(bureau, recorded.broadcast_id)
    assert not stopped(bureau, recorded.broadcast_id, "又一次")
    assert [kind for kind, _ in bureau.audit()].count("stopped") == 1


def test_what_was_said_stays_in_force_until_it_is_lifted_and_whoever_read_it_is_told(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    bureau.expand()
    bureau.deliver()
    delivered = totals(bureau, recorded.broadcast_id)["delivered"]
    stopped(bureau, recorded.broadcast_id)
    bureau.later(hours=30)
    improving: dict[str, Any] = lift(
        decided_at=bureau.moment.isoformat(),
        starts_at=bureau.moment.isoformat(),
        approvals=[],
        issuer="市环委会办公室",
    )
    lifted = bureau.act(improving)
    assert len(bureau.told(lifted)) >= delivered > 0


@pytest.mark.parametrize("launched", [False, True])
def test_what_never_ran_cannot_be_stopped(bureau: Bureau, launched: bool) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    with pytest.raises(InputError) as refused:
        stopped(bureau, recorded.broadcast_id if launched else 99)
    assert refused.value.code == ("BROADCAST_NOT_LAUNCHED" if launched else "BROADCAST_UNKNOWN")
