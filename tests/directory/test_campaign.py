from datetime import date

import pytest

from gateway.directory.campaign import Candidate, Chosen, Known, Wish, choose, day_of
from gateway.directory.model import AddressKind
from gateway.directory.selection import of_words
from gateway.errors import InputError
from gateway.plans.catalogue import Catalogue

PLANS = [Catalogue().load("zhengzhou").plan]
TODAY = date(2026, 11, 22)


SMS: tuple[AddressKind, ...] = ("sms",)


def candidate(place: int, **changes: object) -> Candidate:
    stated: dict[str, object] = {
        "organisation_id": place,
        "code": f"E{place}",
        "name": f"示例{place}厂",
        "audience": "enterprises",
        "sector": "industry",
        "area": "410104",
        "groups": (),
        "contact_id": place,
        "contact": "甲",
        "language": "zh-CN",
        "address_id": place,
        "kind": "sms",
        "value": f"+8619900000{place:03d}",
        "verified_on": None,
        **changes,
    }
    return Candidate(**stated)  # type: ignore[arg-type]


def asked(chosen: Chosen) -> list[int]:
    return [each.first.address_id for each in chosen.questions]


def refused(candidates: list[Candidate], wish: Wish, known: Known | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        choose(candidates, wish, PLANS, known or Known())
    return caught.value


def test_without_conditions_everybody_with_a_number_or_mailbox_is_asked() -> None:
    found = choose(
        [
            candidate(1),
            candidate(2, kind="email", value="a@example.com"),
            candidate(3, kind="wecom", value="一群"),
            candidate(4, kind="phone", value="+8637100000000"),
            candidate(5, audience="public", sector=None),
        ],
        Wish(),
        PLANS,
        Known(),
    )
    assert asked(found) == [1, 2]
    assert found.left_out == ()


def test_only_numbers_that_fit_a_condition_are_asked() -> None:
    fresh, old = candidate(1, verified_on=TODAY), candidate(2, verified_on=date(2026, 1, 1))
    everybody = [fresh, old, candidate(3)]
    assert asked(choose(everybody, Wish(never=True), PLANS, Known())) == [3]
    assert asked(choose(everybody, Wish(since=date(2026, 6, 1)), PLANS, Known())) == [2, 3]
    assert asked(choose(everybody, Wish(failed=True), PLANS, Known(failed={1}))) == [1]
    assert asked(choose(everybody, Wish(never=True, failed=True), PLANS, Known(failed={1}))) == [1, 3]


def test_the_selection_bounds_by_audience_sector_area_and_group() -> None:
    everybody = [
        candidate(1),
        candidate(2, audience="schools", sector=None),
        candidate(3, sector="mining"),
        candidate(4, area="410105001"),
        candidate(5, groups=("重点",)),
    ]
    for words, expected in {
        "audience=schools": [2],
        "sector=mining": [3],
        "area=410105": [4],
        "area=410100": [1, 2, 3, 4, 5],
        "group=重点": [5],
    }.items():
        assert asked(choose(everybody, Wish(of_words([words])), PLANS, Known())) == expected, words


def test_a_number_of_several_organisations_is_asked_once_for_all_of_them() -> None:
    own = candidate(1, contact_id=None, contact=None, address_id=9)
    found = choose([own, candidate(1, address_id=9), candidate(2, address_id=9)], Wish(), PLANS, Known())
    (question,) = found.questions
    assert [(each.code, each.contact_id) for each in question.about] == [("E1", 1), ("E2", 2)]


def test_who_is_not_asked_is_told_with_the_reason() -> None:
    everybody = [
        candidate(1),
        candidate(2),
        candidate(3),
        candidate(4),
        candidate(5, kind="email", value="a@example.com"),
    ]
    known = Known(opted_out={2}, denied={(3, 3)}, asked={4: TODAY}, served=("sms", "email"), answerable=SMS)
    found = choose(everybody, Wish(), PLANS, known)
    assert asked(found) == [1]
    assert [(each.candidate.address_id, each.reason) for each in found.left_out] == [
        (2, "opted_out"),
        (3, "denied"),
        (4, "asked_lately"),
        (5, "no_link"),
    ]


def test_asking_the_same_again_is_refused_with_the_day_from_which_one_may() -> None:
    error = refused([candidate(1)], Wish(), Known(asked={1: TODAY}))
    assert error.code == "ASKED_LATELY"
    assert "2026-12-22" in error.message
    assert "2026-12-22" in error.message_en


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("audience=hospitals", "SELECTION_EMPTY"),
        ("area=999999", "AREA_UNKNOWN"),
        ("group=没有", "GROUP_UNKNOWN"),
        ("grade=C", "FIELD_INVALID"),
    ],
)
def test_a_selection_of_nobody_is_refused(words: str, code: str) -> None:
    assert refused([candidate(1)], Wish(of_words([words]))).code == code


def test_nobody_to_ask_says_why() -> None:
    error = refused([candidate(1)], Wish(), Known(served=()))
    assert (error.code, "没有发送通道" in error.message) == ("NOBODY_TO_ASK", True)


def test_a_day_is_that_of_china() -> None:
    assert day_of(1_795_276_799_999) == date(2026, 11, 21)
    assert day_of(1_795_276_800_000) == date(2026, 11, 22)
