"""The WeCom markdown: parts, sizes, and values that cannot become markup."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import InputError
from gateway.notices.fit import utf8_bytes
from gateway.plans.catalogue import read
from tests.notices.samples import EVERY_READER, decision, in_force, one, small, small_decision, zhengzhou
from tests.plans.small import SMALL


@pytest.mark.parametrize("level", ["yellow", "orange", "red"])
@pytest.mark.parametrize("reader", EVERY_READER)
def test_every_message_fits_and_together_they_hold_every_measure_once(reader: str, level: str) -> None:
    notice = one(zhengzhou(), decision(level=level, weather={}), reader, "webhook")
    sizes = [utf8_bytes(message) for message in notice.messages]
    assert max(sizes) == notice.bytes
    assert max(sizes) <= 4096
    assert notice.text == "\n\n".join(notice.messages)
    numbers = re.findall(r"^(\d+)\. ", notice.text, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(notice.measures) + 1)]


def test_parts_are_numbered_and_each_says_level_place_and_start() -> None:
    notice = one(zhengzhou(), decision(level="red"), "departments", "webhook")
    assert notice.parts is not None
    total = len(notice.parts)
    assert total > 1
    for number, part in enumerate(notice.parts, 1):
        assert part.splitlines()[0] == f"## {notice.title}（{number}/{total}）"
        assert "红色预警" in part
        assert "1月10日12时" in part


def test_a_text_that_fits_in_one_message_has_no_parts_and_no_number() -> None:
    notice = one(zhengzhou(), decision(), "public", "webhook")
    assert notice.parts is None
    assert notice.messages == (notice.text,)
    assert "1/1" not in notice.text


def test_no_measure_is_cut_between_parts() -> None:
    notice = one(zhengzhou(), decision(level="red"), "departments", "webhook")
    for measure in notice.measures:
        assert sum(measure.text in message for message in notice.messages) == 1


def test_health_suggested_and_mandatory_stand_apart() -> None:
    text = one(zhengzhou(), decision(), "public", "webhook").text
    headings = re.findall(r"^\*\*(.+?)\*\*$", text, re.MULTILINE)
    assert headings[1:] == ["健康防护", "强制性措施 · 移动源", "强制性措施 · 面源", "建议性措施"]


def test_a_change_is_marked_in_colour_and_in_words() -> None:
    stated = small_decision(action="raise")
    text = one(small(), stated, "enterprises.transport", "webhook", before=in_force("yellow")).text
    assert '1. <font color="warning">（新增）</font>国四柴油货车停驶。' in text


def test_a_lower_names_what_ends() -> None:
    stated = small_decision(action="lower", level="yellow")
    text = one(small(), stated, "enterprises.transport", "webhook", before=in_force("orange")).text
    assert "**不再执行的措施（自2024年1月10日12时起）**\n- 不再执行：国四柴油货车停驶。" in text


def test_a_measure_longer_than_a_message_is_refused() -> None:
    spoilt = SMALL.replace("public: 儿童、老人留在室内", f"public: {'儿童、老人留在室内' * 200}")
    with pytest.raises(InputError) as caught:
        one(read(spoilt.encode(), "small.yaml").plan, small_decision(), "public", "webhook")
    assert caught.value.code == "NOTICE_TOO_LONG"
    assert caught.value.field == "public.webhook"
    assert "4096" in caught.value.message


def markup(text: str) -> list[str]:
    return re.findall(r"<[^>]*>|[*`_#\[\]]+|^>", text, re.MULTILINE)


hostile = st.text(alphabet="甲<>*_`#[]()@|~\\/\n\r\t font=color!&\"'", max_size=40).map("甲{}".format)


@settings(max_examples=60, deadline=None)
@given(issuer=hostile, number=hostile, by=hostile)
def test_markup_in_a_document_stays_text(issuer: str, number: str, by: str) -> None:
    """The same markup as with harmless values: nothing that a document says becomes any."""
    stated = decision(issuer=issuer, document_number=number, basis={"kind": "upper_order", "by": by})
    harmless = decision(issuer="甲", document_number="乙", basis={"kind": "upper_order", "by": "丙"})
    given_ = one(zhengzhou(), stated, "public", "webhook")
    assert markup(given_.text) == markup(one(zhengzhou(), harmless, "public", "webhook").text)
