"""A bot's request names no message of ours: it is told by its text, its group and its time."""

from datetime import UTC, datetime

from channels.stand_ins.behaviour import Seen
from tests.chaos.arrivals import named, recognised
from tests.chaos.judge import Arrival, Row, Terms, Try, judge

TEXT = "今日12时起启动橙色预警（1/2）。"
ROWS = [Row(7, 1, "group-1", TEXT, "accepted"), Row(8, 1, "group-2", TEXT, "accepted")]
LANES = {1: "one", 2: "two", 3: "one", 4: "two"}
TERMS = Terms(expected=2, kills=0, in_flight=4, per_second=4, patience=8.0, asked=False, lost_answers=1)


def seen(milliseconds: int, key: str, text: str = TEXT) -> Seen:
    return Seen(datetime.fromtimestamp(milliseconds / 1000, UTC), "wecom", key, text, None, None, None)


def test_an_arrival_is_the_last_attempt_through_its_account_that_had_begun() -> None:
    tries = [
        Try(7, 1, 1, False, "unknown", 1000),
        Try(7, 2, 2, True, "accepted", 3000),
        Try(8, 1, 3, False, "deferred", 1000),
        Try(8, 2, 3, False, "accepted", 5000),
    ]
    taken = [seen(1010, "one/group-1"), seen(3020, "two/group-1"), seen(5010, "one/group-2")]
    found = recognised(taken, ROWS, tries, LANES)
    assert found == [
        Arrival(1010, "group-1", TEXT, 7, 1),
        Arrival(3020, "group-1", TEXT, 7, 2),
        Arrival(5010, "group-2", TEXT, 8, 2),
    ]
    verdict = judge(ROWS, tries, found, TERMS)
    assert (verdict.marked, verdict.unmarked, verdict.wrong) == (1, 0, [])


def test_a_second_arrival_without_an_attempt_of_its_own_is_an_unmarked_double() -> None:
    tries = [Try(7, 1, 1, False, "accepted", 1000), Try(8, 1, 3, False, "accepted", 1000)]
    taken = [seen(1010, "one/group-1"), seen(1020, "one/group-2"), seen(4000, "one/group-2")]
    verdict = judge(ROWS, tries, recognised(taken, ROWS, tries, LANES), TERMS)
    assert verdict.unmarked == 1


def test_what_no_attempt_can_have_brought_is_nobodys() -> None:
    tries = [Try(7, 1, 1, False, "accepted", 1000), Try(8, 1, 3, False, "accepted", 1000)]
    for stranger in (
        seen(500, "one/group-1"),  # before it began
        seen(1010, "two/group-1"),  # through the other account
        seen(1010, "one/group-1", "今日12时起启动红色预警。"),
        seen(1010, "one/group-3"),
    ):
        (found,) = recognised([stranger], ROWS, tries, LANES)
        verdict = judge(ROWS, tries, [found], TERMS)
        assert any("the ledger knows of no such attempt" in each for each in verdict.wrong)


def test_a_request_that_names_its_message_is_taken_at_its_word() -> None:
    known = Seen(datetime.fromtimestamp(1, UTC), "sms", "+8613900000001", TEXT, "7-abc", 2, "SM1")
    nameless = Seen(datetime.fromtimestamp(2, UTC), "sms", "+8613900000001", TEXT, None, None, "SM2")
    assert named([known, nameless]) == [
        Arrival(1000, "+8613900000001", TEXT, 7, 2),
        Arrival(2000, "+8613900000001", TEXT, -1, -1),
    ]
