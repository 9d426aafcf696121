"""A thousand random messages of all plans and every action, each in every rendering."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.exchange import cap, cell, national, payload_json
from gateway.exchange.model import CELL, DIVISION, SMS, SMS_SHORT, Alert, Area, read_moment
from gateway.exchange.validation.validate import validate
from gateway.notices.fit import utf16_units
from gateway.vocabulary import ACTIONS
from tests.exchange.messages import AUTHORITY, walk
from tests.notices.plans import PLANS

SCHEMA = Path(__file__).parents[3] / "shared" / "conformance" / "CAP-v1.2.xsd"
EACH = 200  # of five plans: a thousand


@cache
def messages(plan: str) -> list[tuple[Decision, Alert, tuple[Alert, ...]]]:
    return list(walk(plan, PLANS.index(plan) + 7, EACH))


def test_every_action_of_every_kind_is_among_them() -> None:
    actions = Counter(decision.action for plan in PLANS for decision, _, _ in messages(plan))
    assert set(actions) == set(ACTIONS)
    assert sum(actions.values()) >= 1000
    kinds = {alert.message_type for plan in PLANS for _, alert, _ in messages(plan)}
    assert kinds == {"Alert", "Update", "Cancel"}


@pytest.mark.parametrize("plan", PLANS)
def test_every_message_is_valid_and_reads_back_as_what_it_was(plan: str) -> None:
    for decision, alert, _ in messages(plan):
        written = cap.write(alert)
        found = validate(written, read_moment(alert.sent))
        assert found.faults == (), (decision.action, found.faults)
        assert cap.read(written) == alert
        assert payload_json.read(payload_json.write(alert)) == alert


@pytest.mark.parametrize("plan", PLANS)
def test_the_official_schema_accepts_every_message(plan: str) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"the official schema is not here: {SCHEMA}")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for decision, alert, _ in messages(plan):
        assert schema.validate(etree.fromstring(cap.write(alert))), (decision.action, schema.error_log)


@pytest.mark.parametrize("plan", PLANS)
def test_the_national_dialect_takes_every_message_whose_areas_have_codes(plan: str) -> None:
    written = 0
    for decision, alert, _ in messages(plan):
        if not all(has_code(area) for info in alert.infos for area in info.areas):
            with pytest.raises(InputError, match="行政区划代码"):
                national.write(alert, AUTHORITY)
            continue
        assert validate(national.write(alert, AUTHORITY), read_moment(alert.sent)).faults == (), (
            decision.action
        )
        written += 1
    assert written > EACH // 2


def has_code(area: Area) -> bool:
    return any(code.name == DIVISION for code in area.geocodes)


@pytest.mark.parametrize("plan", PLANS)
def test_references_name_every_live_message_and_no_other(plan: str) -> None:
    for _, alert, earlier in messages(plan):
        expected = expected_references(alert, earlier)
        assert [str(reference) for reference in alert.references] == expected
        text = etree.fromstring(cap.write(alert)).findtext(f"{{{cap.NAMESPACE}}}references")
        assert text == (" ".join(expected) or None)
        assert alert.incidents == (earlier[0].identifier if earlier else alert.identifier)


def expected_references(alert: Alert, earlier: Sequence[Alert]) -> list[str]:
    """By the words of the rule, from what the earlier messages wrote."""
    named = [f"{each.sender},{each.identifier},{each.sent}" for each in earlier]
    cancelled = {
        token
        for each in earlier
        if each.message_type == "Cancel"
        for token in (f"{one.sender},{one.identifier},{one.sent}" for one in each.references)
    }
    alive = [
        name
        for name, each in zip(named, earlier, strict=True)
        if each.message_type != "Cancel"
        and name not in cancelled
        and max(read_moment(info.expires or "") for info in each.infos) > read_moment(alert.sent)
    ]
    if alive or alert.message_type == "Alert":
        return alive
    if earlier[-1].message_type == "Cancel":
        return [str(reference) for reference in earlier[-1].references]
    return [named[-1]]


@pytest.mark.parametrize("plan", PLANS)
def test_short_texts_fit_where_they_go_and_bear_the_mark_of_an_exercise(plan: str) -> None:
    for decision, alert, _ in messages(plan):
        chinese, *english = alert.infos
        short, sms = chinese.parameter(SMS_SHORT), chinese.parameter(SMS)
        assert short is not None
        assert sms is not None
        assert utf16_units(short) <= 70
        assert utf16_units(sms) <= 201
        assert short.count("【") == sms.count("【") == 1
        assert ("演练：" in short, "演练：" in sms) == (decision.exercise, decision.exercise)
        assert all(info.parameter(SMS_SHORT) is None for info in english)
        for info in alert.infos:
            text = info.parameter(CELL)
            assert text is not None
            assert "【" not in text
            assert len(cell.paged(text)[1]) <= cell.MAX_PAGES


@pytest.mark.parametrize("plan", PLANS)
def test_a_message_holds_from_when_it_is_sent_to_after_it_begins(plan: str) -> None:
    for _, alert, _ in messages(plan):
        for info in alert.infos:
            expires, sent = read_moment(info.expires or ""), read_moment(alert.sent)
            assert sent < expires <= sent + timedelta(days=14)
            assert info.onset is None or read_moment(info.onset) < expires
