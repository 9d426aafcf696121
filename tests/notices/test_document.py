"""The full document and the email: what stands in them, and in which order."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.plans.catalogue import Catalogue
from gateway.vocabulary import Action
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


@pytest.mark.parametrize(
    ("action", "level", "before", "title"),
    [
        ("issue", "orange", None, "关于发布重污染天气橙色预警（启动Ⅱ级应急响应）的通知"),
        ("raise", "red", "orange", "关于将重污染天气橙色预警升级为红色预警（启动Ⅰ级应急响应）的通知"),
        ("raise", "red", None, "关于将重污染天气预警升级为红色预警（启动Ⅰ级应急响应）的通知"),
        ("lower", "yellow", "red", "关于将重污染天气红色预警降级为黄色预警（调整为Ⅲ级应急响应）的通知"),
        ("extend", "orange", "orange", "关于延长重污染天气橙色预警（继续执行Ⅱ级应急响应）的通知"),
        ("lift", None, "orange", "关于解除重污染天气橙色预警（终止Ⅱ级应急响应）的通知"),
        ("lift", None, None, "关于解除重污染天气预警（终止应急响应）的通知"),
    ],
)
def test_the_title_says_action_level_and_response(
    action: Action, level: str | None, before: str | None, title: str
) -> None:
    stated = lift() if action == "lift" else decision(action=action, level=level)
    former = in_force(before) if before else None  # type: ignore[arg-type]
    notice = one(zhengzhou(), stated, "schools", "notice", before=former)
    assert notice.title == title
    assert notice.text.startswith(title + "\n")
    public = one(zhengzhou(), stated, "public", "notice", before=former)
    assert public.title == title.removesuffix("通知") + "通告"


def test_the_document_has_its_parts_in_the_order_of_an_office() -> None:
    text = one(zhengzhou(), decision(), "enterprises.industry", "notice").text
    parts = [
        "关于发布重污染天气橙色预警",
        "郑环攻坚办〔2024〕1号",
        "第3期",
        "各工业企业：",
        "要点：1月10日12时起执行。强制：",
        "一、预警决定",
        "市生态环境保护委员会污染防治攻坚办公室决定发布重污染天气橙色预警，自2024年1月10日12时起启动Ⅱ级应急响应。",
        "预警级别：橙色（Ⅱ级应急响应）",
        "启动时间：2024年1月10日12时",
        "预计解除时间：2024年1月13日12时",
        "预警范围：郑州市全域",
        "AQI范围180—260，日均值225，首要污染物细颗粒物（PM2.5）",
        "逐日AQI：1月10日180—215（均值200）；",
        "强制性措施",
        "（一）工业源",
        "（二）扬尘源",
        "（三）移动源",
        "建议性措施",
        "工作要求",
        "签收：请在收到本通知后60分钟内签收回复。",
        "联系方式：值班电话 0371-00000000",
        "市生态环境保护委员会污染防治攻坚办公室\n2024年1月8日",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_a_headteacher_reads_first_whether_lessons_go_on_what_stops_and_by_when_to_answer() -> None:
    text = one(zhengzhou(), decision(), "schools", "notice").text
    line = next(line for line in text.splitlines() if line.startswith("要点："))
    assert line.startswith("要点：本次预警不要求停课。1月10日12时起：停止室外课程和活动")
    assert "净化装置" in line
    assert line.endswith("收到后30分钟内签收。")


def test_a_possible_suspension_is_said_first_with_its_condition_and_its_modality() -> None:
    text = one(zhengzhou(), decision(level="red", forecast={}), "schools", "notice").text
    line = next(line for line in text.splitlines() if line.startswith("要点："))
    assert line.startswith("要点：日AQI达到500时，")
    assert "可指导" in line
    assert "停止室外课程和活动" in line
    assert "不要求停课" not in text


def test_departments_find_their_own_items_by_name() -> None:
    text = one(zhengzhou(), decision(), "departments", "notice").text
    index = text[text.index("各单位分工") : text.index("二、")]
    assert "市农委：牵头第" in index
    assert "牵头单位：市农委。" in text
    assert "责任单位：" in one(zhengzhou(), decision(), "districts", "notice").text
    assert "牵头单位" not in one(zhengzhou(), decision(), "enterprises", "notice").text


def test_a_text_that_names_every_unit_is_not_followed_by_their_names() -> None:
    pingdingshan = Catalogue().load("pingdingshan").plan
    city = decision(plan="pingdingshan", area=["410400"], issuer=pingdingshan.issuing_body.name)
    text = one(pingdingshan, city, "departments", "notice").text
    assert "市水利局：控制水利工程施工场地的扬尘。" in text
    assert "责任单位：市水利局。" not in text
    assert "责任单位：市水利局。" in one(pingdingshan, city, "districts", "notice").text  # names 水利部门
    index = text[text.index("各单位分工") : text.index("二、")]
    assert "市水利局：负责第" in index


def test_exceptions_and_hours_stand_with_their_order() -> None:
    text = one(small(), small_decision(), "districts", "notice").text
    assert "1. 落实企业减排。例外：民生保障企业。" in text
    text = one(small(), small_decision(), "enterprises.transport", "notice").text
    assert "1. 国四柴油货车停驶。时段：每日7时至21时。" in text


@pytest.mark.parametrize("reader", EVERY_READER)
def test_each_item_has_a_line_of_its_own(reader: str) -> None:
    notice = one(zhengzhou(), decision(weather=None), reader, "notice")
    numbered = re.findall(r"^(\d+)\. ", notice.text, re.MULTILINE)
    assert [int(each) for each in numbered] == list(range(1, len(notice.measures) + 1))


def test_an_exception_that_the_words_state_is_not_said_twice() -> None:
    text = one(zhengzhou(), decision(), "enterprises.transport", "notice").text
    for line in text.splitlines():
        assert line.count("例外") <= 1


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ({"kind": "own_forecast"}, "根据空气质量预报，按照《"),
        ({"kind": "monitored"}, "根据空气质量监测结果，"),
        (
            {"kind": "upper_warning", "by": "省办", "level": "orange", "document": "豫环〔2024〕3号"},
            "鉴于省办已启动橙色预警（豫环〔2024〕3号），",
        ),
        ({"kind": "upper_order", "by": "省办", "level": "red"}, "根据省办关于红色预警的通知，"),
        ({"kind": "upper_prompt"}, "根据上级的预警提示信息，"),
        ({"kind": "regional_linkage"}, "根据区域应急联动要求，"),
    ],
)
def test_the_basis_is_said_in_words(basis: dict[str, str], expected: str) -> None:
    assert expected in one(zhengzhou(), decision(basis=basis), "public", "notice").text


def test_an_open_end_is_announced_as_such() -> None:
    text = one(zhengzhou(), decision(expected_end_at=None, open_ended=True), "public", "notice").text
    assert "预计解除时间：另行通知" in text
    ended = one(zhengzhou(), decision(expected_end_at="2024-01-13T00:00:00+08:00"), "public", "notice").text
    assert "预计解除时间：2024年1月12日24时" in ended


def test_a_follow_up_names_the_document_that_it_replaces() -> None:
    stated = decision(action="raise", level="red")
    text = one(zhengzhou(), stated, "public", "notice", before=in_force("orange")).text
    assert (
        "2024年1月9日12时启动的重污染天气橙色预警（郑环攻坚办〔2024〕0号），自上述时间起改按本通告执行。"
        in text
    )
    text = one(zhengzhou(), lift(), "public", "notice", before=in_force("orange")).text
    assert "本次解除的是2024年1月9日12时启动的重污染天气橙色预警（郑环攻坚办〔2024〕0号）。" in text


def test_what_is_not_stated_leaves_no_hole() -> None:
    bare = small_decision(forecast={}, weather={}, document_number=None, issuer=None)
    text = one(small(), bare, "public", "notice", office=type(OFFICE)()).text
    assert "None" not in text
    assert "\n\n\n" not in text
    assert "联系方式" not in text
    assert "空气质量预报：" not in text
    assert text.endswith("小城市重污染天气应急指挥部\n2024年1月8日")


def test_values_without_a_readable_character_count_as_not_stated() -> None:
    text = one(small(), small_decision(issuer="\u202e", document_number="\u200b"), "public", "notice").text
    assert text.endswith("小城市重污染天气应急指挥部\n2024年1月8日")
    assert text.splitlines()[1] == "（第3期）"


@pytest.mark.parametrize("reader", EVERY_READER)
def test_no_line_is_empty_twice_or_says_none(reader: str) -> None:
    for stated in (decision(level="red", weather={}), lift()):
        for medium in ("notice", "webhook", "sms"):
            text = one(zhengzhou(), stated, reader, medium, before=in_force("orange")).text
            assert "\n\n\n" not in text
            assert "None" not in text
            assert "。。" not in text
            assert "；。" not in text


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_html_says_what_the_text_says_with_the_level_as_a_word_beside_its_colour() -> None:
    notice = one(zhengzhou(), decision(), "enterprises.mining", "email")
    assert notice.html is not None
    page = _Tags(notice.html)
    assert page.open == []
    assert "橙色预警" in page.words
    words = "".join(page.words)
    for measure in notice.measures:
        assert measure.text in words
    assert '<html lang="zh-CN">' in notice.html
    assert f"<title>{notice.title}</title>" in notice.html


hostile = st.text(alphabet="甲<>/&\"'=script onload\n\r", max_size=40).map("甲{}".format)


@settings(max_examples=60, deadline=None)
@given(issuer=hostile, number=hostile, by=hostile)
def test_markup_in_a_document_stays_text_in_html(issuer: str, number: str, by: str) -> None:
    stated = decision(issuer=issuer, document_number=number, basis={"kind": "upper_order", "by": by})
    harmless = decision(issuer="甲", document_number="乙", basis={"kind": "upper_order", "by": "丙"})
    pages = [one(zhengzhou(), each, "public", "email") for each in (stated, harmless)]
    assert _Tags(pages[0].html or "").tags == _Tags(pages[1].html or "").tags
    assert pages[0].text.count("\n") == pages[1].text.count("\n")


def test_html_escapes_a_value_once_also_where_a_shared_macro_says_it() -> None:
    notice = one(zhengzhou(), decision(issuer="甲&乙 <b>办"), "public", "email")
    assert notice.html is not None
    assert "甲&amp;乙 &lt;b&gt;办决定发布" in notice.html
    assert "甲&乙 <b>办决定发布" in notice.text
