"""The difference of two plans for a person: Chinese, with one line of English at its head."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from gateway.plans.difference import ChangedMeasure, Difference, RuleChange
from gateway.plans.field_words import FIELD_WORDS, value_words
from gateway.plans.loaded import LoadedPlan
from gateway.plans.model import Measure
from gateway.plans.printed import cited, readers_words
from gateway.vocabulary import CATEGORY_WORDS, LEVEL_WORDS, SOURCE_WORDS


def describe_difference(found: Difference) -> str:
    """Rule by rule and measure by measure, what A has and what B has, each with its clause."""
    lines = [f"A {_name(found.a)}", f"B {_name(found.b)}", _english(found)]
    if found.none:
        return "\n".join([*lines, "两者没有差别"]) + "\n"
    if found.rules:
        lines += ["", "规则的差别"]
        for (section, item), changes in groupby(found.rules, key=lambda each: (each.section, each.item)):
            lines.append(f"  {FIELD_WORDS[section]}{f'·{item}' if item else ''}")
            for change in changes:
                lines += _rule(change)
    for heading, measures in (("只在 A 的措施", found.only_a), ("只在 B 的措施", found.only_b)):
        if measures:
            lines += ["", f"{heading}（{len(measures)}）", *map(_listed, measures)]
    if found.changed:
        lines += ["", f"两边都有而不同的措施（{len(found.changed)}）"]
        for measure in found.changed:
            lines += _measure(measure)
    return "\n".join(lines) + "\n"


def _name(loaded: LoadedPlan) -> str:
    return f"{loaded.plan.title}（{loaded.plan.id} · 版本 {loaded.version}）"


def _english(found: Difference) -> str:
    if found.none:
        return "The two plans say the same."
    return (
        f"{len(found.rules)} differences in rules; measures: {len(found.only_a)} in A only,"
        f" {len(found.only_b)} in B only, {len(found.changed)} in both but different."
    )


def _rule(change: RuleChange) -> Iterator[str]:
    if change.field is not None and change.field != change.section:
        yield f"    {FIELD_WORDS[change.field]}"
    a, b = change.a, change.b
    if change.field == "notes":  # a long list of sentences, of which few differ
        a, b = [each for each in a if each not in b], [each for each in b if each not in a]
    for side, value, clause in (("A", a, change.clause_a), ("B", b, change.clause_b)):
        said = value_words(change.field, value)
        yield f"      {side} {cited(said, clause) if clause else said}"


def _listed(measure: Measure) -> str:
    kind = CATEGORY_WORDS[measure.category]
    if measure.source:
        kind += f"·{SOURCE_WORDS[measure.source]}"
    return cited(f"  {measure.id}（{LEVEL_WORDS[measure.level]} {kind}）", measure.clause)


def _measure(found: ChangedMeasure) -> Iterator[str]:
    yield f"  {found.a.id}"
    yield f"    出处 A〔{found.a.clause}〕 B〔{found.b.clause}〕"
    # Readers whose texts changed alike stand together.
    alike: dict[tuple[str, Any, Any], list[str]] = {}
    for change in found.changes:
        if change.reader is not None:
            alike.setdefault((change.field, change.a, change.b), []).append(change.reader)
        elif change.field != "clause":
            yield from _sides(FIELD_WORDS[change.field], change.field, change.a, change.b)
    for (field, a, b), readers in alike.items():
        yield from _sides(readers_words(readers), field, a, b)


def _sides(heading: str, field: str, a: object, b: object) -> Iterator[str]:
    yield f"    {heading}"
    yield f"      A {value_words(field, a)}"
    yield f"      B {value_words(field, b)}"
