"""The approval chain of a plan, and the names of bodies and titles as people write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.decisions.situation import Situation
from gateway.plans.model import ApprovalRule, ApprovalStep, Plan

_SILENT = ApprovalStep(titles=[])  # where a plan is silent: one person of the issuing body
_UNTIMED = float("-inf")  # an approval without a time fits anywhere in the chain
_NO_NAME = {"办公室", "办公厅", "委员会"}  # any body has one
_UPPER_PLACE = re.compile(r"^.{0,8}?(?:省|自治区|市)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|\s+")  # a remark such as （代章）, and spaces


def rule_for(situation: Situation) -> ApprovalRule | None:
    """The rule that asks for this decision's approvals; None where the plan is silent.

    A lift is judged by the level in force; where that is unknown, by the longest chain that may fit.
    To end a hint ends no warning: plans are silent about both.
    """
    if situation.ends_hint:
        return None
    action = situation.decision.action
    level = situation.decision.level or situation.context.active_level
    fitting = [
        rule
        for rule in situation.plan.approvals
        if action in rule.actions
        and (level is None or not rule.levels or level in rule.levels)
        and rule.on_schedule in (None, situation.on_schedule)
    ]
    if level is None:
        return max(fitting, key=lambda rule: len(rule.steps), default=None)
    return fitting[0] if fitting else None


def missing_steps(situation: Situation) -> list[ApprovalStep]:
    """The steps of the chain that no stated approval gives, in order.

    Each step needs an approval of its own, in the chain's order where the times are stated; one person
    may give several, each in a rank that the step asks for. A county's own ranks count for its own
    decision.
    """
    plan, decision = situation.plan, situation.decision
    rule = rule_for(situation)
    steps = [_SILENT] if rule is None else rule.steps
    counties = [] if situation.whole_area else [plan.area_name(code) or "" for code in decision.area]
    given = [
        _Given(
            approval.at.timestamp() if approval.at else _UNTIMED,
            frozenset(
                number
                for number, step in enumerate(steps)
                if not step.titles or any(is_title(plan, approval.role, t, counties) for t in step.titles)
            ),
        )
        for approval in decision.approvals
    ]
    return [steps[number] for number in _missing(len(steps), 0, given, _UNTIMED)]


@dataclass(frozen=True, slots=True)
class _Given:
    at: float  # seconds since 1970
    steps: frozenset[int]  # the numbers of the steps that it may give


def _missing(count: int, number: int, left: list[_Given], latest: float) -> list[int]:
    """The fewest steps, from `number` on, that the approvals left over cannot give."""
    if number == count:
        return []
    fewest = [number, *_missing(count, number + 1, left, latest)]
    tried = set()
    # Of approvals that may give the same steps, the earliest leaves the most room for what comes after.
    for each in sorted(left, key=lambda each: each.at):
        too_early = _UNTIMED < each.at < latest
        if number not in each.steps or each.steps in tried or too_early:
            continue
        tried.add(each.steps)
        rest = [other for other in left if other is not each]
        later = _missing(count, number + 1, rest, max(latest, each.at))
        if len(later) < len(fewest):
            fewest = later
    return fewest


def is_title(plan: Plan, role: str, title: str, counties: Iterable[str] = ()) -> bool:
    """Whether a stated role is a printed title, with or without place or body before either.

    `counties` are the names of those whose own ranks count too.
    """
    return not _cores(plan, role, counties).isdisjoint(_cores(plan, title))


def is_issuer(plan: Plan, issuer: str) -> bool:
    """Whether an issuer is the plan's body, its office, or the government above both.

    Short forms keep the order of the full name's characters (生态环境保护委员会办公室 → 环委会办公室),
    so any such form of a printed name counts; a name with a character of its own (another place's, a
    county's) does not.
    """
    body = plan.issuing_body
    names = [
        body.name,
        body.short_name,
        *body.also_known_as,
        "人民政府办公厅",
        "人民政府办公室",
        "行政公署办公室",
    ]
    printed = [core for name in names for core in _cores(plan, name)]
    for written in _cores(plan, issuer) - {""}:
        for core in {written, written.removesuffix("办公室")}:
            if len(core) >= 3 and core not in _NO_NAME and any(_shortens(core, name) for name in printed):
                return True
    return False


def is_upper_body(stated: str, printed: str) -> bool:
    """Whether a stated body is a printed one of the level above, with or without its place in front
    (河南省环委会办公室 for 省生态环境保护委员会办公室). A body and its office both count."""
    short, full = (
        _UPPER_PLACE.sub("", _BRACKETS.sub("", name)).removesuffix("办公室") for name in (stated, printed)
    )
    return _shortens(short, full)


def _shortens(short: str, full: str) -> bool:
    characters = iter(full)
    return all(character in characters for character in short)


def _cores(plan: Plan, written: str, counties: Iterable[str] = ()) -> set[str]:
    """The name as written, and every form of it without the place's and the body's name in front."""
    body = plan.issuing_body
    kind = next((word for word in ("地区", "自治州") if plan.place.endswith(word)), plan.place[-1])
    bodies = [body.name, body.short_name, *body.also_known_as]
    prefixes = {plan.place, kind, *bodies, *(name.removeprefix(plan.place) for name in bodies)}
    prefixes |= {part for name in counties for part in (name, name[-1:])}
    prefixes.discard("")
    cores: set[str] = set()
    waiting = [_BRACKETS.sub("", written)]
    while waiting:
        name = waiting.pop()
        if name not in cores:
            cores.add(name)
            waiting += [name[len(prefix) :] for prefix in prefixes if name.startswith(prefix)]
    return cores
