"""What of an episode somebody sees who is for one of its districts alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.ledger.accounts.users import User
from gateway.notices.model import Office
from gateway.web.console.episodes.episode_view import View, view
from tests.broadcasts.bureau import CATALOGUE, Bureau
from tests.follow_up.obligations.test_turns import somebody

DISTRICT = "410104"
NAME = "管城回族区"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    opened.desk = replace(opened.desk, office=Office(reply_by_minutes=(("schools", 30),)))
    yield opened
    opened.close()


def test_it_is_what_their_district_owes_and_how_far_it_came_there(bureau: Bureau) -> None:
    bureau.act(bureau.document(area=[DISTRICT]))
    bureau.later(hours=1)
    forecast = {
        "days": [
            {"date": f"2024-01-{day:02}", "low": 260, "high": 340, "mean": 310} for day in (8, 9, 10, 11)
        ],
        "aqi_range": {"low": 260, "high": 340},
        "aqi_mean": 310,
    }
    whole = bureau.act(
        bureau.document(
            action="raise",
            level="red",
            special_reason="急",
            document_number="二号",
            starts_at=bureau.moment.isoformat(),
            forecast={**bureau.document()["forecast"], **forecast},
        )
    )
    bureau.expand()
    everybody = shown(bureau, whole.episode_id, somebody(bureau, "city", "viewer"), None)
    limited = somebody(bureau, "district", "viewer", areas=[DISTRICT])
    own = shown(bureau, whole.episode_id, limited, {"zhengzhou": {NAME}})
    assert {row.by_whom for row, _ in own.owed} == {NAME}
    assert len({row.by_whom for row, _ in everybody.owed}) > 3
    assert own.ends == everybody.ends is not None
    (_, theirs), (_, all_of_it) = ([step.reach for step in each.steps] for each in (own, everybody))
    assert 0 < theirs.messages < all_of_it.messages
    assert (theirs.signatures.asked, all_of_it.signatures.asked) == (1, 3)


def shown(bureau: Bureau, episode_id: str, user: User, units: dict[str, set[str]] | None) -> View:
    plan = CATALOGUE.load("zhengzhou").plan
    return bureau.ledger.read_now(view, user, episode_id, bureau.now, plan, "zh", units)
