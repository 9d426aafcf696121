import pytest

from gateway.directory.rosters import Span, gaps


@pytest.mark.parametrize(
    ("shifts", "open_"),
    [
        ([], [(10, 20)]),
        ([(0, 30)], []),
        ([(5, 12), (12, 25)], []),
        ([(5, 12), (14, 16)], [(12, 14), (16, 20)]),
        ([(11, 20), (8, 9)], [(10, 11)]),
        ([(9, 18), (10, 12), (19, 40)], [(18, 19)]),
        ([(20, 30), (1, 10)], [(10, 20)]),
    ],
)
def test_a_gap_is_where_no_shift_stands(shifts: list[Span], open_: list[Span]) -> None:
    assert gaps(shifts, 10, 20) == open_
