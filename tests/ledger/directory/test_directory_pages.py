"""What the directory's pages ask the ledger: lists, sums, what is out of use, waiting files, proposals."""

from datetime import date

import pytest
from sqlalchemy import Connection

from gateway.directory.care import Entry
from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.errors import InputError
from gateway.follow_up.campaigns import proposals, verifying
from gateway.ledger.accounts import users
from gateway.ledger.database import Ledger
from gateway.ledger.directory import (
    care,
    changes,
    directory,
    inventory,
    inventory_list,
    organisations,
    proposed_contacts,
    register,
    unused,
    uploads,
)
from gateway.ledger.directory.inventory_list import Wanted
from gateway.ledger.directory.uploads import Upload

NOW = 1_800_000_000_000
SCHOOL = Organisation(
    "S1",
    "晴川小学",
    "schools",
    None,
    "410105",
    None,
    (Address("phone", "+8637167180000;ext=802"), Address("wecom", "教育群")),
    contacts=(
        Contact(
            "林校长",
            "responsible",
            (ContactAddress(Address("sms", "+8619900000101"), date(2026, 1, 1), "22:00", "06:30"),),
        ),
        Contact("吴老师", "deputy", (ContactAddress(Address("sms", "+8619900000102")),)),
    ),
)
PLANT = Organisation(
    "E1",
    "河东铸造厂",
    "enterprises",
    "industry",
    "410104",
    None,
    (Address("sms", "+8619900000181"),),
    grade="C",
)
MILL = Organisation("E2", "河西水泥厂", "enterprises", "industry", "410102", None, ())
DRILL = Organisation("X1", "演练小学", "schools", None, "410105", None, (), exercise=True)
LINES = (
    InventoryLine("industrial", "yellow", "1#线", "limit", "限产30%", True, percent=30),
    InventoryLine("industrial", "orange", "1#线", "own_words", "视情况减产", False),
    InventoryLine("dust", "orange", None, "stop", "停工", True),
)


@pytest.fixture
def kept(ledger: Ledger) -> Ledger:
    def keep(connection: Connection) -> None:
        directory.apply(connection, [SCHOOL, PLANT, MILL, DRILL], NOW)
        inventory.apply(connection, "industrial", {"E1": LINES[:2], "E2": LINES[:1]}, NOW, "x")
        inventory.apply(connection, "dust", {"E1": LINES[2:]}, NOW, "x")
        inventory.put_emissions(connection, {"E1": {("", "SO2"): 2.0, ("orange", "SO2"): 0.8}}, NOW, "x")

    ledger.write_now(keep)
    return ledger


def codes(kept: Ledger, wanted: Wanted, **how: object) -> list[str]:
    return [each.code for each in kept.read_now(inventory_list.enterprises, wanted, **how)]  # type: ignore[arg-type]


def test_enterprises_are_filtered_by_what_they_do_and_where_they_are(kept: Ledger) -> None:
    assert codes(kept, Wanted()) == ["E1", "E2"]
    assert codes(kept, Wanted(), sort="name", descending=True) == ["E2", "E1"]
    assert codes(kept, Wanted(level="orange")) == ["E1"]
    assert codes(kept, Wanted(list="dust", level="yellow")) == []
    assert codes(kept, Wanted(certain=False)) == ["E1"]
    assert codes(kept, Wanted(limits=("410102",))) == ["E2"]
    assert codes(kept, Wanted(area="410100", grade="C")) == ["E1"]
    assert codes(kept, Wanted(search="水泥")) == ["E2"]
    assert codes(kept, Wanted(exercise=True)) == []
    (first,) = kept.read_now(inventory_list.enterprises, Wanted(), limit=1)
    assert (dict(first.lines), first.uncertain, first.figures) == ({"dust": 1, "industrial": 2}, 1, True)
    assert codes(kept, Wanted(), after=first.id) == ["E2"]


def test_measures_go_on_from_the_last_one(kept: Ledger) -> None:
    every = kept.read_now(inventory_list.measures, Wanted())
    assert [(each.code, each.line.words) for each in every] == [
        ("E1", "限产30%"),
        ("E1", "视情况减产"),
        ("E2", "限产30%"),
        ("E1", "停工"),
    ]
    rest = kept.read_now(inventory_list.measures, Wanted(level="orange"), after=every[1].id)
    assert [each.line.words for each in rest] == ["停工"]


def test_figures_are_summed_of_active_organisations_of_one_kind(kept: Ledger) -> None:
    found = kept.read_now(inventory.sums)
    ids = kept.read_now(organisations.ids, ["E1", "E2", "S1"])
    assert found.listed == {ids["E1"], ids["E2"]}
    assert found.figures == {ids["E1"]: {("", "SO2"): 2.0, ("orange", "SO2"): 0.8}}
    kept.write_now(directory.switch_off, ["E1"], NOW, "x")
    found = kept.read_now(inventory.sums)
    assert found.listed == {ids["E2"]}
    assert not found.figures
    assert found.areas.keys() == {ids["E2"], ids["S1"]}


def test_a_number_is_found_by_its_end_whoever_has_it(kept: Ledger) -> None:
    def found(search: str) -> list[str]:
        return [each.organisation.code for each in kept.read_now(register.page, search=search)]

    assert found("0102") == ["S1"]
    assert found("0181") == ["E1"]
    assert found("102") == []
    assert found("吴老") == ["S1"]


def test_the_check_reads_the_directory_a_slice_at_a_time(kept: Ledger) -> None:
    found: list[Entry] = []
    while some := kept.read_now(care.entries_after, False, found[-1].id if found else 0, 1):
        found += some
    assert found == kept.read_now(care.entries, False)
    assert [(each.organisation.code, each.listed) for each in found] == [
        ("S1", False),
        ("E1", True),
        ("E2", True),
    ]


def test_who_gets_less_is_told_with_why(kept: Ledger) -> None:
    kept.write_now(verifying.record, "S1", "19900000102", "denied", NOW, via="phone", caller="x")
    found = kept.read_now(unused.unused, False)
    assert [(each.code, each.contact, each.address, each.why, each.detail) for each in found] == [
        ("S1", "吴老师", "+8619900000102", "denied", "2027-01-15"),
        ("S1", "林校长", "+8619900000101", "quiet", "22:00—06:30"),
    ]
    assert kept.read_now(unused.unused, True) == []


def test_changes_are_told_newest_first_and_have_numbers_that_rise(kept: Ledger) -> None:
    ids = kept.read_now(organisations.ids, ["S1", "E1"])
    before = kept.read_now(changes.last)
    kept.write_now(directory.switch_off, ["S1"], NOW + 5, "y")
    newest, *_ = kept.read_now(changes.newest, ids["S1"], 10)
    assert (newest.actor, newest.id) == ("y", kept.read_now(changes.last))
    assert newest.id > before
    assert kept.read_now(organisations.changed_since, ids.values(), NOW) == {ids["S1"]}


def test_a_file_waits_for_its_sender_alone_until_it_is_too_old(kept: Ledger) -> None:
    roles: tuple[users.Role, ...] = ("directory_keeper",)
    for name in ("one", "two"):
        kept.write_now(users.add, f"u-{name}", name, name, (), roles, (), "zh", NOW)
    first = Upload("f1", "u-one", "a.csv", b"\x00\xff", {"kind": "contacts"}, {"counts": {}}, NOW)
    kept.write_now(uploads.put, first)
    assert kept.read_now(uploads.get, "f1", "u-one", NOW) == first
    assert kept.read_now(uploads.get, "f1", "u-two", NOW) is None
    assert kept.read_now(uploads.get, "f1", "u-one", NOW + uploads.KEPT + 1) is None
    assert kept.read_now(uploads.waiting, "u-one", NOW) == ("f1", "a.csv")
    kept.write_now(uploads.put, Upload("f2", "u-one", "b.csv", b"", {}, {}, NOW))
    assert kept.read_now(uploads.waiting, "u-one", NOW) == ("f2", "b.csv")
    assert kept.read_now(uploads.get, "f1", "u-one", NOW) is None
    assert not kept.read_now(uploads.old, NOW)
    assert kept.read_now(uploads.old, NOW + uploads.KEPT + 1)
    assert kept.write_now(uploads.drop_old, NOW + uploads.KEPT + 1) == 1


def test_a_proposal_of_an_organisations_own_number_replaces_it(kept: Ledger) -> None:
    said = {"via": "phone", "caller": "x", "name": "钱主任", "number": "0371-67180001"}
    kept.write_now(verifying.record, "S1", "0371-67180000 转 802", "changed", NOW, **said)  # type: ignore[arg-type]
    (asked,) = kept.read_now(proposed_contacts.waiting)
    assert kept.read_now(proposed_contacts.waiting, False, ("410102",)) == []
    with pytest.raises(InputError, match="已经处理过"):
        kept.write_now(proposals.accept, asked.id, ("410102",), True, NOW, "y")
    kept.write_now(proposals.accept, asked.id, (), True, NOW, "y")
    one = kept.read_now(organisations.by_codes, ["S1"])["S1"].organisation
    assert (one.contact, one.contacts) == ("钱主任", SCHOOL.contacts)
    assert set(one.addresses) == {Address("phone", "+8637167180001"), Address("wecom", "教育群")}
    assert kept.read_now(proposed_contacts.waiting) == []


def test_proposals_are_read_a_page_at_a_time_the_newest_first(kept: Ledger) -> None:
    for number in ("19900000101", "0371-67180000 转 802"):
        said = {"via": "phone", "caller": "x", "name": "钱主任", "number": "19900000144"}
        kept.write_now(verifying.record, "S1", number, "changed", NOW, **said)  # type: ignore[arg-type]
    every = [each.id for each in kept.read_now(proposed_contacts.waiting)]
    assert len(every) == 2
    (newest,) = kept.read_now(proposed_contacts.newest, (), 1)
    (older,) = kept.read_now(proposed_contacts.newest, (), 50, newest.id)
    assert [older.id, newest.id] == every
    assert kept.read_now(proposed_contacts.newest, (), 50, older.id) == []
    assert kept.read_now(proposed_contacts.newest, ("410102",), 50) == []


def test_whoever_is_known_already_gets_the_number_beside_theirs(kept: Ledger) -> None:
    said = {"via": "phone", "caller": "x", "name": "吴老师", "number": "19900000144"}
    kept.write_now(verifying.record, "S1", "19900000101", "changed", NOW, **said)  # type: ignore[arg-type]
    (asked,) = kept.read_now(proposed_contacts.waiting)
    kept.write_now(proposals.accept, asked.id, ("410105",), False, NOW, "y")
    (left,) = kept.read_now(organisations.by_codes, ["S1"])["S1"].organisation.contacts
    assert (left.name, left.role) == ("吴老师", "deputy")
    assert {each.address.value for each in left.addresses} == {"+8619900000102", "+8619900000144"}
