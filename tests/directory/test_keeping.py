"""What is kept of an organisation: contacts, groups, inventory lines, emissions, history."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.ledger.database import Ledger
from gateway.ledger.directory import changes, contacts, directory, inventory, organisations
from gateway.ledger.directory.contacts import StoredContact
from tests.backends import open_ledger
from tests.directory.everyone import everyone

FIRST = ContactAddress(Address("sms", "+8619900000001"), date(2026, 9, 1), "22:00", "06:00")
SECOND = ContactAddress(Address("sms", "+8619900000002"))
HEAD = Contact("赵一", "responsible", (FIRST,))
NIGHT = Contact("钱二", "night_duty", (SECOND,), "en")
PLANT = Organisation(
    "E-01",
    "启明铸件",
    "enterprises",
    "industry",
    "990102001",
    None,
    (Address("email", "duty@example.com"),),
    credit_code="91410100INVENTED01",
    meter_number="0009",
    industry="铸造",
    grade="C",
    grade_valid_from=date(2026, 1, 1),
    location="工业路1号",
    own_plan_filed_on=date(2026, 8, 1),
    groups=("重点", "东片"),
    contacts=(HEAD, NIGHT),
)
STOP = InventoryLine("industrial", "orange", "一号线", "stop", "停产", True, person="孙三", batch=1)
LIMIT = InventoryLine("industrial", "yellow", "二号线", "limit", "限产30%，联系13900000009", True, percent=30)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    opened.write_now(directory.apply, [PLANT], 1000)
    yield opened
    opened.close()


def kept(ledger: Ledger, code: str = "E-01") -> Organisation:
    return ledger.read_now(organisations.by_codes, [code])[code].organisation


def people(ledger: Ledger) -> list[StoredContact]:
    return ledger.read_now(contacts.of_organisations, [1], active_only=False)[1]


def history(ledger: Ledger) -> list[dict[str, Any]]:
    return [each.changes for each in ledger.read_now(changes.of_organisation, 1)]


def test_an_organisation_is_kept_as_it_was_stated(ledger: Ledger) -> None:
    found = kept(ledger)
    assert replace(found, groups=()) == replace(PLANT, groups=())
    assert set(found.groups) == set(PLANT.groups)
    assert ledger.write_now(directory.apply, [PLANT], 2000) == ["unchanged"]


@pytest.mark.parametrize(
    "change",
    [
        {"grade": "B"},
        {"grade_valid_from": date(2026, 2, 1)},
        {"own_plan_filed_on": None},
        {"groups": ("重点",)},
        {"contacts": (NIGHT, HEAD)},
        {"contacts": (HEAD,)},
        {"contacts": (replace(HEAD, role="deputy"), NIGHT)},
        {"contacts": (replace(HEAD, addresses=(replace(FIRST, quiet_from=None, quiet_until=None),)), NIGHT)},
        {"contacts": (replace(HEAD, addresses=(replace(FIRST, verified_on=date(2026, 11, 1)),)), NIGHT)},
    ],
)
def test_whatever_is_stated_differently_is_a_change_and_is_kept(ledger: Ledger, change: Any) -> None:
    changed = replace(PLANT, **change)
    assert ledger.read_now(directory.compare, [changed]) == ["changed"]
    assert ledger.write_now(directory.apply, [changed], 2000) == ["changed"]
    assert kept(ledger) == changed or set(kept(ledger).groups) == set(changed.groups)
    assert ledger.write_now(directory.apply, [changed], 3000) == ["unchanged"]


def test_what_a_file_does_not_speak_of_stays(ledger: Ledger) -> None:
    short = Organisation("E-01", "启明铸件二厂", "enterprises", "industry", "990102", None, ())
    stated = {"name", "audience", "sector", "area"}
    assert ledger.write_now(directory.apply, [short], 2000, stated) == ["changed"]
    found = kept(ledger)
    assert (found.name, found.area) == ("启明铸件二厂", "990102")
    assert (found.contacts, found.grade, found.addresses) == (PLANT.contacts, "C", PLANT.addresses)


def test_a_contact_keeps_its_number_through_renamed_roles_other_orders_and_absence(ledger: Ledger) -> None:
    head, night = people(ledger)
    turned = (NIGHT, replace(HEAD, role="deputy"))
    ledger.write_now(directory.apply, [replace(PLANT, contacts=turned)], 2000)
    assert {each.contact.name: each.id for each in people(ledger)} == {"赵一": head.id, "钱二": night.id}
    ledger.write_now(directory.apply, [replace(PLANT, contacts=(NIGHT,))], 3000)
    assert [(each.id, each.active) for each in people(ledger) if not each.active] == [(head.id, False)]
    assert kept(ledger).contacts == (NIGHT,)
    ledger.write_now(directory.apply, [PLANT], 4000)
    assert {each.contact.name: each.id for each in people(ledger)} == {"赵一": head.id, "钱二": night.id}


def test_the_date_of_a_verification_outlives_a_file_that_gives_none(ledger: Ledger) -> None:
    unsaid = replace(HEAD, addresses=(replace(FIRST, verified_on=None),))
    assert ledger.write_now(directory.apply, [replace(PLANT, contacts=(unsaid, NIGHT))], 2000) == [
        "unchanged"
    ]
    heir = replace(unsaid, name="李四")  # somebody else at the same number has verified nothing
    ledger.write_now(directory.apply, [replace(PLANT, contacts=(heir, NIGHT))], 3000)
    assert kept(ledger).contacts[0].addresses[0].verified_on is None


def test_verifying_a_number_is_kept(ledger: Ledger) -> None:
    night = people(ledger)[1]
    ledger.write_now(contacts.verify, night.id, night.address_ids[0], date(2026, 11, 22))
    found = ledger.read_now(contacts.one, night.id)
    assert found is not None
    assert found.contact.addresses[0].verified_on == date(2026, 11, 22)


def test_history_tells_who_changed_what_with_numbers_masked(ledger: Ledger) -> None:
    moved = replace(PLANT, grade="B", addresses=(Address("sms", "+8619900000007"),), groups=("重点",))
    ledger.write_now(directory.apply, [moved], 2000, actor="office")
    (_, changed) = ledger.read_now(changes.of_organisation, 1)
    assert (changed.actor, changed.at) == ("office", 2000)
    assert changed.changes == {
        "grade": ["C", "B"],
        "addresses": [[["email", "d***@example.com"]], [["sms", "+86199****0007"]]],
        "groups": [["东片", "重点"], ["重点"]],
    }


def test_an_organisation_switched_off_is_told_nothing_and_can_come_back(ledger: Ledger) -> None:
    assert ledger.read_now(directory.missing, [], ["enterprises"], False)[0].code == "E-01"
    assert ledger.read_now(directory.missing, ["E-01"], ["enterprises"], False) == []
    assert ledger.write_now(directory.switch_off, ["E-01", "E-99"], 2000, "office") == 1
    assert ledger.read_now(everyone, False) == []
    assert ledger.read_now(directory.missing, [], ["enterprises"], False) == []
    assert ledger.write_now(directory.apply, [PLANT], 3000) == ["changed"]
    assert history(ledger)[1:] == [{"active": [True, False]}, {"active": [False, True]}]


def test_a_grade_counts_only_from_its_first_day(ledger: Ledger) -> None:
    def grade(on: date) -> str | None:
        return ledger.read_now(everyone, False, on=on)[0].grade

    assert (grade(date(2025, 12, 31)), grade(date(2026, 1, 1))) == (None, "C")


def test_codes_are_found_by_credit_code(ledger: Ledger) -> None:
    found = ledger.read_now(organisations.codes_of_credit, ["91410100INVENTED01", "91410100INVENTED02"])
    assert found == {"91410100INVENTED01": ["E-01"]}


def test_a_file_replaces_the_lines_of_its_list_and_no_others(ledger: Ledger) -> None:
    dust = replace(STOP, list="dust", line="料堆")
    assert ledger.write_now(inventory.apply, "industrial", {"E-01": [LIMIT, STOP]}, 2000, "office") == {
        "E-01": "added"
    }
    ledger.write_now(inventory.apply, "dust", {"E-01": [dust]}, 2000, "office")
    stated = {"E-01": [STOP], "E-99": [STOP]}
    expected = {"E-01": "changed", "E-99": "refused"}
    assert ledger.read_now(inventory.compare, "industrial", stated) == expected
    assert ledger.write_now(inventory.apply, "industrial", stated, 3000, "office") == expected
    assert ledger.read_now(inventory.of_organisations, [1]) == {1: (dust, STOP)}
    assert ledger.read_now(inventory.of_organisations, [1], "industrial", "orange") == {1: (STOP,)}
    assert ledger.write_now(inventory.apply, "industrial", stated, 4000, "office")["E-01"] == "unchanged"


def test_who_is_on_a_list_and_not_in_the_file_is_told_before_anything_disappears(ledger: Ledger) -> None:
    ledger.write_now(inventory.apply, "industrial", {"E-01": [LIMIT, STOP]}, 2000, "office")
    (absent,) = ledger.read_now(inventory.missing, "industrial", ["E-02"])
    assert (absent.code, absent.lines) == ("E-01", 2)
    assert ledger.read_now(inventory.missing, "industrial", ["E-01"]) == []
    ledger.write_now(inventory.apply, "industrial", {"E-01": []}, 3000, "office")
    assert ledger.read_now(inventory.listed, "industrial") == []


def test_the_history_of_lines_masks_numbers_in_their_words(ledger: Ledger) -> None:
    ledger.write_now(inventory.apply, "industrial", {"E-01": [LIMIT]}, 2000, "office")
    before, after = history(ledger)[-1]["inventory.industrial"]
    assert before == []
    assert after[0]["words"] == "限产30%，联系139****0009"


def test_emissions_are_replaced_as_a_whole(ledger: Ledger) -> None:
    first = {("", "SO2"): 2.0, ("orange", "SO2"): 0.5}
    second = {("", "SO2"): 1.5}
    put = inventory.put_emissions
    assert ledger.write_now(put, {"E-01": first, "E-99": first}, 2000, "office") == {
        "E-01": "added",
        "E-99": "refused",
    }
    assert ledger.write_now(put, {"E-01": first}, 3000, "office") == {"E-01": "unchanged"}
    assert ledger.write_now(put, {"E-01": second}, 4000, "office") == {"E-01": "changed"}
    assert ledger.read_now(inventory.emissions, [1]) == {1: second}


def test_organisations_are_found_by_group_grade_area_with_streets_and_words(ledger: Ledger) -> None:
    other = replace(PLANT, code="E-02", name="远方铸件", area="990103", grade=None, groups=(), contacts=())
    ledger.write_now(directory.apply, [other], 2000)

    def found(**wanted: Any) -> list[str]:
        return [each.organisation.code for each in ledger.read_now(organisations.page, **wanted)]

    assert found(group="东片") == ["E-01"]
    assert found(grade="C") == ["E-01"]
    assert found(area="990102") == ["E-01"]
    assert found(query="远方") == ["E-02"]
    assert found(query="%") == []
    assert found() == ["E-01", "E-02"]
    assert found(after=1) == ["E-02"]
    assert ledger.read_now(organisations.groups) == {"东片": 1, "重点": 1}
