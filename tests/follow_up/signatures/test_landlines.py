"""Organisations and people with fixed lines: never a message, always on the lists of those who call."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gateway.boards.calls import call_sheets
from gateway.broadcasts.launching.follow import Wish
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.follow_up.signatures.calling import calls_json, record
from gateway.follow_up.signatures.unsigned import board_json
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.decisions.recipients import page
from gateway.ledger.directory.directory import switch_off
from gateway.ledger.follow_up.unreached import by_delivery
from gateway.ledger.schema import addresses, deliveries
from tests.broadcasts.bureau import CATALOGUE
from tests.follow_up.asking import PLANT, Asking

LINE = Address("phone", "+8637167180000;ext=802")
GATE = Contact("门卫", "responsible", (ContactAddress(Address("phone", "+8637167180001")),))
MOBILE = Contact("赵一", "deputy", (ContactAddress(Address("sms", "+8619900009001")),))
RINGING = replace(PLANT, code="E2", name="只有座机的厂", addresses=(LINE,), contacts=(GATE,))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    yield made
    made.close()


def messages(connection: Connection, broadcast_id: int) -> list[tuple[str, str, str, str | None]]:
    rows = connection.execute(
        select(addresses.c.kind, addresses.c.value, deliveries.c.state, deliveries.c.reason)
        .join(addresses, addresses.c.id == deliveries.c.address_id)
        .where(deliveries.c.broadcast_id == broadcast_id)
    )
    return [tuple(row) for row in rows]


def of_landlines(office: Asking, recorded: Recorded) -> list[Any]:
    found = office.ledger.read_now(messages, recorded.broadcast_id)
    return [row[1:] for row in found if row[0] == "phone"]


def calls(office: Asking) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ledger.read_now(calls_json, CATALOGUE, office.now)["calls"]
    return found


def test_who_has_only_a_landline_is_on_the_list_of_calls_from_the_launch_on(office: Asking) -> None:
    office.add(RINGING)
    recorded = office.start()
    assert of_landlines(office, recorded) == [(LINE.value, "suppressed", "called")]
    office.minutes(0)
    (entry,) = calls(office)
    assert entry["organisation"]["code"] == "E2"
    assert [number for who in entry["people"] for number in who["numbers"]] == [
        {"text": "0371-67180001", "tel": "tel:+8637167180001"},
        {"text": "0371-67180000 转 802", "tel": "tel:+8637167180000,802"},
    ]
    board = office.ledger.read_now(board_json, CATALOGUE, recorded.broadcast_id, office.now)
    masked = {who["numbers"][0]["text"] for each in board["organisations"] for who in each["people"]}
    assert "371****0001" in masked
    assert not any("6718" in text for text in masked)


def test_the_frozen_list_names_the_call_before_anybody_approves(office: Asking) -> None:
    office.add(RINGING)
    recorded = office.submit(office.document()).recorded
    listed = office.ledger.read_now(page, recorded.broadcast_id)
    assert [each.kind for each in listed if each.code == "E2"] == ["phone"]


def test_a_landline_beside_a_mobile_number_gets_no_message_and_is_read_out_as_well(office: Asking) -> None:
    office.add(replace(RINGING, contacts=(GATE, MOBILE)))
    recorded = office.start()
    assert of_landlines(office, recorded) == []
    told = office.ledger.read_now(messages, recorded.broadcast_id)
    assert MOBILE.addresses[0].address.value in {row[1] for row in told}  # not hidden by who only rings
    for _ in range(4):
        office.minutes(20)
    (entry,) = [each for each in calls(office) if each["organisation"]["code"] == "E2"]
    assert len([number for who in entry["people"] for number in who["numbers"]]) == 3
    assert of_landlines(office, recorded) == []  # no step sends anything there


def test_a_call_sheet_names_landlines_of_who_was_not_reached(office: Asking) -> None:
    office.add(RINGING)
    recorded = office.start()
    unreached = office.ledger.read_now(by_delivery, recorded.broadcast_id)
    plan = CATALOGUE.load("zhengzhou").plan
    sheets = call_sheets(plan, unreached, {}, "预警", {}, exercise=False)
    (call,) = [each for sheet in sheets for each in sheet.calls if each.code == "E2"]
    assert [person.numbers for person in call.people] == [("0371-67180001",), ("0371-67180000 转 802",)]


def test_who_was_told_by_telephone_is_owed_the_lift_though_the_directory_names_them_no_more(
    office: Asking,
) -> None:
    office.add(
        RINGING,
        replace(RINGING, code="E3", name="没人接的厂", addresses=(Address("phone", "+8637167180009"),)),
    )
    recorded = office.start()
    office.minutes(0)
    of_e2 = office.asked(recorded, "E2").id
    office.case(record, of_e2, "told", office.now, caller="duty", by="张值班")
    office.ledger.write_now(switch_off, ["E2", "E3"], office.now, "test")
    office.moment += timedelta(hours=1)
    wish = Wish("郑重污染〔2024〕9号", changes={"special_reason": "空气质量已经改善"})
    lift = office.follow(recorded, "lift", wish)
    assert [
        each.code
        for each in office.ledger.read_now(page, lift.recorded.broadcast_id, limit=None)
        if each.kind == "phone"
    ] == ["E2"]


def test_two_departments_behind_one_switchboard_are_both_called(office: Asking) -> None:
    def department(code: str) -> Organisation:
        return Organisation(code, f"{code}局", "departments", None, "410100", None, (LINE,))

    office.add(department("D8"), department("D9"))
    recorded = office.start()
    codes = {each.organisation.code for each in office.ledger.read_now(by_delivery, recorded.broadcast_id)}
    assert {"D8", "D9"} <= codes
