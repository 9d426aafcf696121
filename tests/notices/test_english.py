"""English: the same list in other words, for the four audiences that read it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from gateway.broadcasts.preparing.texts import STANDARD
from gateway.decisions.model import Correction
from gateway.errors import InputError
from gateway.notices.compose import render
from gateway.notices.fit import SMS_UNITS, utf16_units
from gateway.plans.catalogue import read
from gateway.plans.model import Plan
from gateway.vocabulary import ENGLISH_AUDIENCES, LEVELS, MEDIA, SECTORS, Action, Audience, Level
from tests.notices.samples import (
    EVERY_READER,
    OFFICE,
    decision,
    in_force,
    lift,
    one,
    small,
    small_decision,
    zhengzhou,
)
from tests.plans.small import SMALL

READERS = [each for each in EVERY_READER if each.partition(".")[0] in ENGLISH_AUDIENCES]
BARE = type(OFFICE)(signature="City", reply_by_minutes=(("schools", 30),))  # nothing Chinese of an office
HAN = re.compile("[\u3400-\u9fff]")


def english(stated: Any, reader: str, medium: str, **options: Any) -> Any:
    return one(zhengzhou(), stated, reader, medium, language="en", **options)


def test_all_audiences_in_english_are_the_four_that_read_it() -> None:
    notices = render(zhengzhou(), decision(), OFFICE, language="en")
    assert {notice.audience for notice in notices} == set(ENGLISH_AUDIENCES)
    assert len(notices) == (len(ENGLISH_AUDIENCES) + len(SECTORS)) * len(MEDIA)
    assert {notice.language for notice in notices} == {"en"}
    sectors = render(zhengzhou(), decision(), OFFICE, language="en", sectors=["mining"])
    assert {(notice.audience, notice.sector) for notice in sectors} == {("enterprises", "mining")}


@pytest.mark.parametrize("audience", ["media", "operators", "departments", "districts"])
def test_an_audience_that_reads_chinese_only_is_refused_by_name(audience: Audience) -> None:
    with pytest.raises(InputError) as caught:
        render(zhengzhou(), decision(), OFFICE, language="en", audiences=["schools", audience])
    assert caught.value.code == "LANGUAGE_UNAVAILABLE"
    assert audience in caught.value.message_en
    assert "schools, hospitals, enterprises, public" in caught.value.message_en


def test_an_unknown_language_names_those_that_there_are() -> None:
    with pytest.raises(InputError) as caught:
        render(zhengzhou(), decision(), OFFICE, language="fr")
    assert caught.value.code == "LANGUAGE_UNAVAILABLE"
    assert "英文（en）" in caught.value.message


def _small_in_english(*changes: tuple[str, str]) -> Plan:
    text = SMALL.replace("place: 小城市\n", "place: 小城市\nplace_en: Smalltown\n", 1)
    text = text.replace("title: 小城市重污染", "title_en: Smalltown Plan\ntitle: 小城市重污染", 1)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read(text.encode(), "small.yaml").plan


LESSONS = (
    "schools: {text: 停止室外课程和活动，打开空气净化装置, short: 停止户外活动}",
    "schools: {text: 停止室外课程和活动, short: 停止户外活动, en: Stay inside., en_short: Stay inside}",
)
SUSPENSION = ("      schools: 停课", "      schools: {text: 停课, en: No lessons.}")
CONDITION = ("text: 日AQI达到500时,", "text: 日AQI达到500时, text_en: when the daily AQI reaches 500,")


def test_a_text_that_a_plan_lacks_is_named_and_nothing_half_english_leaves() -> None:
    with pytest.raises(InputError) as caught:
        one(_small_in_english(), small_decision(), "schools", "notice", language="en")
    assert caught.value.code == "LANGUAGE_UNAVAILABLE"
    assert "measures.lessons.texts.schools" in caught.value.message
    plan, red = _small_in_english(LESSONS, SUSPENSION), small_decision(level="red", forecast={})
    with pytest.raises(InputError) as caught:
        one(plan, red, "schools", "notice", language="en")
    assert "measures.no-school.condition" in caught.value.message_en


def test_a_suspension_of_lessons_comes_first_with_its_condition() -> None:
    plan = _small_in_english(LESSONS, SUSPENSION, CONDITION)
    red = small_decision(level="red", forecast={})
    notice = one(plan, red, "schools", "notice", language="en")
    assert "In short: When the daily AQI reaches 500: No lessons." in notice.text
    assert "2. No lessons. (This applies when the daily AQI reaches 500, in place of item 1.)" in notice.text
    assert "Lessons go on" not in notice.text
    sms = one(plan, red, "schools", "sms", language="en")
    assert "When the daily AQI reaches 500: No lessons." in sms.text


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reader", READERS)
def test_it_is_the_same_list_as_in_chinese(reader: str, level: Level) -> None:
    for before in (None, in_force("yellow")):
        chinese = one(zhengzhou(), decision(level=level), reader, "notice", before=before)
        notice = english(decision(level=level), reader, "notice", before=before)
        for mine, theirs in zip(notice.measures, chinese.measures, strict=True):
            assert (mine.id, mine.category, mine.new, mine.clause) == (
                *(theirs.id, theirs.category, theirs.new),
                theirs.clause,
            )
            assert mine.text in notice.text


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("reader", READERS)
def test_no_chinese_is_left_but_what_the_decision_states(reader: str, medium: str) -> None:
    former = replace(in_force("red"), document_number=None)
    for stated in (decision(document_number=None, weather={}), lift(document_number=None)):
        notice = english(stated, reader, medium, before=former, office=BARE)
        assert not HAN.search(notice.title)
        assert not HAN.search(notice.text)


@pytest.mark.parametrize(
    ("action", "level", "before", "title"),
    [
        ("issue", "orange", None, "Orange warning for heavy air pollution: Level II response begins"),
        (
            *("raise", "red", "orange"),
            "Heavy air pollution warning raised from orange to red: Level I response begins",
        ),
        (
            *("lower", "yellow", None),
            "Heavy air pollution warning lowered to yellow: Level III response now applies",
        ),
        (
            *("extend", "orange", "orange"),
            "Orange warning for heavy air pollution extended: Level II response continues",
        ),
        ("lift", None, "orange", "Orange warning for heavy air pollution lifted: Level II response ends"),
        ("lift", None, None, "Warning for heavy air pollution lifted: emergency response ends"),
    ],
)
def test_the_title_says_action_level_and_response(
    action: Action, level: Level | None, before: Level | None, title: str
) -> None:
    stated = lift() if action == "lift" else decision(action=action, level=level)
    notice = english(stated, "schools", "notice", before=in_force(before) if before else None)
    assert notice.title == title


def test_the_document_says_what_from_when_why_and_by_whom() -> None:
    text = english(decision(), "schools", "notice").text
    for part in (
        "To all primary and secondary schools and kindergartens:\n",
        "In short: Lessons go on: this warning does not suspend them. From 10 January, 12:00: Stop outdoor",
        "Confirm receipt within 30 minutes.",
        "Warning level: Orange warning, Level II response",
        "Starts: 10 January 2024, 12:00",
        "Expected end: 13 January 2024, 12:00",
        "Area: the whole of Zhengzhou",
        "10 to 12 January 2024: AQI 180 to 260, daily mean 225, main pollutant fine particles (PM2.5)",
        "under the Zhengzhou Emergency Plan for Heavy Air Pollution",
        "Pollution Control Campaign Office of the Zhengzhou Ecological and Environmental Protection Committee"
        "\n8 January 2024",
    ):
        assert part in text
    assert "None" not in text


def test_counties_are_named_in_english_and_an_unknown_issuer_as_it_stands() -> None:
    stated = decision(area=["410105", "410122"], issuer="某县指挥部")
    text = english(stated, "public", "notice").text
    assert "Area: Jinshui District, Zhongmu County (Zhengzhou)" in text
    assert text.endswith("某县指挥部\n8 January 2024")
    page = english(stated, "public", "email").html
    assert '<html lang="en">' in page
    assert '<span lang="zh-CN">某县指挥部</span>' in page


def test_what_is_new_and_what_changed_is_marked_in_words() -> None:
    stated = decision(action="raise", level="red")
    text = english(stated, "enterprises.construction", "notice", before=in_force("orange")).text
    assert "【CHANGED】" in text
    assert "CHANGED: differs from what was required before; this text counts." in text
    assert "From then on this notice takes the place of the orange warning that began on 9 January" in text
    webhook = english(stated, "public", "webhook", before=in_force("orange")).text
    assert '<font color="warning">(NEW) </font>' in webhook


@pytest.mark.parametrize("medium", MEDIA)
def test_the_mark_of_an_exercise_comes_first(medium: str) -> None:
    for stated in (decision(exercise=True), lift(exercise=True)):
        notice = english(stated, "public", medium, before=in_force("orange"))
        first = {"sms": "【郑州市重污染天气预警】EXERCISE: ", "spoken": "Exercise, exercise."}
        for message in notice.messages:
            assert message.startswith(first.get(medium, "【演练 EXERCISE】"))
        assert notice.title.startswith("【演练 EXERCISE】")


@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reader", READERS)
def test_an_sms_holds_the_main_thing_within_500_units(reader: str, level: Level, exercise: bool) -> None:
    stated = decision(
        level=level,
        exercise=exercise,
        weather={},
        starts_at="2024-09-28T23:30:00+08:00",
        expected_end_at=None,
    )
    notice = english(stated, reader, "sms")
    assert utf16_units(notice.text) <= SMS_UNITS
    assert f"{level.capitalize()} air pollution warning" in notice.text
    assert "Zhengzhou from 28 September, 23:30" in notice.text
    assert notice.measures
    ended = english(lift(exercise=exercise), reader, "sms", before=in_force(level))
    assert ended.segments is not None
    assert ended.segments <= 3


def test_the_public_is_told_in_five_segments_how_long_it_lasts() -> None:
    notice = english(decision(), "public", "sms")
    assert notice.segments is not None
    assert notice.segments <= 5
    assert "Mandatory: No fireworks" in notice.text
    assert "expected to end 13 January, 12:00" in notice.text


def test_a_plan_without_english_is_refused_as_a_whole() -> None:
    with pytest.raises(InputError) as caught:
        render(small(), small_decision(), OFFICE, language="en")
    assert "title_en" in caught.value.message


@pytest.mark.parametrize(("action", "standard"), STANDARD.items())
@pytest.mark.parametrize("medium", ["notice", "email"])
def test_what_is_said_of_a_mistake_where_nobody_has_said_more_is_english_too(
    action: Action, standard: Correction, medium: str
) -> None:
    stated = decision(action=action, corrects={"wrong": standard.wrong})
    text = english(stated, "public", medium, before=in_force("orange")).text
    assert str(standard.wrong) not in text
    assert {"retract": "it was sent in error", "correct": "what is published now counts"}[action] in text


@pytest.mark.parametrize("medium", ["notice", "email", "webhook", "sms", "spoken"])
def test_a_retracted_correction_takes_what_it_corrected_with_it(medium: str) -> None:
    before = replace(in_force("orange"), corrected=("示例〔2024〕61号",))
    text = english(decision(action="retract", corrects="error"), "public", medium, before=before).text
    assert re.search("and what it corrected .*were sent in error", text)
    assert ("61号" in text) == (medium in ("notice", "email", "webhook"))
