"""Boards and call sheets out of the ledger."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from channels.contract import Accepted, Outcome, Reason, Rejected
from gateway.boards.making import board_of, boards_of_plan, calls_of, page_in_force
from gateway.boards.sign import Boards
from gateway.errors import InputError
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.directory import directory, inventory
from gateway.ledger.follow_up.unreached import Unreached
from gateway.ledger.schema import addresses
from gateway.settings import OfficeSettings, Settings
from gateway.slots import OWN_SLOT
from tests.boards.samples import ADDRESS, LINES, OFFICE, PLANT, SITE, plan
from tests.broadcasts.bureau import CATALOGUE, Bureau

UNLISTED = replace(PLANT, code="E3", name="示例餐饮店", sector="catering")
ELSEWHERE = replace(PLANT, code="E4", area="653101")
DRILL = replace(PLANT, code="X2", name="演练示例厂", exercise=True, contacts=())


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    stated = [PLANT, replace(SITE, area="410102"), UNLISTED, ELSEWHERE, DRILL]
    made.ledger.write_now(directory.apply, stated, made.now)
    lines = {"E1": LINES, "E2": LINES[:1], "E4": LINES, "X2": LINES}
    made.ledger.write_now(inventory.apply, "industrial", lines, made.now, "(local)")
    yield made
    made.close()


def boards() -> Boards:
    return Boards(plan(), ADDRESS, OFFICE)


def warned(bureau: Bureau, outcome: Outcome | None) -> Recorded:
    """An orange warning that went out; at Jinshui's school (number 1990 4101 051) it ended otherwise."""
    recorded = bureau.act(bureau.document())
    bureau.expand()
    dead = bureau.ledger.read_now(_address_of, "+8619904101051")
    bureau.deliver(lambda address: outcome if address == dead else Accepted("SM"))
    return recorded


def _address_of(connection: Connection, value: str) -> int:
    query = select(addresses.c.id).where(addresses.c.value == value)
    return int(connection.execute(query).scalar_one())


def test_a_board_holds_people_and_lines_as_the_ledger_does(bureau: Bureau) -> None:
    made = bureau.ledger.read_now(board_of, boards(), "E1")
    assert made == boards().board(PLANT, LINES)


def test_all_boards_are_of_those_listed_in_the_plan_s_area_district_by_district(bureau: Bureau) -> None:
    made = bureau.ledger.read_now(boards_of_plan, boards(), plan(), None)
    assert [board.code for board in made] == ["E2", "E1"]
    assert [len(board.levels[0].measures) for board in made][1] == 2


@pytest.mark.parametrize(("area", "codes"), [("410104", ["E1"]), ("410100", ["E2", "E1"])])
def test_an_area_bounds_the_boards_and_the_city_is_all_of_it(
    bureau: Bureau, area: str, codes: list[str]
) -> None:
    made = bureau.ledger.read_now(boards_of_plan, boards(), plan(), area)
    assert [board.code for board in made] == codes


def test_drills_have_boards_of_their_own(bureau: Bureau) -> None:
    (board,) = bureau.ledger.read_now(boards_of_plan, boards(), plan(), None, exercise=True)
    assert (board.code, board.exercise) == ("X2", True)


@pytest.mark.parametrize(("area", "code"), [("410108", "BOARDS_NONE"), ("110000", "AREA_NOT_IN_PLAN")])
def test_no_board_is_an_error_and_never_an_empty_file(bureau: Bureau, area: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        bureau.ledger.read_now(boards_of_plan, boards(), plan(), area)
    assert refused.value.code == code


def test_who_is_not_in_the_directory_has_no_board(bureau: Bureau) -> None:
    with pytest.raises(InputError) as refused:
        bureau.ledger.read_now(board_of, boards(), "E99")
    assert refused.value.code == "ORGANISATION_UNKNOWN"


def test_only_those_whom_nothing_reached_are_called(bureau: Bureau) -> None:
    recorded = warned(bureau, Rejected(Reason.INVALID_ADDRESS))
    made = bureau.ledger.read_now(calls_of, CATALOGUE, recorded.broadcast_id, bureau.now)
    calls = {call.organisation: call for sheet in made.sheets for call in sheet.calls}
    assert "金水区示例学校" in calls
    assert "中原区示例学校" not in calls
    assert calls["金水区示例学校"].state.startswith("未送达")
    assert [person.numbers for person in calls["金水区示例学校"].people] == [("199 0410 1051",)]
    (sheet,) = [each for each in made.sheets if each.readers == "学校"]
    assert sheet.script
    assert "橙色预警" in sheet.script
    assert sheet.area == "金水区"


def test_who_may_still_be_reached_is_told_apart(bureau: Bureau) -> None:
    recorded = warned(bureau, None)
    made = bureau.ledger.read_now(calls_of, CATALOGUE, recorded.broadcast_id, bureau.now, "410105")
    states = {call.organisation: call.state for sheet in made.sheets for call in sheet.calls}
    assert states["金水区示例学校"].startswith("未见送达回执")


def test_a_list_of_the_unsigned_takes_the_place_of_the_unreached(bureau: Bureau) -> None:
    recorded = warned(bureau, None)
    unsigned = [Unreached(PLANT, PLANT.area, PLANT.contacts, "unsigned", bureau.now)]
    made = bureau.ledger.read_now(calls_of, CATALOGUE, recorded.broadcast_id, bureau.now, None, unsigned)
    assert [call.code for sheet in made.sheets for call in sheet.calls] == ["E1"]
    assert made.sheets[0].script


def test_a_plant_hears_its_own_frozen_lines_too(bureau: Bureau) -> None:
    recorded = warned(bureau, None)
    unsigned = [Unreached(PLANT, PLANT.area, PLANT.contacts, "unsigned", bureau.now)]
    made = bureau.ledger.read_now(calls_of, CATALOGUE, recorded.broadcast_id, bureau.now, None, unsigned)
    (call,) = made.sheets[0].calls
    assert any("1号隧道窑" in line and "50%" in line for line in call.own)
    assert OWN_SLOT not in (made.sheets[0].script or "")


def test_words_that_no_longer_hold_are_not_read_out(bureau: Bureau) -> None:
    recorded = warned(bureau, None)
    late = bureau.now + int(timedelta(days=30).total_seconds() * 1000)
    with pytest.raises(InputError) as expired:
        bureau.ledger.read_now(calls_of, CATALOGUE, recorded.broadcast_id, late)
    assert expired.value.code == "BROADCAST_ENDED"
    with pytest.raises(InputError) as unknown:
        bureau.ledger.read_now(calls_of, CATALOGUE, 999, bureau.now)
    assert unknown.value.code == "BROADCAST_UNKNOWN"


@pytest.mark.parametrize(
    ("settings", "link", "address"),
    [
        (Settings(public_url="https://air.example"), None, "https://air.example"),
        (
            Settings(
                office=OfficeSettings(full_text_at="https://a.example/x"), public_url="https://b.example"
            ),
            None,
            "https://a.example/x",
        ),
        (
            Settings(office=OfficeSettings(full_text_at="政府网站"), public_url="https://b.example"),
            None,
            "https://b.example",
        ),
        (Settings(), "https://c.example", "https://c.example"),
    ],
)
def test_the_code_leads_to_the_office_s_page_unless_another_is_given(
    settings: Settings, link: str | None, address: str
) -> None:
    assert page_in_force(settings, link) == address


def test_a_code_that_would_lead_nowhere_is_refused() -> None:
    with pytest.raises(InputError, match="public_url") as refused:
        page_in_force(Settings(), None)
    assert refused.value.code == "BOARD_NO_ADDRESS"
