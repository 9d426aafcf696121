"""A frozen document as the public pages show it: its own words, rebuilt from the few elements that we know.

What stands for one organisation only (its sign link, its own measures) is left out whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree
from markupsafe import Markup, escape

from gateway.ledger.decisions.notices import Text
from gateway.sign_tokens import QUESTION_SLOT, SIGN_SLOT
from gateway.slots import OWN_SLOT

BlockKind = Literal["text", "essentials", "mending", "decision", "measures", "issuer"]
_SLOTS = (SIGN_SLOT, QUESTION_SLOT, OWN_SLOT)
_CLASSES: dict[str, BlockKind] = {"essentials": "essentials", "mending": "mending", "issuer": "issuer"}
_KEPT = {"p": "p", "ul": "ul", "ol": "ol", "li": "li", "strong": "strong", "span": "span", "h3": "h4"}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document. `heading` is "" where it has none; `words` is all that it says."""

    kind: BlockKind
    heading: str
    content: Markup
    words: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document without its title's repetition. `number` is its document number as printed, "" for none."""

    title: str
    language: str
    number: str
    blocks: tuple[Block, ...]

    def without(self, other: "Paper") -> "Paper":
        """This document without what the other says in the very same words, the decision itself and who
        signs it."""
        said = {block.words for block in other.blocks}
        kept = [
            block
            for block in self.blocks
            if block.words not in said and block.kind not in ("decision", "issuer", "mending")
        ]
        return Paper(self.title, self.language, self.number, tuple(kept))


def paper(text: Text) -> Paper:
    """The document of a frozen notice."""
    found = etree.fromstring(text.html or "<main/>", etree.HTMLParser()).find(".//main")
    parts = () if found is None else tuple(found)
    number = next((_words(part) for part in parts if part.get("class") == "number"), "")
    return Paper(text.title, text.language, number, tuple(_blocks(parts)))


def _blocks(parts: tuple[etree._Element, ...]) -> Iterator[Block]:
    for part in parts:
        chip = part.tag == "p" and len(part) and "level" in part[0].get("class", "").split()
        if part.tag == "h1" or part.get("class") in ("number", "own") or chip or _is_own(part):
            continue  # said otherwise, or for one organisation only
        heading = part.find("h2")
        kind: BlockKind = _CLASSES.get(part.get("class", ""), "text")
        if part.tag == "section":
            kind = "measures" if part.get("class") == "group" else "decision"
        content = Markup().join(_shown(each) for each in (part if part.tag == "section" else (part,)))
        yield Block(kind, "" if heading is None else _words(heading), content, _words(part))


def _shown(element: etree._Element) -> Markup:
    if element.tag == "h2" or _is_own(element):
        return Markup()
    if element.tag == "br":
        return Markup("<br>")
    inner = escape(element.text or "")
    for each in element:
        inner += _shown(each) + escape(each.tail or "")
    name = _KEPT.get(str(element.tag))
    link = element.get("href", "")
    if element.tag == "a" and link.startswith(("https://", "http://")):
        return Markup('<a href="{}">{}</a>').format(link, inner)
    if name is None:
        return inner
    if name == "ol":
        return Markup('<ol start="{}">{}</ol>').format(element.get("start", "1"), inner)
    if name == "strong" and element.get("class") == "mark":
        return Markup('<strong class="mark">{}</strong>').format(inner)
    if name == "span":
        return Markup('<span lang="{}">{}</span>').format(element.get("lang", "zh-CN"), inner)
    return Markup(f"<{name}>{{}}</{name}>").format(inner)  # noqa: S704 -- one of ours


def _is_own(element: etree._Element) -> bool:
    """Whether it is a line in which something of one organisation stands."""
    if element.tag in ("section", "ul", "ol"):
        return False  # its lines are looked at one by one
    said = etree.tostring(element, encoding="unicode", with_tail=False)
    return any(slot in said for slot in _SLOTS)


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(each) for each in element.itertext()).split())
