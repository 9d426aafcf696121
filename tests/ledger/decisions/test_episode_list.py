"""Episodes as a list, objections and replies as lists, and how far an episode's messages came."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Reason, Rejected
from gateway.broadcasts.launching.follow import Wish
from gateway.ledger.decisions import chronicles, episode_list
from tests.broadcasts.bureau import Bureau
from tests.documents import red_raise


def later(bureau: Bureau, days: int, **changes: Any) -> dict[str, Any]:
    """A start as many days after that of the examples."""
    document = bureau.document(**{"document_number": "三号", **changes})
    shift = timedelta(days=days)
    for key in ("starts_at", "expected_end_at"):
        document[key] = (datetime.fromisoformat(document[key]) + shift).isoformat()
    for day in document["forecast"]["days"]:
        day["date"] = str(date.fromisoformat(day["date"]) + shift)
    return document


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def test_episodes_are_listed_the_newest_first_filtered_and_page_by_page(bureau: Bureau) -> None:
    first = bureau.act(bureau.document())
    bureau.later(days=4)
    lifted = bureau.follow(first, "lift", Wish("解除一号", changes={"special_reason": "已改善"}))
    if not lifted.recorded.launched:
        bureau.approve(lifted.recorded)
        bureau.launch(lifted.recorded)
    second = bureau.act(later(bureau, 5))

    def page(**asked: object) -> list[str]:
        return [
            each.episode.id
            for each in bureau.ledger.read_now(
                lambda connection: episode_list.page(connection, **asked)  # type: ignore[arg-type]
            )
        ]

    assert page() == [second.episode_id, first.episode_id]
    assert page(descending=False) == [first.episode_id, second.episode_id]
    assert page(exercise=False) == [second.episode_id, first.episode_id]
    assert page(exercise=True) == []
    assert page(over=False) == [second.episode_id]
    assert page(over=True) == [first.episode_id]
    assert page(plan="xigang") == []
    (newest,) = bureau.ledger.read_now(lambda connection: episode_list.page(connection, limit=1))
    assert page(after=newest.number) == [first.episode_id]


def test_how_far_messages_came_counts_an_organisation_once(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    bureau.expand()
    failed = iter((True,))
    bureau.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS) if next(failed, False) else None)
    bureau.later(hours=2)
    raised = bureau.act(red_raise(decided_at=bureau.moment.isoformat(), issuer="市环委会办公室"))
    assert raised.episode_id == recorded.episode_id
    reached = bureau.ledger.read_now(chronicles.reached, recorded.episode_id)
    by_audience = {each.audience: each for each in reached}
    assert by_audience["schools"].organisations == 3
    assert sum(each.failed for each in reached) == 1
