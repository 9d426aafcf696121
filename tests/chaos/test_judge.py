"""The judge of the crash suite finds what was planted."""

from dataclasses import replace

import pytest

from tests.chaos.judge import Arrival, Fault, Row, Terms, Try, Verdict, judge

TEXT = "今日12时起启动橙色预警。"
TERMS = Terms(expected=1000, kills=2, in_flight=20, per_second=400, patience=4.0)
ROWS = [Row(number, 1, f"+86139{number:08d}", TEXT, "delivered") for number in range(1000)]
TRIES = [Try(row.id, 1, row.id % 2, False, "delivered", 1000 + row.id) for row in ROWS]
ARRIVALS = [Arrival(1010 + row.id, row.to, row.text, row.id, 1) for row in ROWS]


def repeated(numbers: range) -> list[Try]:
    """The attempts, of which these were unknown and made again."""
    first = [each._replace(state="unknown") if each.delivery in numbers else each for each in TRIES]
    return first + [Try(number, 2, 0, True, "delivered", 5000) for number in numbers]


def wrong(verdict: Verdict, *words: str) -> None:
    """It found one fault, which it says in these words."""
    assert len(verdict.wrong) == 1, verdict.wrong
    assert all(each in verdict.wrong[0] for each in words), verdict.wrong


def test_a_clean_run_passes() -> None:
    verdict = judge(ROWS, TRIES, ARRIVALS, TERMS)
    assert verdict == Verdict(1000, 0, 0, 0, 0, 0, None, [])


def test_a_message_that_the_ledger_says_went_out_and_nobody_took_is_lost() -> None:
    verdict = judge(ROWS, TRIES, ARRIVALS[:-1], TERMS)
    assert verdict.lost == 1
    wrong(verdict, "1 lost", "id=999")


@pytest.mark.parametrize("state", ["queued", "sending", "failed", "expired", "cancelled", "unknown"])
def test_a_message_that_ends_without_arriving_is_lost(state: str) -> None:
    rows = [ROWS[0]._replace(state=state), *ROWS[1:]]
    tries = [TRIES[0]._replace(state="unknown"), *TRIES[1:]]
    verdict = judge(rows, tries, ARRIVALS[1:], TERMS)
    assert verdict.lost == 1
    wrong(verdict, "1 lost", state)


def test_a_message_that_arrived_and_is_called_failed_is_not_passed_over() -> None:
    rows = [ROWS[0]._replace(state="failed"), *ROWS[1:]]
    wrong(judge(rows, TRIES, ARRIVALS, TERMS), "1 lost", "failed")


def test_an_unknown_that_was_repeated_is_a_persons_and_not_lost() -> None:
    rows = [ROWS[0]._replace(state="unknown"), *ROWS[1:]]
    tries = [TRIES[0]._replace(state="unknown"), *TRIES[1:], Try(0, 2, 0, True, "unknown", 5000)]
    verdict = judge(rows, tries, ARRIVALS[1:], TERMS)
    assert (verdict.lost, verdict.undecided, verdict.wrong) == (0, 1, [])


def test_a_message_that_is_not_in_the_ledger_is_missed() -> None:
    wrong(judge(ROWS[:-1], TRIES[:-1], ARRIVALS[:-1], TERMS), "999 deliveries", "1000")


def test_an_attempt_that_arrives_twice_is_an_unmarked_double() -> None:
    verdict = judge(ROWS, TRIES, [*ARRIVALS, ARRIVALS[0]._replace(at=9000)], TERMS)
    assert (verdict.marked, verdict.unmarked) == (0, 1)
    wrong(verdict, "1 doubled without a mark")


def test_a_second_attempt_without_a_mark_is_an_unmarked_double() -> None:
    tries = [*TRIES, Try(0, 2, 0, False, "delivered", 5000)]
    verdict = judge(ROWS, tries, [*ARRIVALS, ARRIVALS[0]._replace(at=9000, attempt=2)], TERMS)
    wrong(verdict, "1 doubled without a mark")


def test_two_deliveries_of_the_same_words_to_one_address_are_an_unmarked_double() -> None:
    rows = [*ROWS, ROWS[0]._replace(id=1000)]
    tries = [*TRIES, Try(1000, 1, 0, False, "delivered", 5000)]
    arrivals = [*ARRIVALS, Arrival(9000, ROWS[0].to, TEXT, 1000, 1)]
    wrong(judge(rows, tries, arrivals, replace(TERMS, expected=1001)), "1 doubled without a mark")


def test_marked_doubles_are_counted_whichever_comes_first_and_bounded_by_the_share() -> None:
    few = [Arrival(1, ROWS[number].to, TEXT, number, 2) for number in range(6)]
    verdict = judge(ROWS, repeated(range(6)), few + ARRIVALS, TERMS)
    assert (verdict.marked, verdict.unmarked, verdict.wrong) == (6, 0, [])
    more = [Arrival(9000, ROWS[number].to, TEXT, number, 2) for number in range(7)]
    wrong(judge(ROWS, repeated(range(7)), ARRIVALS + more, TERMS), "7 doubled with a mark", "at most 6")


def test_where_nobody_can_be_asked_marked_doubles_are_bounded_by_the_kills() -> None:
    terms = replace(TERMS, asked=False)
    assert terms.marked == 2 * (20 + 20)
    for number, faults in ((80, 0), (81, 1)):
        again = [Arrival(9000, ROWS[each].to, TEXT, each, 2) for each in range(number)]
        verdict = judge(ROWS, repeated(range(number)), ARRIVALS + again, terms)
        assert (verdict.marked, len(verdict.wrong)) == (number, faults)


def test_a_repeat_that_was_the_only_one_to_arrive_is_no_double() -> None:
    arrivals = [*ARRIVALS[1:], Arrival(9000, ROWS[0].to, TEXT, 0, 2)]
    verdict = judge(ROWS, repeated(range(1)), arrivals, TERMS)
    assert (verdict.marked, verdict.lost, verdict.wrong) == (0, 0, [])


def test_old_words_that_were_claimed_after_the_stop_are_found() -> None:
    verdict = judge(ROWS, TRIES, ARRIVALS, replace(TERMS, stopped={1: 1998}))
    assert verdict.old == 11  # ten were in flight
    wrong(verdict, "1 old words claimed after they were stopped")


def test_no_more_old_words_arrive_than_were_in_flight() -> None:
    late = [each._replace(at=each.at + 1000) if each.delivery in range(21) else each for each in ARRIVALS]
    in_flight = replace(TERMS, stopped={1: 2009})
    verdict = judge(ROWS, TRIES, late[1:20] + late[21:] + ARRIVALS[:1] + ARRIVALS[20:21], in_flight)
    assert (verdict.old, verdict.wrong) == (19, [])
    wrong(judge(ROWS, TRIES, late, in_flight), "21 old words of broadcast 1", "20 were in flight")


def test_what_a_stop_cancelled_is_not_lost() -> None:
    rows = [ROWS[0]._replace(state="cancelled"), *ROWS[1:]]
    verdict = judge(rows, TRIES[1:], ARRIVALS[1:], replace(TERMS, stopped={1: 9000}))
    assert (verdict.lost, verdict.wrong) == (0, [])


def test_a_message_nobody_recorded_and_one_with_other_words_are_found() -> None:
    stranger = ARRIVALS[0]._replace(delivery=5000)
    wrong(judge(ROWS, TRIES, [*ARRIVALS, stranger], TERMS), "the ledger knows of no such attempt")
    changed = [ARRIVALS[0]._replace(text="今日12时起启动红色预警。"), *ARRIVALS[1:]]
    wrong(judge(ROWS, TRIES, changed, TERMS), "other words")


def test_a_lane_that_stands_still_after_a_fault_is_found() -> None:
    faults = [Fault(1100, 1200), Fault(1300, 1400)]
    assert judge(ROWS, TRIES, ARRIVALS, replace(TERMS, faults=faults)).recovery == pytest.approx(0.001)
    late = [each._replace(at=each.at + 6000) if each.at % 2 and each.at > 1300 else each for each in ARRIVALS]
    verdict = judge(ROWS, TRIES, late, replace(TERMS, faults=faults))
    wrong(verdict, "5.9 s to go on", "at most 4.0 s")


def test_a_first_message_at_once_does_not_hide_that_all_stood_still_after_it() -> None:
    halted = [each._replace(at=each.at + 60_000) if each.at > 1310 else each for each in ARRIVALS]
    verdict = judge(ROWS, TRIES, halted, replace(TERMS, faults=[Fault(1200, 1300)]))
    wrong(verdict, "60.0 s to go on", "at most 4.0 s")


def test_a_lane_with_nothing_left_is_not_waited_for() -> None:
    rows = [row for row in ROWS if row.id % 2 or row.id < 100]
    kept = {row.id for row in rows}
    tries = [each for each in TRIES if each.delivery in kept]
    arrivals = [each for each in ARRIVALS if each.delivery in kept]
    terms = replace(TERMS, expected=len(rows), faults=[Fault(1200, 1300)])
    assert judge(rows, tries, arrivals, terms).recovery == pytest.approx(0.002)


def test_a_lane_at_rest_whose_queue_another_has_is_not_waited_for() -> None:
    late = [each._replace(at=each.at + 6000) if each.at % 2 and each.at > 1300 else each for each in ARRIVALS]
    terms = replace(TERMS, faults=[Fault(1200, 1300)], each_lane=False, patience=6.0)
    assert judge(ROWS, TRIES, late, terms).wrong == []
    wrong(judge(ROWS, TRIES, late, replace(terms, each_lane=True, patience=5.0)), "to go on")
