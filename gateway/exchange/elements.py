"""The elements of an alert: their names and order in CAP 1.2, and how each value is written as text.

One table for XML and JSON, so that neither can forget a field.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from gateway.exchange.model import (
    Area,
    Certainty,
    Circle,
    Info,
    MessageType,
    Named,
    Point,
    Polygon,
    Reference,
    Resource,
    Scope,
    Severity,
    Status,
    Urgency,
    read_moment,
)


def _text(value: str) -> str:
    return value


def _nonempty(text: str) -> str:
    if not text.strip():
        raise ValueError("empty")
    return text


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its name, the field that holds it, whether it may be missing or repeated.

    `inner` is the table of a structured element, of `kind`. `write` and `read` (which raises
    `ValueError`) turn a plain value into text and back.
    """

    name: str
    field: str
    required: bool = False
    many: bool = False
    kind: type | None = None
    inner: tuple["Element", ...] = ()
    write: Callable[[Any], str] = _text
    read: Callable[[str], Any] = _text


def _one_of(words: Any) -> Callable[[str], str]:
    allowed = get_args(words)

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"one of {' '.join(allowed)}")
        return text

    return read


def _moment(text: str) -> str:
    read_moment(text)
    return text


def _references(text: str) -> tuple[Reference, ...]:
    return tuple(_reference(token) for token in text.split())


def _reference(token: str) -> Reference:
    parts = token.split(",")
    if len(parts) != 3 or not all(parts):
        raise ValueError("sender,identifier,sent")
    return Reference(*parts)


def write_number(number: float) -> str:
    """Decimals without an exponent and without zeros at the end."""
    return f"{number + 0:.6f}".rstrip("0").rstrip(".")  # + 0: no minus before a zero


def read_number(text: str) -> float:
    """A finite number. Raises `ValueError`."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


def _write_point(point: Point) -> str:
    return f"{write_number(point.latitude)},{write_number(point.longitude)}"


def read_point(text: str) -> Point:
    """`34.7,113.6`: latitude first. Raises `ValueError`."""
    latitude, longitude = map(read_number, text.split(","))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("latitude,longitude")
    return Point(latitude, longitude)


def write_polygon(polygon: Polygon) -> str:
    """`34.7,113.6 34.8,113.6 …`: latitude first."""
    return " ".join(map(_write_point, polygon))


def read_polygon(text: str) -> Polygon:
    """The closed outline of at least four points. Raises `ValueError`."""
    points = tuple(map(read_point, text.split()))
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("at least four points, the last the same as the first")
    return points


def _write_circle(circle: Circle) -> str:
    return f"{_write_point(circle.centre)} {write_number(circle.radius)}"


def _circle(text: str) -> Circle:
    centre, radius = text.split()
    return Circle(read_point(centre), read_number(radius))


_NAMED = (Element("valueName", "name", required=True), Element("value", "value", required=True))
_RESOURCE = (
    Element("resourceDesc", "description", required=True),
    Element("mimeType", "mime_type", required=True),
    Element("size", "size"),
    Element("uri", "uri"),
    Element("derefUri", "content"),
    Element("digest", "digest"),
)
_AREA = (
    Element("areaDesc", "description", required=True),
    Element("polygon", "polygons", many=True, write=write_polygon, read=read_polygon),
    Element("circle", "circles", many=True, write=_write_circle, read=_circle),
    Element("geocode", "geocodes", many=True, kind=Named, inner=_NAMED),
    Element("altitude", "altitude"),
    Element("ceiling", "ceiling"),
)
_INFO = (
    Element("language", "language"),
    Element("category", "categories", required=True, many=True),
    Element("event", "event", required=True, read=_nonempty),
    Element("responseType", "response_types", many=True),
    Element("urgency", "urgency", required=True, read=_one_of(Urgency)),
    Element("severity", "severity", required=True, read=_one_of(Severity)),
    Element("certainty", "certainty", required=True, read=_one_of(Certainty)),
    Element("audience", "audience"),
    Element("eventCode", "event_codes", many=True, kind=Named, inner=_NAMED),
    Element("effective", "effective", read=_moment),
    Element("onset", "onset", read=_moment),
    Element("expires", "expires", read=_moment),
    Element("senderName", "sender_name"),
    Element("headline", "headline"),
    Element("description", "description"),
    Element("instruction", "instruction"),
    Element("web", "web"),
    Element("contact", "contact"),
    Element("parameter", "parameters", many=True, kind=Named, inner=_NAMED),
    Element("resource", "resources", many=True, kind=Resource, inner=_RESOURCE),
    Element("area", "areas", many=True, kind=Area, inner=_AREA),
)
ALERT = (
    Element("identifier", "identifier", required=True, read=_nonempty),
    Element("sender", "sender", required=True, read=_nonempty),
    Element("sent", "sent", required=True, read=_moment),
    Element("status", "status", required=True, read=_one_of(Status)),
    Element("msgType", "message_type", required=True, read=_one_of(MessageType)),
    Element("source", "source"),
    Element("scope", "scope", required=True, read=_one_of(Scope)),
    Element("restriction", "restriction"),
    Element("addresses", "addresses"),
    Element("code", "codes", many=True),
    Element("note", "note"),
    Element(
        "references",
        "references",
        write=lambda references: " ".join(map(str, references)),
        read=_references,
    ),
    Element("incidents", "incidents"),
    Element("info", "infos", many=True, kind=Info, inner=_INFO),
)


def absent(value: object) -> bool:
    """Whether nothing is written: an empty element is schema-valid and breaks its readers."""
    return value is None or value in ("", ())


def part(
    kind: type[Any],
    table: tuple[Element, ...],
    found: Callable[[Element], Sequence[Any]],
    refuse: Callable[[str, str, str], Exception],
) -> Any:
    """The part of an alert of that kind. `found` gives an element's values as read, none where it is absent;
    `refuse` makes the error of an element that is missing or stands twice (code, Chinese, English)."""
    values: dict[str, Any] = {}
    for element in table:
        given = found(element)
        if element.required and not given:
            raise refuse(
                "ALERT_ELEMENT_MISSING", f"缺少“{element.name}”", f"the element {element.name} is missing"
            )
        if element.many:
            values[element.field] = tuple(given)
        elif len(given) > 1:
            raise refuse(
                "ALERT_ELEMENT_REPEATED", f"“{element.name}”重复", f"the element {element.name} stands twice"
            )
        elif given:
            values[element.field] = given[0]
    return kind(**values)
