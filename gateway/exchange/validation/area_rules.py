"""What an area must keep beside its schema: polygons, circles, heights (CAP 1.2, section 3.2.4)."""

import re

from gateway.exchange.model import Point
from gateway.exchange.places import in_china
from gateway.exchange.validation.fault import shown
from gateway.exchange.validation.part import Part

_NUMBER = r"[-+]?(?:[0-9]{1,3}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})"
_POINT = re.compile(rf"({_NUMBER}),({_NUMBER})")
_RADIUS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}")
_POINTS = 4  # of a closed polygon, the last being the first
_FARTHEST = 20_038.0  # km, half of the equator
_METRES = 2_000.0  # km; no warning has so large a circle, but a radius in metres looks like it


def check_area(area: Part) -> None:
    """Gather the faults of an area."""
    shapes = False
    for polygon in area.parts("polygon"):
        shapes = True
        check_polygon(polygon)
    for circle in area.parts("circle"):
        shapes = True
        check_circle(circle)
    if not shapes and not area.parts("geocode"):
        area.fault(
            "AREA_WITHOUT_PLACE",
            "warning",
            "区域只有文字，没有代码或图形，机器无法使用",
            "the area is words only: without a code or a shape no machine can use it",
        )
    _check_heights(area)


def check_polygon(polygon: Part, *, line_allowed: bool = False) -> None:
    """Gather the faults of a polygon: `lat,lon` pairs, at least four, closed.

    `line_allowed`: an open one of two points and more is a line, as in the 12379 dialect.
    """
    written = polygon.text.split()
    points = [_point(token) for token in written]
    wrong = next((token for token, point in zip(written, points, strict=True) if point is None), None)
    if wrong is not None or not points:
        polygon.fault(
            "POLYGON_MALFORMED",
            "error",
            f"“{shown(wrong or '')}”应为“纬度,经度”，点之间用空格分开",
            f"{shown(wrong or '')!r} is not latitude,longitude; points are separated by spaces",
        )
        return
    placed = [point for point in points if point is not None]
    closed = placed[0] == placed[-1]
    if line_allowed and not closed and len(placed) >= 2:
        pass
    elif not closed:
        polygon.fault(
            "POLYGON_OPEN",
            "error",
            "多边形没有闭合：首尾应为同一点",
            "the polygon is open: its last point must be its first",
        )
    elif len(placed) < _POINTS:
        polygon.fault(
            "POLYGON_SHORT",
            "error",
            f"多边形至少要有 {_POINTS} 个点（首尾同点）",
            f"a polygon has at least {_POINTS} points, the last being the first",
        )
    _check_points(polygon, placed)


def check_circle(circle: Part, *, metres: bool = False) -> None:
    """Gather the faults of a circle: `lat,lon radius`, in km; in metres where the dialect has it so."""
    written = circle.text.split()
    centre = _point(written[0]) if len(written) == 2 else None
    if centre is None or not _RADIUS.fullmatch(written[1]):
        circle.fault(
            "CIRCLE_MALFORMED",
            "error",
            f"“{shown(circle.text)}”应为“纬度,经度 半径”",
            f"{shown(circle.text)!r} is not latitude,longitude radius",
        )
        return
    _check_points(circle, [centre])
    radius = float(written[1]) / (1000 if metres else 1)
    if radius > _FARTHEST:
        circle.fault("CIRCLE_TOO_LARGE", "error", "半径大于半个地球", "the radius reaches around the earth")
    elif radius > _METRES and not metres:
        circle.fault(
            "CIRCLE_METRES",
            "warning",
            "半径的单位是公里，似乎写成了米",
            "the radius is in kilometres; this looks like metres",
        )


def _point(token: str) -> Point | None:
    found = _POINT.fullmatch(token)
    return Point(float(found[1]), float(found[2])) if found else None


def _check_points(part: Part, points: list[Point]) -> None:
    outside = next((each for each in points if abs(each.latitude) > 90 or abs(each.longitude) > 180), None)
    if outside is not None:
        swapped = in_china(_swapped(outside))
        part.fault(
            "POINT_OUT_OF_RANGE",
            "error",
            f"{outside.latitude:g},{outside.longitude:g} 超出纬度 ±90、经度 ±180"
            + ("：纬度和经度写反了" if swapped else ""),
            f"{outside.latitude:g},{outside.longitude:g} is outside latitude ±90, longitude ±180"
            + (": latitude and longitude are swapped" if swapped else ""),
        )
    elif any(in_china(_swapped(each)) and not in_china(each) for each in points):
        part.fault(
            "POINT_SWAPPED",
            "warning",
            "纬度和经度似乎写反了：应先写纬度",
            "latitude and longitude look swapped: latitude comes first",
        )


def _swapped(point: Point) -> Point:
    return Point(point.longitude, point.latitude)


def _check_heights(area: Part) -> None:
    ceiling = area.part("ceiling")
    if ceiling is None:
        return
    altitude = area.value("altitude")
    if not altitude:
        ceiling.fault(
            "CEILING_WITHOUT_ALTITUDE",
            "error",
            "ceiling 必须与 altitude 同用",
            "ceiling needs altitude beside it",
        )
        return
    try:
        below = float(ceiling.text) < float(altitude)
    except ValueError:
        return  # the table has said so
    if below:
        ceiling.fault(
            "CEILING_TOO_LOW", "warning", "ceiling 低于 altitude", "the ceiling is below the altitude"
        )
