from datetime import date

from gateway.directory.care import Entry, check
from gateway.directory.model import Address, Contact, ContactAddress, Organisation

TODAY = date(2026, 11, 22)
OWN = Address("sms", "+8619900000001")
GROUP = Address("wecom", "一群")


def person(name: str, number: str, verified: date | None = TODAY) -> Contact:
    return Contact(name, "responsible", (ContactAddress(Address("sms", f"+861990000{number}"), verified),))


def plant(code: str = "E1", *contacts: Contact, **changes: object) -> Organisation:
    stated: dict[str, object] = {
        "code": code,
        "name": f"示例{code}",
        "audience": "enterprises",
        "sector": "industry",
        "area": "990102",
        "contact": None,
        "addresses": (),
        "contacts": contacts,
        **changes,
    }
    return Organisation(**stated)  # type: ignore[arg-type]


def problems(
    *entries: Organisation, dead: dict[Address, str] | None = None, listed: bool = False
) -> list[tuple[str, str]]:
    found = check([Entry(number, each, listed) for number, each in enumerate(entries, 1)], dead or {}, TODAY)
    return [(each.code, each.problem) for each in found]


GOOD = plant("E1", person("甲", "0011"), person("乙", "0012"))


def test_two_verified_contacts_leave_nothing_to_mend() -> None:
    assert problems(GOOD) == []


def test_fewer_than_two_reachable_contacts_are_told() -> None:
    one = plant("E1", person("甲", "0011"), Contact("乙", "deputy", ()))
    assert problems(one) == [("E1", "few_contacts")]
    number = Address("sms", "+8619900000012")
    assert problems(GOOD, dead={number: "unreachable"}) == [
        ("E1", "few_contacts"),
        ("E1", "dead_address"),
    ]


def test_a_list_of_residents_needs_no_contacts() -> None:
    assert problems(plant("P1", audience="public", sector=None, addresses=(OWN,))) == []


def test_a_row_of_one_person_and_number_counts_as_one_contact() -> None:
    (finding,) = check([Entry(1, plant("E1", contact="甲", addresses=(OWN,)), False)], {}, TODAY)
    assert (finding.problem, finding.detail) == ("few_contacts", "1 名")


def test_numbers_never_verified_or_long_ago_are_told_with_whose_they_are() -> None:
    old = plant("E1", person("甲", "0011", date(2026, 8, 23)), person("乙", "0012", None))
    found = list(check([Entry(1, old, False)], {}, TODAY))
    assert [(each.problem, each.contact, each.address, each.detail) for each in found] == [
        ("verified_long_ago", "甲", "+86199****0011", "2026-08-23"),
        ("never_verified", "乙", "+86199****0012", None),
    ]
    assert problems(plant("E1", person("甲", "0011", date(2026, 8, 24)), person("乙", "0012"))) == []


def test_organisations_with_one_number_credit_code_or_name_are_told() -> None:
    twin = plant("E2", person("甲", "0011"), person("丙", "0013"), name="示例E1", credit_code="C")
    first = plant("E1", person("甲", "0011"), person("乙", "0012"), credit_code="C")
    assert problems(first, twin) == [
        (code, problem)
        for code in ("E1", "E2")
        for problem in ("shared_address", "same_credit_code", "same_name")
    ]


def test_a_chat_group_may_be_shared() -> None:
    assert (
        problems(
            plant("E1", person("甲", "0011"), person("乙", "0012"), addresses=(GROUP,)),
            plant("E2", person("丙", "0013"), person("丁", "0014"), addresses=(GROUP,)),
        )
        == []
    )


def test_a_listed_plant_without_its_own_plan_and_a_grade_without_its_day_are_told() -> None:
    graded = plant("E1", person("甲", "0011"), person("乙", "0012"), grade="B")
    assert problems(graded, listed=True) == [("E1", "no_own_plan"), ("E1", "grade_without_date")]
    filed = plant(
        "E1",
        person("甲", "0011"),
        person("乙", "0012"),
        grade="B",
        grade_valid_from=TODAY,
        own_plan_filed_on=TODAY,
    )
    assert problems(filed, listed=True) == []
