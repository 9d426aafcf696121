"""The board of signatures, the list of calls, and what is heard in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Reason, Rejected
from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Address, Organisation
from gateway.errors import InputError
from gateway.follow_up.signatures import board as signatures
from gateway.follow_up.signatures.board import Narrowed
from gateway.follow_up.signatures.calling import calls_json, record
from gateway.follow_up.signatures.signing import Signer, object_to, report_done, sign
from gateway.follow_up.signatures.unsigned import board_json
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.directory import inventory
from gateway.ledger.follow_up import acknowledgements
from gateway.ledger.follow_up.unreached import by_delivery
from tests.broadcasts.bureau import CATALOGUE
from tests.follow_up.asking import PLANT, Asking

SIGNER = Signer("王五", "值班员", "link", "(link)")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    yield made
    made.close()


def board(office: Asking, recorded: Recorded, **how: Any) -> dict[str, Any]:
    return office.ledger.read_now(board_json, CATALOGUE, recorded.broadcast_id, office.now, **how)


def listed(office: Asking, **how: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ledger.read_now(calls_json, CATALOGUE, office.now, **how)["calls"]
    return found


def on_sheets(office: Asking, recorded: Recorded) -> set[str]:
    """Whose calls are printed."""
    return {each.organisation.code for each in office.ledger.read_now(by_delivery, recorded.broadcast_id)}


def heard(office: Asking, recorded: Recorded, result: str, **what: Any) -> dict[str, Any]:
    office.later(minutes=1)
    answer: dict[str, Any] = office.case(
        record, office.asked(recorded).id, result, office.now, caller="duty", by="张值班", **what
    )
    return answer


def test_a_plant_hears_the_measures_of_its_own_after_the_script(office: Asking) -> None:
    line = InventoryLine("industrial", "orange", "1#窑", "stop", "1#窑停产", certain=True)
    office.ledger.write_now(inventory.apply, "industrial", {"E1": [line]}, office.now, "test")
    recorded = office.start()
    office.until_called()
    (entry,) = listed(office)
    assert "1#窑：停产" in " ".join(entry["own"])
    chosen = Narrowed(call=entry["id"])
    page = office.ledger.read_now(
        signatures.board, CATALOGUE, recorded.broadcast_id, office.now, chosen, limit=10, full=True
    )
    assert page["call"]["own"] == entry["own"]


def test_a_plant_that_never_signed_is_called_with_numbers_and_words_to_read_out(office: Asking) -> None:
    recorded = office.start()
    assert listed(office) == []
    office.until_called()
    (entry,) = listed(office)
    assert entry["organisation"] == {"code": "E1", "name": "示例机械厂"}
    assert entry["district"] == "管城回族区"
    assert "李四" in {who["name"] for who in entry["people"]}  # the grid member stands on it too
    assert entry["people"][0]["numbers"] == [{"text": "199 0000 1001", "tel": "tel:+8619900001001"}]
    assert "橙色" in entry["script"]
    assert listed(office, area="410102") == []
    assert [each["id"] for each in listed(office, area="410104")] == [entry["id"]]
    heard(office, recorded, "no_answer", contact_id=entry["people"][0]["contact"])
    (again,) = listed(office)
    assert (again["tries"], again["last"]) == (1, "no_answer")


def test_who_was_told_by_telephone_counts_as_reached_and_leaves_the_list(office: Asking) -> None:
    recorded = office.act(office.document())
    office.expand()
    office.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS))
    assert board(office, recorded)["totals"]["unreachable"] == 1
    for _ in range(4):
        office.minutes(20)
        office.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS))
    assert "E1" in on_sheets(office, recorded)
    heard(office, recorded, "told")
    assert listed(office) == []
    assert "E1" not in on_sheets(office, recorded)
    assert board(office, recorded)["totals"]["unreachable"] == 0
    (line,) = board(office, recorded)["organisations"]
    assert (line["standing"], line["late"]) == ("delivered", True)


def test_a_call_may_sign_for_a_plant_and_is_audited(office: Asking) -> None:
    recorded = office.start()
    office.until_called()
    answer = heard(office, recorded, "signed", name="周六", role="厂长")
    assert answer["signed_at"] is not None
    assert [each["result"] for each in answer["calls"]] == ["signed"]
    assert office.asked(recorded).via == "phone"
    assert listed(office) == []
    assert ("phone", "signed") in office.steps()
    assert office.audit()[-2:] == [("called", "duty"), ("signed", "duty")]


def test_an_objection_stays_on_the_list_until_somebody_has_spoken_to_them(office: Asking) -> None:
    recorded = office.start()
    office.case(object_to, office.asked(recorded), SIGNER, "cannot_stop_safely", "", office.now)
    (entry,) = listed(office)
    assert (entry["standing"], entry["objection"]) == ("objected", "不能安全停产")
    heard(office, recorded, "no_answer")
    assert len(listed(office)) == 1
    heard(office, recorded, "told", note="同意降负荷运行")
    assert listed(office) == []


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"result": "signed"}, "NAME_MISSING"),
        ({"result": "objected"}, "NOTE_MISSING"),
        ({"result": "told", "contact_id": 999}, "CONTACT_UNKNOWN"),
        ({"result": "told", "note": "很" * 501}, "NOTE_TOO_LONG"),
    ],
)
def test_a_call_that_lacks_something_is_not_kept(office: Asking, what: dict[str, Any], code: str) -> None:
    recorded = office.start()
    with pytest.raises(InputError) as caught:
        heard(office, recorded, **what)
    assert caught.value.code == code
    assert ("called", "duty") not in office.audit()


def test_what_was_superseded_is_called_about_no_more(office: Asking) -> None:
    recorded = office.start()
    office.until_called()
    office.act(
        office.document(
            action="extend", document_number="延长一号", expected_end_at="2024-01-14T12:00:00+08:00"
        )
    )
    assert listed(office) == []
    with pytest.raises(InputError) as caught:
        heard(office, recorded, "told")
    assert caught.value.code == "ACKNOWLEDGEMENT_ENDED"


def test_the_board_keeps_what_an_organisation_did_apart(office: Asking) -> None:
    others = [
        Organisation(
            f"E{place}", f"示例企业{place}", "enterprises", "industry", area, None, (Address("sms", number),)
        )
        for place, area, number in (
            (2, "410102", "+8619900002002"),
            (3, "410102001", "+8619900002003"),
            (4, "410105", "+8619900002004"),
        )
    ]
    office.add(*others)
    recorded = office.start()

    def of(code: str) -> acknowledgements.Acknowledgement:
        return office.asked(recorded, code)

    office.case(acknowledgements.opened, of("E2").id, office.now)
    office.case(sign, of("E3"), SIGNER, office.now)
    office.case(report_done, of("E3"), "已停产", (), "link", "(link)", office.now)
    office.case(object_to, of("E4"), SIGNER, "other", "锅炉不能停", office.now)
    found = board(office, recorded)
    counts = {count["district"]: count for count in found["counts"]}
    assert (counts["中原区"]["asked"], counts["中原区"]["signed"]) == (
        2,
        1,
    )  # a street counts to its district
    assert {name: counts["金水区"][name] for name in ("delivered", "objected", "signed")} == {
        "delivered": 1,
        "objected": 1,
        "signed": 0,
    }
    assert found["totals"] == {
        "asked": 4,
        "delivered": 4,
        "opened": 1,
        "signed": 1,
        "done": 1,
        "objected": 1,
        "pending": 0,
        "unreachable": 0,
    }
    assert {each["organisation"]["code"] for each in found["organisations"]} == {"E1", "E2"}
    standing = {
        each["organisation"]["code"]: each["standing"]
        for wanted in ("unsigned", "done", "objected")
        for each in board(office, recorded, wanted=wanted)["organisations"]
    }
    assert standing == {"E1": "delivered", "E2": "opened", "E3": "done", "E4": "objected"}
    assert board(office, recorded, area="410105")["totals"]["asked"] == 1


def test_numbers_are_masked_unless_they_are_asked_for(office: Asking) -> None:
    recorded = office.start()
    (line,) = board(office, recorded)["organisations"]
    assert line["people"][0]["numbers"] == [{"text": "199****1001", "tel": None}]
    assert "19900001001" not in str(board(office, recorded))
    (line,) = board(office, recorded, full=True)["organisations"]
    assert line["people"][0]["numbers"][0]["tel"] == "tel:+8619900001001"


def test_an_address_that_two_plants_share_reaches_both(office: Asking) -> None:
    shared = PLANT.addresses
    office.add(
        Organisation("E2", "示例同址企业", "enterprises", "industry", "410104", None, shared),
    )
    recorded = office.start()
    assert board(office, recorded)["totals"]["delivered"] == 2
