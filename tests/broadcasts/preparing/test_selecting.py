"""A decision for some of those whom it concerns, from its preview to its lift."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gateway.directory.model import Address, Contact, ContactAddress, ContactRole, Organisation
from gateway.directory.selection import Selection, build
from gateway.errors import InputError
from gateway.ledger.decisions import recipients as ledger_recipients
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.directory import directory
from gateway.ledger.schema import decisions
from gateway.ledger.trail import audit
from gateway.moments import BEIJING
from tests.broadcasts.bureau import Bureau
from tests.documents import red_raise

SCHOOLS = build({"audiences": ["schools"]})
EVERYBODY = ["D1", "P410102", "P410104", "P410105", "S410102", "S410104", "S410105"]
ONLY_SCHOOLS = ["S410102", "S410104", "S410105"]


def told(bureau: Bureau, recorded: Recorded) -> list[str]:
    found = bureau.ledger.read_now(ledger_recipients.page, recorded.broadcast_id)
    return sorted(each.code for each in found)


def act(bureau: Bureau, document: dict[str, Any], selection: Selection) -> Recorded:
    submitted = bureau.submit(document, selection=selection)
    bureau.approve(submitted.recorded)
    return bureau.launch(submitted.recorded)


def lift(bureau: Bureau) -> dict[str, Any]:
    bureau.later(hours=1)
    return {
        "plan": "zhengzhou",
        "action": "lift",
        "decided_at": bureau.moment.isoformat(),
        "starts_at": (bureau.moment + timedelta(hours=1)).isoformat(),
        "area": ["410100"],
        "issuer": "市环委会办公室",
        "document_number": "第九号",
        "special_reason": "空气质量已好转",
    }


def test_only_whom_the_selection_means_is_told_and_it_is_kept_with_the_decision(bureau: Bureau) -> None:
    launched = act(bureau, bureau.document(), SCHOOLS)
    assert told(bureau, launched) == ONLY_SCHOOLS

    def kept(connection: Connection) -> Any:
        return connection.execute(select(decisions.c.selection)).scalar_one()

    assert '"audiences": ["schools"]' in bureau.ledger.read_now(kept)
    (submitted, *_) = bureau.ledger.read_now(audit.page, kind="submitted")
    assert submitted.detail["selection"] == SCHOOLS.as_json()


def test_another_selection_is_another_manifest_even_where_it_means_the_same_people(bureau: Bureau) -> None:
    first = bureau.submit(bureau.document(), selection=SCHOOLS).recorded
    wider = build({"audiences": ["schools"], "areas": ["410100"]})
    second = bureau.submit(bureau.document(), selection=wider).recorded
    assert second.id == first.id
    assert told(bureau, second) == ONLY_SCHOOLS
    assert second.manifest != first.manifest


def test_a_lift_goes_to_whom_the_warning_meant_and_to_everyone_exposed(bureau: Bureau) -> None:
    act(bureau, bureau.document(), SCHOOLS)
    bureau.expand()
    bureau.deliver()
    document = lift(bureau)
    with pytest.raises(InputError) as caught:
        bureau.submit(document, selection=SCHOOLS)
    assert caught.value.code == "SELECTION_NOT_ALLOWED"
    lifted = bureau.act(document)
    assert told(bureau, lifted) == ONLY_SCHOOLS


def test_whoever_was_exposed_and_has_left_the_directory_still_gets_the_lift(bureau: Bureau) -> None:
    act(bureau, bureau.document(), SCHOOLS)
    bureau.expand()
    bureau.deliver()
    bureau.case(directory.switch_off, ["S410102"], bureau.now, "(local)")
    lifted = bureau.act(lift(bureau))
    assert told(bureau, lifted) == ONLY_SCHOOLS


def test_a_warning_can_be_lifted_when_whom_it_meant_has_gone(bureau: Bureau) -> None:
    act(bureau, bureau.document(), SCHOOLS)
    bureau.expand()
    bureau.deliver()
    bureau.case(directory.switch_off, ONLY_SCHOOLS, bureau.now, "(local)")
    assert told(bureau, bureau.act(lift(bureau))) == ONLY_SCHOOLS


def test_a_change_may_widen_the_selection_and_never_narrow_it(bureau: Bureau) -> None:
    act(bureau, bureau.document(), SCHOOLS)
    bureau.later(hours=1)
    raised = bureau.document(**red_raise(decided_at=bureau.moment.isoformat(), approvals=[]))
    for narrower in ({"audiences": ["public"]}, {"audiences": ["schools"], "areas": ["410105"]}):
        with pytest.raises(InputError) as caught:
            bureau.submit(raised, selection=build(narrower))
        assert caught.value.code == "SELECTION_NARROWER"
        assert "受众：学校" in caught.value.message
    assert told(bureau, bureau.submit(raised, selection=SCHOOLS).recorded) == ONLY_SCHOOLS
    assert told(bureau, bureau.submit(raised).recorded) == EVERYBODY


def test_a_warning_for_everybody_cannot_be_changed_for_some(bureau: Bureau) -> None:
    bureau.act(bureau.document())
    bureau.later(hours=1)
    raised = bureau.document(**red_raise(decided_at=bureau.moment.isoformat(), approvals=[]))
    with pytest.raises(InputError) as caught:
        bureau.submit(raised, selection=SCHOOLS)
    assert caught.value.code == "SELECTION_NARROWER"


def test_the_same_document_launched_for_others_is_an_error_and_not_silence(bureau: Bureau) -> None:
    launched = act(bureau, bureau.document(), SCHOOLS)
    assert bureau.submit(bureau.document(), selection=SCHOOLS).recorded.id == launched.id
    with pytest.raises(InputError) as caught:
        bureau.submit(bureau.document())
    assert caught.value.code == "SELECTION_DIFFERS"


def person(name: str, role: ContactRole, number: str) -> Contact:
    return Contact(name, role, (ContactAddress(Address("sms", f"+86{number}")),))


PLANT = Organisation(
    "E1",
    "示例铸件厂",
    "enterprises",
    "industry",
    "410105001",
    None,
    (Address("sms", "+8619900007001"),),
    contacts=(
        person("网格员甲", "grid_member", "19900007009"),
        person("厂长甲", "responsible", "19900007002"),
        person("厂长乙", "deputy", "19900007003"),
        person("门卫甲", "night_duty", "19900007004"),
    ),
)


@pytest.mark.parametrize(
    ("hour", "night"), [(9, False), (19, False), (20, True), (23, True), (5, True), (7, False)]
)
def test_a_plant_is_told_at_its_own_number_its_first_contact_and_at_night_also_its_night_duty(
    bureau: Bureau, hour: int, night: bool
) -> None:
    bureau.case(directory.apply, [PLANT], bureau.now)
    bureau.moment = datetime(2024, 1, 7, hour, tzinfo=BEIJING)
    found = bureau.ledger.read_now(
        ledger_recipients.page,
        bureau.submit(
            bureau.document(), selection=build({"audiences": ["enterprises"]})
        ).recorded.broadcast_id,
    )
    numbers = ["+8619900007001", "+8619900007002"] + (["+8619900007004"] if night else [])
    assert sorted(each.address for each in found) == numbers


def test_a_number_that_is_the_plants_and_its_contacts_is_told_once(bureau: Bureau) -> None:
    own = Address("sms", "+8619900007002")
    bureau.case(directory.apply, [replace(PLANT, addresses=(own,))], bureau.now)
    recorded = bureau.submit(bureau.document(), selection=build({"areas": ["410105001"]})).recorded
    found = bureau.ledger.read_now(ledger_recipients.page, recorded.broadcast_id)
    assert [(each.code, each.address) for each in found] == [("E1", own.value)]
