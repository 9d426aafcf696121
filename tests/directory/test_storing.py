from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from gateway.directory import importing
from gateway.directory.model import Address, AddressKind, Organisation
from gateway.ledger.database import Ledger
from gateway.ledger.directory import directory
from gateway.ledger.directory import organisations as ledger_organisations
from gateway.ledger.schema import addresses, organisation_addresses, organisations
from gateway.vocabulary import AUDIENCES
from gateway.web.importing.organisations import store_rows
from tests.backends import open_ledger
from tests.directory.everyone import everyone
from tests.directory.files import AREAS, row, table

SMS = Address("sms", "+8619900000001")
GROUP = Address("wecom", "学校一群")
MAIL = Address("email", "chunfeng@example.com")
SCHOOL = Organisation("S-01", "春风小学", "schools", None, "990102", "赵老师", (SMS, GROUP, MAIL))
PLANT = Organisation("E-01", "启明铸件", "enterprises", "industry", "990102", None, (SMS,))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


def stored(connection: Connection) -> dict[str, tuple[int, str, frozenset[tuple[str, str]]]]:
    """Id, name and addresses of every organisation, by code."""
    links = (
        select(organisation_addresses.c.organisation_id, addresses.c.kind, addresses.c.value)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .order_by(addresses.c.id)
    )
    rows = list(connection.execute(links))
    return {
        each.code: (
            each.id,
            each.name,
            frozenset((link.kind, link.value) for link in rows if link.organisation_id == each.id),
        )
        for each in connection.execute(select(organisations))
    }


def test_an_import_adds_changes_and_leaves_alone(ledger: Ledger) -> None:
    assert ledger.write_now(directory.apply, [SCHOOL, PLANT], 1000) == ["added", "added"]
    renamed = replace(SCHOOL, name="春风第一小学", addresses=(MAIL, GROUP))
    before = ledger.read_now(stored)
    assert ledger.write_now(directory.apply, [PLANT, renamed], 2000) == ["unchanged", "changed"]
    after = ledger.read_now(stored)
    assert after["E-01"] == before["E-01"]
    assert after["S-01"] == (
        before["S-01"][0],
        "春风第一小学",
        frozenset({("wecom", "学校一群"), ("email", "chunfeng@example.com")}),
    )
    assert ledger.write_now(directory.apply, [renamed], 3000) == ["unchanged"]


def test_comparing_tells_the_same_and_stores_nothing(ledger: Ledger) -> None:
    ledger.write_now(directory.apply, [SCHOOL], 1000)
    before = ledger.read_now(stored)
    rows = [PLANT, replace(SCHOOL, contact=None)]
    assert ledger.read_now(directory.compare, rows) == ["added", "changed"]
    assert ledger.read_now(stored) == before
    assert ledger.write_now(directory.apply, rows, 2000) == ["added", "changed"]


def test_organisations_that_a_file_does_not_name_stay(ledger: Ledger) -> None:
    ledger.write_now(directory.apply, [SCHOOL, PLANT], 1000)
    ledger.write_now(directory.apply, [PLANT], 2000)
    assert set(ledger.read_now(stored)) == {"S-01", "E-01"}


def test_organisations_with_one_number_share_one_address(ledger: Ledger) -> None:
    ledger.write_now(directory.apply, [SCHOOL, PLANT], 1000)
    school, plant = ledger.read_now(everyone, False)
    assert [address.kind for address in school.addresses] == ["sms", "wecom", "email"]
    assert plant.addresses == school.addresses[:1]


def test_an_address_taken_from_an_organisation_keeps_its_row(ledger: Ledger) -> None:
    """Deliveries refer to what they were sent to."""
    ledger.write_now(directory.apply, [SCHOOL], 1000)
    (before,) = ledger.read_now(everyone, False)
    ledger.write_now(directory.apply, [replace(SCHOOL, addresses=())], 2000)
    assert ledger.read_now(everyone, False)[0].addresses == ()
    ledger.write_now(directory.apply, [SCHOOL], 3000)
    assert ledger.read_now(everyone, False) == [before]


def test_exercise_and_real_never_turn_into_each_other(ledger: Ledger) -> None:
    ledger.write_now(directory.apply, [SCHOOL], 1000)
    before = ledger.read_now(stored)
    assert ledger.write_now(directory.apply, [replace(SCHOOL, exercise=True)], 2000) == ["refused"]
    assert ledger.read_now(stored) == before
    assert ledger.read_now(everyone, True) == []


def test_exercise_organisations_have_addresses_of_their_own(ledger: Ledger) -> None:
    drilled = replace(SCHOOL, code="D-01", exercise=True)
    ledger.write_now(directory.apply, [SCHOOL, drilled], 1000)
    (real,) = ledger.read_now(everyone, False)
    (drill,) = ledger.read_now(everyone, True)
    assert (real.code, drill.code) == ("S-01", "D-01")
    assert not {address.id for address in real.addresses} & {address.id for address in drill.addresses}


def test_an_organisation_switched_off_is_not_told_until_a_file_names_it_again(ledger: Ledger) -> None:
    ledger.write_now(directory.apply, [SCHOOL], 1000)

    def switch_off(connection: Connection) -> None:
        connection.execute(update(organisations).values(active=False))

    ledger.write_now(switch_off)
    assert ledger.read_now(everyone, False) == []
    assert ledger.read_now(ledger_organisations.counts) == []
    assert ledger.write_now(directory.apply, [SCHOOL], 2000) == ["changed"]
    assert len(ledger.read_now(everyone, False)) == 1


def test_counts_tell_organisations_and_different_addresses_by_audience(ledger: Ledger) -> None:
    second = replace(SCHOOL, code="S-02", addresses=(SMS, Address("sms", "+8619900000002")))
    drill = replace(PLANT, code="D-01", exercise=True)
    ledger.write_now(directory.apply, [SCHOOL, second, PLANT, drill], 1000)
    none: dict[AddressKind, int] = dict.fromkeys(get_args(AddressKind), 0)
    assert ledger.read_now(ledger_organisations.counts) == [
        ledger_organisations.Count("enterprises", False, 1, none | {"sms": 1}),
        ledger_organisations.Count("schools", False, 2, none | {"sms": 2, "wecom": 1, "email": 1}),
        ledger_organisations.Count("enterprises", True, 1, none | {"sms": 1}),
    ]


def test_a_file_goes_from_its_bytes_to_a_result_for_every_row(ledger: Ledger) -> None:
    ledger.write_now(directory.apply, [replace(SCHOOL, code="S-09", exercise=True)], 1000)
    reading = importing.read(table(row(), row(编码="S-09"), row(编码="S-02", 手机="1")), AREAS)
    rows = ledger.write_now(store_rows, reading, 2000)["rows"]
    assert [(each["code"], each["outcome"]) for each in rows] == [
        ("S-01", "added"),
        ("S-09", "refused"),
        ("S-02", "refused"),
    ]
    assert "另用编码" in rows[1]["faults"][0]["message"]


def test_nine_thousand_rows_are_imported_and_imported_again(ledger: Ledger) -> None:
    content = table(
        *(
            row(编码=f"P-{i}", 受众="公众", 手机=f"1990{i:07};1991{i // 2:07}", 邮箱=f"p{i}@example.com")
            for i in range(9000)  # with four addresses each, more than a statement may have parameters
        )
    )
    reading = importing.read(content, AREAS)
    assert set(ledger.write_now(directory.apply, reading.organisations, 1000)) == {"added"}
    assert set(ledger.write_now(directory.apply, reading.organisations, 2000)) == {"unchanged"}
    stored = ledger.read_now(everyone, False, at_once=1000)
    assert len(stored) == 9000
    assert {len(each.addresses) for each in stored} == {4}

    def number_of_addresses(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(addresses)).scalar_one()

    assert ledger.read_now(number_of_addresses) == 9000 + 4500 + 9000 + 1


some_addresses = st.lists(
    st.builds(Address, st.sampled_from(["sms", "wecom", "email"]), st.sampled_from("abcd")), max_size=4
).map(lambda found: tuple(dict.fromkeys(found)))
some_rows = st.lists(
    st.builds(
        Organisation,
        st.sampled_from(["A", "B", "C", "D"]),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5),
        st.sampled_from(AUDIENCES),
        st.none(),
        st.just("990102"),
        st.none(),
        some_addresses,
        st.booleans(),
    ),
    unique_by=lambda organisation: organisation.code,
)


@given(imports=st.lists(some_rows, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_after_any_imports_the_ledger_holds_the_last_word_on_each_code(
    tmp_path_factory: pytest.TempPathFactory, imports: list[list[Organisation]]
) -> None:
    ledger = open_ledger(tmp_path_factory.mktemp("ledger"))
    expected: dict[str, Organisation] = {}
    for rows in imports:
        for each, change in zip(rows, ledger.write_now(directory.apply, rows, 1000), strict=True):
            held = expected.get(each.code)
            assert (change == "added") == (held is None)
            assert (change == "refused") == (held is not None and held.exercise != each.exercise)
            if change != "refused":
                expected[each.code] = each
    held_now = {code: (name, links) for code, (_, name, links) in ledger.read_now(stored).items()}
    told = {each.code for drill in (False, True) for each in ledger.read_now(everyone, drill)}
    ledger.close()
    assert told == set(expected)
    assert held_now == {
        code: (each.name, frozenset((str(address.kind), address.value) for address in each.addresses))
        for code, each in expected.items()
    }
