import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.masking import mask, mask_text
from gateway.directory.model import AddressKind


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("sms", "+8619900000001", "+86199****0001"),
        ("sms", "+85291234567", "+852****4567"),
        ("sms", "19900000001", "199****0001"),
        ("sms", "199.0000.0001", "199****0001"),
        ("sms", "199000o0001", "199****0001"),
        ("sms", "67180000", "6****00"),
        ("sms", "10086", "10086"),
        ("sms", "赵老师 19900000001", "赵老师 199****0001"),
        ("sms", "赵老师", "赵*"),
        ("email", "lin.laoshi@example.com", "l***@example.com"),
        ("email", "赵老师", "赵*"),
        ("wecom", "教育系统通知群", "教育系统通知群"),
    ],
)
def test_an_address_is_recognised_by_who_knows_it_and_by_nobody_else(
    kind: AddressKind, value: str, shown: str
) -> None:
    assert mask(kind, value) == shown


def test_words_of_a_cell_stay_and_are_cut() -> None:
    assert mask_text("家长") == "家长"
    assert mask_text("一\n二") == "一 二"
    assert len(mask_text("长" * 100)) == 40


@given(
    st.text(max_size=20).filter(lambda text: not re.search(r"\d", text)),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-", ".", " - ", "\n", "x"]),
    st.text(max_size=20),
)
@settings(deadline=None)
def test_no_number_is_ever_shown_whole(before: str, number: str, between: str, after: str) -> None:
    written = between.join([number[:3], number[3:7], number[7:]])
    for shown in (mask_text(before + written + after), mask("sms", before + written + after)):
        assert number not in re.sub(r"\D", "", shown)
