"""The message dialect of the national release platform (12379): it looks like CAP 1.2 and is not.

Source: field comments in public generators of this format; the text of GB/T 35965.1-2018 was not readable.
Its namespace, names, values, times, colours and references differ from OASIS CAP, and it knows one info
block in Chinese.
"""

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from gateway.errors import InputError
from gateway.exchange.elements import write_number, write_polygon
from gateway.exchange.model import ALERT_LEVEL, DIVISION, FORMER_LEVEL, SMS, Alert, Authority, Info

NAMESPACE = "http://com.icss.amp"
_IDENTIFIER = re.compile(r"(\d{14})_\d{14}(_\d{1,2})?\Z")
COLOURS = {"红色": "Red", "橙色": "Orange", "黄色": "Yellow", "蓝色": "Blue"}
METRES = 1000  # of a kilometre


def write(alert: Alert, authority: Authority) -> bytes:
    """The alert as UTF-8 XML in the dialect. Pure; equal alerts give equal bytes.

    An exercise is `Test`, the only word that the platform takes for what is not real. What only says that
    all is clear is a `Cancel`. Raises `InputError`: NATIONAL_IDENTIFIER, NATIONAL_AREA_WITHOUT_CODE,
    NATIONAL_NOT_CHINESE.
    """
    unit = _IDENTIFIER.match(alert.identifier)
    if unit is None:
        raise InputError(
            "NATIONAL_IDENTIFIER",
            f"“{alert.identifier}”不是 12379 平台的消息标识（单位编码_时间_序号）",
            f"{alert.identifier!r} is no identifier of the 12379 platform (unit, time, number)",
            field="identifier",
        )
    infos = alert.in_language("zh-CN")
    if not infos:
        raise InputError(
            "NATIONAL_NOT_CHINESE", "消息没有中文内容", "the message says nothing in Chinese", field="infos"
        )
    over = all(info.ends for info in infos)
    info = next((each for each in infos if not each.ends), infos[0])
    # A lift for later is what people are told; one of a part says nothing to those where the rest stands.
    told = infos[0] if set(infos[0].areas) <= set(info.areas) else info
    kind = "Cancel" if over and alert.message_type != "Alert" else alert.message_type
    real = alert.real
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", info.sender_name or alert.sender)
    _add(root, "senderCode", unit.group(1))
    _add(root, "sendTime", _time(alert.sent))
    _add(root, "status", "Actual" if real else "Test")
    _add(root, "msgType", kind)
    _add(root, "scope", "Public")  # the only value in use: what is not real is told by its status
    _add_methods(root, told, authority)
    _add(root, "secClassification", "None")
    _add(root, "note", alert.note)
    if kind != "Alert":
        _add(root, "references", alert.incidents)
    block = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    _add(block, "language", "zh-CN")
    _add(block, "eventType", next((code.value for code in info.event_codes), None))
    _add(block, "urgency", "Unknown")  # the platform uses no other value so far, nor of certainty
    _add(block, "severity", COLOURS.get(_colour(info) or "", "Unknown"))
    _add(block, "certainty", "Unknown")
    _add(block, "effective", _time(info.effective or alert.sent))
    _add(block, "onset", _time(info.onset))
    _add(block, "expires", _time(info.expires))
    _add(block, "senderName", info.sender_name or alert.sender)
    _add(block, "headline", _headline(info, kind, real=real))
    _add(block, "description", "\n".join(each.description for each in infos if each.description))
    _add(block, "instruction", info.instruction)
    _add(block, "web", info.web)
    _add_area(block, infos if over else [each for each in infos if not each.ends])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, name: str, text: str | None) -> None:
    if text:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _add_methods(root: etree._Element, info: Info, authority: Authority) -> None:
    code = etree.SubElement(root, f"{{{NAMESPACE}}}code")
    for name, group in authority.methods:
        method = etree.SubElement(code, f"{{{NAMESPACE}}}method")
        _add(method, "methodName", name)
        _add(method, "message", info.parameter(SMS))
        _add(method, "audienceGrp", group)


def _add_area(block: etree._Element, infos: Sequence[Info]) -> None:
    areas = list(dict.fromkeys(area for info in infos for area in info.areas))
    codes = [[code.value for code in area.geocodes if code.name == DIVISION] for area in areas]
    for area, found in zip(areas, codes, strict=True):
        if not found:
            raise InputError(
                "NATIONAL_AREA_WITHOUT_CODE",
                f"“{area.description}”没有行政区划代码；请在设置 exchange.divisions 中写明",
                f"{area.description!r} has no code of an administrative division; state it in the setting"
                " exchange.divisions",
                field="area",
            )
    element = etree.SubElement(block, f"{{{NAMESPACE}}}area")
    _add(element, "areaDesc", "、".join(area.description for area in areas))
    for area in areas:
        for polygon in area.polygons:
            _add(element, "polygon", write_polygon(polygon))
        for circle in area.circles:
            centre = f"{write_number(circle.centre.latitude)},{write_number(circle.centre.longitude)}"
            _add(element, "circle", f"{centre} {write_number(circle.radius * METRES)}")
    _add(element, "geocode", ",".join(dict.fromkeys(code for found in codes for code in found)))


def _time(text: str | None) -> str | None:
    return None if text is None else text.replace("T", " ", 1)


def _colour(info: Info) -> str | None:
    """The colour in force, or of what is over the one that was."""
    return info.parameter(FORMER_LEVEL if info.ends else ALERT_LEVEL)


def _headline(info: Info, kind: str, *, real: bool) -> str:
    return "".join(_headline_parts(info, kind, real=real))


def _headline_parts(info: Info, kind: str, *, real: bool) -> Iterator[str]:
    """`<sender>发布<event><colour>预警`; a hint, tip or what ends one has no colour, and says what it is."""
    if not real:
        yield "【演练】"
    yield info.sender_name or ""
    yield "解除" if kind == "Cancel" else "发布"
    yield info.event
    colour = _colour(info)
    yield f"{colour}预警" if colour else "预警" if kind == "Cancel" else "提示"
