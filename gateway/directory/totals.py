"""Planned reductions summed, against the plan's reduction targets. Pure.

A plan asks for a least reduction per level, in percent of what is emitted. The inventory holds, by
organisation, what it emits and what it takes away at each level, in tonnes a day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.plans.model import ReductionTarget
from gateway.vocabulary import LEVELS, Level

EMITTED = ""  # in the place of a level: what is emitted without any reduction
_SOCIETY = "全社会"
_NAMES = {  # what lists and plans print for the same pollutant
    "so2": "二氧化硫",
    "nox": "氮氧化物",
    "no2": "氮氧化物",
    "pm": "颗粒物",
    "烟粉尘": "颗粒物",
    "烟（粉）尘": "颗粒物",
    "vocs": "挥发性有机物",
    "voc": "挥发性有机物",
    "co": "一氧化碳",
}


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of the plan at one level, and what the inventory adds up to.

    `pollutants` has one name; several where the plan asks for the sum of their percentages; none where
    the plan names none: then all tonnes are summed. `percent` is `reduced` of `emitted` (tonnes a day),
    None where nothing is known to be emitted. `of_society`: the plan's percentage is of all that society
    emits, which is not known; `emitted` holds the listed organisations only. `lacking` counts the listed
    organisations without an emission or without a reduction at this level. `met` is None where that
    cannot be told.
    """

    level: Level
    pollutants: tuple[str, ...]
    required: int
    emitted: float
    reduced: float
    percent: float | None
    met: bool | None
    lacking: int
    listed: int
    of_society: bool
    clause: str


@dataclass(frozen=True, slots=True)
class _Figures:
    """What is stated, in tonnes a day: by level and pollutant, then organisation; society's by pollutant."""

    organisations: Sequence[int]
    stated: Mapping[tuple[str, str], Mapping[int, float]]
    society: Mapping[str, float]

    def of(self, level: str, pollutant: str) -> Mapping[int, float]:
        return self.stated.get((level, pollutant), {})

    def pollutants(self) -> list[str]:
        return sorted({pollutant for _, pollutant in self.stated})


def totals(
    targets: Sequence[ReductionTarget],
    listed: Iterable[int],
    emissions: Mapping[int, Mapping[tuple[str, str], float]],
    society: Mapping[str, float] | None = None,
) -> list[Total]:
    """Every figure of the plan's targets: by target, level and pollutant.

    `listed`: the organisations of the inventory. `emissions`: of each that states any, tonnes a day by
    (level or '', pollutant). `society`: what all of society emits, by pollutant, where the office knows.
    """
    stated: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for organisation_id, of_one in emissions.items():
        for (level, pollutant), tonnes in of_one.items():
            held = stated[level, name(pollutant)]
            held[organisation_id] = held.get(organisation_id, 0.0) + tonnes
    figures = _Figures(
        sorted(set(listed) | set(emissions)),
        stated,
        {name(pollutant): tonnes for pollutant, tonnes in (society or {}).items()},
    )
    return [
        _total(target, level, group, figures)
        for target in targets
        for level in LEVELS
        if level in target.percent
        for group in (
            [tuple(target.pollutants)]
            if target.together or not target.pollutants
            else [(each,) for each in target.pollutants]
        )
    ]


def name(pollutant: str) -> str:
    """A pollutant as the plans print it: `SO2` is 二氧化硫; one that no table names stays."""
    return _NAMES.get(pollutant.strip().casefold(), pollutant.strip())


def _total(target: ReductionTarget, level: Level, pollutants: tuple[str, ...], figures: _Figures) -> Total:
    names = [name(each) for each in pollutants] or figures.pollutants()
    wants_society = target.of is None or _SOCIETY in target.of
    knows_society = all(each in figures.society for each in names)
    emitted = [
        figures.society[each] if wants_society and knows_society else sum(figures.of(EMITTED, each).values())
        for each in names
    ]
    reduced = [sum(figures.of(level, each).values()) for each in names]
    lacking = sum(
        not all(each in figures.of(EMITTED, one) and each in figures.of(level, one) for one in names)
        if pollutants
        else not any(each in figures.of(level, one) for one in names)
        for each in figures.organisations
    )
    percent: float | None = None
    if names and all(emitted) and target.together:
        percent = sum(100 * taken / base for taken, base in zip(reduced, emitted, strict=True))
    elif sum(emitted):
        percent = 100 * sum(reduced) / sum(emitted)
    required = target.percent[level]
    return Total(
        level,
        pollutants,
        required,
        round(sum(emitted), 3),
        round(sum(reduced), 3),
        None if percent is None else round(percent, 1),
        _met(percent, required, lacking, wants_society, knows_society),
        lacking,
        len(figures.organisations),
        wants_society and not knows_society,
        target.clause.path,
    )


def _met(
    percent: float | None, required: int, lacking: int, wants_society: bool, knows_society: bool
) -> bool | None:
    """Whether the figure is reached, as far as that can be told."""
    if percent is None:
        return None
    if wants_society and knows_society:  # what is lacking can only add to the reduction
        return True if percent >= required else None if lacking else False
    if lacking:
        return None
    if wants_society:  # too little of the listed emissions is less still of society's
        return False if percent < required else None
    return percent >= required
