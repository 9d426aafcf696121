"""The English of Pingdingshan's plan, as someone who reads both languages would check it."""

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
    return Catalogue().load("pingdingshan").plan


@cache
def wordings() -> tuple[tuple[str, str, Wording], ...]:
    return wordings_of(plan())


def test_whatever_these_readers_get_is_there_in_english() -> None:
    assert len(wordings()) > 150
    for identifier, reader, wording in wordings():
        assert wording.en, (identifier, reader)
        assert (wording.en_short is None) == (wording.short is None), (identifier, reader)
    assert all(each.condition.text_en for each in plan().measures if each.condition)
    assert all(area.name_en for area in plan().areas)
    assert len({area.name_en for area in plan().areas}) == len(plan().areas)
    assert plan().issuing_body.name_en
    assert plan().issuing_body.short_name_en
    guidance = plan().advance_guidance
    assert guidance is not None
    assert guidance.text_en


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
    "应急减排清单的": "emergency emission reduction list",
    "一厂一策": "one plant, one plan",
    "国二及以下": "China II or lower",
    "Ⅲ类限值": "Class III limits",
    "非道路移动机械": "[Nn]on-road mobile machinery",
    "重型和中型柴油货车": "heavy-duty or medium-duty diesel trucks",
    "低速载货汽车、拖拉机": "low-speed trucks or tractors",
    "原则上": "[Aa]s a rule",
    "城市运行保障车辆、执行任务特种车辆除外": "vehicles that keep the city running and special vehicles",
    "特殊公共保障车辆除外": "except for special public service vehicles",
    "市区和县城建成区": "the urban area and the built-up areas of county towns",
    "工矿企业": "industrial and mining enterprises",
    "挥发性有机物": r"volatile organic compounds \(VOCs\)",
    "民生工程": "public-welfare projects",
    "应急抢险施工": "emergency rescue and repair works",
    "省生态环境要素保障白名单": "provincial white list for environmental resource support",
    "根据需要可继续作业": "may continue as needed",
    "须严格落实扬尘": "must strictly meet the dust control standards",
    "燃煤发电企业": "[Cc]oal-fired power plants",
    "B级以上": "Grade B or above",
    "国家战略性产业": "national strategic industries",
    "以量定产": "output set by the quantity needed or the heat needed",
    "小微涉气企业": "small and micro enterprises with emissions to air",
    "涉气环节": "outdoor work that causes emissions to air",
    "在确保安全的条件下": "Where safety is ensured",
    "停课不停学": "lessons stop, learning goes on",
    "指导有条件的": "advise .* that are able to do so to suspend lessons",
    # may and must
    "可根据": "may, depending on",
    "可由政府": "the government may",
    "可按需": "may be made to",
    "允许": "is allowed",
    "需要采取": "need to take",
    "建议采取": "are advised",
    "倡导": "is encouraged",
    "建议：": "Suggestion:",
    "禁止|禁用": "[Dd]o not|no heavy",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_always_said_in_the_same_words(term: str) -> None:
    found = [each for each in wordings() if re.search(term, each[2].text)]
    assert found
    for identifier, reader, wording in found:
        assert re.search(TERMS[term], wording.en or ""), (identifier, reader)


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
