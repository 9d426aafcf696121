"""The English of Kashgar's plan, as someone who reads both languages would check it."""

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
    return Catalogue().load("kashgar").plan


@cache
def wordings() -> tuple[tuple[str, str, Wording], ...]:
    return wordings_of(plan())


def test_whatever_these_readers_get_is_there_in_english() -> None:
    assert len(wordings()) > 150
    for identifier, reader, wording in wordings():
        assert wording.en, (identifier, reader)
        assert (wording.en_short is None) == (wording.short is None), (identifier, reader)
    assert all(entry.why_en for entry in plan().nothing)
    assert len({area.name_en for area in plan().areas} - {None}) == len(plan().areas)
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
    "国Ⅳ及以下": "China IV or lower",
    "国Ⅱ及以下": "China II or lower",
    "国Ⅲ级以下": "China III or lower",  # source.notes: 以下 is read as including the class
    "重型货车|重型载货车辆": "heavy-duty trucks",
    "含燃气": "gas-fuelled ones included",
    "含煤矿": "coal mines included",
    "含幼儿园": "kindergartens included",
    "10辆次及以上": "10 or more truck entries and exits",
    "非道路移动机械": "[Nn]on-road mobile machinery",
    "紧急检修作业机械除外": r"\(except machinery for urgent repairs\)",
    "清洁能源汽车和生活垃圾清运车辆除外": r"\(except clean-energy vehicles and vehicles that collect",
    "民生保障类物流": "logistics for people's livelihood",
    "特种车辆、危险化学品车辆": "special vehicles, vehicles for hazardous chemicals",
    "应急减排清单": "emergency emission reduction list",
    "一厂一策": "one plant, one plan",
    "挥发性有机物": r"volatile organic compounds \(VOCs\)",
    "100千克以下": "no more than 100 kg",
    "小微涉气企业": "[Ss]mall and micro enterprises with emissions to air",
    "A级企业和保障类企业除外": "except Grade A enterprises",
    "A级、B级": "Grade A or Grade B",
    "以量定产": "output set by the quantity needed or the heat needed",
    "土石方": "earthworks",
    "级别更高时同样执行": "at higher levels as well",
    "停课不停学": "lessons stop, learning goes on",
    "指导有条件的": "guides schools .* that are able to do so",
    "可按空气污染情况": "may .*depending on the air pollution",
    "可在特定区域": "may be banned",
    "倡导": "encouraged",
    "倡议：|建议：": "Suggestion:|advised",
    "应停止举办|应避免|应积极|应采取": "should",
    "禁止": "[Dd]o not",
    "停用|停止使用": "[Ss]top",
    "尽量留在室内": "stay indoors as far as possible",
    "督查和执法检查": "Supervision and inspections",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_always_said_in_the_same_words(term: str) -> None:
    found = [each for each in wordings() if re.search(term, each[2].text)]
    assert found
    for identifier, reader, wording in found:
        assert re.search(TERMS[term], wording.en or ""), (identifier, reader)


def test_full_texts_are_sentences_and_short_ones_leave_the_last_stop_to_the_message() -> None:
    for identifier, reader, wording in wordings():
        assert re.fullmatch(r"[A-Z].*\.", wording.en or ""), (identifier, reader)
        if wording.en_short:
            assert re.fullmatch(r"[A-Z1-9].*[^.,:;]", wording.en_short), (identifier, reader)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reader", READERS)
def test_the_first_short_words_of_each_category_leave_room_in_two_segments(level: Level, reader: str) -> None:
    first: dict[str, str] = {}
    for each in resolve(plan(), level, Facts()):
        wording = each.measure.texts.get(reader)
        if wording is not None and wording.en_short:
            first.setdefault(each.measure.category, wording.en_short)
    assert bool(first) != ((reader, level) == ("hospitals", "yellow"))
    assert sum(map(len, first.values())) <= 250, first  # of 306 in two segments of 7-bit SMS
