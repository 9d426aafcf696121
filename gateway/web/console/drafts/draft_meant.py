"""Who is meant by a draft: the boxes of its form, how many they come to, and who is left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.preparing import selecting
from gateway.directory import counting
from gateway.directory.counting import Share
from gateway.directory.selection import FIELDS, Selection, plan_codes
from gateway.directory.targeting import reached
from gateway.errors import InputError
from gateway.ledger.directory import kinds
from gateway.ledger.directory.kinds import Named, Search
from gateway.plans.model import Plan
from gateway.web.console.drafts.draft_words import TEXTS
from gateway.web.console.drafts.selection_words import in_words
from gateway.web.live.live_words import AUDIENCES, GRADES, SECTORS, Language, Speech
from gateway.web.people import Form

ONE = ("meant", "find", "find_after")
PARTS = {f"only_{name}": part for name, part in FIELDS.items()}  # fields of the form, and their parts
SEVERAL = tuple(PARTS)
_FEW = 20  # boxes that stand open
_SHOWN = 20  # organisations that a search offers at once

Kept = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Box:
    """One that may be ticked; `number`: how many organisations are in it, where that is told."""

    value: str
    words: str
    ticked: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for among organisations ("": nothing), how many of them they have seen, and the
    areas that they are limited to."""

    text: str
    seen: int
    limits: Collection[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for ("": nothing), how many organisations that are, and which of them, counted from 1,
    are offered beside those that are ticked."""

    text: str
    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Part:
    """The boxes of one part of a selection, under the form's field."""

    field: str
    title: str
    boxes: tuple[Box, ...]

    @property
    def open(self) -> bool:
        """Whether they are shown at once."""
        return len(self.boxes) <= _FEW or any(box.ticked for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Meant:
    """What the form shows. `everybody`, `some`: which of the two is chosen (none of them: both stand
    there, which is unclear). `words`: who is meant, "" while that is not clear; `shares`: how many, None
    while nobody can count them; `silent`: audiences that are ticked, and nobody of them is meant."""

    everybody: bool
    some: bool
    parts: tuple[Part, ...]
    words: str
    shares: tuple[Share, ...] | None
    silent: tuple[str, ...]
    found: Found

    @property
    def number(self) -> int:
        """How many organisations are meant."""
        return sum(each.meant for each in self.shares or ())

    @property
    def left_out(self) -> int:
        """How many that the area concerns are not."""
        return sum(each.left_out for each in self.shares or ())

    @property
    def nobody(self) -> bool:
        """Whether it is clear that nobody is meant."""
        return self.shares is not None and bool(self.words) and not self.number


def chosen_of(form: Form) -> dict[str, Any] | None:
    """What a filled-in form chooses, as it is kept with the draft; None: everybody."""
    named: dict[str, Any] = {
        part: sorted({value.strip() for value in form.all(field) if value.strip()})
        for field, part in PARTS.items()
    }
    named = {part: values for part, values in named.items() if values}
    if form["meant"] == "some":
        return named
    return {**named, "everybody": True} if named else None


def kept_of(selection: Selection) -> dict[str, Any] | None:
    """A selection as it is kept with a draft."""
    return {part: values for part, values in selection.as_json().items() if values is not None} or None


def meant(
    connection: Connection,
    language: Language,
    plan: Plan,
    exercise: bool,
    area: Sequence[str],
    districts: Sequence[tuple[str, str]],
    kept: Kept,
    sought: Sought,
    on: date,
) -> Meant:
    """Who a draft means. `area`: the codes that it names; `districts`: those that somebody may choose, with
    their names; `sought`: which single organisations are offered; `on`: the day (China's
    calendar) on which grades count."""
    say = Speech(language, TEXTS)
    held = kept or {}
    groups = kinds.group_names(connection, exercise)
    offered: dict[str, list[tuple[str, str, int | None]]] = {
        "audiences": [(code, say.of(words), None) for code, words in AUDIENCES.items()],
        "sectors": [(code, say.of(words), None) for code, words in SECTORS.items()],
        "areas": [(code, name, None) for code, name in districts if code != plan.area],
        "grades": [(code, say.of(words), None) for code, words in GRADES.items()],
        "groups": [(name, name, number) for name, number in groups],
    }
    found, offered["organisations"] = _offered(connection, plan, exercise, area, held, sought)
    words, shares = "", None
    silent: tuple[str, ...] = ()
    try:
        selection = selecting.chosen(kept)
        called = kinds.names(connection, selection.organisations or ())
        words = in_words(language, plan, selection, called)
        of_kinds = kinds.kinds(connection, exercise, on, selection)
        shares = counting.shares(of_kinds, plan, area, selection)
        reached = {each.audience for each in shares if each.meant}
        silent = tuple(
            say.among(AUDIENCES, each) for each in selection.audiences or () if each not in reached
        )
    except InputError:  # told beside the field that it is about
        pass
    return Meant(
        everybody=kept is None or bool(held.get("everybody")),
        some=kept is not None and not held.get("everybody"),
        parts=tuple(
            Part(field, say(field), _boxes(offered[part], held.get(part, ())))
            for field, part in PARTS.items()
            if offered[part] or held.get(part) or part == "organisations"
        ),
        words=words,
        shares=shares,
        silent=silent,
        found=found,
    )


def _offered(
    connection: Connection,
    plan: Plan,
    exercise: bool,
    area: Sequence[str],
    held: Mapping[str, Any],
    sought: Sought,
) -> tuple[Found, list[tuple[str, str, int | None]]]:
    """What a search found, and the organisations that are offered: those ticked, and those that it shows."""
    offered: dict[str, Named] = dict(kinds.named(connection, exercise, held.get("organisations", ())))
    found = Found("", 0, 0, 0)
    if sought.text:
        known = plan_codes(plan)
        concerned = sorted(reached(plan, area)) if area and known.issuperset(area) else sorted(known)
        search = Search(exercise, sought.text, concerned, sought.limits)
        number = kinds.number_matching(connection, search)
        skip = sought.seen if sought.seen < number else 0
        matching = kinds.matching(connection, search, _SHOWN, skip)
        offered |= {each.code: each for each in matching}
        found = Found(sought.text, number, skip + 1, skip + len(matching))
    return found, [(each.code, f"{each.name}（{each.code}）", None) for each in offered.values()]


def _boxes(offered: Sequence[tuple[str, str, int | None]], ticked: Sequence[str]) -> tuple[Box, ...]:
    known = {value for value, _, _ in offered}
    return (
        *(Box(value, words, value in ticked, number) for value, words, number in offered),
        *(Box(value, value, ticked=True) for value in ticked if value not in known),
    )
