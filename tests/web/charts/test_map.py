"""Districts as shapes with their words."""

from gateway.directory.outlines import Outline, Outlines
from gateway.web.charts.map import District, picture


def district(number: int, name: str, part: int = 0, whole: int = 0) -> District:
    return District(number, f"41010{number}", name, part, whole)


def test_a_district_is_graded_by_its_share_and_never_higher_than_it_is() -> None:
    found = [district(1, "区", part, 1000).grade for part in (0, 499, 500, 799, 800, 949, 950, 1000)]
    assert found == ["few", "few", "some", "some", "most", "most", "full", "full"]
    assert district(1, "区").grade == "none"


def test_squares_hold_long_names_on_several_lines_and_stand_apart() -> None:
    drawn = picture([district(n, "郑州航空港经济综合实验区") for n in range(1, 8)], None)
    assert not drawn.drawn
    assert len({each.path for each in drawn.shapes}) == 7
    assert ["".join(line.text for line in each.lines) for each in drawn.shapes] == [
        "郑州航空港经济综合实验区"
    ] * 7
    assert all(len(line.text) <= 6 for each in drawn.shapes for line in each.lines)
    english = picture([district(1, "Zhengzhou Economic Development Zone")], None)
    assert [line.text for line in english.shapes[0].lines] == ["Zhengzhou", "Economic", "Development…"]


def test_a_district_without_room_for_its_name_has_its_number() -> None:
    outlines = Outlines(
        (Outline("410101", "M0 0Z", 50, 50, 40), Outline("410102", "M0 0Z", 90, 90, 9)), 100, 100
    )
    wide, narrow = picture([district(1, "中原区"), district(2, "二七区")], outlines).shapes
    assert [line.text for line in wide.lines] == ["中原区"]
    assert [line.text for line in narrow.lines] == ["2"]
    assert picture([district(1, "中原区"), district(2, "二七区")], outlines).numbered
    assert narrow.share is None
