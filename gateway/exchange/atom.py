"""The Atom feed of what holds: an entry a message, and the link to the full alert.

After "Example Practices: CAP Feeds 1.0" (OASIS committee note 02, 2014) and RFC 4287: a changed warning is a
new message and so a new entry; an entry says as much as a list shows, in CAP's own elements.
"""

from collections.abc import Callable, Sequence
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from gateway.exchange import cap
from gateway.exchange.model import ALERT_LEVEL, CELL, Alert, Info

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
MOST_ENTRIES = 400  # some 600 KB: public readers take 900 KB at most and like 100
_HTML = "text/html"
_MESSAGE_TYPES = "urn:oasis:names:tc:emergency:cap:1.2#msgType"  # schemes of categories, compared as text
_LEVELS = "urn:oasis:names:tc:emergency:cap:1.2#parameter/" + ALERT_LEVEL
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def write(
    alerts: Sequence[Alert],
    *,
    address: str,
    page: str,
    cap_address: Callable[[str], str],
    page_address: Callable[[str], str],
    author: str,
    updated: str,
) -> bytes:
    """The feed of these messages, in their order, as UTF-8 XML; equal arguments give equal bytes.

    `address` is where the feed is read, `page` where people read what holds. `cap_address` gives the address
    of a full alert by its identifier, `page_address` that of its page: readers for people open nothing else
    (feedparser, and what is built on it, takes links to HTML alone). `author` is the office. `updated` (as
    payloads write times) counts only where there is no message. At most `MOST_ENTRIES` messages, each with an
    info block.
    """
    root = etree.Element(_atom("feed"), nsmap={None: NAMESPACE, "cap": cap.NAMESPACE})
    root.set(_XML_LANGUAGE, "zh-CN")
    _text(root, "id", address)
    _text(root, "title", f"{author} · 当前预警")
    _text(root, "subtitle", "生效的预警和解除；以所链接的报文为准 · Alerts in force, and what ended them")
    _text(root, "updated", max((alert.sent for alert in alerts), default=updated))
    _author(root, author)
    _link(root, "self", MEDIA_TYPE, address)
    _link(root, "alternate", _HTML, page)
    for alert in alerts[:MOST_ENTRIES]:
        links = (cap.MEDIA_TYPE, cap_address(alert.identifier)), (_HTML, page_address(alert.identifier))
        _entry(root, alert, links, author)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def entry_id(alert: Alert) -> str:
    """What a message's entry is called for ever, whatever server shows it."""
    return uuid5(NAMESPACE_URL, f"cap:{alert.reference}").urn


def _entry(root: etree._Element, alert: Alert, links: Sequence[tuple[str, str]], office: str) -> None:
    info = alert.infos[0]
    entry = etree.SubElement(root, _atom("entry"))
    _text(entry, "id", entry_id(alert))
    _text(entry, "title", info.headline or info.event)
    _text(entry, "updated", alert.sent)
    _text(entry, "published", alert.sent)
    _author(entry, info.sender_name or office)
    for media_type, address in links:
        _link(entry, "alternate", media_type, address)
    for category in info.categories:
        _category(entry, category)
    _category(entry, alert.message_type, _MESSAGE_TYPES)
    if level := info.parameter(ALERT_LEVEL):
        _category(entry, level, _LEVELS)
    _text(entry, "summary", info.parameter(CELL) or info.description or info.event)
    for name, value in _said(alert, info):
        etree.SubElement(entry, f"{{{cap.NAMESPACE}}}{name}").text = value


def _said(alert: Alert, info: Info) -> list[tuple[str, str]]:
    """What a reader may sort out by, under the names of CAP."""
    areas = "；".join(area.description for area in info.areas)
    values = (
        ("identifier", alert.identifier),
        ("status", alert.status),
        ("msgType", alert.message_type),
        ("event", info.event),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("effective", info.effective),
        ("onset", info.onset),
        ("expires", info.expires),
        ("areaDesc", areas),
    )
    return [(name, value) for name, value in values if value]


def _author(parent: etree._Element, name: str) -> None:
    author = etree.SubElement(parent, _atom("author"))
    _text(author, "name", name)


def _link(parent: etree._Element, relation: str, media_type: str, address: str) -> None:
    etree.SubElement(parent, _atom("link"), rel=relation, type=media_type, href=address)


def _category(entry: etree._Element, term: str, scheme: str | None = None) -> None:
    category = etree.SubElement(entry, _atom("category"), term=term)
    if scheme is not None:
        category.set("scheme", scheme)


def _text(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, _atom(name)).text = value


def _atom(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
