"""A reader of Atom that knows nothing of ours: RFC 4287's rules as a grammar, and what an entry says."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

_ATOM = {"a": "http://www.w3.org/2005/Atom", "c": "urn:oasis:names:tc:emergency:cap:1.2"}


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    updated: str
    link: str
    page: str
    summary: str
    categories: tuple[str, ...]
    expires: str


@dataclass(frozen=True)
class Feed:
    id: str
    title: str
    updated: str
    author: str
    self_link: str
    entries: tuple[Entry, ...]


def read(content: bytes) -> Feed:
    """What a feed says; fails for one that breaks a rule of the standard."""
    root = etree.fromstring(content)
    _grammar().assertValid(root)
    ids = root.xpath("a:entry/a:id/text()", namespaces=_ATOM)
    assert isinstance(ids, list)
    assert len(set(ids)) == len(ids), "two entries of one id"

    def text(at: etree._Element, path: str) -> str:
        return str(at.xpath(f"string({path})", namespaces=_ATOM))

    entries = tuple(
        Entry(
            text(entry, "a:id"),
            text(entry, "a:title"),
            text(entry, "a:updated"),
            text(entry, "a:link[@rel='alternate' and @type='application/cap+xml']/@href"),
            text(entry, "a:link[@rel='alternate' and @type='text/html']/@href"),
            text(entry, "a:summary"),
            tuple(str(each.get("term")) for each in entry.findall("a:category", _ATOM)),
            text(entry, "c:expires"),
        )
        for entry in root.findall("a:entry", _ATOM)
    )
    return Feed(
        text(root, "a:id"),
        text(root, "a:title"),
        text(root, "a:updated"),
        text(root, "a:author/a:name"),
        text(root, "a:link[@rel='self']/@href"),
        entries,
    )


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
