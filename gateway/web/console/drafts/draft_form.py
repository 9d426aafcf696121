"""The form of a draft: from a document to the texts of its fields, and back.

What is typed and is no value (a word where a number belongs) stays in the document as it was typed, so that
nothing is lost; reading the document tells what is wrong. Moments are China Standard Time, to the minute.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from gateway.moments import local
from gateway.web.people import Form

DAYS = 31  # rows of a forecast that the form shows at most
DAY_PARTS = ("date", "low", "high", "mean")
_SPARE = 1  # empty rows below those filled in
_FIRST_ROWS = 3

# fields by where they stand in a document, and what kind of value they are
TEXTS = {
    "level": ("level",),
    "primary_pollutant": ("forecast", "primary_pollutant"),
    "cause": ("forecast", "cause"),
    "basis_kind": ("basis", "kind"),
    "basis_by": ("basis", "by"),
    "basis_level": ("basis", "level"),
    "basis_document": ("basis", "document"),
    "issuer": ("issuer",),
    "document_number": ("document_number",),
    "special_reason": ("special_reason",),
    "wrong": ("corrects", "wrong"),
    "right": ("corrects", "right"),
}
MOMENTS = {
    "decided_at": ("decided_at",),
    "starts_at": ("starts_at",),
    "expected_end_at": ("expected_end_at",),
}
NUMBERS = {
    "range_low": ("forecast", "aqi_range", "low"),
    "range_high": ("forecast", "aqi_range", "high"),
    "aqi_mean": ("forecast", "aqi_mean"),
    "counties_meeting": ("scope", "counties_meeting"),
    "contiguous_counties": ("scope", "contiguous_counties"),
    "improvement_hours": ("observed", "improvement_hours"),
    "humidity_percent": ("weather", "humidity_percent"),
    "temperature_c": ("weather", "temperature_c"),
}
CHECKS = {
    "open_ended": ("open_ended",),
    "below_threshold": ("observed", "below_threshold"),
    "improving_within_24h": ("observed", "improving_within_24h"),
}
PLACES = {**TEXTS, **MOMENTS, **NUMBERS, **CHECKS}
_FIXED = ("plan", "action", "exercise", "previous")  # decided when a draft is begun, not in the form
_LEVEL_FIXED = ("lift", "tip", "correct", "retract")  # none, or that of what is mended

ONE = (*TEXTS, *MOMENTS, *NUMBERS, *CHECKS, "observed_daily", "go")
SEVERAL = ("area", *(f"day_{part}" for part in DAY_PARTS))


def document_of(form: Form, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The document that a filled-in form makes of a draft's."""
    document: dict[str, Any] = {name: stored[name] for name in _FIXED if name in stored}
    _put(document, ("area",), list(dict.fromkeys(code.strip() for code in form.all("area") if code.strip())))
    for name, path in TEXTS.items():
        _put(document, path, form[name].strip())
    if stored.get("action") in _LEVEL_FIXED:
        document.pop("level", None)
        _put(document, ("level",), stored.get("level"))
    for name, path in MOMENTS.items():
        _put(document, path, _moment(form[name].strip()))
    for name, path in NUMBERS.items():
        _put(document, path, number_of(form[name]))
    for name, path in CHECKS.items():
        _put(document, path, bool(form[name]) or None)
    _put(document, ("forecast", "days"), list(_days(form)))
    _put(document, ("observed", "daily_aqi"), [number_of(each) for each in _items(form["observed_daily"])])
    return document


def fields_of(document: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the form's single fields."""
    found = {name: _shown(_get(document, path)) for name, path in {**TEXTS, **NUMBERS}.items()}
    found |= {name: _moment_shown(_get(document, path)) for name, path in MOMENTS.items()}
    found |= {name: "yes" if _get(document, path) is True else "" for name, path in CHECKS.items()}
    if isinstance(document.get("corrects"), str):  # a text alone states both in one
        found["wrong"] = document["corrects"]
    measured = _get(document, ("observed", "daily_aqi"))
    found["observed_daily"] = "、".join(map(_shown, measured)) if isinstance(measured, list) else ""
    return found


def days_of(document: Mapping[str, Any], *, more: int = 0) -> list[dict[str, str]]:
    """The rows of the forecast, with empty ones below; `more` of them are wanted."""
    days = _get(document, ("forecast", "days"))
    stated = [each for each in days if isinstance(each, Mapping)] if isinstance(days, list) else []
    rows = [{part: _shown(each.get(part)) for part in DAY_PARTS} for each in stated]
    number = min(max(len(rows) + _SPARE + more, _FIRST_ROWS), max(DAYS, len(rows)))
    return [*rows, *(dict.fromkeys(DAY_PARTS, "") for _ in range(number - len(rows)))]


def area_of(document: Mapping[str, Any]) -> list[str]:
    """The codes that a document names."""
    area = document.get("area")
    return [str(code) for code in area] if isinstance(area, list) else []


def stands(document: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Whether a document states anything at a place."""
    return _get(document, path) not in (None, "", [], {}, False)


def number_of(typed: str) -> int | float | str | None:
    """A number that somebody typed, full-width digits too; anything else as it was typed."""
    text = typed.strip()
    if not text:
        return None
    try:
        return int(text) if len(text) <= 12 else text
    except ValueError:
        pass
    try:
        return float(text) if text.replace(".", "", 1).replace("-", "", 1).isdigit() else text
    except ValueError:
        return text


def _days(form: Form) -> Iterator[dict[str, object]]:
    columns = [form.all(f"day_{part}") for part in DAY_PARTS]
    for date, low, high, mean in zip_longest(*columns, fillvalue=""):
        values = {"low": number_of(low), "high": number_of(high), "mean": number_of(mean)}
        row = {"date": date.strip() or None, **values}
        if any(value is not None for value in row.values()):
            yield {part: value for part, value in row.items() if value is not None}


def _items(text: str) -> Sequence[str]:
    for mark in "，、；;\n\t ":
        text = text.replace(mark, ",")
    return [each for each in text.split(",") if each]


def _put(document: dict[str, Any], path: Sequence[str], value: object) -> None:
    """Put a value at its place; nothing where there is none to put."""
    if value is None or value in ("", []):
        return
    *parents, name = path
    for each in parents:
        document = document.setdefault(each, {})
    document[name] = value


def _get(document: Mapping[str, Any], path: Sequence[str]) -> Any:
    found: Any = document
    for each in path:
        found = found.get(each) if isinstance(found, Mapping) else None
    return found


def _shown(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)  # 40, not 40.0


def _moment(typed: str) -> str:
    """What a browser's field gives (2024-01-10T12:00) with China's offset; anything else as it was typed."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return f"{at:%Y-%m-%dT%H:%M:%S}+08:00" if at.tzinfo is None and "T" in typed else typed


def _moment_shown(value: object) -> str:
    text = _shown(value)
    try:
        at = datetime.fromisoformat(text)
        return f"{local(at):%Y-%m-%dT%H:%M}" if at.tzinfo is not None else text
    except (ValueError, OverflowError):
        return text
