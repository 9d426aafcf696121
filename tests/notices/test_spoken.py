"""Spoken texts: what a person reads aloud from the page, as it stands."""

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.notices.aloud import aloud, cardinal
from gateway.notices.aloud_english import aloud_english, ordinal
from gateway.vocabulary import ENGLISH_AUDIENCES, LEVELS, Level
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

ENGLISH_READERS = [each for each in EVERY_READER if each.partition(".")[0] in ENGLISH_AUDIENCES]
ROMAN = re.compile(r"(?<![A-Za-z])(?:III?|IV|VI{1,3}|IX)(?![A-Za-z])")


def unspeakable(text: str, pauses: str) -> set[str]:
    """Whatever of a text nobody could read aloud."""
    return {
        each
        for each in text
        if each not in pauses and (not each.isalpha() or unicodedata.category(each) in ("Nl", "No", "Nd"))
    } | set(ROMAN.findall(text))


CHINESE_PAUSES = "、，；：。！？ "
ENGLISH_PAUSES = ".,:;?! '-"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1月10日12时", "一月十日中午十二点"),
        ("喀什地区，参照陆运", "喀什地区，参照陆运"),
        ("1月10日12时30分", "一月十日中午十二点半"),
        ("1月13日0时", "一月十三日凌晨零点"),
        ("1月12日24时", "一月十二日晚上十二点"),
        ("每日7时至21时", "每日早上七点至晚上九点"),
        ("2时05分", "凌晨两点零五分"),
        ("14时", "下午两点"),
        ("2024-01-10", "二零二四年一月十日"),
        ("2024年1月8日", "二零二四年一月八日"),
        ("Ⅱ级应急响应", "二级应急响应"),
        ("III级响应", "三级响应"),
        ("国四、国Ⅴ、国VI", "国四、国五、国六"),
        ("AQI范围180—260", "空气质量指数范围一百八十到二百六十"),
        ("150-260", "一百五十到二百六十"),
        ("细颗粒物（PM2.5）", "细颗粒物PM二点五"),
        ("臭氧（O3）", "臭氧"),
        ("PM10", "PM十"),
        ("48小时", "四十八小时"),
        ("2小时内2次", "两小时内两次"),
        ("第2项", "第二项"),
        ("多2个百分点", "多两个百分点"),
        ("湿度小于50%", "湿度小于百分之五十"),
        ("30%—50%", "百分之三十到百分之五十"),
        ("气温低于5℃", "气温低于五摄氏度"),
        ("-3℃", "零下三摄氏度"),
        ("75μg/m³", "七十五微克每立方米"),
        ("35微克/立方米", "三十五微克每立方米"),
        ("值班电话 0371-61234567", "值班电话零三七幺六幺二三四五六七"),
        ("拨打12369", "拨打幺二三六九"),
        ("12345热线", "幺二三四五热线"),
        ("13800001111", "幺三八零零零零幺幺幺幺"),
        ("2024年有2000家、20000人、1,200辆", "二零二四年有两千家、两万人、一千二百辆"),
        ("1005、110、10、0", "一千零五、一百一十、十、零"),
        ("2.5吨", "二点五吨"),
        ("≥500", "不低于五百"),
        ("“禁煤区”内（含本路）以西", "禁煤区内，含本路，以西"),
        ("见https://example.gov.cn/yj/3", "见"),
        ("按郑环攻坚办〔2024〕1号执行", "执行"),
        ("**要点**：停止；", "要点：停止"),
        ("涂料等（VOCs）。", "涂料等，挥发性有机物。"),
        ("", ""),
    ],
)
def test_chinese_is_read_as_a_person_reads_it(written: str, said: str) -> None:
    assert aloud(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10 January, 12:00", "noon on the tenth of January"),
        ("10 January 2024, 18:30", "six thirty in the evening on the tenth of January, twenty twenty-four"),
        ("12 January, 24:00", "midnight on the twelfth of January"),
        ("21 March, 08:05", "eight oh five in the morning on the twenty-first of March"),
        ("10 to 12 January", "the tenth to the twelfth of January"),
        ("Level II response", "Level Two response"),
        ("China IV diesel trucks", "China Four diesel trucks"),
        ("AQI 180 to 260", "air quality index one hundred and eighty to two hundred and sixty"),
        ("fine particles (PM2.5)", "fine particles"),
        ("ozone (O3)", "ozone"),
        ("50% and 5°C", "fifty percent and five degrees Celsius"),
        ("call 12369", "call one two three six nine"),
        ("within 30 minutes", "within thirty minutes"),
        ("the plant's own plan", "the plant's own plan"),
        ('(NEW) no "fireworks"', "New: no fireworks"),
        ("see https://example.gov.cn/yj/3", "see"),
        ("2,000 trucks, 1005 sites", "two thousand trucks, one thousand and five sites"),
    ],
)
def test_english_is_read_as_a_person_reads_it(written: str, said: str) -> None:
    assert aloud_english(written) == said


anything = st.text(max_size=60) | st.text(
    alphabet="0123456789ⅠⅡⅢIVX级时分日月年国%℃°-—～~./:（）()〔〕【】“”《》＊*_#@&+＜≥μ³m"
    "中A号第电话 ,，。；½①٣",
    max_size=60,
)


@settings(max_examples=400, deadline=None)
@given(text=anything)
@example(text="1:2:3—4％５℃")
def test_nothing_unspeakable_is_left_of_any_text(text: str) -> None:
    assert not unspeakable(aloud(text), CHINESE_PAUSES)
    assert not unspeakable(aloud_english(text), ENGLISH_PAUSES)


@given(number=st.integers(0, 10**12 - 1))
def test_a_number_in_words_is_the_number(number: int) -> None:
    assert _value(cardinal(number)) == number


def _value(said: str) -> int:
    """The number that Chinese words say, read independently: section by section."""
    total = section = digit = 0
    for each in said.replace("两", "二"):
        if each in "零一二三四五六七八九":
            digit = "零一二三四五六七八九".index(each)
        elif each in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[each]
            digit = 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8}[each]
            section = digit = 0
    return total + section + digit


def test_ordinals_of_a_month() -> None:
    said = [ordinal(day) for day in (1, 2, 3, 4, 5, 8, 9, 11, 12, 13, 20, 21, 22, 23, 30, 31)]
    assert said == [
        *("first", "second", "third", "fourth", "fifth", "eighth", "ninth", "eleventh", "twelfth"),
        *("thirteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third", "thirtieth"),
        "thirty-first",
    ]


@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reader", EVERY_READER)
def test_every_reader_can_be_told_aloud_within_its_time(reader: str, level: Level, exercise: bool) -> None:
    former = in_force("yellow") if level != "yellow" else None
    stated = decision(level=level, action="raise" if former else "issue", weather={}, exercise=exercise)
    spoken = one(zhengzhou(), stated, reader, "spoken", before=former)
    assert not unspeakable(spoken.text, CHINESE_PAUSES)
    assert len(spoken.text) <= (350 if reader == "public" else 500)
    ended = one(zhengzhou(), lift(exercise=exercise), reader, "spoken", before=in_force(level))
    assert not unspeakable(ended.text, CHINESE_PAUSES)
    assert len(ended.text) <= 250


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("reader", ENGLISH_READERS)
def test_every_reader_of_english_can_be_told_aloud_too(reader: str, level: Level) -> None:
    for stated in (decision(level=level, weather={}), lift()):
        spoken = one(zhengzhou(), stated, reader, "spoken", before=in_force("yellow"), language="en")
        # What is Chinese in the decision and unknown to the plan stays as it is.
        assert not unspeakable(spoken.text, ENGLISH_PAUSES)
        assert len(spoken.text) <= (900 if reader == "public" else 1350)


def test_it_says_for_whom_who_speaks_what_by_when_and_the_main_of_it_once_more() -> None:
    text = one(zhengzhou(), decision(), "schools", "spoken").text
    parts = [
        "各中小学校、幼儿园，请注意。",
        "市生态环境保护委员会污染防治攻坚办公室发布重污染天气橙色预警。",
        "郑州市从一月十日中午十二点起，启动二级应急响应，预计一月十三日中午十二点解除。",
        "本次预警不要求停课。",
        "停止室外课程和活动",
        "收到后三十分钟内签收。",
        "重复一遍：郑州市，重污染天气橙色预警，一月十日中午十二点起",
        "停止室外课程和活动",
    ]
    place = 0
    for part in parts:
        place = text.index(part, place) + len(part)
    assert "1号" not in text
    assert "〔" not in text


def test_advice_is_not_repeated_for_it_would_sound_like_an_order() -> None:
    text = one(zhengzhou(), decision(), "public", "spoken").text
    _, again = text.split("重复一遍：")
    assert "禁放烟花爆竹" in again
    assert "公共交通" in text
    assert "公共交通" not in again


def test_an_open_end_and_a_drill_are_said() -> None:
    stated = decision(expected_end_at=None, open_ended=True, exercise=True)
    text = one(zhengzhou(), stated, "public", "spoken").text
    assert text.startswith("演练，演练。以下内容用于演练，不是真实预警。")
    assert text.endswith("以上是演练。")
    assert "解除时间另行通知" in text


def test_a_lift_is_said_twice() -> None:
    text = one(zhengzhou(), lift(), "public", "spoken", before=in_force("red")).text
    assert text.count("红色预警") == 2
    assert "重复一遍：郑州市红色预警，一月十三日凌晨零点起解除。" in text


def test_a_very_long_name_makes_it_longer_rather_than_refused() -> None:
    spoken = one(zhengzhou(), decision(issuer="某" * 200), "public", "spoken")
    assert "某" * 200 in spoken.text
    assert spoken.measures


def test_a_reader_without_measures_is_told_so() -> None:
    text = one(small(), small_decision(), "enterprises.catering", "spoken").text
    assert "这次预警没有专门的措施要求。" in text
    assert text.count("请注意") == 1


def test_the_public_in_english() -> None:
    text = one(zhengzhou(), decision(), "public", "spoken", language="en", office=type(OFFICE)()).text
    assert text.startswith("To the public: please listen. The Pollution Control Campaign Office")
    assert "the Level Two response begins at noon on the tenth of January." in text
    assert "To repeat: Zhengzhou, orange warning for heavy air pollution, from noon" in text


def test_what_is_changed_is_said_so_and_not_as_an_order_to_change() -> None:
    lowered = decision(action="lower", level="yellow")
    text = one(zhengzhou(), lowered, "enterprises.industry", "spoken", before=in_force("orange")).text
    assert "有调整，按一厂一策黄色预警要求停产或限产" in text
