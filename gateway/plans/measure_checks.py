"""Checks of a plan's measures: replacements, answers for every reader, gaps."""

from collections.abc import Iterator

from gateway.documents import Path
from gateway.plans.faults import Fault
from gateway.plans.measures import Facts, resolve
from gateway.plans.model import Measure, Plan
from gateway.vocabulary import AUDIENCES, LEVEL_WORDS, LEVELS, SECTORS, rank

READERS = (*AUDIENCES, *(f"enterprises.{sector}" for sector in SECTORS))


def replacements(plan: Plan) -> Iterator[Fault]:
    """What a measure replaces exists, is not above it, and leaves no reader without a successor."""
    known = {measure.id: measure for measure in plan.measures}
    for i, measure in enumerate(plan.measures):
        for j, name in enumerate(measure.replaces):
            path = ("measures", i, "replaces", j)
            target = known.get(name)
            if target is None:
                yield Fault(
                    path,
                    "PLAN_REPLACES_UNKNOWN",
                    f"“{measure.id}”代替的“{name}”不存在",
                    f"{measure.id} replaces {name}, which does not exist",
                )
            elif rank(target.level) > rank(measure.level):
                yield Fault(
                    path,
                    "PLAN_REPLACES_HIGHER",
                    f"“{measure.id}”代替了更高级别的“{name}”",
                    f"{measure.id} replaces {name} of a higher level",
                )
            elif (
                target.level == measure.level
                and measure.condition is None
                and not _reaches(measure, name, known)
            ):
                yield Fault(
                    path,
                    "PLAN_REPLACED_ALWAYS",
                    f"“{measure.id}”在同一级别无条件代替“{name}”，后者永远不会执行",
                    f"{measure.id} replaces {name} at the same level unconditionally: it is never in force",
                )
            elif _reaches(measure, name, known):
                yield Fault(
                    path,
                    "PLAN_REPLACES_ITSELF",
                    f"“{measure.id}”绕回代替了自己，相关措施会一起消失",
                    f"{measure.id} comes to replace itself through {name}; neither would be in force",
                )
            else:
                yield from _lost_readers(plan, path, measure, target)


def _reaches(measure: Measure, name: str, known: dict[str, Measure]) -> bool:
    """Whether following `replaces` from `name` comes back to `measure`."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        step = ahead.pop()
        if step == measure.id:
            return True
        if step not in seen and step in known:
            seen.add(step)
            ahead += known[step].replaces
    return False


def _lost_readers(plan: Plan, path: Path, measure: Measure, target: Measure) -> Iterator[Fault]:
    heirs = [m for m in plan.measures if target.id in m.replaces and rank(m.level) <= rank(measure.level)]
    lost = [reader for reader in target.texts if not any(reader in heir.texts for heir in heirs)]
    if lost:
        yield Fault(
            path,
            "PLAN_REPLACES_READER",
            f"“{measure.id}”代替“{target.id}”后，{'、'.join(lost)} 不再有这一条",
            f"once {measure.id} replaces {target.id}, these readers lose it: {', '.join(lost)}",
            "warning",
        )


def answers(plan: Plan) -> Iterator[Fault]:
    """Every reader has an answer at every level: a text, or an explicit nothing that is true."""
    stated = {(entry.reader, level) for entry in plan.nothing for level in entry.levels}
    where: Path = ("nothing",) if plan.nothing else ("measures",)
    for level in LEVELS:
        in_force = resolve(plan, level, Facts())
        certain = {reader for entry in in_force if not entry.open for reader in entry.measure.texts}
        possible = {reader for entry in in_force for reader in entry.measure.texts}
        word = LEVEL_WORDS[level]
        for reader in READERS:
            if reader in certain or (reader, level) in stated:
                continue
            if reader in possible:
                yield Fault(
                    where,
                    "PLAN_ANSWER_CONDITIONAL",
                    f"{word}预警时 {reader} 只有带条件的措施；请在 nothing 中写明条件不成立时的情况",
                    f"at {level} {reader} has conditional measures only; say under nothing what holds else",
                    "warning",
                )
            else:
                yield Fault(
                    where,
                    "PLAN_ANSWER_MISSING",
                    f"{word}预警时 {reader} 没有任何内容；确实没有的，请在 nothing 中写明",
                    f"at {level} there is no text for {reader}; if that is meant, say so under nothing",
                )
        for i, entry in enumerate(plan.nothing):
            if level in entry.levels and entry.reader in certain:
                yield Fault(
                    ("nothing", i),
                    "PLAN_NOTHING_CONTRADICTED",
                    f"{word}预警时 {entry.reader} 有措施，与“无内容”矛盾",
                    f"at {level} {entry.reader} does have measures, which contradicts 'nothing'",
                )


def readers(plan: Plan) -> Iterator[Fault]:
    """Every measure has readers, and the enterprises without a sector are among them."""
    for i, measure in enumerate(plan.measures):
        if not measure.texts:
            yield Fault(
                ("measures", i, "texts"),
                "PLAN_TEXTS_EMPTY",
                f"“{measure.id}”没有任何读者",
                f"{measure.id} has no reader",
            )
        if "enterprises.industry" in measure.texts and "enterprises" not in measure.texts:
            yield Fault(
                ("measures", i, "texts", "enterprises.industry"),
                "PLAN_READER_UNEVEN",
                f"“{measure.id}”写了 enterprises.industry，没有写 enterprises（未分行业的企业读不到）",
                f"{measure.id} has a text for enterprises.industry and none for enterprises",
                "warning",
            )


def units(plan: Plan) -> Iterator[Fault]:
    """Where a measure names units, departments or districts read it."""
    for i, measure in enumerate(plan.measures):
        named = (
            "lead_units" if measure.lead_units else "responsible_units" if measure.responsible_units else ""
        )
        if named and measure.texts and not {"departments", "districts"} & set(measure.texts):
            yield Fault(
                ("measures", i, named),
                "PLAN_UNITS_UNTOLD",
                f"“{measure.id}”写了单位，而部门（departments）和区县（districts）都读不到",
                f"{measure.id} names units, but neither departments nor districts read it",
                "warning",
            )


def gaps(plan: Plan) -> Iterator[Fault]:
    """Gaps lie between conditional measures that exist."""
    known = {measure.id: measure for measure in plan.measures}
    for i, gap in enumerate(plan.gaps):
        for j, name in enumerate(gap.between):
            if name not in known:
                chinese, english = f"“{name}”不存在", f"{name} does not exist"
            elif known[name].condition is None:
                chinese = f"“{name}”没有条件，不会留下空档"
                english = f"{name} has no condition and leaves no gap"
            else:
                continue
            yield Fault(("gaps", i, "between", j), "PLAN_GAP", chinese, english)
