"""Holds an XML tree against a table: names, order, counts, values, attributes, stray text."""

from dataclasses import dataclass

from lxml import etree

from gateway.exchange.validation.fault import Fault, Faults, shown
from gateway.exchange.validation.part import text_of
from gateway.exchange.validation.table import Row

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = (f"{_INSTANCE}schemaLocation", f"{_INSTANCE}noNamespaceSchemaLocation")  # say nothing of the alert
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A table with the namespace of its elements.

    Elements of the namespace `tail` may follow those of the root. `empty_is_usual`: senders write the
    optional elements that they do not use as empty ones.
    """

    namespace: str
    root: Row
    tail: str | None = None
    empty_is_usual: bool = False


def check_structure(root: etree._Element, dialect: Dialect, faults: Faults) -> None:
    """Gather every fault of structure; the root's own name has been recognised before."""
    _Walk(dialect, faults).walk(root, dialect.root, dialect.root.name, dialect.tail)


class _Walk:
    def __init__(self, dialect: Dialect, faults: Faults) -> None:
        self._prefix = f"{{{dialect.namespace}}}"
        self._empty_is_usual = dialect.empty_is_usual
        self._faults = faults

    def walk(self, element: etree._Element, row: Row, path: str, tail: str | None = None) -> None:
        self._check_attributes(element, path)
        if row.value is not None:
            self._check_value(element, row, path)
            return
        self._check_stray_text(element, path)
        counts = [0] * len(row.rows)
        at, ended = 0, False
        places = {each.name: place for place, each in enumerate(row.rows)}
        for child in element:
            if not isinstance(child.tag, str):
                continue
            if tail is not None and child.tag.startswith(f"{{{tail}}}"):
                ended = True
                continue
            place = self._place(child, places)
            if place is None:
                self._unknown(child, row, path)
                continue
            counts[place] += 1
            own = row.rows[place]
            where = f"{path}/{own.name}[{counts[place]}]"
            if ended or place < at:
                self._order(child, own.name, row, at if not ended else None, where)
            else:
                at = place
            if counts[place] == own.most + 1:
                self._add(
                    child,
                    where,
                    "ELEMENT_REPEATED",
                    f"{own.name} 只能出现一次",
                    f"{own.name} may stand only once",
                )
            self.walk(child, own, where)
        for each, count in zip(row.rows, counts, strict=True):
            if count < each.least:
                self._add(
                    element,
                    path,
                    "ELEMENT_MISSING",
                    f"{row.name} 缺少必填的 {each.name}",
                    f"{row.name} lacks {each.name}, which is required",
                )

    def _place(self, child: etree._Element, places: dict[str, int]) -> int | None:
        tag = str(child.tag)
        return places.get(tag[len(self._prefix) :]) if tag.startswith(self._prefix) else None

    def _check_attributes(self, element: etree._Element, path: str) -> None:
        for name in element.attrib:
            if name not in _HINTS:
                self._add(
                    element,
                    path,
                    "ATTRIBUTE_UNKNOWN",
                    f"不允许有属性 {shown(str(name))}",
                    f"the attribute {shown(str(name))} is not allowed",
                )

    def _check_value(self, element: etree._Element, row: Row, path: str) -> None:
        inside = next((child for child in element if isinstance(child.tag, str)), None)
        if inside is not None:
            self._add(
                inside,
                path,
                "CONTENT_NOT_TEXT",
                f"{row.name} 只能有文字，不能有元素 {_name(inside)}",
                f"{row.name} holds text only, and no element {_name(inside)}",
            )
            return
        text = text_of(element)
        if not text.strip():
            self._empty(element, row, path)
            if row.least == 0 and self._empty_is_usual:
                return
        wrong = row.value(text) if row.value else None
        if wrong is not None:
            self._add(
                element, path, wrong.code, f"{row.name}：{wrong.message}", f"{row.name}: {wrong.message_en}"
            )

    def _empty(self, element: etree._Element, row: Row, path: str) -> None:
        if row.least == 0 and self._empty_is_usual:
            return
        self._faults.add(
            Fault(
                "ELEMENT_EMPTY",
                "error" if row.least else "warning",
                f"{row.name} 是空的" + ("" if row.least else "；不用时应省去"),
                f"{row.name} is empty" + ("" if row.least else "; leave it out when it is not used"),
                element.sourceline,
                path,
            )
        )

    def _check_stray_text(self, element: etree._Element, path: str) -> None:
        texts = [element.text, *(child.tail for child in element)]
        stray = next((text for text in texts if text and text.strip(_SPACE)), None)
        if stray is not None:
            self._add(
                element,
                path,
                "TEXT_STRAY",
                f"元素之间有多余的文字“{shown(stray)}”",
                f"text between elements: {shown(stray)!r}",
            )

    def _unknown(self, child: etree._Element, row: Row, path: str) -> None:
        tag = etree.QName(child)
        near = {each.name.lower(): each.name for each in row.rows}.get(tag.localname.lower())
        hint = hint_en = ""
        if near == tag.localname:
            hint, hint_en = "（命名空间不对）", " (its namespace is another)"
        elif near:
            hint, hint_en = f"（应写作 {near}）", f" (written {near})"
        self._add(
            child,
            f"{path}/{shown(tag.localname)}",
            "ELEMENT_UNKNOWN",
            f"{row.name} 中没有元素 {_name(child)}{hint}",
            f"{row.name} has no element {_name(child)}{hint_en}",
        )

    def _order(self, child: etree._Element, name: str, row: Row, at: int | None, where: str) -> None:
        after = "Signature" if at is None else row.rows[at].name
        self._add(
            child,
            where,
            "ELEMENT_ORDER",
            f"{name} 的位置不对：应在 {after} 之前",
            f"{name} stands in the wrong place: it belongs before {after}",
        )

    def _add(self, element: etree._Element, path: str, code: str, message: str, message_en: str) -> None:
        self._faults.add(Fault(code, "error", message, message_en, element.sourceline, path))


def _name(element: etree._Element) -> str:
    return shown(etree.QName(element).localname)
