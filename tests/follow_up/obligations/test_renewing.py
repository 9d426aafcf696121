"""A warning without an end stays in force for whoever reads feeds; nobody is told it anew."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.launching.follow import Wish
from gateway.broadcasts.launching.stop import stop
from gateway.exchange.model import read_moment
from gateway.follow_up.obligations.renewing import renew
from gateway.ledger import events, timers
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import NewAlert
from tests.broadcasts.bureau import Bureau
from tests.broadcasts.releases import chain

NO_END: dict[str, Any] = {"expected_end_at": None, "open_ended": True}
HOUR = 3_600_000  # ms


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def start(bureau: Bureau, **changes: Any) -> Recorded:
    now = {"starts_at": bureau.moment.isoformat(), "special_reason": "急"}
    return bureau.act({**bureau.document(**now), **NO_END, **changes})


def renewed(bureau: Bureau) -> list[NewAlert | None]:
    """Let what is due be renewed, once."""
    due = bureau.ledger.read_now(timers.due, "renew_alert", bureau.now, 10)
    return [bureau.ledger.write_now(renew, bureau.desk, each, bureau.now) for each in due]


def active(bureau: Bureau) -> list[str]:
    return [each.identifier for each in bureau.ledger.read_now(alerts.active, bureau.now)]


def test_it_is_renewed_before_it_runs_out_and_again(bureau: Bureau) -> None:
    recorded = start(bureau)
    bureau.later(hours=21)
    assert renewed(bureau) == []
    for _ in range(3):
        bureau.later(hours=22)
        (new,) = renewed(bureau)
        assert new is not None
        assert active(bureau) == [new.identifier]
        assert new.expires_at == bureau.now + 24 * HOUR
    found = bureau.ledger.read_now(chain, recorded.episode_id)
    assert [each.kind for each, _ in found] == ["decision", "renewal", "renewal", "renewal"]
    assert {(each.cell_code, each.cell_update) for each, _ in found} == {(1, 0)}
    (_, first), *_, (_, last) = found
    assert [info.description for info in last.infos] == [info.description for info in first.infos]
    assert [each.kind for each in bureau.ledger.read_now(events.page)].count("alert_renewed") == 3


def test_nobody_is_handed_a_renewal(bureau: Bureau) -> None:
    recorded = start(bureau)
    bureau.expand()
    told = bureau.told(recorded)
    bureau.later(hours=23)
    assert len(renewed(bureau)) == 1
    bureau.expand()
    assert bureau.told(recorded) == told


def test_after_a_long_absence_it_is_renewed_once(bureau: Bureau) -> None:
    recorded = start(bureau)
    bureau.later(days=9)
    assert active(bureau) == []
    (new,) = renewed(bureau)
    assert new is not None
    assert active(bureau) == [new.identifier]
    assert renewed(bureau) == []
    assert len(bureau.ledger.read_now(chain, recorded.episode_id)) == 2


@pytest.mark.parametrize("ends", ["raise", "retract", "stop"])
def test_what_no_longer_counts_is_not_renewed(bureau: Bureau, ends: str) -> None:
    recorded = start(bureau)
    bureau.later(hours=2)
    if ends == "raise":
        times = {"starts_at": bureau.moment.isoformat(), "expected_end_at": "2024-01-20T12:00:00+08:00"}
        days = [{"date": f"2024-01-{day:02}", "low": 260, "high": 340, "mean": 310} for day in (8, 9, 10, 11)]
        forecast = {"days": days, "aqi_range": {"low": 260, "high": 340}, "aqi_mean": 310}
        more = {**bureau.document()["forecast"], **forecast}
        changes = {"level": "red", "special_reason": "急", "document_number": "二号", "forecast": more}
        bureau.act(bureau.document(action="raise", **times, **changes))
    elif ends == "retract":
        bureau.follow(recorded, "retract", Wish("撤回一号"))
    else:
        bureau.case(stop, recorded.broadcast_id, "值班员", "误发", bureau.now, LOCAL)
    bureau.later(hours=30)
    assert [each for each in renewed(bureau) if each is not None] == []
    kinds = [each.kind for each, _ in bureau.ledger.read_now(chain, recorded.episode_id)]
    assert kinds == (["decision"] if ends == "stop" else ["decision", "decision"])


def test_a_warning_with_an_end_is_not_renewed(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    ((stored, alert),) = bureau.ledger.read_now(chain, recorded.episode_id)
    assert stored.renew_at is None
    assert stored.expires_at is not None
    assert datetime.fromtimestamp(stored.expires_at / 1000, UTC) == read_moment(alert.expires or "")
    bureau.later(days=30)
    assert renewed(bureau) == []
