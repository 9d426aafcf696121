"""The English of the plans, as someone who reads both languages would check it."""

import re

import pytest

from gateway.plans.measures import Facts, resolve
from gateway.vocabulary import LEVELS, Level
from tests.plans.english_terms import TERMS
from tests.plans.one_plan import ENGLISH_READERS, plan_of, wordings_in_english

PLANS = sorted(TERMS)
NOTHING_TO_READ = {("kashgar", "yellow"): {"hospitals"}}


@pytest.mark.parametrize("name", PLANS)
def test_whatever_these_readers_get_is_there_in_english(name: str) -> None:
    plan, wordings = plan_of(name), wordings_in_english(name)
    assert len(wordings) > (300 if name == "xigang" else 150)
    for identifier, reader, wording in wordings:
        assert wording.en, (identifier, reader)
        assert (wording.en_short is None) == (wording.short is None), (identifier, reader)
    read = {identifier for identifier, _, _ in wordings}
    assert all(each.condition.text_en for each in plan.measures if each.condition and each.id in read)
    assert all(entry.why_en for entry in plan.nothing)
    assert all(gap.text_en for gap in plan.gaps)
    assert len({area.name_en for area in plan.areas} - {None}) == len(plan.areas)
    assert plan.issuing_body.name_en
    assert plan.issuing_body.short_name_en
    assert plan.advance_guidance is None or plan.advance_guidance.text_en


@pytest.mark.parametrize("name", PLANS)
def test_what_is_said_alike_in_chinese_is_said_alike_in_english(name: str) -> None:
    said: dict[str, set[str]] = {}
    for _, _, wording in wordings_in_english(name):
        said.setdefault(wording.text, set()).add(wording.en or "")
        if wording.short:
            said.setdefault(wording.short, set()).add(wording.en_short or "")
    assert [chinese for chinese, english in said.items() if len(english) != 1] == []
    assert len({english for each in said.values() for english in each}) == len(said)


@pytest.mark.parametrize(("name", "term"), [(name, term) for name in PLANS for term in TERMS[name]])
def test_a_term_is_always_said_in_the_same_words(name: str, term: str) -> None:
    found = [each for each in wordings_in_english(name) if re.search(term, each[2].text)]
    assert found
    for identifier, reader, wording in found:
        assert re.search(f"(?i){TERMS[name][term]}", wording.en or ""), (identifier, reader)


@pytest.mark.parametrize("name", PLANS)
def test_a_condition_stands_inside_a_sentence(name: str) -> None:
    for measure in plan_of(name).measures:
        if measure.condition and measure.condition.text_en:
            assert re.fullmatch(r"when .*[^.,:;]", measure.condition.text_en)


@pytest.mark.parametrize("name", PLANS)
def test_full_texts_are_sentences_and_short_ones_leave_the_last_stop_to_the_message(name: str) -> None:
    for identifier, reader, wording in wordings_in_english(name):
        assert re.fullmatch(r"[A-Z].*\.", wording.en or ""), (identifier, reader)
        if wording.en_short:
            assert re.fullmatch(r"[A-Z0-9].*[^.,:;]", wording.en_short), (identifier, reader)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", PLANS)
def test_the_first_short_words_of_each_category_leave_room_in_two_segments(name: str, level: Level) -> None:
    silent = set()
    for reader in ENGLISH_READERS:
        first: dict[str, str] = {}
        for each in resolve(plan_of(name), level, Facts()):
            wording = each.measure.texts.get(reader)
            if wording is not None and wording.en_short:
                first.setdefault(each.measure.category, wording.en_short)
        assert sum(map(len, first.values())) <= 250, first  # of 306 in two segments of 7-bit SMS
        silent |= set() if first else {reader}
    assert silent == NOTHING_TO_READ.get((name, level), set())


def test_xigang_stops_what_smells_at_red_and_asks_for_less_of_it_below() -> None:
    for level in LEVELS:
        english = plan_of("xigang").measure(f"{level}-suggested-voc-products").texts["public"].en or ""
        assert ("stop using" in english) == (level == "red")


def test_the_district_of_xigang_has_one_name_in_english() -> None:
    plan = plan_of("xigang")
    assert plan.areas[0].name_en == plan.place_en == "Xigang District"


def test_the_ring_of_zhengzhou_is_bounded_on_the_same_sides() -> None:
    english = plan_of("zhengzhou").measure("mobile-ring").texts["public"].en or ""
    for side in (
        "south of North Fourth Ring Road (Dahe Road, the road itself not included)",
        "west of East Fourth Ring Road (included)",
        "north of South Fourth Ring Road (included)",
        "east of West Fourth Ring Road (included)",
    ):
        assert side in english
