"""A message from another gateway, in whichever of our forms it came."""

import hashlib
import json
from dataclasses import dataclass
from typing import Literal, get_args

from lxml import etree

from gateway.documents import decode, parse
from gateway.errors import InputError
from gateway.exchange import cap, national_reading, payload_json, xml
from gateway.exchange.model import Alert
from gateway.exchange.national import NAMESPACE as NATIONAL
from gateway.exchange.validation.recognition import recognise

Format = Literal["cap", "national", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
RELEASED = "alert.released"  # the type of a Standard Webhooks body that holds an alert


@dataclass(frozen=True, slots=True)
class Incoming:
    """An alert with what its sender is called in it: of the 12379 dialect the unit's code and its name.

    `sha256` is of all that counts of it, whatever the form and the signature around it: two of the same
    identifier with another one are not the same message.
    """

    alert: Alert
    format: Format
    senders: tuple[str, ...]
    sha256: str


def is_xml(content: bytes) -> bool:
    """Whether it looks like XML rather than JSON; no parser is asked."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def read(content: bytes, covered: bytes | None = None) -> Incoming:
    """Read CAP 1.2, the 12379 dialect, or our JSON, bare or as the `data` of `alert.released`.

    `covered` is what a signature covers of it, where that is what proved it: nothing else counts then.
    Raises `InputError` like `cap.read`, `national_reading.read` and `payload_json.read`, and
    ORDER_UNREADABLE for what is none of them.
    """
    if covered is not None or is_xml(content):
        return from_root(xml.parse(content if covered is None else covered))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":  # YAML is for people
        raise _unreadable("应为 CAP、12379 消息或 JSON", "it is neither CAP, a 12379 message nor JSON")
    data = parse(decode(content, None), None).data
    if isinstance(data, dict) and "type" in data and "data" in data:
        if data["type"] != RELEASED:
            raise _unreadable(f"type 应为 {RELEASED}", f"its type must be {RELEASED}")
        data = data["data"]
    alert = payload_json.from_data(data)
    return Incoming(alert, "json", (alert.sender,), _sha256(alert))


def from_root(root: etree._Element) -> Incoming:
    """The same for XML that was parsed already."""
    if etree.QName(root).namespace == NATIONAL:
        alert = national_reading.from_root(root)
        return Incoming(alert, "national", national_reading.sender_words(root), _sha256(alert))
    _, fault = recognise(root)
    if fault is not None:
        raise _unreadable(fault.message, fault.message_en)
    alert = cap.from_root(root)
    return Incoming(alert, "cap", (alert.sender,), _sha256(alert))


def _sha256(alert: Alert) -> str:
    data = payload_json.as_json(alert)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _unreadable(chinese: str, english: str) -> InputError:
    return InputError(
        "ORDER_UNREADABLE", f"不能作为指令读取：{chinese}", f"not readable as an order: {english}"
    )
