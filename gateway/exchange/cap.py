"""OASIS CAP 1.2: an alert as XML, and back."""

from typing import Any

from lxml import etree

from gateway.errors import InputError
from gateway.exchange.elements import ALERT, Element, absent, part
from gateway.exchange.model import Alert
from gateway.exchange.xml import parse

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
_ROOT = f"{{{NAMESPACE}}}alert"


def write(alert: Alert) -> bytes:
    """The alert as UTF-8 XML, its elements in the order of the standard; equal alerts give equal bytes.

    What is signed and sent are these bytes: to indent them again would break a signature.
    """
    root = etree.Element(_ROOT, nsmap={None: NAMESPACE})
    _fill(root, ALERT, alert)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _fill(parent: etree._Element, table: tuple[Element, ...], value: object) -> None:
    for element in table:
        held = getattr(value, element.field)
        if absent(held):
            continue
        for each in held if element.many else (held,):
            child = etree.SubElement(parent, f"{{{NAMESPACE}}}{element.name}")
            if element.inner:
                _fill(child, element.inner, each)
            else:
                child.text = element.write(each)


def read(content: bytes, file: str | None = None) -> Alert:
    """The alert in a CAP 1.2 document. Order and rules are not judged, and what CAP does not know is passed.

    Raises `InputError` like `xml.parse`, and ALERT_NOT_CAP, ALERT_ELEMENT_MISSING, ALERT_ELEMENT_REPEATED,
    ALERT_VALUE.
    """
    return from_root(parse(content, file), file)


def from_root(root: etree._Element, file: str | None = None) -> Alert:
    """The alert under a root element that was parsed already; see `read`."""
    if root.tag != _ROOT:
        raise InputError(
            "ALERT_NOT_CAP",
            "不是 CAP 1.2 消息：根元素应为 alert，命名空间应为 " + NAMESPACE,
            f"not a CAP 1.2 message: its root must be alert in {NAMESPACE}",
            file,
            root.sourceline,
        )
    alert: Alert = _part(Alert, ALERT, root, file, "alert")
    return alert


def _part(
    kind: type[Any], table: tuple[Element, ...], parent: etree._Element, file: str | None, path: str
) -> Any:
    def found(element: Element) -> list[Any]:
        children = parent.findall(f"{{{NAMESPACE}}}{element.name}")
        values = (_value(element, child, file, f"{path}.{element.name}") for child in children)
        return [value for value in values if element.required or not absent(value)]

    def refuse(code: str, chinese: str, english: str) -> InputError:
        return InputError(code, chinese, english, file, parent.sourceline, path)

    return part(kind, table, found, refuse)


def _value(element: Element, child: etree._Element, file: str | None, path: str) -> Any:
    if element.kind is not None:
        return _part(element.kind, element.inner, child, file, path)
    text = str(child.xpath("string()")).strip()  # comments are no text
    if not text and not element.required:
        return None
    try:
        return element.read(text)
    except ValueError as error:
        raise InputError(
            "ALERT_VALUE",
            f"“{element.name}”的值不对：{text[:60]}",
            f"{element.name} cannot be {text[:60]!r}: {error}",
            file,
            child.sourceline,
            path,
        ) from None
