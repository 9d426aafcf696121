"""A broadcast's course as lines, and as rows."""

from datetime import UTC, datetime
from itertools import pairwise

from gateway.ledger.delivery.minutes import MINUTE, Minute, Stage
from gateway.web.charts.course import chart, so_far

START = round(datetime(2026, 11, 22, 4, 0, 30, tzinfo=UTC).timestamp() * 1000)  # 12:00:30 in China
FIRST = START // MINUTE


def minute(stage: Stage, place: int, deliveries: int) -> Minute:
    at = max(START, (FIRST + place) * MINUTE)
    return Minute("", stage, FIRST + place, deliveries, at, at + 10_000)


def test_nothing_is_drawn_before_anything_has_happened() -> None:
    assert chart([], 100, START, START) is None
    assert so_far([]) == []


def test_each_line_ends_at_what_came_and_names_it() -> None:
    drawn = chart([minute("accepted", 0, 60), minute("accepted", 3, 40)], 100, START, START)
    assert drawn is not None
    accepted, delivered, failed = drawn.lines
    assert (accepted.number, delivered.number, failed.number) == (100, 0, 0)
    assert accepted.y == drawn.whole_y == drawn.top
    assert failed.y == drawn.bottom
    assert accepted.path.startswith(f"M{drawn.left:g} {drawn.bottom:g} L")
    assert accepted.path.endswith(f"{drawn.right:g} {drawn.top:g}")


def test_words_at_the_ends_of_lines_never_cover_each_other_nor_leave_the_picture() -> None:
    drawn = chart([minute("accepted", 0, 1), minute("delivered", 0, 1)], 1000, START, START)
    assert drawn is not None
    places = sorted(each.words_y for each in drawn.lines)
    assert all(after - before >= 17.9 for before, after in pairwise(places))
    assert places[0] > 0
    assert places[-1] <= drawn.bottom


def test_time_is_marked_by_full_minutes_of_chinas_clock() -> None:
    drawn = chart([minute("accepted", 0, 1)], 1, START, START + 9 * MINUTE)
    assert drawn is not None
    assert [each.words for each in drawn.times] == ["12:02", "12:04", "12:06", "12:08"]
    longer = chart([minute("accepted", 0, 1)], 1, START, START + 30 * 60 * MINUTE)
    assert longer is not None
    assert [each.words for each in longer.times] == [
        "11-22 18:00",
        "11-23 00:00",
        "11-23 06:00",
        "11-23 12:00",
        "11-23 18:00",
    ]


def test_numbers_are_marked_by_few_round_ones() -> None:
    for whole in (1, 7, 35, 95, 1000, 198_069, 1_000_000):
        drawn = chart([minute("accepted", 0, 1)], whole, START, START)
        assert drawn is not None
        assert 2 <= len(drawn.numbers) <= 6


def test_rows_hold_what_came_in_a_minute_and_by_its_end() -> None:
    rows = so_far([minute("accepted", 0, 5), minute("accepted", 2, -1), minute("failed", 2, 1)])
    assert [row.minute for row in rows] == [FIRST, FIRST + 2]
    assert rows[1].in_it == {"accepted": -1, "delivered": 0, "failed": 1}
    assert rows[1].by_then == {"accepted": 4, "delivered": 0, "failed": 1}
