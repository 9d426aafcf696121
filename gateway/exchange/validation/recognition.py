"""Tells which kind of document a root element opens, and says in plain words what is no single alert."""

from typing import Literal

from lxml import etree

from gateway.exchange import cap, national
from gateway.exchange.validation.fault import Fault, shown

Kind = Literal["cap-1.2", "cap-1.1", "cap-1.0", "national", "feed", "wrapper", "unknown"]
_OLD: dict[str, Kind] = {
    "urn:oasis:names:tc:emergency:cap:1.1": "cap-1.1",
    "http://www.incident.com/cap/1.0": "cap-1.0",
}
_FEEDS = ("{http://www.w3.org/2005/Atom}feed", "{http://www.w3.org/2005/Atom}entry", "rss", "feed")
_WRAPPERS = ("EDXLDistribution", "edxlDistribution", "Envelope", "postCAP")  # EDXL-DE 1.0 and 2.0, SOAP


def recognise(root: etree._Element) -> tuple[Kind, Fault | None]:
    """The kind, and the fault that says why it cannot be validated; None for CAP 1.2 and 12379."""
    tag = etree.QName(root)
    namespace, name = tag.namespace or "", tag.localname
    if namespace == cap.NAMESPACE and name == "alert":
        return "cap-1.2", None
    if namespace == national.NAMESPACE and name == "alert":
        return "national", None
    if namespace in _OLD:
        kind = _OLD[namespace]
        version = kind.removeprefix("cap-")
        return kind, _fault(
            root,
            "CAP_VERSION_OLD",
            f"这是 CAP {version}；本系统只接受 CAP 1.2，请对方升级",
            f"this is CAP {version}; only CAP 1.2 is accepted, ask the sender for that",
        )
    if root.tag in _FEEDS or name == "rss":
        return "feed", _fault(
            root,
            "WRAPPED_FEED",
            "这是信息流（Atom 或 RSS），不是一条预警；请取其中每条预警的地址",
            "this is a feed (Atom or RSS) and no alert; fetch the alerts that its entries link to",
        )
    if name in _WRAPPERS:
        return "wrapper", _fault(
            root,
            "WRAPPED_ALERT",
            f"这是封装（{name}），不是预警本身；请取出其中的 alert",
            f"this is a wrapper ({name}) and no alert; take the alert out of it",
        )
    if name == "alert":
        return "unknown", _fault(
            root,
            "NAMESPACE_UNKNOWN",
            f"alert 的命名空间“{shown(namespace)}”不是 CAP 1.2（{cap.NAMESPACE}）",
            f"the namespace {shown(namespace)!r} of alert is not that of CAP 1.2 ({cap.NAMESPACE})",
        )
    return "unknown", _fault(
        root,
        "NOT_AN_ALERT",
        f"根元素是 {shown(name)}，不是 alert",
        f"the root element is {shown(name)} and not alert",
    )


def _fault(root: etree._Element, code: str, message: str, message_en: str) -> Fault:
    return Fault(code, "error", message, message_en, root.sourceline, shown(etree.QName(root).localname))
