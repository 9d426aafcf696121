"""Answers and receipts in any order, late, twice: what a delivery's state makes of them."""

from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.states import AttemptState, DeliveryState, best, following, merged

RISING: tuple[AttemptState, ...] = ("unknown", "accepted", "sent", "failed", "delivered", "read")
attempt_states = st.sampled_from(get_args(AttemptState))
delivery_states = st.sampled_from(get_args(DeliveryState))


def folded(told: list[AttemptState]) -> AttemptState:
    state: AttemptState = "sending"
    for each in told:
        state = merged(state, each)
    return state


@given(st.lists(st.sampled_from(RISING), min_size=1, max_size=6))
def test_an_attempt_ends_alike_in_whatever_order_it_is_told(told: list[AttemptState]) -> None:
    assert {folded(list(order)) for order in permutations(told)} == {max(told, key=RISING.index)}


@given(st.lists(attempt_states, max_size=5), attempt_states)
def test_saying_it_twice_changes_nothing(told: list[AttemptState], again: AttemptState) -> None:
    once = folded([*told, again])
    assert merged(once, again) == once


def test_a_late_sent_never_overwrites_delivered() -> None:
    assert merged("delivered", "sent") == "delivered"
    assert following("delivered", ["delivered"]) == "delivered"


@given(st.lists(attempt_states, max_size=3), st.sampled_from(["accepted", "sent", "delivered", "read"]))
def test_a_failure_of_one_attempt_never_hides_another_that_arrives(
    others: list[AttemptState], success: AttemptState
) -> None:
    before = best([*others, success])
    assert best([*others, success, "failed"]) == before
    assert before != "failed"


@given(st.lists(attempt_states, max_size=4), delivery_states)
def test_proof_takes_a_message_out_of_the_queue_and_out_of_any_other_state(
    others: list[AttemptState], state: DeliveryState
) -> None:
    proven = following(state, [*others, "delivered"], "queued")
    assert proven in ("delivered", "read")


@given(st.lists(attempt_states, max_size=4), delivery_states)
def test_cancelled_and_expired_come_only_from_messages_that_cannot_have_arrived(
    attempts: list[AttemptState], state: DeliveryState
) -> None:
    for again in ("cancelled", "expired"):
        after = following(state, attempts, again)
        if after == again != state:
            assert all(attempt == "deferred" for attempt in attempts)


@pytest.mark.parametrize(
    ("state", "attempts", "again", "after"),
    [
        ("sending", ["deferred"], "queued", "queued"),
        ("sending", ["deferred"], "cancelled", "cancelled"),
        ("sending", ["refused"], None, "failed"),
        ("sending", ["refused"], "queued", "queued"),
        ("sending", ["refused"], "expired", "failed"),
        ("sending", ["unknown"], None, "unknown"),
        ("sending", ["unknown", "refused"], None, "unknown"),
        ("sending", ["unknown", "deferred"], "cancelled", "unknown"),
        ("sending", ["unknown", "deferred"], "queued", "queued"),
        ("sending", ["sent", "unknown"], None, "sent"),
        ("queued", ["failed"], None, "failed"),
        ("cancelled", ["failed"], None, "cancelled"),
        ("accepted", ["failed"], "queued", "queued"),
        ("unknown", ["failed"], None, "failed"),
    ],
)
def test_what_follows(
    state: DeliveryState, attempts: list[AttemptState], again: str | None, after: DeliveryState
) -> None:
    assert following(state, attempts, again) == after  # type: ignore[arg-type]
