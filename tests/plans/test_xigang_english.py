"""The English of Xigang's plan, as someone who reads both languages would check it."""

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
    return Catalogue().load("xigang").plan


@cache
def wordings() -> tuple[tuple[str, str, Wording], ...]:
    return wordings_of(plan())


def test_whatever_these_readers_get_is_there_in_english() -> None:
    assert len(wordings()) > 300
    for identifier, reader, wording in wordings():
        assert wording.en, (identifier, reader)
        assert (wording.en_short is None) == (wording.short is None), (identifier, reader)
    ozone, guidance = plan().measure("yellow-voc-works").condition, plan().advance_guidance
    assert ozone
    assert ozone.text_en
    assert guidance
    assert guidance.text_en
    assert plan().areas[0].name_en == plan().place_en == "Xigang District"
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
    "孕妇": "pregnant women",
    "免疫力低下": "weak immunity",
    "户外运动": "outdoor sports",
    "停课": "suspend lessons",
    "弹性工作时间": "flexible working hours",
    "室外作业。": "outdoor work",
    "^重点大气污染工业企业": "Key air-polluting industrial enterprises",
    "^非重点大气污染工业企业": "Other industrial enterprises",
    "确保安全生产": "provided that production stays safe",
    "绩效分级": "performance rating",
    "一厂一策": "one plant, one plan",
    "技术指南": "Technical Guide",
    "应急抢险": "emergency rescue and repair works",
    "特殊工艺": "special processes",
    "国Ⅴ及以下": "China V or lower",
    "国Ⅲ排放标准": "China III",
    "Ⅲ类限值": "Class III limits",
    "含燃气": "gas-fuelled ones included",
    "重型载货汽车": "heavy-duty trucks",
    "非道路移动机械": "non-road mobile machinery",
    "低排区域": "low-emission zone",
    "三轮汽车": "three-wheeled motor vehicles",
    "三轮车": "three-wheelers",
    "新能源除外）按|新能源除外）实行": r"\(except new-energy ones\)",
    "拖拉机，新能源除外": "new-energy ones excepted",
    "冒黑烟": "black smoke",
    "单双号": "odd-even number plate",
    "微型、小型载客汽车": "mini and small passenger cars",
    "限行区域": "restricted area",
    "民生保障类除外": r"\(except those that serve people's livelihood\)",
    "城市建成区": "built-up area",
    "挥发性有机物": r"volatile organic compounds \(VOCs\)",
    "不超过3批": "at most 3 batches",
    "1年以上": "at least 1 year",
    "轮流停产": "in turn",
    "日间": "in the daytime",
    # may, must, should
    "应留在室内|应采取": "should",
    "必须采取|必须加大": "must",
    "应停产": "shall stop production",
    "禁止|禁用|严禁": "not",
    "原则上": "as a rule",
    "^建议：": "Suggestion:",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_always_said_in_the_same_words(term: str) -> None:
    found = [each for each in wordings() if re.search(term, each[2].text)]
    assert found
    for identifier, reader, wording in found:
        assert re.search(f"(?i){TERMS[term]}", wording.en or ""), (identifier, reader)


def test_stop_at_red_is_no_less_than_stop_and_below_it_is_less() -> None:
    for level in LEVELS:
        english = plan().measure(f"{level}-suggested-voc-products").texts["public"].en or ""
        assert ("stop using" in english) == (level == "red")


def test_a_condition_stands_inside_a_sentence() -> None:
    for measure in plan().measures:
        if measure.condition and measure.condition.text_en:
            assert re.fullmatch(r"when .*[^.,:;]", measure.condition.text_en)


def test_full_texts_are_sentences_and_short_ones_leave_the_last_stop_to_the_message() -> None:
    for identifier, reader, wording in wordings():
        assert re.fullmatch(r"[A-Z].*\.", wording.en or ""), (identifier, reader)
        if wording.en_short:
            assert re.fullmatch(r"[A-Z0-9].*[^.,:;]", wording.en_short), (identifier, reader)


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
