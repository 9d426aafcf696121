"""When a lane's breaker opens, how long it rests, and when it is trusted again."""

import random

from channels.contract import Reason
from gateway.delivery.breaker import PROBES, TOO_MANY_UNKNOWN, Breaker, Kept, Rest

SECOND = 1000
MINUTE = 60 * SECOND
NOW = 1_700_000_000_000


def lost(breaker: Breaker, now: int) -> Rest | None:
    return breaker.answered(now, now, unknown=True)


def answered(breaker: Breaker, now: int) -> None:
    assert breaker.answered(now, now, unknown=False) is None


def tried(breaker: Breaker, now: int) -> int:
    """Let a lane on trial answer its probes, and close; gives when it closed."""
    for _ in range(PROBES):
        assert breaker.careful
        answered(breaker, now)
    assert not breaker.careful
    closes_at = breaker.closes_at
    assert closes_at is not None
    breaker.close(closes_at)
    return closes_at


def test_a_provider_that_loses_everything_is_left_alone_after_ten() -> None:
    breaker = Breaker(Kept())
    assert [lost(breaker, NOW) for _ in range(9)] == [None] * 9
    assert lost(breaker, NOW) == Rest(NOW + 10 * SECOND, TOO_MANY_UNKNOWN, 1)


def test_two_lost_of_twenty_say_nothing() -> None:
    breaker = Breaker(Kept())
    for place in range(20):
        assert breaker.answered(NOW, NOW, unknown=place in (3, 19)) is None
    assert not breaker.careful


def test_one_in_twenty_is_borne_and_more_is_not() -> None:
    breaker = Breaker(Kept())
    for place in range(1000):
        assert breaker.answered(NOW, NOW, unknown=place % 20 == 19) is None
    assert lost(breaker, NOW) is not None


def test_a_sound_provider_sends_a_city_s_messages_without_a_rest() -> None:
    breaker, chance = Breaker(Kept()), random.Random(6)
    assert [
        rest
        for _ in range(100_000)
        if (rest := breaker.answered(NOW, NOW, unknown=chance.random() < 0.01)) is not None
    ] == []


def test_what_was_lost_long_ago_does_not_count() -> None:
    breaker = Breaker(Kept())
    assert [lost(breaker, NOW + place * 2 * MINUTE) for place in range(40)] == [None] * 40


def test_a_lane_on_trial_sends_one_at_a_time_and_closes_after_a_time_without_failures() -> None:
    breaker = Breaker(Kept())
    rest = breaker.failed(Reason.CONNECTION, None, NOW)
    assert rest == Rest(NOW + 5 * SECOND, Reason.CONNECTION, 1)
    assert breaker.careful
    assert breaker.closes_at is None
    assert tried(breaker, rest.until) == rest.until + 10 * SECOND
    assert breaker.closes_at is None


def test_a_lost_probe_opens_it_again() -> None:
    breaker = Breaker(Kept(closed=False, since=NOW, openings=1), resting_until=NOW)
    answered(breaker, NOW + 1)
    assert lost(breaker, NOW + 2) == Rest(NOW + 2 + 20 * SECOND, TOO_MANY_UNKNOWN, 2)


def test_rests_and_trials_double_while_it_fails_again_up_to_a_limit() -> None:
    breaker, now, rests = Breaker(Kept()), NOW, []
    for _ in range(6):
        rest = breaker.failed(Reason.CONNECTION, None, now)
        rests.append(rest.until - now)
        now = rest.until
    assert rests == [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND, MINUTE, MINUTE]
    assert tried(breaker, now) == now + 5 * MINUTE


def test_it_remembers_its_openings_until_it_has_been_calm() -> None:
    for calm, openings in ((20 * MINUTE, 2), (31 * MINUTE, 1)):
        breaker = Breaker(Kept())
        closed_at = tried(breaker, breaker.failed(Reason.CONNECTION, None, NOW).until)
        assert breaker.failed(Reason.CONNECTION, None, closed_at + calm).openings == openings


def test_many_answers_of_one_failure_open_it_once() -> None:
    breaker = Breaker(Kept())
    rests = [breaker.failed(Reason.CONNECTION, None, NOW + place) for place in range(50)]
    assert {rest.openings for rest in rests} == {1}


def test_what_was_asked_before_the_rest_says_nothing_after_it() -> None:
    breaker = Breaker(Kept())
    until = breaker.failed(Reason.CONNECTION, None, NOW).until
    for _ in range(30):
        assert breaker.answered(NOW - 1, until + 1, unknown=True) is None
        assert breaker.answered(NOW - 1, until + 1, unknown=False) is None
    assert breaker.careful


def test_a_provider_that_asks_for_seconds_has_not_failed_unless_it_asks_again() -> None:
    breaker = Breaker(Kept())
    pause = Rest(NOW + 2 * SECOND, Reason.RATE_LIMITED, None)
    assert {breaker.failed(Reason.RATE_LIMITED, 2.0, NOW) for _ in range(20)} == {pause}
    before = breaker.careful
    answered(breaker, pause.until)
    assert (before, breaker.careful) == (True, False)
    later = pause.until + MINUTE
    assert breaker.failed(Reason.RATE_LIMITED, 2.0, later).openings is None
    assert breaker.failed(Reason.RATE_LIMITED, 2.0, later + 2 * SECOND).openings == 1


def test_a_time_that_the_provider_names_does_not_grow() -> None:
    breaker, now = Breaker(Kept()), NOW
    for _ in range(5):
        rest = breaker.failed(Reason.RATE_LIMITED, 60.0, now)
        assert rest.until == now + MINUTE
        now = rest.until


def test_it_goes_on_over_a_restart_where_it_stood() -> None:
    breaker = Breaker(Kept(closed=False, since=NOW, openings=3), resting_until=NOW + MINUTE)
    assert breaker.careful
    assert breaker.failed(Reason.CONNECTION, None, NOW + MINUTE) == Rest(
        NOW + MINUTE + 40 * SECOND, Reason.CONNECTION, 4
    )


def test_who_recognises_repeats_rests_a_minute_at_first_where_people_have_to_mend_it() -> None:
    refused = (
        (Reason.AUTHENTICATION, True, [1, 2, 4, 5, 5]),
        (Reason.CONFIGURATION, True, [1, 2, 4, 5, 5]),
        (Reason.LANE_REMOVED, True, [1, 2, 4, 8, 10]),
        (Reason.AUTHENTICATION, False, [5, 5, 5, 5, 5]),
        (Reason.LANE_REMOVED, False, [10, 10, 10, 10, 10]),
    )
    for reason, harmless, minutes in refused:
        breaker, now, rests = Breaker(Kept(), harmless=harmless), NOW, []
        for _ in minutes:
            rest = breaker.failed(reason, None, now)
            rests.append((rest.until - now) // MINUTE)
            now = rest.until
        assert rests == minutes


def test_who_recognises_repeats_is_tried_again_each_minute_however_often_it_was_lost() -> None:
    for harmless, longest in ((True, MINUTE), (False, 5 * MINUTE)):
        breaker, now, rests = Breaker(Kept(), harmless=harmless), NOW, []
        now = breaker.failed(Reason.CONNECTION, None, now).until
        for _ in range(8):
            rest = lost(breaker, now)
            assert rest is not None
            rests.append(rest.until - now)
            now = rest.until
        assert max(rests) == longest
