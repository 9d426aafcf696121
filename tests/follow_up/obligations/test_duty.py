"""What a platform's reports make of its duty."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.follow_up.obligations.duty import (
    Duty,
    Standing,
    course,
    standing_of_course,
    standing_of_delivery,
    worst,
)
from gateway.ledger.exchange.progress import Handed, Reported

MINUTE = 60_000
RELEASED = 1_000_000_000
ORANGE = Duty(RELEASED, 15 * MINUTE, None)
RED = Duty(RELEASED, 15 * MINUTE, MINUTE)


def report(minute: float, state: Any, sent: int | None = None, targeted: int | None = 1000) -> Reported:
    at = RELEASED + int(minute * MINUTE)
    return Reported("", state, targeted, sent, None, None, at, at)


def handed(state: str) -> Handed:
    return Handed(1, "mobile", 1, "O1", "示例移动公司", "operators", state, None, 1, None, None, None, None)


@pytest.mark.parametrize(
    ("reports", "minute", "duty", "expected"),
    [
        ([report(0.2, "accepted")], 5, ORANGE, "under_way"),
        ([report(0.2, "accepted")], 16, ORANGE, "late"),
        ([report(1, "running", 949)], 14, ORANGE, "under_way"),
        ([report(1, "running", 300), report(15, "running", 950)], 60, ORANGE, "in_time"),
        ([report(1, "running", 300), report(15.1, "running", 950)], 16, ORANGE, "late"),
        ([report(1, "running", 300), report(9, "finished", 949)], 10, ORANGE, "short"),
        ([report(1, "accepted", None, None), report(9, "finished", None, None)], 10, ORANGE, "in_time"),
        ([report(1, "running", 0, 0)], 2, ORANGE, "in_time"),
        ([report(1, "running", 990), report(2, "refused", 990)], 3, ORANGE, "refused"),
        ([report(0.5, "accepted")], 0.9, RED, "under_way"),
        ([report(0.5, "accepted")], 1.1, RED, "late"),
        ([report(1.0, "running", 5), report(9, "finished", 1000)], 10, RED, "in_time"),
        ([report(1.2, "running", 5), report(9, "finished", 1000)], 10, RED, "late"),
        ([report(2, "running", 990), report(9, "running", 990, 2000)], 10, ORANGE, "under_way"),
    ],
)
def test_a_network_stands_by_when_it_had_reached_95_percent(
    reports: list[Reported], minute: float, duty: Duty, expected: Standing
) -> None:
    now = RELEASED + int(minute * MINUTE)
    assert standing_of_course(course(reports), duty, now) == expected


def test_the_newest_figures_count_and_a_fall_of_them_is_told() -> None:
    found = course([report(1, "running", 500), report(2, "running"), report(3, "running", 400)])
    assert (found.sent, found.targeted, found.fell) == (400, 1000, True)
    steady = course([report(1, "running", 500), report(2, "running", 500)])
    assert not steady.fell
    assert (steady.begun_at, steady.first_sent_at) == (RELEASED + MINUTE, RELEASED + MINUTE)


@pytest.mark.parametrize(
    ("state", "minute", "duty", "expected"),
    [
        ("queued", 1, ORANGE, "not_handed_over"),
        ("sending", 1, ORANGE, "not_handed_over"),
        ("unknown", 1, ORANGE, "unclear"),
        ("accepted", 15, ORANGE, "waiting"),
        ("accepted", 15.1, ORANGE, "silent"),
        ("accepted", 1.1, RED, "silent"),
        ("failed", 1, ORANGE, "refused"),
        ("expired", 1, ORANGE, "stopped"),
        ("cancelled", 1, ORANGE, "stopped"),
        ("suppressed", 1, ORANGE, "stopped"),
    ],
)
def test_a_receiver_that_has_reported_nothing_stands_by_its_message(
    state: str, minute: float, duty: Duty, expected: Standing
) -> None:
    assert standing_of_delivery(handed(state), duty, RELEASED + int(minute * MINUTE)) == expected


def test_what_cannot_be_said_in_a_receivers_form_never_left_and_was_not_refused() -> None:
    assert standing_of_delivery(replace(handed("failed"), reason="no_form"), ORANGE, RELEASED) == "stopped"


def test_the_worst_of_several_networks_counts_for_the_office_behind_which_they_stand() -> None:
    assert worst(["in_time", "under_way", "late"]) == "late"
    assert worst(["in_time", "under_way"]) == "under_way"
    assert worst(["refused", "late"]) == "refused"
