"""The sign link in every text that asks for a signature."""

from dataclasses import replace

import pytest

from gateway.notices.fit import segments
from gateway.notices.model import Office
from gateway.sign_tokens import SIGN_SLOT, SignTokens, read_token
from gateway.vocabulary import AUDIENCES, Level, Medium
from tests.notices.samples import EVERY_READER, OFFICE, decision, in_force, lift, one, zhengzhou

LINK = f"https://warn.example.gov.cn/s/{SIGN_SLOT}"
SIGNING = replace(
    OFFICE,
    sign_at="https://warn.example.gov.cn/s/",
    reply_by_minutes=tuple((audience, 30) for audience in AUDIENCES),
)


@pytest.mark.parametrize("medium", ["notice", "sms", "email"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_link_is_in_every_written_text_that_asks(medium: Medium, language: str) -> None:
    notice = one(zhengzhou(), decision(), "schools", medium, office=SIGNING, language=language)
    assert LINK in notice.text
    assert notice.reply_minutes == 30
    if notice.html is not None:
        page = f"{LINK}?lang=en" if language == "en" else LINK
        assert f'href="{page}"' in notice.html


def test_a_chat_room_in_which_others_read_along_gets_no_link() -> None:
    notice = one(zhengzhou(), decision(), "schools", "webhook", office=SIGNING)
    assert SIGN_SLOT not in notice.text
    assert notice.reply_minutes == 30


@pytest.mark.parametrize("medium", ["notice", "sms", "webhook", "email"])
def test_nobody_else_gets_a_link(medium: Medium) -> None:
    offices: list[Office] = [replace(SIGNING, reply_by_minutes=()), replace(SIGNING, sign_at=None)]
    for office in offices:
        notice = one(zhengzhou(), decision(), "schools", medium, office=office)
        assert SIGN_SLOT not in notice.text + (notice.html or "")
    hint = one(zhengzhou(), decision(action="hint"), "schools", medium, office=SIGNING)
    assert SIGN_SLOT not in hint.text
    assert hint.reply_minutes is None


@pytest.mark.parametrize("level", ["yellow", "orange", "red"])
@pytest.mark.parametrize("reader", EVERY_READER)
def test_an_sms_is_counted_with_its_link_and_says_the_other_way_to_sign(reader: str, level: Level) -> None:
    notice = one(zhengzhou(), decision(level=level), reader, "sms", office=SIGNING)
    token = SignTokens(b"key").token(1, 2)
    assert notice.segments == segments(notice.text.replace(SIGN_SLOT, token))
    assert notice.segments <= (2 if reader == "public" else 4)
    assert "回复1" in notice.text
    assert (f"{LINK} " in notice.text) == (reader != "public")  # two segments hold no link


def test_a_lift_with_its_link_takes_two_segments() -> None:
    notice = one(zhengzhou(), lift(), "schools", "sms", office=SIGNING, before=in_force("red"))
    assert LINK in notice.text
    assert notice.segments == 2


def test_a_token_is_as_long_as_the_slot_and_differs_by_broadcast_organisation_and_key() -> None:
    tokens = SignTokens(b"key")
    found = {tokens.token(1, 2), tokens.token(2, 1), tokens.token(1, 3), SignTokens(b"other").token(1, 2)}
    assert len(found) == 4
    assert {len(each) for each in found} == {len(SIGN_SLOT)}
    assert tokens.token(1, 2) == tokens.token(1, 2)


@pytest.mark.parametrize(
    "words", ["", "a" * 25, "a" * 27, "0" * 26, "a" * 25 + "1", "a" * 26 + "。x", "ａ" * 26]
)
def test_what_is_no_token_is_not_looked_up(words: str) -> None:
    assert read_token(words) is None
