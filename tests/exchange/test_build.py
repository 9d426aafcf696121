"""From a decision to its alert."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.errors import InputError
from gateway.exchange.build import build, identifier
from gateway.exchange.model import (
    ALERT_LEVEL,
    CELL,
    DIVISION,
    FORMER_LEVEL,
    HAZE,
    OWN_AREA,
    POSSIBLE_LEVEL,
    RESPONSE_LEVEL,
    SMS,
    Authority,
    Identity,
    Named,
    read_moment,
)
from gateway.exchange.places import outline
from tests.exchange.messages import alert_of
from tests.notices.plans import DECIDED, PLANS, STEPS, office_of, packaged

STARTS = DECIDED + timedelta(hours=52)


@pytest.mark.parametrize(
    ("step", "kind", "severity", "urgency", "certainty", "response"),
    [
        ("issue red", "Alert", "Extreme", "Expected", "Likely", "Prepare"),
        ("issue orange", "Alert", "Severe", "Expected", "Likely", "Prepare"),
        ("issue yellow", "Alert", "Moderate", "Expected", "Likely", "Prepare"),
        ("raise yellow to red", "Update", "Extreme", "Expected", "Likely", "Prepare"),
        ("lower red to yellow", "Update", "Moderate", "Expected", "Likely", "Prepare"),
        ("extend orange", "Update", "Severe", "Expected", "Likely", "Prepare"),
        ("correct orange", "Update", "Severe", "Expected", "Likely", "Prepare"),
        ("hint red", "Alert", "Unknown", "Future", "Possible", "Prepare"),
        ("tip", "Alert", "Unknown", "Expected", "Likely", "Monitor"),
        ("lift orange", "Cancel", "Minor", "Past", "Likely", "AllClear"),
        ("lift a hint", "Cancel", "Minor", "Past", "Likely", "AllClear"),
        ("correct a lift", "Cancel", "Minor", "Past", "Likely", "AllClear"),
        ("retract orange", "Cancel", "Minor", "Past", "Likely", "AllClear"),
        ("retract a raise from yellow to red", "Update", "Moderate", "Immediate", "Likely", "Avoid"),
    ],
)
def test_what_machines_read_follows_the_table(
    step: str, kind: str, severity: str, urgency: str, certainty: str, response: str
) -> None:
    alert = alert_of(step)
    assert alert.message_type == kind
    for info in alert.infos:
        assert (info.severity, info.urgency, info.certainty) == (severity, urgency, certainty)
        assert info.response_types == (response,)
        assert info.categories == ("Env", "Health")


def test_a_warning_that_has_begun_is_immediate_and_one_that_is_measured_observed() -> None:
    begun = alert_of("issue red", starts_at=DECIDED - timedelta(hours=1), basis={"kind": "monitored"}).infos[
        0
    ]
    assert (begun.urgency, begun.certainty, begun.response_types) == ("Immediate", "Observed", ("Avoid",))


@pytest.mark.parametrize(
    ("step", "chinese", "english"),
    [
        (
            "issue orange",
            {ALERT_LEVEL: "橙色", RESPONSE_LEVEL: "II", "cn:action": "发布"},
            {ALERT_LEVEL: "orange", RESPONSE_LEVEL: "II", "cn:action": "issue"},
        ),
        (
            "raise yellow to red",
            {ALERT_LEVEL: "红色", FORMER_LEVEL: "黄色", RESPONSE_LEVEL: "I"},
            {ALERT_LEVEL: "red", FORMER_LEVEL: "yellow", RESPONSE_LEVEL: "I"},
        ),
        # What shows a colour by its parameter must not show one that is not in force.
        (
            "lift orange",
            {ALERT_LEVEL: None, FORMER_LEVEL: "橙色", RESPONSE_LEVEL: None},
            {FORMER_LEVEL: "orange"},
        ),
        (
            "hint red",
            {ALERT_LEVEL: None, POSSIBLE_LEVEL: "红色", RESPONSE_LEVEL: None},
            {POSSIBLE_LEVEL: "red"},
        ),
        ("tip", {ALERT_LEVEL: None, POSSIBLE_LEVEL: None, RESPONSE_LEVEL: None}, {ALERT_LEVEL: None}),
        ("retract orange", {ALERT_LEVEL: None, FORMER_LEVEL: "橙色"}, {}),
    ],
)
def test_colour_and_response_level_are_parameters_of_what_is_in_force(
    step: str, chinese: dict[str, str | None], english: dict[str, str | None]
) -> None:
    infos = alert_of(step).infos
    for info, expected in zip(infos, (chinese, english), strict=True):
        assert {name: info.parameter(name) for name in expected} == expected


def test_two_languages_tell_one_thing() -> None:
    chinese, english = alert_of("issue orange").infos
    assert (chinese.language, english.language) == ("zh-CN", "en-US")
    assert (chinese.event, english.event) == ("重污染天气", "Heavy air pollution")
    same = ("urgency", "severity", "certainty", "effective", "onset", "expires", "event_codes")
    assert all(getattr(chinese, name) == getattr(english, name) for name in same)
    assert [area.geocodes for area in chinese.areas] == [area.geocodes for area in english.areas]


def test_a_plan_without_english_gives_chinese_only() -> None:
    plan = packaged("zhengzhou")
    without = plan.model_copy(update={"title_en": None})
    authority = Authority()
    identity = Identity(identifier(without, authority, DECIDED), DECIDED)
    alert = build(without, STEPS["issue orange"].decision(plan), authority, office_of(plan), identity)
    assert [info.language for info in alert.infos] == ["zh-CN"]


@pytest.mark.parametrize(
    ("changes", "step", "expires"),
    [
        ({}, "issue orange", STARTS + timedelta(hours=72)),
        ({"expected_end_at": None, "open_ended": True}, "issue orange", STARTS + timedelta(hours=24)),
        ({"expected_end_at": None}, "issue orange", STARTS + timedelta(hours=24)),
        (
            {"starts_at": DECIDED - timedelta(days=3), "expected_end_at": DECIDED - timedelta(hours=1)},
            "extend orange",
            DECIDED + timedelta(hours=24),
        ),
        ({}, "lift orange", STARTS + timedelta(hours=24)),
        ({"starts_at": DECIDED}, "lift orange", DECIDED + timedelta(hours=24)),
        ({}, "retract orange", DECIDED + timedelta(hours=24)),
    ],
)
def test_every_message_ends_when_the_decision_says_or_after_a_day(
    changes: dict[str, Any], step: str, expires: datetime
) -> None:
    info = alert_of(step, **changes).infos[0]
    assert read_moment(info.expires or "") == expires


def test_a_lift_decided_ahead_takes_effect_at_its_hour() -> None:
    info = alert_of("lift orange").infos[0]
    assert info.effective == "2024-01-10T12:00:00+08:00"
    assert alert_of("issue orange").infos[0].effective == "2024-01-08T08:00:00+08:00"


def test_a_lift_ahead_of_its_hour_cancels_nothing_while_the_warning_still_stands() -> None:
    plan = packaged("zhengzhou")
    standing = STEPS["issue orange"].decision(
        plan, starts_at=DECIDED - timedelta(hours=5), expected_end_at=None, open_ended=True
    )
    alert = alert_of("lift orange", starts_at=DECIDED + timedelta(hours=12), standing=standing)
    assert alert.message_type == "Update"
    over, _, warning, _ = alert.infos
    assert (over.ends, warning.ends) == (True, False)
    assert over.effective == warning.expires == "2024-01-08T20:00:00+08:00"
    assert warning.parameter(ALERT_LEVEL) == "橙色"


def test_a_lift_of_a_part_leaves_the_rest_in_force() -> None:
    plan = packaged("zhengzhou")
    rest = [area.code for area in plan.areas if area.code not in (plan.area, "410105")]
    standing = STEPS["issue orange"].decision(plan, area=rest, starts_at=DECIDED - timedelta(hours=5))
    alert = alert_of("lift orange", starts_at=DECIDED, area=["410105"], standing=standing)
    assert alert.message_type == "Update"
    over, warning = alert.infos[0], alert.infos[2]
    assert [area.description for area in over.areas] == ["郑州市金水区"]
    assert len(warning.areas) == len(rest)
    assert read_moment(warning.expires or "") > read_moment(over.effective or "")


def test_an_exercise_is_told_by_status_scope_note_and_every_text() -> None:
    alert = alert_of("issue red", exercise=True)
    assert (alert.status, alert.scope, alert.real) == ("Exercise", "Restricted", False)
    assert alert.restriction
    assert "演练" in (alert.note or "")
    for info, mark in zip(alert.infos, ("演练", "演练 EXERCISE"), strict=True):
        assert (info.headline or "").startswith(f"【{mark}】")
        assert (info.description or "").startswith(f"【{mark}】")
        assert f"】{mark[-8:]}" in (info.parameter(SMS) or "")
        assert (info.parameter(CELL) or "").startswith(mark[-8:])


def test_only_an_exercise_becomes_a_test() -> None:
    test = alert_of("issue red", exercise=True, test=True)
    assert (test.status, test.scope) == ("Test", "Restricted")
    with pytest.raises(InputError) as raised:
        alert_of("issue red", test=True)
    assert raised.value.code == "TEST_NOT_EXERCISE"


def test_what_was_wrong_stands_in_the_note() -> None:
    assert alert_of("correct orange").note == "有误：启动时间误写为1月10日20时；实际：启动时间为1月10日12时"


def test_areas_have_their_codes_and_an_own_code_is_not_called_official() -> None:
    area, own = alert_of("issue orange", area=["410105", "410100A2"]).infos[0].areas
    assert (area.description, area.geocodes) == ("郑州市金水区", (Named(DIVISION, "410105"),))
    assert own.geocodes == (Named(OWN_AREA, "410100A2"),)
    authority = Authority(divisions=(("410100A2", "410104000000"),))
    official = alert_of("issue orange", authority=authority, area=["410100A2"]).infos[0].areas[0]
    assert official.geocodes == (Named(DIVISION, "410104000000"), Named(OWN_AREA, "410100A2"))


def test_an_area_that_the_plan_does_not_know_is_refused() -> None:
    with pytest.raises(InputError) as raised:
        alert_of("issue orange", area=["110000"])
    assert raised.value.code == "AREA_UNKNOWN"


def test_an_area_has_the_outline_that_the_office_gave_it() -> None:
    given = outline("34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6", "wgs84", "410105")
    authority = Authority(polygons=(("410105", given),))
    drawn, bare = alert_of("issue orange", authority=authority, area=["410105", "410102"]).infos[0].areas
    assert (drawn.polygons, bare.polygons) == ((given,), ())


def test_no_message_is_ever_filed_under_haze() -> None:
    for plan_id in PLANS:
        for step in STEPS:
            codes = alert_of(step, plan_id).infos[0].event_codes
            assert codes
            assert all(code.value != HAZE for code in codes)


def test_a_lift_may_be_an_all_clear_in_place_of_a_cancel() -> None:
    alert = alert_of("lift orange", authority=Authority(lift_as="all_clear"))
    assert (alert.message_type, alert.infos[0].response_types) == ("Update", ("AllClear",))
    assert alert.references


def test_the_same_decision_gives_the_same_message() -> None:
    assert alert_of("issue orange") == alert_of("issue orange")
