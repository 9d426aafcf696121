"""Cell broadcast after TS 23.041."""

import json
from typing import Any

import pytest

from gateway.errors import InputError
from gateway.exchange.cell import (
    GSM_CODING,
    MAX_PAGES,
    PAGE_OCTETS,
    UCS2_CODING,
    CellBroadcast,
    Serial,
    broadcast,
    paged,
)
from gateway.exchange.model import Authority
from gateway.exchange.places import outline
from tests.exchange.messages import alert_of
from tests.notices.plans import DECIDED

NOW: dict[str, Any] = {"starts_at": DECIDED}
MEASURED: dict[str, Any] = {**NOW, "basis": {"kind": "monitored"}}


@pytest.mark.parametrize(
    ("step", "changes", "identifier", "english"),
    [
        ("issue red", {}, 4374, 4387),
        ("issue orange", {}, 4378, 4391),
        ("issue red", NOW, 4372, 4385),
        ("issue red", MEASURED, 4371, 4384),
        ("issue orange", NOW, 4376, 4389),
        ("issue orange", MEASURED, 4375, 4388),
        ("raise yellow to red", {}, 4374, 4387),
        ("issue yellow", {"exercise": True}, 4381, 4394),
        ("issue red", {"exercise": True}, 4381, 4394),
    ],
)
def test_the_identifier_follows_severity_urgency_and_certainty(
    step: str, changes: dict[str, Any], identifier: int, english: int
) -> None:
    sent = broadcast(alert_of(step, **changes), Serial(1))
    assert [message.identifier for message in sent.messages] == [identifier, english]
    assert [message.language for message in sent.messages] == ["zh-CN", "en-US"]


def test_a_test_of_the_connection_has_the_identifier_of_tests() -> None:
    sent = broadcast(alert_of("issue red", exercise=True, test=True), Serial(1))
    assert [message.identifier for message in sent.messages] == [4380, 4393]


@pytest.mark.parametrize("step", ["issue yellow", "lower red to yellow", "hint red", "tip"])
def test_what_no_identifier_fits_is_said_not_to_be_for_cell_broadcast(step: str) -> None:
    sent = broadcast(alert_of(step), Serial(1))
    assert sent.messages == ()
    assert "不适合小区广播" in sent.reason
    assert "not for cell broadcast" in sent.reason_en
    assert json.loads(sent.write())["cell_broadcast"] is False


def test_yellow_is_public_safety_where_the_office_wants_it() -> None:
    sent = broadcast(alert_of("issue yellow"), Serial(1), public_safety=True)
    assert [message.identifier for message in sent.messages] == [4396, 4397]
    assert broadcast(alert_of("hint yellow"), Serial(1), public_safety=True).messages == ()


@pytest.mark.parametrize("step", ["lift orange", "retract red"])
def test_what_ends_a_warning_stops_its_broadcast(step: str) -> None:
    sent = broadcast(alert_of(step), Serial(1))
    assert (sent.messages, sent.stops) == ((), True)


@pytest.mark.parametrize(
    ("step", "stops"),
    [
        ("issue orange", False),
        ("raise orange to red", True),
        ("lower orange to yellow", True),  # yellow is not broadcast, but orange still runs
        ("hint red", False),
        ("correct a hint of red", False),
    ],
)
def test_a_changed_warning_stops_what_runs_under_the_former_identifier(step: str, stops: bool) -> None:
    sent = broadcast(alert_of(step), Serial(1, 1))
    assert sent.stops is stops
    assert json.loads(sent.write())["stops_earlier"] is stops


def test_a_serial_number_has_its_scope_code_and_update() -> None:
    assert Serial(246, 10, 0).number == 0x0F6A  # the value in Android's own tests
    assert Serial(1).number == 0x4010
    assert Serial(1023, 15, 3).number == 0xFFFF
    assert Serial(7, 15).updated() == Serial(7, 0)
    assert Serial(7, 3).updated() == Serial(7, 4)
    for code, update in ((1024, 0), (-1, 0), (0, 16)):
        with pytest.raises(ValueError, match="10 bits"):
            Serial(code, update)


def test_pages_of_seven_bits_hold_93_characters_packed_lowest_bit_first() -> None:
    coding, pages = paged("hellohello")
    assert coding == GSM_CODING
    packed = int.from_bytes(pages[0].octets[:9], "little") & (1 << 70) - 1
    assert packed.to_bytes(9, "little").hex() == "e8329bfd4697d9ec37"  # as every reference packs it
    assert (len(pages[0].octets), pages[0].used) == (PAGE_OCTETS, 9)
    assert [len(page.text) for page in paged("a" * 94)[1]] == [93, 1]
    assert len(paged("a" * 93)[1]) == 1


def test_a_character_behind_the_escape_counts_two_and_is_never_split() -> None:
    assert [len(page.text) for page in paged("a" * 92 + "€")[1]] == [92, 1]
    assert [len(page.text) for page in paged("a" * 91 + "€")[1]] == [92]


def test_pages_of_chinese_hold_41_characters_and_never_split_one() -> None:
    coding, pages = paged("霾" * 42)
    assert coding == UCS2_CODING
    assert [len(page.text) for page in pages] == [41, 1]
    assert pages[1].octets == "霾".encode("utf-16-be") + b"\0\r" * 40
    assert [page.text for page in paged("中" * 40 + "𠮷")[1]] == ["中" * 40, "𠮷"]
    assert all(len(page.octets) == PAGE_OCTETS for page in paged("中" * 40 + "𠮷")[1])


def test_pages_join_to_the_text_again() -> None:
    for text in ("The Level II response: [begins] €5 ~ now." * 9, "重污染天气橙色预警，Ⅱ级。" * 20):
        assert "".join(page.text for page in paged(text)[1]) == text


def test_a_text_of_more_than_fifteen_pages_is_refused_and_not_cut() -> None:
    assert len(paged("重" * 615)[1]) == MAX_PAGES
    with pytest.raises(InputError) as raised:
        paged("重" * 616)
    assert raised.value.code == "CELL_TOO_LONG"


def test_lte_gets_a_message_s_pages_as_one() -> None:
    message = broadcast(alert_of("issue red"), Serial(246, 10, 0)).messages[0]
    total = len(message.pages)
    contents = message.contents()
    assert (contents[0], len(contents)) == (total, 1 + total * 83)
    assert contents[83] == PAGE_OCTETS


def test_the_payload_names_every_number_and_page() -> None:
    sent: CellBroadcast = broadcast(alert_of("issue orange"), Serial(5, 2))
    chinese, english = json.loads(sent.write())["messages"]
    assert (chinese["message_identifier_hex"], chinese["serial_number_hex"]) == ("111A", "4052")
    assert (chinese["message_code"], chinese["update_number"]) == (5, 2)
    assert (chinese["data_coding_scheme_hex"], english["data_coding_scheme_hex"]) == ("48", "01")
    text = "".join(page["text"] for page in chinese["pages"])
    assert text == alert_of("issue orange").infos[0].parameter("cbText")
    assert [page["page"] for page in chinese["pages"]] == list(range(1, chinese["pages"][0]["of"] + 1))


def test_the_payload_says_which_message_it_is_where_it_is_broadcast_and_until_when() -> None:
    first = alert_of("issue orange", area=["410105", "410102"])
    said = json.loads(broadcast(first, Serial(5)).write())
    assert (said["identifier"], said["message_type"], said["status"]) == (first.identifier, "Alert", "Actual")
    assert said["expires"] == first.infos[0].expires
    assert [each["codes"] for each in said["areas"]] == [{"GB/T 2260": "410105"}, {"GB/T 2260": "410102"}]
    assert said["references"] == []
    ended = json.loads(broadcast(alert_of("lift orange", earlier=[first]), Serial(5, 1)).write())
    assert (ended["message_type"], ended["references"]) == ("Cancel", [first.identifier])
    assert ended["stops_earlier"] is True


def test_outlines_stand_beside_the_codes() -> None:
    given = outline("34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6", "wgs84", "410100")
    alert = alert_of("issue orange", authority=Authority(polygons=(("410100", given),)))
    (area,) = json.loads(broadcast(alert, Serial(1)).write())["areas"]
    assert area["polygons"] == ["34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6"]
