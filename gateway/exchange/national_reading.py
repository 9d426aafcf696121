"""Reads messages of the 12379 dialect into alerts, for whoever acts on them; `national` writes them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from lxml import etree

from gateway.errors import InputError
from gateway.exchange.elements import read_number, read_point, read_polygon
from gateway.exchange.model import (
    ALERT_LEVEL,
    DIVISION,
    FORMER_LEVEL,
    SMS,
    Alert,
    Area,
    Certainty,
    Circle,
    Info,
    MessageType,
    Named,
    Scope,
    Severity,
    Status,
    Urgency,
    read_moment,
)
from gateway.exchange.national import COLOURS, METRES, NAMESPACE
from gateway.exchange.xml import parse

EVENT_TYPE = "cn:eventType"  # the kind of code that `eventType` holds
_ROOT = f"{{{NAMESPACE}}}alert"
_UNIT = re.compile(r"\d{14}\Z")
_COLOUR_WORDS = {colour: word for word, colour in COLOURS.items()}
_SEVERITIES: dict[str, Severity] = {
    "Red": "Extreme",
    "Orange": "Severe",
    "Yellow": "Moderate",
    "Blue": "Minor",
}
_CERTAINTIES = {"VeryLikely": "Likely"}  # CAP 1.2 has no such word


def read(content: bytes, file: str | None = None) -> Alert:
    """The alert in a message of the dialect, for whoever acts on it. Order and rules are not judged.

    `sender` is the unit's code, `sender_name` of the info block the sender in words; the colour is the
    parameter `cn:alertLevel` (`cn:formerAlertLevel` of a Cancel). Its one reference is the event's first
    message and so stands as `incidents`: of the others the dialect says nothing. Files are left out.
    Raises `InputError` like `xml.parse`, and ALERT_NOT_NATIONAL, ALERT_ELEMENT_MISSING,
    ALERT_ELEMENT_REPEATED, ALERT_VALUE.
    """
    return from_root(parse(content, file), file)


def from_root(root: etree._Element, file: str | None = None) -> Alert:
    """The alert under a root element that was parsed already; see `read`."""
    if root.tag != _ROOT:
        raise InputError(
            "ALERT_NOT_NATIONAL",
            "不是 12379 平台的消息：根元素应为 alert，命名空间应为 " + NAMESPACE,
            f"not a message of the 12379 platform: its root must be alert in {NAMESPACE}",
            file,
            root.sourceline,
        )
    alert = _Read(root, file, "alert")
    over = alert.one_of("msgType", _values(MessageType)) == "Cancel"
    blocks = [_info(each, alert, over=over) for each in alert.parts("info")]
    return Alert(
        identifier=alert.needed("identifier"),
        sender=alert.checked("senderCode", _unit),
        sent=alert.checked("sendTime", _moment),
        status=alert.one_of("status", _values(Status)),
        message_type=alert.one_of("msgType", _values(MessageType)),
        scope=alert.one_of("scope", _values(Scope)),
        note=alert.text("note"),
        incidents=alert.text("references") or alert.needed("identifier"),
        infos=tuple(blocks),
    )


def sender_words(root: etree._Element) -> tuple[str, ...]:
    """What a message of the dialect calls its sender: the unit's code, and its name."""
    alert = _Read(root, None, "alert")
    return tuple(text for text in (alert.text("senderCode"), alert.text("sender")) if text)


def _info(info: "_Read", alert: "_Read", *, over: bool) -> Info:
    colour = info.one_of("severity", (*_SEVERITIES, "Unknown"))
    word = _COLOUR_WORDS.get(colour)
    level = (Named(FORMER_LEVEL if over else ALERT_LEVEL, word),) if word else ()
    said = next((each.text("message") for code in alert.parts("code") for each in code.parts("method")), None)
    certainty = info.one_of("certainty", (*_values(Certainty), *_CERTAINTIES))
    return Info(
        language=info.text("language") or "zh-CN",
        categories=("Env",),
        event=info.needed("eventType"),
        response_types=("AllClear",) if over else (),
        urgency=info.one_of("urgency", _values(Urgency)),
        severity="Minor" if over else _SEVERITIES.get(colour, "Unknown"),
        certainty=_CERTAINTIES.get(certainty, certainty),
        event_codes=(Named(EVENT_TYPE, info.needed("eventType")),),
        effective=info.checked("effective", _moment) if info.text("effective") else None,
        onset=info.checked("onset", _moment) if info.text("onset") else None,
        expires=info.checked("expires", _moment) if info.text("expires") else None,
        sender_name=alert.text("sender") or info.text("senderName"),
        headline=info.text("headline"),
        description=info.text("description"),
        instruction=info.text("instruction"),
        web=info.text("web"),
        parameters=(*level, *((Named(SMS, said),) if said else ())),
        areas=tuple(map(_area, info.parts("area"))),
    )


def _area(area: "_Read") -> Area:
    codes = re.split(r"[,，\s]+", area.text("geocode") or "")
    return Area(
        area.needed("areaDesc"),
        polygons=tuple(area.each("polygon", read_polygon)),
        circles=tuple(area.each("circle", _circle)),
        geocodes=tuple(Named(DIVISION, code) for code in codes if code),
    )


def _values(words: object) -> tuple[str, ...]:
    return get_args(words)


def _unit(text: str) -> str:
    if not _UNIT.match(text):
        raise ValueError("a unit's 14 digits")
    return text


def _moment(text: str) -> str:
    """As CAP writes it: the dialect has a blank in the place of the T."""
    written = text.replace(" ", "T", 1)
    read_moment(written)
    return written


def _circle(text: str) -> Circle:
    centre, radius = text.split()
    return Circle(read_point(centre), read_number(radius) / METRES)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read:
    """An element whose children are looked up by name; comments are no text."""

    element: etree._Element
    file: str | None
    path: str

    def parts(self, name: str) -> "list[_Read]":
        found = self.element.findall(f"{{{NAMESPACE}}}{name}")
        return [_Read(each, self.file, f"{self.path}.{name}") for each in found]

    def text(self, name: str) -> str | None:
        found = self.parts(name)
        if len(found) > 1:
            raise self._invalid("ALERT_ELEMENT_REPEATED", f"“{name}”重复", f"the element {name} stands twice")
        return found[0].own if found and found[0].own else None

    @property
    def own(self) -> str:
        return str(self.element.xpath("string()")).strip()

    def needed(self, name: str) -> str:
        text = self.text(name)
        if text is None:
            raise self._invalid("ALERT_ELEMENT_MISSING", f"缺少“{name}”", f"the element {name} is missing")
        return text

    def checked(self, name: str, reader: Callable[[str], T]) -> T:
        return self._value(name, self.needed(name), reader)

    def each(self, name: str, reader: Callable[[str], T]) -> list[T]:
        return [self._value(name, part.own, reader) for part in self.parts(name) if part.own]

    def one_of(self, name: str, allowed: Sequence[str]) -> Any:
        def known(text: str) -> str:
            if text not in allowed:
                raise ValueError(f"one of {' '.join(allowed)}")
            return text

        return self.checked(name, known)

    def _value(self, name: str, text: str, reader: Callable[[str], T]) -> T:
        try:
            return reader(text)
        except ValueError as error:
            raise self._invalid(
                "ALERT_VALUE",
                f"“{name}”的值不对：{text[:60]}",
                f"{name} cannot be {text[:60]!r}: {error}",
            ) from None

    def _invalid(self, code: str, message: str, message_en: str) -> InputError:
        return InputError(code, message, message_en, self.file, self.element.sourceline, self.path)
