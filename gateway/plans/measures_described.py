"""A plan's measures, gaps and notes as lines to read."""

from collections.abc import Iterator

from gateway.plans.model import Measure, Plan, Wording
from gateway.plans.printed import cited, level_words, reader_words, readers_words
from gateway.vocabulary import CATEGORIES, CATEGORY_WORDS, SOURCE_WORDS, Level


def measures_of(plan: Plan, level: Level) -> list[str]:
    """The level's own measures by category and source, each with clause, units, conditions and texts."""
    own = [measure for measure in plan.measures if measure.level == level]
    lines: list[str] = []
    for category in CATEGORIES:
        for source in (None, *SOURCE_WORDS):
            group = [m for m in own if m.category == category and m.source == source]
            if group:
                name = plan.category_names.get(category, CATEGORY_WORDS[category])
                lines.append(f"  {name}{f'·{SOURCE_WORDS[source]}' if source else ''}")
            for measure in group:
                lines += _measure(measure)
    return lines


def notes(plan: Plan) -> list[str]:
    """Gaps between conditions, who has nothing and why, and what is faulty or silent in the source."""
    lines: list[str] = []
    if plan.gaps:
        lines += ["", "条件之间的空档"]
        lines += [
            cited(f"  {'、'.join(gap.between)}（{readers_words(gap.readers)}）：{gap.text}", gap.clause)
            for gap in plan.gaps
        ]
    if plan.nothing:
        lines += ["", "没有内容的读者"]
        lines += [f"  {reader_words(n.reader)}（{level_words(n.levels)}）：{n.why}" for n in plan.nothing]
    if plan.source.notes:
        lines += ["", "原文的问题与读法", *(f"  {note}" for note in plan.source.notes)]
    return lines


def _measure(measure: Measure) -> Iterator[str]:
    yield cited(f"    {measure.id}", measure.clause)
    for label, words in (
        ("牵头单位", "、".join(measure.lead_units)),
        ("责任单位", "、".join(measure.responsible_units)),
        ("条件", measure.condition.text if measure.condition else ""),
        ("例外", "；".join(measure.exemptions)),
        ("时段", measure.hours or ""),
        ("代替", "、".join(measure.replaces)),
    ):
        if words:
            yield f"      {label}：{words}"
    # Readers of the same words stand together, as in the file.
    alike: dict[Wording, list[str]] = {}
    for reader, wording in measure.texts.items():
        alike.setdefault(wording, []).append(reader)
    for wording, readers in alike.items():
        short = f"（短：{wording.short}）" if wording.short else ""
        yield f"      {readers_words(readers)}：{wording.text}{short}"
