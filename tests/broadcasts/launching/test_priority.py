"""What leaves first, and until when."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.broadcasts.launching.priority import priority, urgency, valid_until
from gateway.decisions.model import Decision
from gateway.vocabulary import Level
from tests.documents import lift, orange_start

HOUR = 3_600_000


def decision(**changes: Any) -> Decision:
    document = orange_start(**changes)
    if document.get("level", "") is None:
        del document["level"]
    return Decision.model_validate(document)


def milliseconds(made: Decision, what: str) -> int:
    return int(getattr(made, what).timestamp() * 1000)


def test_what_was_sent_in_error_leaves_before_everything_else() -> None:
    ended = Decision.model_validate(lift())
    red = decision(action="raise", level="red")
    mending = [decision(action=action, corrects="有误") for action in ("correct", "retract")]
    last = max(priority(urgency(each, ["red"]), "public") for each in mending)
    assert last < min(priority(urgency(each, ["red"]), "districts") for each in (ended, red))


@pytest.mark.parametrize(
    ("levels", "like"), [(["yellow", "red", "yellow"], "red"), (["orange"], "orange"), (["yellow"], "yellow")]
)
def test_a_lift_and_a_dropped_areas_end_are_as_urgent_as_the_highest_level(
    levels: list[Level], like: Level
) -> None:
    wanted = urgency(decision(action="issue", level=like), [])
    assert urgency(Decision.model_validate(lift()), levels) == wanted
    assert urgency(decision(action="lower", level="yellow"), levels, ends=True) == wanted


def test_hints_tips_and_the_end_of_a_hint_leave_last() -> None:
    last = [
        urgency(decision(action="hint", level="red"), []),
        urgency(decision(action="tip", level=None), []),
        urgency(Decision.model_validate(lift()), []),
    ]
    assert min(last) > urgency(decision(level="yellow"), [])


def test_words_live_as_long_as_they_are_of_use() -> None:
    now = milliseconds(decision(), "decided_at")
    assert valid_until(decision(), now) == milliseconds(decision(), "expected_end_at")
    assert valid_until(decision(expected_end_at=None, open_ended=True), now) == now + 24 * HOUR
    ended = Decision.model_validate(lift())
    assert valid_until(ended, now) == milliseconds(ended, "starts_at") + 24 * HOUR


def test_a_correction_of_what_is_over_still_has_a_day() -> None:
    made = decision(action="correct", corrects="有误")
    late = milliseconds(made, "expected_end_at") + int(timedelta(hours=5).total_seconds() * 1000)
    assert valid_until(made, late) == late + 24 * HOUR
    assert valid_until(decision(action="retract", corrects="有误"), late) == late + 24 * HOUR
