"""What one reader (an audience or a sector) reads of a decision: the one list behind all its texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.errors import InputError
from gateway.notices.chinese import one_line
from gateway.notices.model import InForce, Mark, NoticeMeasure
from gateway.notices.templates import say
from gateway.notices.words import Words
from gateway.plans.measures import Facts, ResolvedMeasure, open_gaps, resolve
from gateway.plans.model import Gap, Measure, Plan, reader
from gateway.vocabulary import SOURCE_WORDS, Audience, Category, Level, Sector, Source

TOLD_UNITS: tuple[Audience, ...] = ("departments", "districts")  # which unit leads, which is responsible
_SOURCES: tuple[Source | None, ...] = (None, *SOURCE_WORDS)
# What has to be done stands before what is advised.
READING_ORDER: tuple[Category, ...] = ("health", "mandatory", "suggested", "procedure")


@dataclass(frozen=True, slots=True)
class Item:
    """A measure as its reader reads it; texts are one line without a full stop, "" where there is none.

    `line` is what a full document says of it: the text and what stands beside it (exceptions, hours, an
    open condition; for departments and districts the units).
    `beside`: whether anything but units stands there.
    `mark` is set where something was in force before and this differs from it. `condition` says what
    the decision leaves open; `instead_of` the items whose place it then takes (`第2项`). `suspends`:
    it speaks of suspending lessons to a school or to parents.
    """

    number: int
    id: str
    category: Category
    source: Source | None
    text: str
    short: str
    line: str
    clause: str
    new: bool
    mark: Mark
    condition: str
    instead_of: str
    exemptions: str
    hours: str
    lead_units: tuple[str, ...]
    responsible_units: tuple[str, ...]
    beside: bool
    suspends: bool

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

    `warns`: a level is in force. `notes` are what a reader is told where conditions leave a gap;
    `nothing` why there is no item.
    """

    words: Words
    audience: Audience
    sector: Sector | None
    warns: bool
    items: tuple[Item, ...]
    groups: tuple[Group, ...]
    ended: tuple[Ended, ...]
    notes: tuple[str, ...]
    duties: tuple[Duty, ...]
    nothing: str


class Measures:
    """What is in force after and before a decision, resolved once for all readers, in one language.

    `level` None: nothing is in force. `before` None: nothing was.
    """

    def __init__(
        self, plan: Plan, level: Level | None, facts: Facts, before: InForce | None, words: Words
    ) -> None:
        self._plan = plan
        self._words = words
        self._level = level
        self._now = resolve(plan, level, facts)
        self._gaps = open_gaps(plan, level, facts)
        self._before = resolve(plan, before.level, before.facts) if before else ()
        self._first = before is None or before.level is None  # nothing was in force: all is first
        self._replaces = _closure(plan)

    def read_by(self, audience: Audience, sector: Sector | None) -> Reading:
        """The list of one reader, grouped by category and source, numbered through.

        Raises `InputError` LANGUAGE_UNAVAILABLE where a text of the reader is not in the language.
        """
        key = reader(audience, sector)
        resolved = sorted((each for each in self._now if key in each.measure.texts), key=_order)
        numbers = {each.measure.id: number for number, each in enumerate(resolved, 1)}
        had = {each.measure.id: each.measure for each in self._before if key in each.measure.texts}
        items = tuple(self._item(each, key, numbers, had) for each in resolved)
        return Reading(
            self._words,
            audience,
            sector,
            self._level is not None,
            items,
            tuple(_groups(items, self._plan, self._words)),
            self._ended(had, resolved, key) if self._level else (),
            tuple(dict.fromkeys(self._note(gap, key) for gap in self._gaps if key in gap.readers)),
            _duties(items, self._words),
            "" if items else self._nothing(key),
        )

    def _item(
        self, each: ResolvedMeasure, key: str, numbers: Mapping[str, int], had: Mapping[str, Measure]
    ) -> Item:
        measure = each.measure
        printed = measure.texts[key]
        text, short = self._said(measure, key)
        # What a reader reads decides, not ids: a plan that restates its levels repeats its words.
        new = measure.id not in had and all(printed.text != old.texts[key].text for old in had.values())
        mark: Mark = ""
        if new and not self._first:
            mark = "changed" if any(self._akin(measure.id, old) for old in had) else "new"
        condition = self._condition(measure) if each.open else ""
        exemptions, hours = self._words.beside(measure, text)
        item = Item(
            number=numbers[measure.id],
            id=measure.id,
            category=measure.category,
            source=measure.source,
            text=text,
            short=short,
            line=f"{text}{self._words.STOP}",
            clause=str(measure.clause),
            new=new,
            mark=mark,
            condition=condition,
            instead_of=self._words.items(numbers[name] for name in measure.replaces if name in numbers)
            if measure.replaces
            else "",
            exemptions=exemptions,
            hours=hours,
            lead_units=tuple(map(one_line, measure.lead_units)),
            responsible_units=tuple(map(one_line, measure.responsible_units)),
            beside=bool(condition or exemptions or hours),
            # Read from the printed words, so that it cannot be forgotten in a plan.
            suspends=key in ("schools", "public") and "停课" in f"{printed.text}{printed.short}",
        )
        units = key in TOLD_UNITS
        if not item.beside and not (units and (item.lead_units or item.responsible_units)):
            return item
        beside = say(self._words.LANGUAGE, "macros.j2", "beside", item, units, strip=False)
        return replace(item, line=f"{item.line}{beside}")

    def _said(self, measure: Measure, key: str) -> tuple[str, str]:
        """The measure's words for the reader in full and in short."""
        words = measure.texts[key]
        text = self._words.text(words)
        if text is None:
            raise unavailable(self._plan, self._words, f"measures.{measure.id}.texts.{key}")
        return self._words.sentence(text), self._words.sentence(self._words.short(words) or "")

    def _condition(self, measure: Measure) -> str:
        if measure.condition is None:
            return ""
        text = self._words.when(measure.condition)
        if text is None:
            raise unavailable(self._plan, self._words, f"measures.{measure.id}.condition")
        return text

    def _note(self, gap: Gap, key: str) -> str:
        text = self._words.told(gap)
        if text is None:
            raise unavailable(self._plan, self._words, f"gaps.{'+'.join(gap.between)} ({key})")
        return self._words.sentence(text)

    def _ended(
        self, had: Mapping[str, Measure], resolved: Sequence[ResolvedMeasure], key: str
    ) -> tuple[Ended, ...]:
        names = [each.measure.id for each in resolved]
        texts = {each.measure.texts[key].text for each in resolved}
        return tuple(
            Ended(
                *self._said(old, key),
                self._words.items(number for number, name in enumerate(names, 1) if self._akin(name, old.id)),
            )
            for old in had.values()
            if old.id not in names and old.texts[key].text not in texts
        )

    def _akin(self, one: str, other: str) -> bool:
        return other in self._replaces[one] or one in self._replaces[other]

    def _nothing(self, key: str) -> str:
        for stated in self._plan.nothing:
            if stated.reader == key and self._level in stated.levels:
                return self._words.why(stated)
        return ""


def _order(each: ResolvedMeasure) -> tuple[int, int]:
    return READING_ORDER.index(each.measure.category), _SOURCES.index(each.measure.source)


def _groups(items: tuple[Item, ...], plan: Plan, words: Words) -> Iterable[Group]:
    for category in READING_ORDER:
        found = [item for item in items if item.category == category]
        if category != "mandatory":
            sections = [Section("", tuple(found))] if found else []
        else:
            sections = [
                Section(words.SOURCES[source] if source else "", members)
                for source in _SOURCES
                if (members := tuple(item for item in found if item.source == source))
            ]
        if sections:
            yield Group(category, words.category(plan, category), tuple(sections))


def _duties(items: Iterable[Item], words: Words) -> tuple[Duty, ...]:
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
        Duty(unit, words.items(leads.get(unit, ())), words.items(responsible.get(unit, ()))) for unit in units
    )


def unavailable(plan: Plan, words: Words, where: str) -> InputError:
    """What is raised where a plan has no text in a language; `where` is a dotted path of the plan."""
    return InputError(
        "LANGUAGE_UNAVAILABLE",
        f"预案“{plan.id}”没有语言“{words.LANGUAGE}”的文本（{where}）；只有中文（zh-CN）",
        f"plan {plan.id!r} has no text in {words.LANGUAGE!r} ({where}); only Chinese (zh-CN)",
        field="language",
    )


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
