from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.model import AddressKind, Recipient, StoredAddress
from gateway.directory.targeting import MEDIUM_OF, Text, select
from gateway.errors import InputError
from gateway.vocabulary import AUDIENCES, SECTORS, Audience, Sector
from tests.plans.small import small_plan

PLAN = small_plan().plan
TEXTS: set[Text] = {
    (audience, sector, medium)
    for audience in AUDIENCES
    for sector in ([None, *SECTORS] if audience == "enterprises" else [None])
    for medium in MEDIUM_OF.values()
}
_ids = count(1)


def recipient(
    audience: Audience,
    area: str,
    *kinds: AddressKind,
    sector: Sector | None = None,
) -> Recipient:
    number = next(_ids)
    addresses = tuple(StoredAddress(next(_ids), kind) for kind in kinds)
    return Recipient(number, f"R-{number}", "某单位", audience, sector, area, addresses)


CITY = recipient("departments", "990100", "email")
EAST = recipient("schools", "990102", "sms", "wecom", "email")
ZONE = recipient("enterprises", "990100A", "sms", sector="mining")
ELSEWHERE = recipient("schools", "110101", "sms")
EVERYONE = [CITY, EAST, ZONE, ELSEWHERE]


@pytest.mark.parametrize(
    ("areas", "reached"),
    [
        (["990100"], [CITY, EAST, ZONE]),
        (["990100", "990102"], [CITY, EAST, ZONE]),
        (["990102"], [CITY, EAST]),
        (["990100A"], [CITY, ZONE]),
        (["990100A", "990102"], [CITY, EAST, ZONE]),
    ],
)
def test_the_whole_area_covers_its_counties_and_a_county_reaches_itself_and_the_city_wide(
    areas: list[str], reached: list[Recipient]
) -> None:
    selection = select(EVERYONE, PLAN, areas, TEXTS)
    told = dict.fromkeys(target.organisation_id for target in selection.targets)
    assert list(told) == [each.organisation_id for each in reached]
    assert selection.outside == len(EVERYONE) - len(reached)


def test_each_address_gets_the_text_of_its_audience_sector_and_medium() -> None:
    selection = select([EAST, ZONE], PLAN, ["990100"], TEXTS)
    assert [target.text for target in selection.targets] == [
        ("schools", None, "sms"),
        ("schools", None, "webhook"),
        ("schools", None, "email"),
        ("enterprises", "mining", "sms"),
    ]
    assert [target.address_id for target in selection.targets] == [
        address.id for each in (EAST, ZONE) for address in each.addresses
    ]
    assert selection.counts() == {
        ("schools", "sms"): 1,
        ("schools", "wecom"): 1,
        ("schools", "email"): 1,
        ("enterprises", "sms"): 1,
    }


def test_an_organisation_that_cannot_be_told_is_listed_with_the_reason() -> None:
    silent = recipient("hospitals", "990102")
    selection = select([EAST, silent, ZONE], PLAN, ["990100"], TEXTS - {("enterprises", "mining", "sms")})
    assert [(each.code, each.reason) for each in selection.skipped] == [
        (silent.code, "no_address"),
        (ZONE.code, "no_text"),
    ]


def test_a_medium_without_a_text_leaves_out_only_that_address() -> None:
    selection = select([EAST], PLAN, ["990102"], TEXTS - {("schools", None, "webhook")})
    assert [target.kind for target in selection.targets] == ["sms", "email"]
    assert selection.skipped == ()


@pytest.mark.parametrize(
    ("recipients", "areas", "code"),
    [
        ([], ["990100"], "SELECTION_EMPTY"),
        ([ELSEWHERE], ["990100"], "SELECTION_EMPTY"),
        ([EAST], ["990100A"], "SELECTION_EMPTY"),
        ([recipient("public", "990102")], ["990102"], "SELECTION_EMPTY"),
        (EVERYONE, [], "AREA_EMPTY"),
        (EVERYONE, ["110101"], "AREA_UNKNOWN"),
        (EVERYONE, ["990102", "nowhere"], "AREA_UNKNOWN"),
    ],
)
def test_an_empty_choice_is_an_error_and_never_everyone(
    recipients: list[Recipient], areas: list[str], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        select(recipients, PLAN, areas, TEXTS)
    assert caught.value.code == code


def test_without_any_text_nobody_is_told() -> None:
    with pytest.raises(InputError, match="没有对应文本的 3 个") as caught:
        select(EVERYONE, PLAN, ["990100"], set())
    assert caught.value.code == "SELECTION_EMPTY"


codes = st.sampled_from(["990100", "990102", "990100A", "110101"])
anyone = st.builds(
    lambda audience, area, kinds: recipient(audience, area, *kinds),
    st.sampled_from(AUDIENCES),
    codes,
    st.lists(st.sampled_from(list(MEDIUM_OF)), max_size=4),
)


@given(
    st.lists(anyone, max_size=12),
    st.lists(codes, max_size=3),
    st.sets(st.sampled_from(sorted(TEXTS, key=str))),
)
@settings(deadline=None)
def test_everyone_in_the_directory_is_told_skipped_or_outside_exactly_once(
    recipients: list[Recipient], areas: list[str], texts: set[Text]
) -> None:
    try:
        selection = select(recipients, PLAN, areas, texts)
    except InputError:
        return
    told = list(dict.fromkeys(target.organisation_id for target in selection.targets))
    skipped = [each.organisation_id for each in selection.skipped]
    assert told
    assert not set(told) & set(skipped)
    assert len(told) + len(skipped) + selection.outside == len(recipients)
    assert all(target.text in texts for target in selection.targets)
    assert select(recipients, PLAN, areas, texts) == selection
    if "990100" not in areas:
        area_of = {each.organisation_id: each.area for each in recipients}
        assert {area_of[each] for each in told} <= {"990100", *areas}
