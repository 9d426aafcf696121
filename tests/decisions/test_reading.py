import json
from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.decisions.checks import check
from gateway.decisions.model import Correction, Decision
from gateway.decisions.reading import read
from gateway.errors import InputError
from gateway.vocabulary import ACTIONS
from tests.decisions.examples import DECIDED, days, decision, document, zhengzhou

TEXT = yaml.safe_dump(document(), allow_unicode=True, sort_keys=False)


def test_yaml_and_json_give_the_same_decision() -> None:
    assert read(TEXT) == read(json.dumps(document(), ensure_ascii=False)) == decision()


def test_a_key_without_a_value_is_the_same_as_an_absent_one() -> None:
    empty: dict[str, Any] = dict.fromkeys(
        ("observed", "weather", "scope", "basis", "context", "special_reason", "corrects", "previous")
    )
    assert decision(**empty) == decision()
    assert decision(**empty).fingerprint == decision().fingerprint


def test_a_blank_text_is_the_same_as_an_absent_one() -> None:
    blank: dict[str, Any] = dict.fromkeys(("document_number", "issuer", "special_reason"), " 　")
    absent: dict[str, Any] = dict.fromkeys(blank)
    assert decision(**blank) == decision(**absent)


def test_the_canonical_document_reads_back_as_the_same_decision() -> None:
    stated = decision(observed={"daily_aqi": [230]}, weather={"humidity_percent": 40.5})
    again = Decision.model_validate_json(json.dumps(stated.stated_facts()))
    assert again == stated
    assert again.fingerprint == stated.fingerprint


def test_unquoted_area_codes_are_read_as_codes() -> None:
    assert read(TEXT.replace("'410100'", "410100")).area == ["410100"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"action": "cancel"}, "ACTION_UNKNOWN", "action"),
        ({"action": ["issue"]}, "ACTION_UNKNOWN", "action"),
        ({"level": "blue"}, "FIELD_INVALID", "level"),
        ({"level": None}, "FIELD_MISSING", "level"),
        ({"action": "hint", "level": None}, "FIELD_MISSING", "level"),
        ({"action": "extend", "level": None}, "FIELD_MISSING", "level"),
        ({"area": []}, "AREA_EMPTY", "area"),
        ({"area": None}, "FIELD_MISSING", "area"),
        ({"area": ["410102", "410102"]}, "AREA_REPEATED", "area"),
        ({"expected_end_at": "2024-01-10T12:00:00+08:00"}, "END_BEFORE_START", "expected_end_at"),
        (
            {"scope": {"counties_meeting": 2, "contiguous_counties": 3}},
            "SCOPE_COUNTS",
            "scope.contiguous_counties",
        ),
        ({"open_ended": True}, "END_TWICE", "expected_end_at"),
        ({"starts_at": "2024-01-10T12:00:00"}, "TIME_INVALID", "starts_at"),
        ({"starts_at": 1704859200}, "TIME_INVALID", "starts_at"),
        ({"decided_at": "0001-01-01T00:00:00+14:00"}, "TIME_INVALID", "decided_at"),
        ({"forecast": {"days": list(reversed(days(210, 210)))}}, "FORECAST_DATES", "forecast.days"),
        ({"forecast": {"days": [{"date": "10.1.", "low": 1, "high": 2}]}}, "DATE_INVALID", None),
        ({"forecast": {"days": [{"date": "2024-01-10", "low": 3, "high": 2}]}}, "FORECAST_RANGE", None),
        ({"forecast": {"days": [{"date": "2024-01-10", "low": True, "high": 2}]}}, "FIELD_INVALID", None),
        ({"forecast": {"aqi_range": {"low": 180, "high": 250}}}, "FORECAST_RANGE", "forecast.aqi_range"),
        ({"forecast": {"hours": 3}}, "FIELD_UNKNOWN", "forecast.hours"),
        ({"exercise": "no"}, "FIELD_INVALID", "exercise"),  # text could be taken for either
        ({"approvals": [{"role": "主任", "name": "　"}]}, "FIELD_MISSING", "approvals.0.name"),
        ({"approvals": [{"role": "主任"}]}, "FIELD_MISSING", "approvals.0.name"),
        ({"corrects": "上一条"}, "CORRECTS_NOT_ALLOWED", "corrects"),
        ({"action": "correct", "corrects": ["上一条"]}, "FIELD_INVALID", "corrects"),
        ({"action": "correct", "corrects": {"was": "9时"}}, "FIELD_UNKNOWN", "corrects.was"),
        ({"action": "retract", "corrects": {"wrong": 9}}, "FIELD_INVALID", "corrects.wrong"),
        ({"action": "retract", "corrects": "误" * 2001}, "FIELD_INVALID", None),
        ({"colour": "red"}, "FIELD_UNKNOWN", "colour"),
    ],
)
def test_bad_input_is_one_error_with_line_and_field(
    changes: dict[str, Any], code: str, field: str | None
) -> None:
    text = yaml.safe_dump(document(**changes), allow_unicode=True, sort_keys=False)
    with pytest.raises(InputError) as caught:
        read(text, "decision.yaml")
    error = caught.value
    assert (error.code, error.file) == (code, "decision.yaml")
    assert error.line is not None
    assert field is None or error.field == field
    assert error.message
    assert error.message_en.isascii()


def test_an_unknown_action_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        read(TEXT.replace("action: issue", "action: cancel"), "decision.yaml")
    assert caught.value.line == 2
    assert all(name in caught.value.message for name in ACTIONS)
    assert all(name in caught.value.message_en for name in ACTIONS)


@pytest.mark.parametrize("action", ["lift", "tip"])
def test_what_has_no_level_states_none(action: str) -> None:
    text = TEXT.replace("action: issue", f"action: {action}")
    with pytest.raises(InputError) as caught:
        read(text, "decision.yaml")
    assert (caught.value.code, caught.value.field) == ("LEVEL_NOT_ALLOWED", "level")
    assert read(text.replace("level: orange\n", "")).level is None


@pytest.mark.parametrize("action", ["correct", "retract"])
def test_what_mends_another_states_its_level_where_that_has_one(action: str) -> None:
    assert decision(action=action).level == "orange"
    assert decision(action=action, level=None).level is None


def test_a_correction_is_one_text_or_what_was_wrong_and_what_is_right() -> None:
    text = "开始时间应为12时，原写作10时"
    assert decision(action="correct", corrects=text).corrects == Correction(wrong=text)
    both = {"wrong": "原写作10时", "right": "12时"}
    assert decision(action="correct", corrects=both).corrects == Correction(**both)


@pytest.mark.parametrize("blank", ["", " 　", {}, {"wrong": None}, {"wrong": " ", "right": ""}])
@pytest.mark.parametrize("action", ["correct", "retract", "issue"])
def test_a_correction_that_says_nothing_is_the_same_as_none(blank: object, action: str) -> None:
    stated = decision(action=action, corrects=blank)
    assert stated.corrects is None
    assert stated.fingerprint == decision(action=action).fingerprint


@pytest.mark.parametrize("text", ["", "[]", "- plan: zhengzhou", "3", "plan: [", '{"plan": ', "plan"])
def test_text_that_is_no_document_is_one_error(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, "decision.yaml")
    assert caught.value.code == "DOCUMENT_MALFORMED"


def test_a_lift_may_name_the_end_that_was_announced() -> None:
    assert decision(action="lift", expected_end_at="2024-01-10T12:00:00+08:00").level is None


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2024-01-10T12:00:00+08:00", "2024-01-10", "orange", "O3", "410100", "{name}"])
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*document(), "days", "level", "kind", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Decision.model_fields, "colour"]), _values, max_size=4))
def test_a_spoilt_document_is_read_or_refused_and_nothing_else(changes: dict[str, object]) -> None:
    text = json.dumps({**document(), **changes})
    with suppress(InputError):
        assert check(zhengzhou(), read(text, "decision.json"), DECIDED).as_json()


@given(st.text())
def test_any_text_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
