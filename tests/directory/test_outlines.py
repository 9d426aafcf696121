"""Shapes of districts that an office supplies: what is taken, what is refused, how they are drawn."""

import json
import math
from typing import Any

import pytest

from gateway.directory.outlines import WIDTH, read, simplified
from gateway.errors import InputError

CODES = {"410102", "410105"}


def feature(code: Any, *polygons: Any) -> dict[str, Any]:
    kind = "Polygon" if len(polygons) == 1 else "MultiPolygon"
    coordinates = polygons[0] if len(polygons) == 1 else list(polygons)
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def content(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def test_north_is_up_east_is_right_and_a_degree_is_as_wide_as_it_is_there() -> None:
    found = read(content(feature("410102", [square(0, 60)]), feature("410105", [square(1, 60)])), "m", CODES)
    first, second = found.outlines
    assert first.x < second.x
    assert found.width == WIDTH
    assert found.height == pytest.approx(WIDTH / (2 * math.cos(math.radians(60.5))), rel=0.02)
    tall = read(content(feature("410102", [square(0, 10)]), feature("410105", [square(0, 11)])), "m", CODES)
    assert tall.outlines[0].y > tall.outlines[1].y


def test_islands_and_holes_are_drawn_and_specks_are_not() -> None:
    hole = [*square(0.4, 0.4, 0.2)]
    parts = ([square(0, 0), hole], [square(2, 0, 0.5)], [square(3, 0, 0.001)])
    (found,) = read(content(feature("410102", *parts)), "m", CODES).outlines
    assert found.path.count("M") == 3
    assert found.room > 0


def test_outlines_lose_points_that_nobody_sees_and_keep_their_corners() -> None:
    ring = (
        [(0.0, 0.0)]
        + [(float(x), 0.01 * (x % 2)) for x in range(1, 100)]
        + [(100.0, 0.0), (100.0, 80.0), (0.0, 0.0)]
    )
    kept = simplified(ring)
    assert kept == [(0.0, 0.0), (100.0, 0.0), (100.0, 80.0), (0.0, 0.0)]
    tiny = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.05, 0.12), (0.0, 0.1), (0.0, 0.0)]
    assert len(simplified(tiny)) >= 4


@pytest.mark.parametrize(
    ("given", "code", "field", "words"),
    [
        (b"{", "MAP_MALFORMED", None, "JSON"),
        (b"\xff\xfe\xff", "MAP_MALFORMED", None, "JSON"),
        (b"[" * 100_000, "MAP_MALFORMED", None, "JSON"),
        (content(), "MAP_MALFORMED", None, "FeatureCollection"),
        (content("x"), "MAP_MALFORMED", "features[0]", "code"),
        (content(feature(None, [square(0, 0)])), "MAP_MALFORMED", "features[0]", "code"),
        (content(feature("999999", [square(0, 0)])), "MAP_CODE_UNKNOWN", "features[0]", "999999"),
        (
            content(feature("410102", [square(0, 0)]), feature("410102", [square(1, 0)])),
            "MAP_CODE_TWICE",
            "features[1]",
            "410102",
        ),
        (content(feature("410102", [square(0, 0)[:-1]])), "MAP_MALFORMED", "features[0]", "闭合"),
        (content(feature("410102", [square(1000, 0)])), "MAP_MALFORMED", "features[0]", "经度"),
        (content(feature("410102", [square(math.nan, 0)])), "MAP_MALFORMED", "features[0]", "经度"),
        (content(feature("410102", [[["1", 2]] * 4])), "MAP_MALFORMED", "features[0]", "两个数"),
        (content(feature("410102", [[[10**400, 2]] * 4])), "MAP_MALFORMED", "features[0]", "经度"),
        (content(feature("410102", [])), "MAP_MALFORMED", "features[0]", "没有坐标"),
        (
            content({**feature("410102", []), "geometry": {"type": "Point", "coordinates": [1, 2]}}),
            "MAP_MALFORMED",
            "features[0]",
            "Polygon",
        ),
        (content(feature("410102", [square(0, 0) * 30_000])), "MAP_TOO_LARGE", None, "点"),
        (b" " * (8 * 1024 * 1024 + 1), "MAP_TOO_LARGE", None, "8 MB"),
    ],
)
def test_a_map_that_cannot_be_used_gets_one_clear_error(
    given: bytes, code: str, field: str | None, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        read(given, "maps/zhengzhou.geojson", CODES)
    assert (refused.value.code, refused.value.file) == (code, "maps/zhengzhou.geojson")
    assert refused.value.field == field
    assert words in refused.value.message
