"""What a preview shows: who gets how much, what changes for each reader, texts as devices show them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.prepare import Prepared
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.model import Decision
from gateway.directory.model import AddressKind
from gateway.notices.model import Notice
from gateway.notices.reading import Measures
from gateway.notices.stated import stated
from gateway.notices.words import WORDS
from gateway.plans.model import Plan
from gateway.sign_tokens import SIGN_SLOT
from gateway.slots import OWN_SLOT
from gateway.vocabulary import AUDIENCES, SECTORS, Audience, Medium, Sector

Kind = Literal["new", "changed", "replaced", "ended", "same"]  # replaced: others stand in its place
SHOWN: tuple[Medium, ...] = ("sms", "webhook", "email", "notice", "spoken", "push")
_MARKS: dict[str, str] = {
    "（新增）": "new",
    "(NEW)": "new",
    "（调整）": "changed",
    "(CHANGED)": "changed",
}
_MARKED = re.compile("|".join(map(re.escape, (*_MARKS, OWN_SLOT, SIGN_SLOT))))
_MARKUP = re.compile(r"(\*\*|<font color=\"[a-z]{1,10}\">|</font>)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of who gets it. `segments` of one SMS (None: no SMS), `all_segments` of them all."""

    audience: Audience
    sector: Sector | None
    channel: AddressKind
    english: bool
    recipients: int
    messages: int
    segments: int | None

    @property
    def all_segments(self) -> int | None:
        """What operators charge for, by the shared text."""
        return None if self.segments is None else self.segments * self.recipients


@dataclass(frozen=True, slots=True)
class Change:
    """A measure of one reader, and what becomes of it. `number`: its own in the text (0: it is not there);
    `successors`: the items in its place (`第2项`)."""

    kind: Kind
    text: str
    clause: str = ""
    number: int = 0
    successors: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one look; `look` are names of classes."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chat message. `kind`: heading, quote, item or plain."""

    kind: Literal["heading", "quote", "item", "plain"]
    pieces: tuple[Piece, ...]


def rows(prepared: Prepared) -> list[Row]:
    """Who gets it, by reader and channel, in the order of audiences."""
    texts = {(each.audience, each.sector, each.medium, each.language): each for each in prepared.notices}
    found = []
    for reading, number in prepared.targeted.targets.counts().items():
        text = texts[reading.text]
        found.append(
            Row(
                reading.audience,
                reading.sector,
                reading.kind,
                reading.language == "en",
                number,
                number * len(text.messages),
                text.segments,
            )
        )
    return sorted(merged(found), key=_order)


def merged(found: Iterable[Row]) -> list[Row]:
    """Rows that differ only in what somebody wished to read, put together."""
    together: dict[tuple[object, ...], Row] = {}
    for row in found:
        key = (row.audience, row.sector, row.channel, row.english, row.segments)
        had = together.get(key)
        together[key] = (
            row
            if had is None
            else Row(
                row.audience,
                row.sector,
                row.channel,
                row.english,
                had.recipients + row.recipients,
                had.messages + row.messages,
                row.segments,
            )
        )
    return list(together.values())


def readers() -> list[tuple[Audience, Sector | None]]:
    """Every reader, in the order in which they are shown."""
    return [
        reader
        for audience in AUDIENCES
        for reader in [(audience, None), *((audience, each) for each in SECTORS if audience == "enterprises")]
    ]


def reader_of(name: str) -> tuple[Audience, Sector | None] | None:
    """The reader of a name such as `schools` or `enterprises-power`."""
    return next((each for each in readers() if name_of(*each) == name), None)


def name_of(audience: str, sector: str | None) -> str:
    """A reader's name in addresses."""
    return f"{audience}-{sector}" if sector else audience


def changes(
    plan: Plan, decision: Decision, link: Link, wanted: Sequence[tuple[Audience, Sector | None]]
) -> dict[tuple[Audience, Sector | None], list[Change]]:
    """Each reader's measures in reading order with what becomes of them, then those that end."""
    before, after = standing.before(link), standing.in_force(link.after)
    holds = stated(decision, before, after)
    measures = Measures(plan, holds.level, holds.facts, before, WORDS["zh-CN"])
    found = {}
    for audience, sector in wanted:
        reading = measures.read_by(audience, sector)
        found[audience, sector] = [
            *(Change(each.mark or "same", each.text, each.clause, each.number) for each in reading.items),
            *(
                Change("replaced" if each.successors else "ended", each.text, successors=each.successors)
                for each in reading.ended
            ),
        ]
    return found


def marked(text: str, own: str) -> tuple[Piece, ...]:
    """A text whose marks of what is new or changed are seen; `own` stands for enterprises' own measures."""
    pieces: list[Piece] = []
    at = 0
    for mark in _MARKED.finditer(text):
        pieces.append(Piece(text[at : mark.start()]))
        word = mark.group()
        if word == OWN_SLOT:
            pieces.append(Piece(own, "slot"))
        elif word == SIGN_SLOT:
            pieces.append(Piece("…", "slot"))
        else:
            pieces.append(Piece(word, f"mark-{_MARKS[word]}"))
        at = mark.end()
    pieces.append(Piece(text[at:]))
    return tuple(each for each in pieces if each.text)


def chat(message: str, own: str) -> tuple[Line, ...]:
    """A message of WeCom's markdown as lines; what is no markup of it is text."""
    lines = []
    for text in message.splitlines():
        stripped = text.strip()
        if not stripped:
            continue
        heading = re.match(r"#{1,6} ", stripped)
        if heading:
            lines.append(Line("heading", _inline(stripped[heading.end() :], own)))
        elif stripped.startswith("> "):
            lines.append(Line("quote", _inline(stripped[2:], own)))
        elif stripped.startswith("- "):
            lines.append(Line("item", _inline(stripped[2:], own)))
        else:
            lines.append(Line("plain", _inline(stripped, own)))
    return tuple(lines)


def of_reader(found: Sequence[Notice], audience: Audience, sector: Sector | None) -> dict[Medium, Notice]:
    """A reader's texts by medium."""
    return {each.medium: each for each in found if (each.audience, each.sector) == (audience, sector)}


def _inline(text: str, own: str) -> tuple[Piece, ...]:
    bold, colour = False, ""
    pieces: list[Piece] = []
    for part in _MARKUP.split(text):
        if part == "**":
            bold = not bold
        elif part == "</font>":
            colour = ""
        elif part.startswith("<font") and _MARKUP.fullmatch(part):
            colour = f"font-{part[13:-2]}"
        elif part:
            for piece in marked(part, own):
                look = " ".join(filter(None, ("bold" if bold else "", colour, piece.look)))
                pieces.append(Piece(piece.text, look))
    return tuple(pieces)


def _order(row: Row) -> tuple[int, int, str, bool]:
    sector = -1 if row.sector is None else SECTORS.index(row.sector)
    return AUDIENCES.index(row.audience), sector, row.channel, row.english
