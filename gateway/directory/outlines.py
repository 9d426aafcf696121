"""The shapes of a plan's districts, from the office's own GeoJSON: checked, projected flat, simplified.

The file is a FeatureCollection (RFC 7946) of Polygons or MultiPolygons, each with the `code` of an area of
the plan among its properties; coordinates are degrees of longitude and latitude. Holes are kept.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gateway.errors import InputError

WIDTH = 640  # units of the picture; its height follows from the shapes
_MARGIN = 4
_TALLEST = 900
LARGEST_FILE = 8 * 1024 * 1024  # bytes
MOST_POINTS = 100_000
_FINE = 0.7  # units that a simplified outline may lie beside the true one
_LEAST = 3.0  # square units: a smaller island is left out, unless it is all that a district has

Point = tuple[float, float]
Ring = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Outline:
    """A district: its SVG path, and the middle of its largest part with the room around it, in units."""

    code: str
    path: str
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True)
class Outlines:
    """All districts, in units of a picture `width` by `height`."""

    outlines: tuple[Outline, ...]
    width: int
    height: int


def read(content: bytes, file: str, codes: Collection[str]) -> Outlines:
    """The shapes in a file, which `codes` name. Raises `InputError` naming the file, and the feature
    (MAP_MALFORMED, MAP_TOO_LARGE, MAP_CODE_UNKNOWN, MAP_CODE_TWICE)."""
    if len(content) > LARGEST_FILE:
        size = LARGEST_FILE // 2**20
        raise InputError(
            "MAP_TOO_LARGE", f"地图文件超过 {size} MB，请先简化", f"the map is larger than {size} MB", file
        )
    found: dict[str, list[list[Ring]]] = {}
    for number, feature in enumerate(_features(content, file)):
        where = f"features[{number}]"
        code = _code(feature, file, where, codes)
        if code in found:
            raise InputError(
                "MAP_CODE_TWICE",
                f"区域 {code} 出现了两次，请合并为一个 MultiPolygon",
                f"area {code} is there twice; make it one MultiPolygon",
                file,
                field=where,
            )
        found[code] = _polygons(feature, file, where)
    if sum(len(ring) for each in found.values() for polygon in each for ring in polygon) > MOST_POINTS:
        raise InputError(
            "MAP_TOO_LARGE",
            f"地图超过 {MOST_POINTS:,} 个点，请先简化",
            f"the map has more than {MOST_POINTS:,} points",
            file,
        )
    return _drawn(found)


def _features(content: bytes, file: str) -> list[Any]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise _malformed(file, None, "不是有效的 JSON（UTF-8）", "not valid JSON in UTF-8") from None
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or read.get("type") != "FeatureCollection" or not features:
        raise _malformed(
            file, None, "应是 GeoJSON 的 FeatureCollection", "not a FeatureCollection of GeoJSON"
        )
    return features


def _code(feature: object, file: str, where: str, codes: Collection[str]) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str | int) or isinstance(code, bool):
        raise _malformed(
            file, where, "properties 中没有区域代码 code", "its properties have no code of an area"
        )
    if str(code) not in codes:
        raise InputError(
            "MAP_CODE_UNKNOWN",
            f"预案中没有区域代码“{str(code)[:20]}”",
            f"the plan has no area {str(code)[:20]!r}",
            file,
            field=where,
        )
    return str(code)


def _polygons(feature: Mapping[str, Any], file: str, where: str) -> list[list[Ring]]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    given = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(given, list):
        raise _malformed(
            file, where, "应是 Polygon 或 MultiPolygon", "its geometry is neither Polygon nor MultiPolygon"
        )
    polygons = [given] if kind == "Polygon" else given
    if not polygons or not all(isinstance(polygon, list) and polygon for polygon in polygons):
        raise _malformed(file, where, "没有坐标", "it has no coordinates")
    return [[_ring(ring, file, where) for ring in polygon] for polygon in polygons]


def _ring(ring: object, file: str, where: str) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        raise _malformed(
            file,
            where,
            "边界应闭合：至少 4 个点，首尾相同",
            "a ring has at least four points, and its last is its first",
        )
    points = []
    for place in ring:
        if not isinstance(place, list) or len(place) < 2 or not all(map(_is_number, place[:2])):
            raise _malformed(file, where, "坐标应是两个数", "a position is two numbers")
        east, north = place[:2]
        if not (-180 <= east <= 180 and -85 <= north <= 85):  # nor is it any that is not finite
            raise _malformed(
                file,
                where,
                "坐标应是经度、纬度（度）",
                "positions are degrees of longitude and latitude, in this order",
            )
        points.append((float(east), float(north)))
    return points


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _drawn(found: Mapping[str, Sequence[Sequence[Ring]]]) -> Outlines:
    """East is right, north up; a degree of longitude is as wide as it is in the middle of the map."""
    points = [point for each in found.values() for polygon in each for ring in polygon for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    across, upright = max((east - west) * narrowing, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * _MARGIN) / across, (_TALLEST - 2 * _MARGIN) / upright)

    def flat(ring: Ring) -> list[Point]:
        return [(_MARGIN + (x - west) * narrowing * scale, _MARGIN + (north - y) * scale) for x, y in ring]

    outlines = [
        _outline(code, [[flat(ring) for ring in polygon] for polygon in each]) for code, each in found.items()
    ]
    return Outlines(
        tuple(outlines), round(across * scale + 2 * _MARGIN), round(upright * scale + 2 * _MARGIN)
    )


def _outline(code: str, polygons: Sequence[Sequence[Ring]]) -> Outline:
    largest = max(polygons, key=lambda polygon: abs(_area(polygon[0])))
    kept = [polygon for polygon in polygons if polygon is largest or abs(_area(polygon[0])) >= _LEAST]
    rings = [simplified(ring) for polygon in kept for ring in polygon]
    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z" for ring in rings if len(ring) > 3
    )
    x, y, room = _middle(simplified(largest[0]))
    return Outline(code, path, round(x, 1), round(y, 1), round(room, 1))


def simplified(ring: Ring, fine: float = _FINE) -> list[Point]:
    """A closed ring with fewer points, none of which lay farther than `fine` from the new line (Douglas and
    Peucker); a ring that would vanish keeps the corners that make it one."""
    if len(ring) <= 4:
        return list(ring)
    far = max(range(1, len(ring) - 1), key=lambda place: math.dist(ring[0], ring[place]))
    keep = {0, far, len(ring) - 1}
    pending = [(0, far), (far, len(ring) - 1)]
    while pending:
        first, last = pending.pop()
        if last - first < 2:
            continue
        place = max(range(first + 1, last), key=lambda each: _beside(ring[each], ring[first], ring[last]))
        if _beside(ring[place], ring[first], ring[last]) > fine:
            keep.add(place)
            pending += [(first, place), (place, last)]
    if len(keep) < 4:
        place = max(range(1, len(ring) - 1), key=lambda each: _beside(ring[each], ring[0], ring[far]))
        keep.add(place)
    return [ring[place] for place in sorted(keep)]


def _beside(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a line between two others."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = math.dist(start, end)
    if length == 0:
        return math.dist(point, start)
    part = min(1.0, max(0.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length**2))
    return math.dist(point, (x1 + part * (x2 - x1), y1 + part * (y2 - y1)))


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(ring)) / 2


def _sides(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return pairwise(ring)


_GRID = 14  # places tried across a district, for the middle of it


def _middle(ring: Ring) -> tuple[float, float, float]:
    """A place well inside a ring, and how far from its edge: where its name stands."""
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    top, bottom = min(y for _, y in ring), max(y for _, y in ring)
    best = ((west + east) / 2, (top + bottom) / 2, 0.0)
    for row in range(1, _GRID):
        for column in range(1, _GRID):
            place = west + (east - west) * column / _GRID, top + (bottom - top) * row / _GRID
            if _inside(place, ring):
                room = min(_beside(place, *side) for side in _sides(ring))
                if room > best[2]:
                    best = (*place, room)
    return best


def _inside(place: Point, ring: Ring) -> bool:
    x, y = place
    inside = False
    for (x1, y1), (x2, y2) in _sides(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _malformed(file: str, where: str | None, zh: str, en: str) -> InputError:
    return InputError(
        "MAP_MALFORMED", f"地图文件无法使用：{zh}", f"the map cannot be used: {en}", file, field=where
    )
