"""Which failures are tried again, and which unknowns are sent twice."""

import re
from pathlib import Path

import pytest

from channels.contract import Reason, Scope
from gateway.delivery.retries import ELSEWHERE, RETRIES, repeats_unknown, retry_delay


@pytest.mark.parametrize("reason", RETRIES)
def test_every_retried_reason_ends(reason: Reason) -> None:
    most, delays = RETRIES[reason]
    assert len(delays) == most - 1
    assert [retry_delay(reason, tried) for tried in range(1, most + 1)] == [*delays, None]


def test_only_recipients_and_texts_are_retried_so() -> None:
    assert {reason.scope for reason in RETRIES} <= {Scope.RECIPIENT, Scope.CONTENT}


def test_every_reason_says_whether_another_route_may_do_better() -> None:
    assert set(ELSEWHERE) == set(Reason)
    for reason, elsewhere in ELSEWHERE.items():
        by_scope = {Scope.LANE: ("lane", "patience"), Scope.UNCLEAR: ("settled",)}
        assert elsewhere in by_scope.get(reason.scope, ("message", "nowhere"))


def test_the_page_of_routes_says_of_every_reason_what_the_table_does() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "routes.md").read_text("utf-8")
    told = {
        "lane": "queue, at once",
        "patience": "same|longer",
        "message": "the message",
        "nowhere": "no:",
        "settled": "once settled",
    }
    for reason, elsewhere in ELSEWHERE.items():
        line = next(each for each in page.splitlines() if each.startswith("|") and f"`{reason}`" in each)
        assert re.search(told[elsewhere], line.split("|")[2]), reason


@pytest.mark.parametrize("reason", [Reason.INVALID_ADDRESS, Reason.OPTED_OUT, Reason.TOO_LONG, None])
def test_what_stays_wrong_is_not_tried_again(reason: Reason | None) -> None:
    assert retry_delay(reason, 1) is None


def test_a_provider_may_ask_for_longer_but_not_for_shorter() -> None:
    own = retry_delay(Reason.FREQUENCY, 1)
    assert retry_delay(Reason.FREQUENCY, 1, 1.0) == own
    assert retry_delay(Reason.FREQUENCY, 1, 7200.0) == 7_200_000


@pytest.mark.parametrize(
    ("action", "level", "audience", "repeated"),
    [
        ("lift", None, "public", True),
        ("correct", "yellow", "public", True),
        ("retract", "yellow", "public", True),
        ("hint", "red", "public", False),
        ("tip", None, "public", False),
        ("issue", "orange", "public", True),
        ("raise", "red", "public", True),
        ("issue", "yellow", "public", False),
        ("issue", "yellow", "schools", True),
    ],
)
def test_a_double_is_worth_it_where_a_loss_is_worse(
    action: str, level: str | None, audience: str, repeated: bool
) -> None:
    assert repeats_unknown(action, level, audience) is repeated
