import re
from collections import Counter
from collections.abc import Iterator

from gateway.demo import city
from gateway.directory.importing import Reading, read
from gateway.directory.model import Address, Organisation
from gateway.plans.catalogue import Catalogue
from gateway.vocabulary import AUDIENCES, SECTORS


def reading() -> Reading:
    return read(city.directory(), {area.code for area in Catalogue().load("zhengzhou").plan.areas})


def organisations() -> list[Organisation]:
    return reading().organisations


def held() -> Iterator[tuple[Organisation, Address]]:
    return ((each, address) for each in organisations() for address in each.addresses)


def test_the_whole_city_is_imported() -> None:
    assert [row.faults for row in reading().rows if row.faults] == []
    assert len(organisations()) >= 60


def test_every_audience_sector_and_area_of_the_plan_has_somebody() -> None:
    real = [each for each in organisations() if not each.exercise]
    assert {each.audience for each in real} == set(AUDIENCES)
    assert {each.sector for each in real if each.audience == "enterprises"} == {None, *SECTORS}
    assert {each.area for each in real} == {area.code for area in Catalogue().load("zhengzhou").plan.areas}


def test_every_unit_that_the_plan_names_is_in_the_directory() -> None:
    plan = Catalogue().load("zhengzhou").plan
    named = {unit for measure in plan.measures for unit in (*measure.lead_units, *measure.responsible_units)}
    listed = {each.name for each in organisations() if each.audience in ("departments", "districts")}
    collective = {unit for unit in named if unit.startswith("各")}  # stand one by one as districts
    assert named
    assert [unit for unit in named - collective if not {unit, f"市{unit}"} & listed] == []


def test_some_addresses_are_shared_and_one_organisation_has_none() -> None:
    holders = Counter(address for _, address in held())
    assert any(address.kind == "sms" and number > 1 for address, number in holders.items())
    assert sum(not each.addresses for each in organisations()) == 1


def test_some_addresses_are_those_that_the_stand_ins_turn_away() -> None:
    values = {address.value for _, address in held()}
    assert values >= city.REFUSED_NUMBERS | city.REFUSED_MAILBOXES


def test_numbers_and_mailboxes_are_of_the_invented_ranges() -> None:
    for _, address in held():
        if address.kind == "sms":
            assert re.fullmatch(r"\+8619900000[0-9]{3}", address.value)
        if address.kind == "email":
            assert address.value.endswith("@example.com")


def test_exercise_organisations_share_no_address_with_real_ones() -> None:
    kashgar = read(city.exercise_directory(), {area.code for area in Catalogue().load("kashgar").plan.areas})
    assert [row.faults for row in kashgar.rows if row.faults] == []
    assert all(each.exercise for each in kashgar.organisations)
    real = {address for each, address in held() if not each.exercise}
    drill = {address for each, address in held() if each.exercise}
    drill |= {address for each in kashgar.organisations for address in each.addresses}
    assert drill
    assert not real & drill
