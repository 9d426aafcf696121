"""An alert as JSON: the elements of CAP under their own names, in their order, those that repeat as lists.

Points, circles and references are the text that XML has: `latitude,longitude`, in WGS-84.
"""

import json
from typing import Any

from gateway.documents import decode, parse
from gateway.errors import InputError
from gateway.exchange.elements import ALERT, Element, absent, part
from gateway.exchange.model import Alert

MEDIA_TYPE = "application/json"


def write(alert: Alert) -> bytes:
    """The alert as UTF-8 JSON; equal alerts give equal bytes."""
    return (json.dumps(as_json(alert), ensure_ascii=False, indent=2) + "\n").encode()


def as_json(alert: Alert) -> dict[str, Any]:
    """The alert as plain data."""
    return _plain(ALERT, alert)


def _plain(table: tuple[Element, ...], value: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in table:
        held = getattr(value, element.field)
        if absent(held):
            continue
        if element.inner:
            found[element.name] = [_plain(element.inner, each) for each in held]
        elif element.many:
            found[element.name] = [element.write(each) for each in held]
        else:
            found[element.name] = element.write(held)
    return found


def read(content: bytes, file: str | None = None) -> Alert:
    """The alert in a JSON document as `write` makes it; unknown keys are errors.

    Raises `InputError`: DOCUMENT_ENCODING, DOCUMENT_MALFORMED, ALERT_ELEMENT_MISSING, ALERT_VALUE.
    """
    return from_data(parse(decode(content, file), file).data, file)


def from_data(data: Any, file: str | None = None) -> Alert:
    """The alert in plain data, as `as_json` makes it; see `read`."""
    alert: Alert = _part(Alert, ALERT, data, file, "alert")
    return alert


def _part(kind: type[Any], table: tuple[Element, ...], data: Any, file: str | None, path: str) -> Any:
    if not isinstance(data, dict):
        raise _invalid(file, path, "应为一组“键: 值”", "must be an object")
    unknown = sorted(set(data) - {element.name for element in table})
    if unknown:
        raise _invalid(file, f"{path}.{unknown[0]}", "不认识的键", "unknown key")

    def found(element: Element) -> list[Any]:
        where = f"{path}.{element.name}"
        if element.name not in data:
            return []
        given = data[element.name]
        if element.many and not isinstance(given, list):
            raise _invalid(file, where, "应为列表", "must be a list")
        return [_value(element, each, file, where) for each in (given if element.many else [given])]

    def refuse(code: str, chinese: str, english: str) -> InputError:
        return InputError(code, chinese, english, file, None, path)

    return part(kind, table, found, refuse)


def _value(element: Element, given: Any, file: str | None, path: str) -> Any:
    if element.kind is not None:
        return _part(element.kind, element.inner, given, file, path)
    if not isinstance(given, str) or not given:
        raise _invalid(file, path, "应为文字", "must be text")
    try:
        return element.read(given)
    except ValueError as error:
        raise _invalid(file, path, f"值不对：{given[:60]}", str(error)) from None


def _invalid(file: str | None, path: str, chinese: str, english: str) -> InputError:
    return InputError("ALERT_VALUE", f"“{path}”{chinese}", f"{path}: {english}", file, None, path)
