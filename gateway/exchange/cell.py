"""Cell broadcast after 3GPP TS 23.041: message identifier, serial number, and pages to the octet.

Pages are only packing: a phone joins them. No operator in China publishes an interface for cell broadcast;
this is the exact content for one that has it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from gateway.errors import InputError
from gateway.exchange.elements import write_polygon
from gateway.exchange.model import CELL, Alert, Certainty, Info, Severity, Urgency

PAGE_OCTETS = 82  # of text in a page
MAX_PAGES = 15
GSM_UNITS = 93  # characters of seven bits in 82 octets
UCS2_UNITS = 41
GSM_CODING = 0x01  # the default alphabet, English
UCS2_CODING = 0x48  # UCS-2, uncompressed, no message class
EXERCISE, TEST, PUBLIC_SAFETY = 4381, 4380, 4396
# 4370, the national identifier that nobody can switch off, is no city's to use.
IDENTIFIERS: dict[tuple[Severity, Urgency, Certainty], int] = {
    ("Extreme", "Immediate", "Observed"): 4371,
    ("Extreme", "Immediate", "Likely"): 4372,
    ("Extreme", "Expected", "Observed"): 4373,
    ("Extreme", "Expected", "Likely"): 4374,
    ("Severe", "Immediate", "Observed"): 4375,
    ("Severe", "Immediate", "Likely"): 4376,
    ("Severe", "Expected", "Observed"): 4377,
    ("Severe", "Expected", "Likely"): 4378,
}
_FURTHER_LANGUAGE = 13  # from the identifier of a message to that of the same in another language
_FURTHER_SAFETY = 1
# The default alphabet of TS 23.038, by code; what stands behind the escape counts two.
_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = {"\f": 10, "^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
_ESCAPE, _FILL = 27, 13
_CODES = {character: code for code, character in enumerate(_GSM) if code != _ESCAPE}


@dataclass(frozen=True, slots=True)
class Serial:
    """What tells broadcasts apart: 2 bits where it shows (1: the whole network), 10 bits the event's code,
    4 bits its update. Codes are allotted by who releases, never at random: a phone drops what it had."""

    code: int
    update: int = 0
    scope: Literal[0, 1, 2, 3] = 1

    def __post_init__(self) -> None:
        if not (0 <= self.code < 1024 and 0 <= self.update < 16):
            raise ValueError("a code has 10 bits, an update 4")

    @property
    def number(self) -> int:
        """The 16 bits."""
        return self.scope << 14 | self.code << 4 | self.update

    def updated(self) -> "Serial":
        """That of the next message of the event; after 15 comes 0."""
        return Serial(self.code, (self.update + 1) % 16, self.scope)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its text, and its 82 octets, filled up with carriage returns. `used` octets hold text."""

    text: str
    octets: bytes
    used: int


@dataclass(frozen=True, slots=True)
class CellMessage:
    """One language of a broadcast."""

    identifier: int
    serial: Serial
    language: str
    coding: int
    pages: tuple[Page, ...]

    def contents(self) -> bytes:
        """The warning message contents that LTE and 5G send: how many pages, then each and its length."""
        pages = b"".join(page.octets + bytes([page.used]) for page in self.pages)
        return bytes([len(self.pages)]) + pages

    def as_json(self) -> dict[str, Any]:
        """The shape that the payload has."""
        return {
            "message_identifier": self.identifier,
            "message_identifier_hex": f"{self.identifier:04X}",
            "serial_number_hex": f"{self.serial.number:04X}",
            "geographical_scope": self.serial.scope,
            "message_code": self.serial.code,
            "update_number": self.serial.update,
            "language": self.language,
            "data_coding_scheme_hex": f"{self.coding:02X}",
            "pages": [
                {"page": number, "of": len(self.pages), "text": page.text, "octets_hex": page.octets.hex()}
                for number, page in enumerate(self.pages, 1)
            ],
            "contents_hex": self.contents().hex(),
        }


@dataclass(frozen=True, slots=True)
class CellBroadcast:
    """What is broadcast; without messages `reason` says in Chinese and English why not. `stops`: what was
    broadcast for the event before is to be stopped, under the identifier and serial number that it has.
    `alert` is what it is a form of: its names, its areas and its end are of it."""

    alert: Alert
    messages: tuple[CellMessage, ...]
    reason: str = ""
    reason_en: str = ""
    stops: bool = False

    def as_json(self) -> dict[str, Any]:
        """The payload."""
        said = self._said()
        if self.messages:
            messages = [message.as_json() for message in self.messages]
            return {**said, "cell_broadcast": True, "stops_earlier": self.stops, "messages": messages}
        return {
            **said,
            "cell_broadcast": False,
            "stops_earlier": self.stops,
            "reason": self.reason,
            "reason_en": self.reason_en,
        }

    def _said(self) -> dict[str, Any]:
        """Which message it is, which ones it follows, where it is broadcast and how long it may be."""
        info = next((each for each in self.alert.infos if not each.ends), self.alert.infos[0])
        return {
            "identifier": self.alert.identifier,
            "sender": self.alert.sender,
            "sent": self.alert.sent,
            "status": self.alert.status,
            "message_type": self.alert.message_type,
            "references": [each.identifier for each in self.alert.references],
            "expires": info.expires,
            "areas": [
                {
                    "name": area.description,
                    "codes": {code.name: code.value for code in area.geocodes},
                    "polygons": [write_polygon(polygon) for polygon in area.polygons],
                }
                for area in info.areas
            ],
        }

    def write(self) -> bytes:
        """The payload as UTF-8 JSON."""
        return (json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n").encode()


def broadcast(alert: Alert, serial: Serial, *, public_safety: bool = False) -> CellBroadcast:
    """What an alert is by cell broadcast, one message a language. `public_safety` lets yellow be 4396.

    Raises `InputError` CELL_TOO_LONG where a text takes more than 15 pages.
    """
    warnings = [info for info in alert.infos if not info.ends]
    if not warnings:
        return CellBroadcast(
            alert,
            (),
            "解除、撤回不作小区广播；请停止正在播发的消息（原消息标识和序列号）",
            "not for cell broadcast: stop what is being broadcast, under its identifier and serial number",
            stops=True,
        )
    if alert.infos[0].ends:  # what goes on until then was broadcast already
        begins = alert.infos[0].effective or alert.sent
        return CellBroadcast(
            alert,
            (),
            f"解除自 {begins} 起生效：届时请停止正在播发的消息（原消息标识和序列号），此前不另作小区广播",
            f"not for cell broadcast: at {begins} stop what is being broadcast, under its identifier and"
            " serial number",
        )
    # Another level has another identifier, which does not replace what runs under the former one.
    stops = alert.message_type == "Update" and alert.warns
    identifier = _identifier(alert, warnings[0], public_safety=public_safety)
    if identifier is None:
        return CellBroadcast(
            alert,
            (),
            "不适合小区广播：没有与这一级别、紧急程度和确定性对应的消息标识",
            "not for cell broadcast: no message identifier fits its severity, urgency and certainty",
            stops,
        )
    first = warnings[0].language
    found: dict[str | None, CellMessage] = {}
    for info in warnings:
        text = info.parameter(CELL)
        if text and info.language not in found:
            coding, pages = paged(text)
            own = identifier if info.language == first else _further(identifier)
            found[info.language] = CellMessage(own, serial, info.language or "en-US", coding, pages)
    return CellBroadcast(
        alert,
        tuple(found.values()),
        "" if found else "不适合小区广播：消息中没有 cbText",
        "" if found else "not for cell broadcast: the message has no cbText",
        stops,
    )


def _identifier(alert: Alert, info: Info, *, public_safety: bool) -> int | None:
    if alert.status == "Exercise":
        return EXERCISE
    if alert.status == "Test":
        return TEST
    if not alert.real:
        return None
    if info.severity == "Moderate" and public_safety:
        return PUBLIC_SAFETY
    return IDENTIFIERS.get((info.severity, info.urgency, info.certainty))


def _further(identifier: int) -> int:
    return identifier + (_FURTHER_SAFETY if identifier == PUBLIC_SAFETY else _FURTHER_LANGUAGE)


def paged(text: str) -> tuple[int, tuple[Page, ...]]:
    """The coding of a text and its pages: seven bits where every character has them, else UCS-2.

    No page splits a character. Raises `InputError` CELL_TOO_LONG.
    """
    seven = all(character in _CODES or character in _ESCAPED for character in text)
    pages = tuple(_gsm_pages(text) if seven else _ucs2_pages(text))
    if len(pages) > MAX_PAGES:
        raise InputError(
            "CELL_TOO_LONG",
            f"小区广播的文字有 {len(pages)} 页，超过 {MAX_PAGES} 页",
            f"the text takes {len(pages)} pages, more than {MAX_PAGES}",
            field=CELL,
        )
    return GSM_CODING if seven else UCS2_CODING, pages


def _filled(text: str, units: int, size: dict[bool, int], wide: frozenset[str]) -> Iterator[str]:
    page, used = "", 0
    for character in text:
        takes = size[character in wide]
        if used + takes > units:
            yield page
            page, used = "", 0
        page += character
        used += takes
    if page:
        yield page


def _gsm_pages(text: str) -> Iterator[Page]:
    for page in _filled(text, GSM_UNITS, {False: 1, True: 2}, frozenset(_ESCAPED)):
        codes = [
            code
            for character in page
            for code in ((_ESCAPE, _ESCAPED[character]) if character in _ESCAPED else (_CODES[character],))
        ]
        used = -(-len(codes) * 7 // 8)
        codes += [_FILL] * (GSM_UNITS - len(codes))
        yield Page(page, _packed(codes).ljust(PAGE_OCTETS, b"\0"), used)


def _packed(codes: list[int]) -> bytes:
    """Seven bits after seven bits, the lowest first (TS 23.038, 6.1.2.2)."""
    bits = sum(code << 7 * place for place, code in enumerate(codes))
    return bits.to_bytes(-(-len(codes) * 7 // 8), "little")


def _ucs2_pages(text: str) -> Iterator[Page]:
    wide = frozenset(character for character in text if ord(character) > 0xFFFF)
    for page in _filled(text, UCS2_UNITS, {False: 1, True: 2}, wide):
        octets = page.encode("utf-16-be")
        fill = (PAGE_OCTETS - len(octets)) // 2
        yield Page(page, octets + b"\0\r" * fill, len(octets))
