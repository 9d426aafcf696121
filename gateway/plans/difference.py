"""What differs between two plans, or two versions of one: rules field by field, measures by id. Pure.

Clauses are told with every difference. That a clause alone moved is a difference only between files made
from one document: two documents never agree in their lines.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from gateway.plans.loaded import LoadedPlan
from gateway.plans.model import Clause, Measure, Part, Plan
from gateway.plans.printed import BASIS_WORDS, CAUSE_WORDS, action_words, level_words, readers_words

_APART = {"id", "version", "measures"}  # told in the heading, or by id
_NAMES: dict[str, Callable[[Any], str]] = {
    "areas": lambda each: str(each.code),
    "exclusions": lambda each: CAUSE_WORDS[each.cause],
    "level_rules": lambda each: f"{level_words([each.level])}{'、'.join(each.pollutants or ())}",
    "grounds": lambda each: BASIS_WORDS[each.basis],
    "approvals": lambda each: (
        f"{level_words(each.levels) or '各级'} {action_words(each.actions)}"
        f"{ {None: '', True: '（按期）', False: '（提前）'}[each.on_schedule] }"
    ),
    "elements": lambda each: str(each.element),
    "reduction_targets": lambda each: "、".join(each.pollutants) or "未写明污染物",
    "reports": lambda each: str(each.code),
    "units": lambda each: str(each.name),
    "informed": lambda each: str(each.whom),
    "gaps": lambda each: "、".join(each.between),
    "nothing": lambda each: readers_words([each.reader]),
}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One field of one rule. `section` is the plan's field; `item` names one of several rules there, else "".

    `field` None: the whole rule is in one plan only, and the other's value is None.
    """

    section: str
    item: str
    field: str | None
    a: Any
    b: Any
    clause_a: Clause | None
    clause_b: Clause | None


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One field of a measure that both have; `reader` is set for `texts`, one change a reader."""

    field: str
    reader: str | None
    a: Any
    b: Any


@dataclass(frozen=True, slots=True)
class ChangedMeasure:
    """A measure of one id that the plans word, place or bind differently."""

    a: Measure
    b: Measure
    changes: tuple[MeasureChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rules in the order of the file; measures in the order of A, then of B."""

    a: LoadedPlan
    b: LoadedPlan
    rules: tuple[RuleChange, ...]
    only_a: tuple[Measure, ...]
    only_b: tuple[Measure, ...]
    changed: tuple[ChangedMeasure, ...]

    @property
    def none(self) -> bool:
        """Whether the plans say the same."""
        return not (self.rules or self.only_a or self.only_b or self.changed)

    def as_json(self) -> dict[str, Any]:
        """The shape that `plan diff --json` prints and the API gives."""
        return {
            "a": _head(self.a),
            "b": _head(self.b),
            "rules": [
                {
                    "section": each.section,
                    "item": each.item,
                    "field": each.field,
                    "a": to_jsonable_python(each.a),
                    "b": to_jsonable_python(each.b),
                    "clause_a": _printed(each.clause_a),
                    "clause_b": _printed(each.clause_b),
                }
                for each in self.rules
            ],
            "measures": {
                "only_a": [_short(each) for each in self.only_a],
                "only_b": [_short(each) for each in self.only_b],
                "changed": [
                    {
                        "id": each.a.id,
                        "clause_a": str(each.a.clause),
                        "clause_b": str(each.b.clause),
                        "changes": [
                            {
                                "field": change.field,
                                "reader": change.reader,
                                "a": to_jsonable_python(change.a),
                                "b": to_jsonable_python(change.b),
                            }
                            for change in each.changes
                        ],
                    }
                    for each in self.changed
                ],
            },
        }


def difference(a: LoadedPlan, b: LoadedPlan) -> Difference:
    """Everything in which B differs from A."""
    clauses = a.plan.source.file == b.plan.source.file
    known_a = {each.id: each for each in a.plan.measures}
    known_b = {each.id: each for each in b.plan.measures}
    shared = [
        ChangedMeasure(each, known_b[each.id], tuple(_measure(each, known_b[each.id], clauses)))
        for each in a.plan.measures
        if each.id in known_b
    ]
    return Difference(
        a,
        b,
        tuple(_rules(a.plan, b.plan, clauses)),
        tuple(each for each in a.plan.measures if each.id not in known_b),
        tuple(each for each in b.plan.measures if each.id not in known_a),
        tuple(each for each in shared if each.changes),
    )


def _rules(a: Plan, b: Plan, clauses: bool) -> Iterator[RuleChange]:
    for section in (name for name in Plan.model_fields if name not in _APART):
        one, other = getattr(a, section), getattr(b, section)
        if section in _NAMES:
            yield from _listed(section, one, other, clauses)
        elif isinstance(one, Part) or isinstance(other, Part):
            yield from _part(section, "", one, other, clauses)
        elif one != other:
            yield RuleChange(section, "", section, one, other, None, None)


def _listed(section: str, a: Sequence[Part], b: Sequence[Part], clauses: bool) -> Iterator[RuleChange]:
    of_a, of_b = _named(section, a), _named(section, b)
    for name in (*of_a, *(each for each in of_b if each not in of_a)):
        yield from _part(section, name, of_a.get(name), of_b.get(name), clauses)


def _named(section: str, parts: Sequence[Part]) -> dict[str, Part]:
    """Each part by its name; a name that comes again is numbered."""
    found: dict[str, Part] = {}
    for part in parts:
        name = plain = _NAMES[section](part)
        number = 1
        while name in found:
            number += 1
            name = f"{plain}（{number}）"
        found[name] = part
    return found


def _part(section: str, item: str, a: Part | None, b: Part | None, clauses: bool) -> Iterator[RuleChange]:
    clause_a, clause_b = getattr(a, "clause", None), getattr(b, "clause", None)
    if a is None or b is None:
        if a is not b:
            yield RuleChange(section, item, None, a, b, clause_a, clause_b)
        return
    for field in type(a).model_fields:
        one, other = getattr(a, field), getattr(b, field)
        if one != other and (field != "clause" or clauses):
            yield RuleChange(section, item, field, one, other, clause_a, clause_b)


def _measure(a: Measure, b: Measure, clauses: bool) -> Iterator[MeasureChange]:
    for field in (name for name in Measure.model_fields if name not in ("id", "texts")):
        one, other = getattr(a, field), getattr(b, field)
        if one != other and (field != "clause" or clauses):
            yield MeasureChange(field, None, one, other)
    for reader in (*a.texts, *(each for each in b.texts if each not in a.texts)):
        if a.texts.get(reader) != b.texts.get(reader):
            yield MeasureChange("texts", reader, a.texts.get(reader), b.texts.get(reader))


def _head(loaded: LoadedPlan) -> dict[str, str]:
    return {"id": loaded.plan.id, "title": loaded.plan.title, "version": loaded.version}


def _short(measure: Measure) -> dict[str, str]:
    return {
        "id": measure.id,
        "level": measure.level,
        "category": measure.category,
        "clause": str(measure.clause),
    }


def _printed(clause: Clause | None) -> str | None:
    return None if clause is None else str(clause)
