"""Rates, minutes left and times of each row of the live page's tables."""

import pytest

from gateway.ledger.delivery.arrivals import with_receipts
from gateway.ledger.delivery.counters import Count
from gateway.ledger.delivery.minutes import Minute, times
from gateway.web.live.figures import NEVER, Pace, Pacer, Pacers, by_key, lines, numbers

LAUNCHED = 1_000_000


def counts(sent: int, waiting: int, audience: str = "schools") -> list[Count]:
    return [
        Count(audience, "sms", "410105", "queued", waiting),
        Count(audience, "sms", "410105", "accepted", sent),
    ]


def test_each_row_has_a_pace_of_its_own() -> None:
    pacers = Pacers(LAUNCHED)
    for second in (0, 10):
        every = [*counts(60 * second, 1200 - 60 * second), *counts(second, 100, "public")]
        found = pacers.take(LAUNCHED + second * 1000, "audience", by_key(every, "audience"), may_send=True)
    assert found["schools"].recent == pytest.approx(60)
    assert found["schools"].minutes_left == pytest.approx(600 / 60 / 60)
    assert found["public"].recent == pytest.approx(1)
    assert found["public"].minutes_left == pytest.approx(100 / 60)


def test_each_state_tells_by_how_much_it_changed() -> None:
    pacer = Pacer(LAUNCHED)
    pacer.take(LAUNCHED, {"queued": 100, "sending": 5}, may_send=True)
    later = pacer.take(LAUNCHED + 10_000, {"queued": 40, "sending": 5, "delivered": 60}, may_send=True)
    assert later.change == {"queued": -60, "delivered": 60}


def test_nothing_is_left_to_wait_for_once_nothing_may_leave() -> None:
    pacer = Pacer(LAUNCHED)
    pacer.take(LAUNCHED, {"queued": 100}, may_send=True)
    assert pacer.take(LAUNCHED + 5000, {"queued": 50, "accepted": 50}, may_send=False).minutes_left is None


def test_a_row_knows_when_its_first_and_95_per_cent_of_it_were_there() -> None:
    counted = by_key([*counts(20, 0), *counts(1, 19, "public")], "audience")
    minutes = [
        Minute("public", "accepted", 1, 1, 60_500, 60_500),
        Minute("schools", "accepted", 1, 10, 60_000, 61_000),
        Minute("schools", "accepted", 2, 10, 120_000, 130_000),
    ]
    found = times(minutes, {"schools": 20, "public": 20}, {})
    schools, public = lines(counted, ("waiting", "left"), ("schools", "public"), {}, {}, found)
    assert (schools.accepted.first_at, schools.accepted.most_at) == (60_000, 129_000)
    assert (public.accepted.first_at, public.accepted.most_at) == (60_500, None)
    assert schools.delivered == NEVER
    assert (schools.numbers, schools.total, schools.waiting, schools.pace) == ((0, 20), 20, 0, Pace())


def test_95_per_cent_delivered_are_of_the_messages_on_channels_with_receipts() -> None:
    every = [
        Count("schools", "sms", "410105", "delivered", 20),
        Count("schools", "wecom", "410105", "accepted", 20),
        Count("media", "wecom", "410105", "accepted", 1),
    ]
    minutes = [Minute("schools", "delivered", 1, 20, 60_000, 61_000)]
    receipted = numbers(with_receipts(every, {"wecom"}), "audience")
    found = times(minutes, numbers(every, "audience"), receipted)
    schools, media = lines(by_key(every, "audience"), (), ("schools", "media"), {}, receipted, found)
    assert (schools.total, schools.receipted, schools.delivered.most_at) == (40, 20, 60_950)
    assert (media.total, media.receipted, media.delivered) == (1, 0, NEVER)


def test_rows_keep_the_tables_order_and_what_it_does_not_know_comes_last() -> None:
    counted = by_key([*counts(1, 0, "zoo"), *counts(1, 0, "public"), *counts(1, 0)], "audience")
    assert [each.key for each in lines(counted, (), ("schools", "public"), {}, {}, {})] == [
        "schools",
        "public",
        "zoo",
    ]
