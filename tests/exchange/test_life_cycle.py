"""How the messages of one event follow each other."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.errors import InputError
from gateway.exchange import cap
from gateway.exchange.life_cycle import all_clear, live, renewal
from gateway.exchange.model import Alert, Identity, read_moment
from tests.exchange.messages import alert_of
from tests.notices.plans import DECIDED


def at(hours: float) -> datetime:
    return DECIDED + timedelta(hours=hours)


def sent(step: str, hours: float, *earlier: Alert, **changes: Any) -> Alert:
    """A message sent so many hours after the first, which holds for three days unless changed."""
    begins = {"starts_at": at(hours), "decided_at": at(hours)}
    ends = {} if "lift" in step or "retract" in step else {"expected_end_at": at(hours + 72)}
    return alert_of(step, earlier=earlier, sent=at(hours), **{**begins, **ends, **changes})


def names(alert: Alert) -> list[str]:
    return [str(reference) for reference in alert.references]


def name(alert: Alert) -> str:
    return f"{alert.sender},{alert.identifier},{alert.sent}"


def test_each_message_names_all_that_some_reader_may_still_show() -> None:
    first = sent("issue yellow", 0)
    second = sent("raise yellow to orange", 10, first)
    third = sent("extend orange", 20, first, second)
    lifted = sent("lift orange", 40, first, second, third)
    assert names(second) == [name(first)]
    assert names(third) == [name(first), name(second)]
    assert names(lifted) == [name(first), name(second), name(third)]
    assert {alert.incidents for alert in (first, second, third, lifted)} == {first.identifier}


def test_what_ran_out_is_not_named_unless_nothing_else_is_left() -> None:
    first = sent("issue yellow", 0)
    second = sent("extend yellow", 71, first)
    assert names(sent("lift yellow", 80, first, second)) == [name(second)]
    assert names(sent("lift yellow", 72, first)) == [name(first)]  # a moment too late


def test_references_are_the_bytes_that_the_earlier_message_wrote() -> None:
    abroad = cap.read(cap.write(sent("issue yellow", 0)).replace(b"+08:00</sent>", b"+08:30</sent>"))
    update = sent("extend yellow", 10, abroad)
    written = cap.write(update)
    assert abroad.sent.encode() in written
    assert b"T08:00:00+08:30" in written


def test_a_warning_after_its_hint_updates_it() -> None:
    hint = sent("hint orange", 0)
    warning = sent("issue orange after a hint", 5, hint)
    assert (warning.message_type, names(warning)) == ("Update", [name(hint)])


def test_a_hint_or_tip_beside_a_warning_replaces_nothing_and_ends_alone() -> None:
    warning = sent("issue yellow", 0)
    hint = sent("hint red", 5, warning)
    assert (hint.message_type, names(hint)) == ("Alert", [])
    tip = sent("tip", 6, warning)
    assert (tip.message_type, names(tip)) == ("Alert", [])
    mended = sent("correct a hint of red", 7, warning, hint)
    assert (mended.message_type, names(mended)) == ("Update", [name(hint)])
    ended = sent("lift a hint", 8, warning, hint)
    assert (ended.message_type, names(ended)) == ("Cancel", [name(hint)])
    raised = sent("raise yellow to red", 9, warning, hint)
    assert names(raised) == [name(warning), name(hint)]


def test_after_a_lift_a_correction_of_it_names_the_same_and_its_retraction_warns_anew() -> None:
    first = sent("issue orange", 0)
    lifted = sent("lift orange", 10, first)
    mended = sent("correct a lift", 11, first, lifted)
    assert (mended.message_type, names(mended)) == ("Cancel", [name(first)])
    back = sent("retract a lift of orange", 12, first, lifted)
    assert (back.message_type, names(back)) == ("Alert", [])
    assert back.incidents == first.identifier
    again = sent("lift orange", 20, first, lifted, back)
    assert names(again) == [name(back)]


def test_an_update_or_cancel_of_nothing_is_refused() -> None:
    for step in ("lift orange", "extend orange", "retract orange", "correct orange"):
        with pytest.raises(InputError) as raised:
            sent(step, 0)
        assert raised.value.code == "EARLIER_UNKNOWN"


def test_an_exercise_and_a_real_message_never_reference_each_other() -> None:
    drill = sent("issue orange", 0, exercise=True)
    with pytest.raises(InputError) as raised:
        sent("lift orange", 10, drill)
    assert raised.value.code == "EXERCISE_MIXED"
    assert names(sent("lift orange", 10, drill, exercise=True)) == [name(drill)]


def test_a_message_without_an_end_stays_live() -> None:
    first = sent("issue orange", 0)
    endless = cap.read(cap.write(first).replace(b"<expires>2024-01-11T08:00:00+08:00</expires>", b""))
    assert endless.expires is None
    assert live([first], at(10_000)) == ()
    assert live([endless], at(10_000)) == (endless,)


def test_a_renewal_says_the_same_for_longer() -> None:
    first = sent("issue orange", 0, expected_end_at=None, open_ended=True)
    renewed = renewal(first, Identity("next", at(22)), at(46), [first])
    assert (renewed.identifier, renewed.message_type, names(renewed)) == ("next", "Update", [name(first)])
    assert read_moment(renewed.expires or "") == at(46)
    for before, after in zip(first.infos, renewed.infos, strict=True):
        told = ("headline", "description", "instruction", "parameters", "severity", "onset", "areas")
        assert all(getattr(before, field) == getattr(after, field) for field in told)
        assert read_moment(after.effective or "") == at(22)


def test_a_renewal_after_the_start_says_that_it_has_begun() -> None:
    first = alert_of("issue orange", starts_at=at(5), expected_end_at=None, open_ended=True)
    assert first.infos[0].urgency == "Expected"
    assert renewal(first, Identity("next", at(22)), at(46), [first]).infos[0].urgency == "Immediate"


def test_the_all_clear_form_of_a_lift_is_another_message_with_the_same_words() -> None:
    first = sent("issue orange", 0)
    lifted = sent("lift orange", 10, first)
    clear = all_clear(lifted, Identity("clear", at(10)))
    assert (clear.identifier, clear.message_type) == ("clear", "Update")
    assert (clear.infos, clear.references) == (lifted.infos, lifted.references)
    with pytest.raises(ValueError, match="Cancel"):
        all_clear(first, Identity("clear", at(10)))
