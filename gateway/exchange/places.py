"""Outlines of areas: WGS-84, latitude first, and guards against what Chinese map data often is instead."""

import math

from gateway.errors import InputError
from gateway.exchange.elements import read_polygon
from gateway.exchange.model import Point, Polygon

# Where a point in China can be. A point of GCJ-02 cannot be told from one of WGS-84: who gives an outline
# says which of the two it is.
_SOUTH, _NORTH, _WEST, _EAST = 3.0, 54.0, 73.0, 136.0
_SEMI_MAJOR = 6378245.0  # Krasovsky 1940, which the GCJ-02 offset is computed on
_ECCENTRICITY = 0.00669342162296594323


def outline(text: str, system: str, field: str) -> Polygon:
    """The closed outline that `text` writes as `latitude,longitude` pairs, in WGS-84.

    `system` is `wgs84`, or `gcj02`, which is converted. Raises `InputError`: POLYGON_INVALID,
    POLYGON_SWAPPED (longitude first), POLYGON_ABROAD.
    """
    try:
        points = read_polygon(text)
    except ValueError:
        raise InputError(
            "POLYGON_INVALID",
            "轮廓应为至少四个“纬度,经度”点，以空格分开，首尾相同",
            "an outline is at least four latitude,longitude points, the last the same as the first",
            field=field,
        ) from None
    for point in points:
        _check(point, field)
    return tuple(from_gcj02(point) for point in points) if system == "gcj02" else points


def in_china(point: Point) -> bool:
    """Whether the point lies in the box that holds China."""
    return _SOUTH <= point.latitude <= _NORTH and _WEST <= point.longitude <= _EAST


def _check(point: Point, field: str) -> None:
    if in_china(point):
        return
    written = f"{point.latitude},{point.longitude}"
    if in_china(Point(point.longitude, point.latitude)):
        raise InputError(
            "POLYGON_SWAPPED",
            f"“{written}”的经纬度颠倒了；应先写纬度，后写经度",
            f"{written} has its longitude first; write latitude,longitude",
            field=field,
        )
    raise InputError(
        "POLYGON_ABROAD", f"“{written}”不在中国境内", f"{written} does not lie in China", field=field
    )


def from_gcj02(point: Point) -> Point:
    """The WGS-84 point of one in GCJ-02, to within a decimetre."""
    latitude, longitude = point.latitude, point.longitude
    for _ in range(6):  # each round takes the error down by about three orders
        shifted = to_gcj02(Point(latitude, longitude))
        latitude += point.latitude - shifted.latitude
        longitude += point.longitude - shifted.longitude
    return Point(latitude, longitude)


def to_gcj02(point: Point) -> Point:
    """The point as Chinese maps show it: some 300 to 700 m off."""
    x, y = point.longitude - 105.0, point.latitude - 35.0
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    ripple = (20 * _sine(6 * x) + 20 * _sine(2 * x)) * 2 / 3
    north += ripple + _waves(y, 20, 40, 160, 320)
    east += ripple + (20 * _sine(x) + 40 * _sine(x / 3) + 150 * _sine(x / 12) + 300 * _sine(x / 30)) * 2 / 3
    angle = math.radians(point.latitude)
    root = 1 - _ECCENTRICITY * math.sin(angle) ** 2
    per_north = _SEMI_MAJOR * (1 - _ECCENTRICITY) / (root * math.sqrt(root)) * math.pi / 180
    per_east = _SEMI_MAJOR / math.sqrt(root) * math.cos(angle) * math.pi / 180
    return Point(point.latitude + north / per_north, point.longitude + east / per_east)


def _waves(y: float, once: int, third: int, twelfth: int, thirtieth: int) -> float:
    waves = once * _sine(y) + third * _sine(y / 3) + twelfth * _sine(y / 12) + thirtieth * _sine(y / 30)
    return waves * 2 / 3


def _sine(half_turns: float) -> float:
    return math.sin(half_turns * math.pi)
