"""What one reader (an audience or a sector) reads of a decision: the one list behind all its texts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.notices import wording
from gateway.notices.model import InForce, NoticeMeasure
from gateway.notices.wording import one_line
from gateway.plans.measures import Facts, ResolvedMeasure, open_gaps, resolve
from gateway.plans.model import Gap, Measure, Plan, reader
from gateway.vocabulary import (
    CATEGORY_WORDS,
    SOURCE_WORDS,
    Audience,
    Category,
    Level,
    Sector,
    Source,
)

# A text states its exceptions beside its order; where one states none, the plan's list is appended.
_EXCEPTION = re.compile("例外|除外")
_SOURCES: tuple[Source | None, ...] = (None, *SOURCE_WORDS)
# What has to be done stands before what is advised.
READING_ORDER: tuple[Category, ...] = ("health", "mandatory", "suggested", "procedure")


@dataclass(frozen=True, slots=True)
class Item:
    """A measure as its reader reads it; texts are one line without a full stop, "" where there is none.

    `beside`: whether an exception, hours or an open condition stand behind the text.
    `mark` is 新增 or 调整 where something was in force before and this differs from it. `condition`
    says what the decision leaves open; `instead_of` the items whose place it then takes (`第2项`).
    """

    number: int
    id: str
    category: Category
    source: Source | None
    text: str
    short: str
    clause: str
    new: bool
    mark: str
    condition: str
    instead_of: str
    exemptions: str
    hours: str
    lead_units: tuple[str, ...]
    responsible_units: tuple[str, ...]
    beside: bool

    def measure(self, text: str) -> NoticeMeasure:
        """The item as a notice lists it, in the words that the notice carries."""
        return NoticeMeasure(self.id, self.category, self.source, text, self.clause, self.new)


@dataclass(frozen=True, slots=True)
class Section:
    """The items of one source of pollution; `heading` "" where sources do not matter."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one category."""

    category: Category
    heading: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A measure that was in force and no longer is; `successors` the items in its place (`第2项`)."""

    text: str
    short: str
    successors: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What one unit does: the items that it leads, and those that it is responsible for (`第2项`)."""

    unit: str
    leads: str
    responsible: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one reader's texts say about measures, in reading order.

    `notes` are what a reader is told where conditions leave a gap; `nothing` why there is no item.
    """

    audience: Audience
    sector: Sector | None
    items: tuple[Item, ...]
    groups: tuple[Group, ...]
    ended: tuple[Ended, ...]
    notes: tuple[str, ...]
    duties: tuple[Duty, ...]
    nothing: str


class Measures:
    """What is in force after and before a decision, resolved once for all readers.

    `level` None is a lift: nothing is in force. `before` None: nothing was.
    """

    def __init__(self, plan: Plan, level: Level | None, facts: Facts, before: InForce | None) -> None:
        self._plan = plan
        self._level = level
        self._now = resolve(plan, level, facts)
        self._gaps = open_gaps(plan, level, facts)
        self._before = resolve(plan, before.level, before.facts) if before else ()
        self._first = before is None
        self._replaces = _closure(plan)

    def read_by(self, audience: Audience, sector: Sector | None) -> Reading:
        """The list of one reader, grouped by category and source, numbered through."""
        key = reader(audience, sector)
        resolved = sorted((each for each in self._now if key in each.measure.texts), key=_order)
        numbers = {each.measure.id: number for number, each in enumerate(resolved, 1)}
        had = {each.measure.id: each.measure for each in self._before if key in each.measure.texts}
        items = tuple(self._item(each, key, numbers, had) for each in resolved)
        return Reading(
            audience,
            sector,
            items,
            tuple(_groups(items)),
            self._ended(had, resolved, key) if self._level else (),
            _notes(self._gaps, key),
            _duties(items),
            "" if items else self._nothing(key),
        )

    def _item(
        self, each: ResolvedMeasure, key: str, numbers: Mapping[str, int], had: Mapping[str, Measure]
    ) -> Item:
        measure = each.measure
        words = measure.texts[key]
        text = _sentence(words.text)
        # What a reader reads decides, not ids: a plan that restates its levels repeats its words.
        new = measure.id not in had and all(words.text != old.texts[key].text for old in had.values())
        mark = ""
        if new and not self._first:
            mark = "调整" if any(self._akin(measure.id, old) for old in had) else "新增"
        condition = _when(measure) if each.open else ""
        exemptions = "" if _EXCEPTION.search(text) else "；".join(map(_sentence, measure.exemptions))
        hours = "" if (measure.hours or "") in text else _sentence(measure.hours or "")
        return Item(
            number=numbers[measure.id],
            id=measure.id,
            category=measure.category,
            source=measure.source,
            text=text,
            short=_sentence(words.short or ""),
            clause=str(measure.clause),
            new=new,
            mark=mark,
            condition=condition,
            instead_of=wording.items(numbers[name] for name in measure.replaces if name in numbers),
            exemptions=exemptions,
            hours=hours,
            lead_units=tuple(map(one_line, measure.lead_units)),
            responsible_units=tuple(map(one_line, measure.responsible_units)),
            beside=bool(condition or exemptions or hours),
        )

    def _ended(
        self, had: Mapping[str, Measure], resolved: Sequence[ResolvedMeasure], key: str
    ) -> tuple[Ended, ...]:
        names = [each.measure.id for each in resolved]
        texts = {each.measure.texts[key].text for each in resolved}
        return tuple(
            Ended(
                _sentence(old.texts[key].text),
                _sentence(old.texts[key].short or ""),
                wording.items(number for number, name in enumerate(names, 1) if self._akin(name, old.id)),
            )
            for old in had.values()
            if old.id not in names and old.texts[key].text not in texts
        )

    def _akin(self, one: str, other: str) -> bool:
        return other in self._replaces[one] or one in self._replaces[other]

    def _nothing(self, key: str) -> str:
        for stated in self._plan.nothing:
            if stated.reader == key and self._level in stated.levels:
                return _sentence(stated.why)
        return ""


def _order(each: ResolvedMeasure) -> tuple[int, int]:
    return READING_ORDER.index(each.measure.category), _SOURCES.index(each.measure.source)


def _groups(items: tuple[Item, ...]) -> Iterable[Group]:
    for category in READING_ORDER:
        found = [item for item in items if item.category == category]
        if category != "mandatory":
            sections = [Section("", tuple(found))] if found else []
        else:
            sections = [
                Section(SOURCE_WORDS[source] if source else "", members)
                for source in _SOURCES
                if (members := tuple(item for item in found if item.source == source))
            ]
        if sections:
            yield Group(category, CATEGORY_WORDS[category], tuple(sections))


def _duties(items: Iterable[Item]) -> tuple[Duty, ...]:
    """Unit by unit, in the order in which the list names them."""
    leads: dict[str, list[int]] = {}
    responsible: dict[str, list[int]] = {}
    units: dict[str, None] = {}
    for item in items:
        for unit in item.lead_units:
            units[unit] = None
            leads.setdefault(unit, []).append(item.number)
        for unit in item.responsible_units:
            units[unit] = None
            responsible.setdefault(unit, []).append(item.number)
    return tuple(
        Duty(unit, wording.items(leads.get(unit, ())), wording.items(responsible.get(unit, ())))
        for unit in units
    )


def _notes(gaps: Iterable[Gap], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_sentence(gap.text) for gap in gaps if key in gap.readers))


def _when(measure: Measure) -> str:
    """The condition in words, as `…时`."""
    text = _sentence(measure.condition.text) if measure.condition else ""
    return text if text.endswith(("时", "的")) else f"{text}时"


def _sentence(text: str) -> str:
    return one_line(text).rstrip("。；;，, ")


def _closure(plan: Plan) -> dict[str, set[str]]:
    """Each measure's predecessors: what it replaces, directly or through others."""
    replaces = {measure.id: set(measure.replaces) for measure in plan.measures}
    for found in replaces.values():
        pending = list(found)
        while pending:
            for name in replaces.get(pending.pop(), set()) - found:
                found.add(name)
                pending.append(name)
    return replaces
