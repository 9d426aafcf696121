"""The English of Zhengzhou's plan, as someone who reads both languages would check it."""

import re
from functools import cache

import pytest

from gateway.plans.catalogue import Catalogue
from gateway.plans.measures import Facts, resolve
from gateway.plans.model import Plan, Wording
from gateway.vocabulary import LEVELS, Level
from tests.plans.english import READERS, wordings_of


@cache
def plan() -> Plan:
    return Catalogue().load("zhengzhou").plan


@cache
def wordings() -> tuple[tuple[str, str, Wording], ...]:
    return wordings_of(plan())


def test_whatever_these_readers_get_is_there_in_english() -> None:
    assert len(wordings()) > 150
    for identifier, reader, wording in wordings():
        assert wording.en, (identifier, reader)
        assert (wording.en_short is None) == (wording.short is None), (identifier, reader)
    assert all(each.condition.text_en for each in plan().measures if each.condition)
    assert all(gap.text_en for gap in plan().gaps)
    assert all(area.name_en for area in plan().areas)
    assert len({area.name_en for area in plan().areas}) == len(plan().areas)
    assert plan().issuing_body.name_en
    assert plan().issuing_body.short_name_en


def test_what_is_said_alike_in_chinese_is_said_alike_in_english() -> None:
    said: dict[str, set[str]] = {}
    for _, _, wording in wordings():
        said.setdefault(wording.text, set()).add(wording.en or "")
        if wording.short:
            said.setdefault(wording.short, set()).add(wording.en_short or "")
    assert [chinese for chinese, english in said.items() if len(english) != 1] == []
    assert len({english for each in said.values() for english in each}) == len(said)


# Chinese terms and what stands for each in every full text that has the term.
TERMS = {
    r"国([四五六])": r"China (IV|V|VI)",
    r"国四及以下": "China IV or lower",
    r"国五及以下": "China V or lower",
    r"国二及以下": "China II or lower",
    r"国三及以下": "China III or lower",
    "Ⅲ类限值": "Class III limits",
    "重型载货": "[Hh]eavy-duty trucks",
    "含燃气": "gas-fuelled ones included",
    "柴油货车": "diesel trucks",
    "白名单车辆除外": r"\(except vehicles on the white list\)",
    "非道路移动机械": "[Nn]on-road mobile machinery",
    r"纯电动、氢能源?车辆的除外": r"\(except in battery electric or hydrogen vehicles\)",
    "电子通行证，并予以锁定": "electronic passes for the vehicles that must stop, and lock their passes",
    "四环": "Fourth Ring Road",
    "大河路，不含本路": "Dahe Road, the road itself not included",
    "连霍高速不限行": "Lianhuo Expressway within the area is not restricted",
    "全市": "(whole|in the) city",
    "停产或限产": "stop or limit production",
    "一厂一策": "one plant, one plan",
    "挥发性有机物": r"volatile organic compounds \(VOCs\)",
    "一类民生工程": "Class 1 public-welfare projects",
    "二类民生工程": "Class 2 public-welfare projects",
    "二类民生工程除土石方": "Class 2 public-welfare projects may do other work, but no earthworks",
    "应急抢险": "emergency rescue and repair works",
    "经认定": "officially recognised",
    "至少保存六个月": "at least 6 months",
    "非冰冻期": "Outside the freezing season",
    "新能源": "new-energy",
    "工矿企业": "[Ii]ndustrial and mining enterprises",
    "燃煤发电企业": "Coal-fired power plants",
    "市公安局": "Zhengzhou Public Security Bureau",
    "特殊公共保障车辆除外": "except for special public service vehicles",
    "B级及以上": "Grade B or above",
    "橙色及以上": "orange or above",
    "未经批准": "without approval",
    "禁煤区": "no-coal zone",
    # may and must
    "可正常施工": "may continue as normal",
    "可根据": "may, depending on",
    "可进行|可以进行|可按需": "may",
    "指导有条件的": "advise .* that are able to do so to suspend lessons",
    "须采取": "must take",
    "须与": "must be connected",
    "不得驶入": "must not enter",
    "不得用于": "must not be used",
    "不得擅自|不得比": "do not",
    "禁用|禁止": "[Dd]o not",
    "建议采取": "are advised",
    "倡导": "is encouraged",
    "建议：": "Suggestion:",
    "原则上": "As a rule",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_always_said_in_the_same_words(term: str) -> None:
    found = [each for each in wordings() if re.search(term, each[2].text)]
    assert found
    for identifier, reader, wording in found:
        assert re.search(TERMS[term], wording.en or ""), (identifier, reader)


def test_the_ring_is_bounded_on_the_same_sides() -> None:
    english = plan().measure("mobile-ring").texts["public"].en or ""
    for side in (
        "south of North Fourth Ring Road (Dahe Road, the road itself not included)",
        "west of East Fourth Ring Road (included)",
        "north of South Fourth Ring Road (included)",
        "east of West Fourth Ring Road (included)",
    ):
        assert side in english


def test_a_condition_stands_inside_a_sentence() -> None:
    for measure in plan().measures:
        if measure.condition:
            assert re.fullmatch(r"when .*[^.,:;]", measure.condition.text_en or "")


def test_full_texts_are_sentences_and_short_ones_leave_the_last_stop_to_the_message() -> None:
    for identifier, reader, wording in wordings():
        assert re.fullmatch(r"[A-Z].*\.", wording.en or ""), (identifier, reader)
        if wording.en_short:
            assert re.fullmatch(r"[A-Z].*[^.,:;]", wording.en_short), (identifier, reader)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reader", READERS)
def test_the_first_short_words_of_each_category_leave_room_in_two_segments(level: Level, reader: str) -> None:
    first: dict[str, str] = {}
    for each in resolve(plan(), level, Facts()):
        wording = each.measure.texts.get(reader)
        if wording is not None and wording.en_short:
            first.setdefault(each.measure.category, wording.en_short)
    assert first
    assert sum(map(len, first.values())) <= 250, first  # of 306 in two segments of 7-bit SMS
