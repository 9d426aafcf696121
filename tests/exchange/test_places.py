"""Outlines of areas, and the mistakes of Chinese map data."""

import math

import pytest

from gateway.errors import InputError
from gateway.exchange.model import Point
from gateway.exchange.places import from_gcj02, outline, to_gcj02

SQUARE = "34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6"
# Tian'anmen, in both systems, as open tools for the conversion give it.
WGS84, GCJ02 = Point(39.907333, 116.391083), Point(39.908736, 116.397327)


def metres(one: Point, two: Point) -> float:
    east = (one.longitude - two.longitude) * math.cos(math.radians(one.latitude))
    return math.hypot(one.latitude - two.latitude, east) * 111_000


def test_an_outline_in_wgs84_is_taken_as_it_is() -> None:
    points = outline(SQUARE, "wgs84", "410100")
    assert points[0] == points[-1] == Point(34.7, 113.6)


def test_the_offset_of_chinese_maps_is_taken_off() -> None:
    assert metres(to_gcj02(WGS84), GCJ02) < 5
    assert metres(from_gcj02(GCJ02), WGS84) < 5
    for latitude in range(18, 54, 5):
        for longitude in range(74, 135, 7):
            point = Point(latitude, longitude)
            assert metres(from_gcj02(to_gcj02(point)), point) < 0.5
            assert 50 < metres(to_gcj02(point), point) < 1500
    converted = outline(SQUARE, "gcj02", "410100")
    assert 300 < metres(converted[0], Point(34.7, 113.6)) < 900


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("113.6,34.7 113.6,34.9 113.8,34.9 113.6,34.7", "POLYGON_INVALID"),  # no latitude is above 90
        ("34.7,113.6 34.9,113.6 34.9,113.8", "POLYGON_INVALID"),  # open
        ("34.7,113.6 34.9,113.6 34.7,113.6", "POLYGON_INVALID"),  # a line
        ("34.7 113.6", "POLYGON_INVALID"),
        ("nan,113.6 34.9,113.6 34.9,113.8 nan,113.6", "POLYGON_INVALID"),
        ("80,40 80,41 81,41 80,40", "POLYGON_SWAPPED"),  # Kashgar, longitude first
        ("60,20 61,20 61,21 60,20", "POLYGON_ABROAD"),
    ],
)
def test_an_outline_that_lies_elsewhere_is_refused(points: str, code: str) -> None:
    with pytest.raises(InputError) as raised:
        outline(points, "wgs84", "410100")
    assert raised.value.code == code
