from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.model import AddressKind, Grade, Recipient, StoredAddress
from gateway.directory.selection import Selection, build, of_words
from gateway.directory.selection import read as read_selection
from gateway.directory.targeting import select
from gateway.directory.targets import MEDIUM_OF, Text
from gateway.errors import InputError
from gateway.vocabulary import AUDIENCES, SECTORS, Audience, Sector
from tests.plans.small import small_plan

PLAN = small_plan().plan
TEXTS: set[Text] = {
    (audience, sector, medium, "zh-CN")
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
    grade: Grade | None = None,
    groups: tuple[str, ...] = (),
) -> Recipient:
    number = next(_ids)
    addresses = tuple(StoredAddress(next(_ids), kind) for kind in kinds)
    return Recipient(number, f"R-{number}", "某单位", audience, sector, area, addresses, grade, groups)


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
        ("schools", None, "sms", "zh-CN"),
        ("schools", None, "webhook", "zh-CN"),
        ("schools", None, "email", "zh-CN"),
        ("enterprises", "mining", "sms", "zh-CN"),
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
    selection = select(
        [EAST, silent, ZONE], PLAN, ["990100"], TEXTS - {("enterprises", "mining", "sms", "zh-CN")}
    )
    assert [(each.code, each.reason) for each in selection.skipped] == [
        (silent.code, "no_address"),
        (ZONE.code, "no_text"),
    ]


def test_a_medium_without_a_text_leaves_out_only_that_address() -> None:
    selection = select([EAST], PLAN, ["990102"], TEXTS - {("schools", None, "webhook", "zh-CN")})
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
    again = select(recipients, PLAN, areas, texts)
    assert (list(again.targets), again.skipped) == (list(selection.targets), selection.skipped)
    if "990100" not in areas:
        area_of = {each.organisation_id: each.area for each in recipients}
        assert {area_of[each] for each in told} <= {"990100", *areas}


STREET = recipient("enterprises", "990102001", "sms", sector="industry", grade="C", groups=("重点",))
VILLAGE = recipient("enterprises", "990102001003", "sms", sector="construction", grade="A")
WHOEVER = Selection()
PLACES = [CITY, EAST, STREET, VILLAGE]


def told(recipients: list[Recipient], areas: list[str], selection: Selection = WHOEVER) -> list[Recipient]:
    chosen = select(recipients, PLAN, areas, TEXTS, selection)
    ids = {target.organisation_id for target in chosen.targets}
    return [each for each in recipients if each.organisation_id in ids]


@pytest.mark.parametrize("areas", [["990100"], ["990102"]])
def test_a_street_and_a_village_are_reached_by_their_county_and_the_whole_area(areas: list[str]) -> None:
    assert told([STREET, VILLAGE, ELSEWHERE], areas) == [STREET, VILLAGE]


def test_a_street_is_not_reached_by_another_county_nor_by_a_county_outside_the_plan() -> None:
    assert told([CITY, STREET], ["990100A"]) == [CITY]
    assert told([CITY, recipient("schools", "110101001", "sms")], ["990100"]) == [CITY]


@pytest.mark.parametrize(
    ("only", "meant"),
    [
        ({"audiences": ["schools", "departments"]}, [CITY, EAST]),
        ({"sectors": ["industry"]}, [STREET]),
        ({"grades": ["A", "C"]}, [STREET, VILLAGE]),
        ({"grades": ["A", "C"], "sectors": ["construction"]}, [VILLAGE]),
        ({"groups": ["重点"]}, [STREET]),
        ({"organisations": [EAST.code, STREET.code]}, [EAST, STREET]),
        ({"organisations": [EAST.code, STREET.code], "sectors": ["industry"]}, [STREET]),
        ({"areas": ["990102"]}, [EAST, STREET, VILLAGE]),
        ({"areas": ["990102001"]}, [STREET, VILLAGE]),
        ({"areas": ["990102001003"]}, [VILLAGE]),
        ({"areas": ["990100"]}, PLACES),
        ({}, PLACES),
    ],
)
def test_a_selection_means_who_fits_every_part(only: dict[str, list[str]], meant: list[Recipient]) -> None:
    assert told(PLACES, ["990100"], build(only)) == meant


def test_what_a_selection_leaves_out_is_counted() -> None:
    chosen = select([*PLACES, ELSEWHERE], PLAN, ["990100"], TEXTS, of_words(["audience=schools"]))
    assert (chosen.outside, chosen.unselected) == (1, 3)


def test_a_part_may_be_given_in_chinese_and_more_than_once() -> None:
    selection = of_words(["受众=部门", "audience=schools,media", "sector=施工工地", "group=重点"])
    assert selection == build(
        {"audiences": ["schools", "departments", "media"], "sectors": ["construction"], "groups": ["重点"]}
    )
    assert selection.words() == "受众：部门、媒体、学校；行业：施工工地；分组：重点"


@pytest.mark.parametrize(
    ("only", "code"),
    [
        ({"audiences": ["hospitals"]}, "SELECTION_EMPTY"),
        ({"areas": ["110101"]}, "AREA_UNKNOWN"),
        ({"areas": ["990102", "990109001"]}, "AREA_UNKNOWN"),
        ({"groups": ["重点", "重占"]}, "GROUP_UNKNOWN"),
        ({"organisations": [EAST.code, "S-404"]}, "SELECTED_NOT_LISTED"),
        ({"organisations": [EAST.code, ELSEWHERE.code]}, "SELECTED_OUTSIDE"),
    ],
)
def test_a_selection_that_means_nobody_or_names_what_is_not_there_is_an_error(
    only: dict[str, list[str]], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        select([*PLACES, ELSEWHERE], PLAN, ["990100"], TEXTS, build(only))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("{", "SELECTION_MALFORMED", "selection"),
        ("[]", "SELECTION_MALFORMED", "selection"),
        ('{"audiences": []}', "SELECTION_EMPTY", "selection.audiences"),
        ('{"groups": [""]}', "SELECTION_EMPTY", "selection.groups"),
        ('{"audiences": ["pupils"]}', "FIELD_INVALID", "audiences"),
        ('{"audience": ["schools"]}', "FIELD_UNKNOWN", "audience"),
    ],
)
def test_a_selection_that_says_nothing_clear_is_refused(text: str, code: str, field: str) -> None:
    with pytest.raises(InputError) as caught:
        read_selection(text)
    assert caught.value.code == code
    assert (caught.value.field or "").startswith(field)


def test_an_address_that_refuses_our_messages_is_left_out_and_told() -> None:
    chosen = select([EAST, STREET], PLAN, ["990102"], TEXTS, opted_out={EAST.addresses[0].id})
    assert EAST.addresses[0].id not in {target.address_id for target in chosen.targets}
    assert [(each.code, each.reason) for each in chosen.skipped] == [(EAST.code, "opted_out")]
    assert {target.organisation_id for target in chosen.targets} == {
        EAST.organisation_id,
        STREET.organisation_id,
    }


def test_an_address_is_told_a_text_once_but_for_each_organisation_where_that_signs_for_it() -> None:
    twin = replace(recipient("schools", "990102"), addresses=EAST.addresses[:1])
    once = select([EAST, twin], PLAN, ["990102"], TEXTS)
    assert [each.organisation_id for each in once.targets] == [EAST.organisation_id] * 3
    assert [(each.code, each.reason) for each in once.skipped] == [(twin.code, "shared_address")]
    each_its_own = select([EAST, twin], PLAN, ["990102"], TEXTS, apart={("schools", None, "sms", "zh-CN")})
    assert [each.organisation_id for each in each_its_own.targets][-1] == twin.organisation_id
    assert each_its_own.skipped == ()


def test_where_words_are_owed_nobody_in_the_directory_is_no_error() -> None:
    gone = build({"groups": ["重占"]})
    assert not select(PLACES, PLAN, ["990100"], TEXTS, gone, owed=True).targets
    with pytest.raises(InputError) as caught:
        select(PLACES, PLAN, ["990100"], TEXTS, gone, earlier=gone)
    assert caught.value.code == "SELECTION_EMPTY"


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        ({}, {"audiences": ["schools"]}, True),
        ({"audiences": ["schools"]}, {}, False),
        ({"audiences": ["schools", "media"]}, {"audiences": ["schools"], "grades": ["A"]}, True),
        ({"audiences": ["schools"], "grades": ["A"]}, {"audiences": ["schools"]}, False),
        ({"areas": ["990102"]}, {"areas": ["990102001"]}, True),
        ({"areas": ["990102001"]}, {"areas": ["990102"]}, False),
        ({"areas": ["990100"]}, {"areas": ["990102"]}, True),
        ({"organisations": ["S-1", "S-2"]}, {"organisations": ["S-2"]}, True),
        ({"organisations": ["S-1"]}, {"organisations": ["S-1", "S-2"]}, False),
    ],
)
def test_a_selection_covers_another_when_nobody_of_it_can_be_left_out(
    wide: dict[str, list[str]], narrow: dict[str, list[str]], covers: bool
) -> None:
    assert build(wide).covers(build(narrow), PLAN) is covers
