"""What an alert asks as an order: its level, kind and times, of our own messages and of others'."""

import os
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.errors import InputError
from gateway.exchange import cap, incoming, national, national_reading, payload_json
from gateway.exchange.model import ALERT_LEVEL, DIVISION, RESPONSE_LEVEL, Alert, Named, read_moment
from gateway.exchange.orders import Order, order
from gateway.vocabulary import Level
from tests.exchange.messages import AUTHORITY, alert_of, walk
from tests.exchange.mutations import damaged_bytes
from tests.exchange.samples import ALERT, NATIONAL
from tests.notices.plans import DECIDED, STEPS, packaged

CODES = {"12Q02"}
MUTATIONS = int(os.environ.get("AIRWARN_FUZZ", "1000"))


def asked(alert: Alert, plan: str = "zhengzhou") -> Order:
    found = packaged(plan)
    return order(alert, found, [found.area], CODES, read_moment(alert.sent))


@pytest.mark.parametrize(
    ("step", "kind", "level"),
    [
        ("issue orange", "warning", "orange"),
        ("raise yellow to red", "warning", "red"),
        ("extend yellow", "warning", "yellow"),
        ("lift orange", "end", None),
        ("retract red", "end", None),
        ("hint red", "hint", "red"),
        ("tip", "tip", None),
    ],
)
def test_our_own_messages_read_as_what_was_decided(step: str, kind: str, level: Level | None) -> None:
    alert = alert_of(step)
    decision = STEPS[step].decision(packaged("zhengzhou"))
    for written in (cap.write(alert), payload_json.write(alert)):
        found = asked(incoming.read(written).alert)
        assert (found.kind, found.level, found.area) == (kind, level, ("410100",))
        assert found.document_number == decision.document_number
        if kind == "warning":
            assert (found.starts_at, found.expected_end) == (decision.starts_at, decision.expected_end_at)


@pytest.mark.parametrize("step", ["issue red", "lower red to yellow", "lift orange", "extend yellow"])
def test_the_12379_form_asks_the_same(step: str) -> None:
    alert = alert_of(step)
    found, same = asked(alert), asked(incoming.read(national.write(alert, AUTHORITY)).alert)
    for name in ("kind", "level", "area", "starts_at", "sent", "incident", "exercise"):
        assert getattr(found, name) == getattr(same, name), name


def test_an_open_ended_warning_has_no_expected_end_though_it_runs_out() -> None:
    found = asked(alert_of("issue orange", expected_end_at=None, open_ended=True))
    assert (found.expected_end, found.expires is not None) == (None, True)


def told(alert: Alert, **changes: Any) -> Alert:
    return replace(alert, infos=tuple(replace(info, **changes) for info in alert.infos))


@pytest.mark.parametrize(
    ("parameters", "severity", "level", "guessed"),
    [
        ((Named(ALERT_LEVEL, "橙色"),), "Extreme", "orange", False),
        ((Named(ALERT_LEVEL, "Red"),), "Severe", "red", False),
        ((Named("预警级别", "黄色预警"),), "Severe", "yellow", False),
        ((Named(RESPONSE_LEVEL, "Ⅱ级"),), "Moderate", "orange", False),
        ((), "Extreme", "red", True),
        ((), "Moderate", "yellow", True),
    ],
)
def test_the_stated_colour_decides_and_a_severity_only_where_none_is(
    parameters: tuple[Named, ...], severity: str, level: Level, guessed: bool
) -> None:
    found = asked(told(alert_of("issue orange"), parameters=parameters, severity=severity))
    assert (found.level, bool(found.remarks)) == (level, guessed)


@pytest.mark.parametrize(
    ("parameters", "severity"),
    [
        ((Named(ALERT_LEVEL, "蓝色"),), "Minor"),
        ((), "Minor"),
        ((Named("colour", "红色"), Named("level", "黄色")), "Severe"),
    ],
)
def test_no_level_is_guessed(parameters: tuple[Named, ...], severity: str) -> None:
    with pytest.raises(InputError) as refused:
        asked(told(alert_of("issue orange"), parameters=parameters, severity=severity))
    assert refused.value.code == "ORDER_LEVEL_UNKNOWN"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "Draft"}, "ORDER_NOT_REAL"),
        ({"status": "System"}, "ORDER_NOT_REAL"),
        ({"message_type": "Ack"}, "ORDER_TYPE"),
    ],
)
def test_what_is_no_order_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        asked(replace(alert_of("issue orange"), **changes))
    assert refused.value.code == code


def test_haze_is_another_event() -> None:
    haze = told(
        alert_of("issue orange"), event="霾", headline="霾橙色预警", event_codes=(Named("x", "11B19"),)
    )
    with pytest.raises(InputError) as refused:
        asked(haze)
    assert refused.value.code == "ORDER_OTHER_EVENT"


def test_a_message_sent_ahead_of_our_clock_is_refused() -> None:
    alert, plan = alert_of("issue orange"), packaged("zhengzhou")
    order(alert, plan, [plan.area], CODES, read_moment(alert.sent) - timedelta(minutes=4))
    with pytest.raises(InputError) as refused:
        order(alert, plan, [plan.area], CODES, read_moment(alert.sent) - timedelta(minutes=6))
    assert refused.value.code == "ORDER_SENT_IN_FUTURE"


def test_the_level_that_goes_on_until_a_later_change_is_known() -> None:
    plan = packaged("zhengzhou")
    standing = STEPS["issue red"].decision(plan, starts_at=DECIDED - timedelta(hours=1))
    found = asked(alert_of("lower red to yellow", standing=standing))
    assert (found.level, found.until_then) == ("yellow", "red")


def test_whole_events_read_back_in_every_form() -> None:
    for decision, alert, _ in walk("xigang", 7, 60):
        found = asked(incoming.read(cap.write(alert)).alert, "xigang")
        assert found.exercise == decision.exercise
        assert found.earlier == tuple(dict.fromkeys(each.identifier for each in alert.references))
        if any(info.areas for info in alert.in_language("zh-CN")):
            dialect = national_reading.read(national.write(alert, AUTHORITY))
            assert (asked(dialect, "xigang").kind == "end") is (
                all(info.ends for info in alert.in_language("zh-CN")) or alert.message_type == "Cancel"
            )


def test_a_message_of_the_dialect_reads_as_an_alert() -> None:
    alert = national_reading.read(NATIONAL.encode())
    (info,) = alert.infos
    assert (alert.sender, alert.incidents) == ("41010041600000", alert.identifier)
    assert (info.severity, info.parameter(ALERT_LEVEL)) == ("Severe", "橙色")
    assert [code.value for code in info.areas[0].geocodes] == ["410100", "410102"]
    assert info.areas[0].circles[0].radius == 12.5


def test_whatever_is_sent_is_read_or_refused_in_our_own_words() -> None:
    chance = random.Random(7)
    plan = packaged("zhengzhou")
    whole = [
        ALERT.encode(),
        NATIONAL.encode(),
        payload_json.write(alert_of("issue orange")),
        cap.write(alert_of("lift orange")),
    ]
    read = 0
    for _ in range(MUTATIONS):
        content = damaged_bytes(chance.choice(whole), chance, 9, "/etc/hostname")
        try:
            order(incoming.read(content).alert, plan, [plan.area], CODES, DECIDED + timedelta(days=1))
            read += 1
        except InputError:
            pass
    assert 0 < read < MUTATIONS


def test_of_places_without_end_a_few_are_named() -> None:
    codes = [Named(DIVISION, f"2{number:05}") for number in range(500)]
    there, *_ = alert_of("issue orange").infos
    (place,) = there.areas
    found = asked(told(alert_of("issue orange"), areas=(replace(place, geocodes=(*place.geocodes, *codes)),)))
    assert found.area == ("410100",)
    assert all(len(each.message) < 400 for each in found.remarks)
    assert any("(+" in each.message for each in found.remarks)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59+00:00"])
def test_a_time_beyond_the_calendar_is_refused_by_its_element(at: str) -> None:
    alert = told(alert_of("issue orange"), expires=at)
    with pytest.raises(InputError) as raised:
        incoming.read(cap.write(alert))
    assert (raised.value.code, raised.value.field) == ("ALERT_VALUE", "alert.info.expires")
