"""The board as the duty officer works with it: narrowed, sorted, page by page, and what a call needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.directory.model import Address, Organisation
from gateway.errors import InputError
from gateway.follow_up.signatures import board as use_case
from gateway.follow_up.signatures.board import Narrowed
from gateway.follow_up.signatures.calling import record
from gateway.follow_up.signatures.signing import Signer, sign
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.follow_up import acknowledgements
from tests.broadcasts.bureau import CATALOGUE
from tests.follow_up.asking import Asking

SIGNER = Signer("王五", "值班员", "link", "(link)")
OTHERS = (
    Organisation(
        "E2", "一号工地", "enterprises", "construction", "410102", None, (Address("sms", "+8619900002000"),)
    ),
    Organisation(
        "E3", "二号工地", "enterprises", "construction", "410105", None, (Address("sms", "+8619900003000"),)
    ),
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    made.add(*OTHERS)
    yield made
    made.close()


def board(office: Asking, recorded: Recorded, limits: tuple[str, ...] = (), **how: Any) -> dict[str, Any]:
    narrowed = Narrowed(**{name: how[name] for name in how if name not in ("limit", "full")})
    found: dict[str, Any] = office.ledger.read_now(
        use_case.board,
        CATALOGUE,
        recorded.broadcast_id,
        office.now,
        narrowed,
        limit=how.get("limit", 50),
        full=how.get("full", True),
        limits=limits,
    )
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [each["organisation"]["code"] for each in found["organisations"]]


def test_each_organisation_has_its_last_step_and_the_next_with_its_time(office: Asking) -> None:
    recorded = office.start()
    office.minutes(11)
    office.minutes(10)
    plant = board(office, recorded)["organisations"][0]
    assert [(step.kind, step.skipped, step.contact) for step in plant["steps"]] == [
        ("channel", True, None),
        ("contact", False, "钱二"),
    ]
    launched = board(office, recorded)["broadcast"].launched_at
    assert (plant["next"].kind, plant["next"].due_at) == ("contact", launched + 40 * 60_000)


def test_it_is_narrowed_by_sector_step_and_deadline(office: Asking) -> None:
    recorded = office.start()
    assert names(board(office, recorded, sector="construction")) == ["E2", "E3"]
    assert names(board(office, recorded, step="none")) == ["E1", "E2", "E3"]
    assert names(board(office, recorded, late=True)) == []
    assert names(board(office, recorded, late=False)) == ["E1", "E2", "E3"]
    office.case(sign, office.asked(recorded, "E2"), SIGNER, office.now)
    office.until_called()
    assert names(board(office, recorded, late=True)) == ["E1", "E3"]
    assert names(board(office, recorded, step="phone")) == ["E1", "E3"]
    assert names(board(office, recorded, step="contact")) == []
    assert names(board(office, recorded, wanted="signed")) == ["E2"]


def test_pages_go_through_everybody_once_in_any_order(office: Asking) -> None:
    recorded = office.start()
    for sort in ("due", "name", "area", "audience"):
        for descending in (False, True):
            every = names(board(office, recorded, sort=sort, descending=descending))
            assert sorted(every) == ["E1", "E2", "E3"]
            if sort == "area":
                assert every == (["E3", "E1", "E2"] if descending else ["E2", "E1", "E3"])
            seen: list[str] = []
            after: int | None = 0
            while after is not None:
                found = board(office, recorded, sort=sort, descending=descending, after=after, limit=1)
                seen += names(found)
                after = found["next"]
            assert seen == every


def test_a_page_after_what_is_not_there_is_an_error(office: Asking) -> None:
    recorded = office.start()
    with pytest.raises(InputError):
        board(office, recorded, after=10_000)


def test_a_call_has_what_is_read_out_and_what_was_heard_before(office: Asking) -> None:
    recorded = office.start()
    plant = office.asked(recorded)
    assert board(office, recorded)["call"] is None
    office.case(record, plant.id, "no_answer", office.now, caller="duty", by="张值班")
    call = board(office, recorded, call=plant.id)["call"]
    assert "橙色" in call["script"]
    assert [(each["by"], each["result"]) for each in call["heard"]] == [("张值班", "no_answer")]


def test_a_call_is_open_although_another_page_is_shown_but_never_of_another_area(office: Asking) -> None:
    recorded = office.start()
    site = office.asked(recorded, "E2").id
    assert names(board(office, recorded, call=site, area="410105")) == ["E2", "E3"]
    limited = board(office, recorded, ("410105",), call=site)
    assert (names(limited), limited["call"]) == (["E3"], None)


def test_whoever_opened_its_page_or_was_told_counts_as_reached_though_no_receipt_came(office: Asking) -> None:
    recorded = office.act(office.document())
    office.expand()
    assert board(office, recorded)["totals"]["pending"] == 3
    office.case(acknowledgements.opened, office.asked(recorded, "E2").id, office.now)
    office.case(record, office.asked(recorded, "E3").id, "told", office.now, caller="duty", by="张值班")
    totals = board(office, recorded)["totals"]
    assert [totals[each] for each in ("asked", "delivered", "opened", "pending", "unreachable")] == [
        *(3, 2, 1, 1, 0)
    ]
    assert names(board(office, recorded, wanted="delivered")) == ["E2", "E3"]
    assert names(board(office, recorded, wanted="pending")) == ["E1"]


def test_numbers_are_masked_for_whoever_may_not_dial(office: Asking) -> None:
    recorded = office.start()
    masked = board(office, recorded, full=False)["organisations"][0]["people"][0]["numbers"][0]
    assert masked == {"text": "199****1001", "tel": None}
