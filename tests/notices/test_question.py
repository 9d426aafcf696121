from datetime import datetime

import pytest

from gateway.errors import InputError
from gateway.moments import BEIJING
from gateway.notices.model import Office
from gateway.notices.question import email_question, sms_question

OFFICE = Office(contacts=("值班电话 0371-00000000",))
LINK = "https://example.gov.cn/v/" + "1" * 26
UNTIL = datetime(2026, 11, 30, tzinfo=BEIJING)


def test_an_sms_is_one_segment_and_says_for_whom_why_and_how_to_answer() -> None:
    words = sms_question(OFFICE, ["示例第二机械制造有限公司"], "zh-CN", exercise=False)
    assert words.segments == 1
    assert len(words.text) <= 70
    for part in ("【重污染天气预警】", "为及时通知", "示例第二机械制造有限公司", "是回复1", "不是回复2"):
        assert part in words.text
    assert "http" not in words.text


def test_an_exercise_is_marked_right_after_the_signature() -> None:
    words = sms_question(OFFICE, ["演练小学"], "zh-CN", exercise=True)
    assert words.text.startswith("【重污染天气预警】演练：")
    assert words.text.count("【") == 1
    assert email_question(OFFICE, ["演练小学"], "zh-CN", UNTIL, LINK, exercise=True).title.startswith(
        "【演练】"
    )


def test_several_organisations_are_counted_in_an_sms_and_named_in_an_email() -> None:
    names = ["示例一厂", "示例二厂", "示例三厂"]
    assert "示例一厂等3个单位" in sms_question(OFFICE, names, "zh-CN", exercise=False).text
    assert (
        "示例一厂、示例二厂、示例三厂"
        in email_question(OFFICE, names, "zh-CN", UNTIL, LINK, exercise=False).text
    )


def test_english_contacts_read_english() -> None:
    assert (
        "Reply 1 for yes, 2 for no"
        in sms_question(OFFICE, ["International School"], "en", exercise=False).text
    )
    words = email_question(OFFICE, ["International School"], "en", UNTIL, LINK, exercise=False)
    assert "29 November 2026, 24:00" in words.text
    assert "This is no warning" in words.text


def test_an_email_says_that_it_is_no_warning_until_when_and_whom_to_call() -> None:
    words = email_question(OFFICE, ["示例<b>厂"], "zh-CN", UNTIL, LINK, exercise=False)
    for part in ("这不是预警", "2026年11月29日24时", LINK, "0371-00000000"):
        assert part in words.text
    assert words.html is not None
    assert f'<a href="{LINK}">' in words.html
    assert "<b>" not in words.html


def test_a_name_can_neither_add_a_line_nor_a_signature() -> None:
    words = sms_question(OFFICE, ["示例】厂\n【别处"], "zh-CN", exercise=False)
    assert words.text.count("【") == 1
    assert "\n" not in words.text


def test_a_name_that_no_sms_holds_is_refused() -> None:
    with pytest.raises(InputError, match="GBK"):
        sms_question(OFFICE, ["示例𠮷厂"], "zh-CN", exercise=False)
