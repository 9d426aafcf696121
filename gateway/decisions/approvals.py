"""The approval chain of a plan, and which of its steps a decision still lacks."""

from dataclasses import dataclass

from gateway.decisions.names import is_title
from gateway.decisions.situation import Situation
from gateway.plans.model import ApprovalRule, ApprovalStep

_SILENT = ApprovalStep(titles=[])  # where a plan is silent: one person of the issuing body
_UNTIMED = float("-inf")  # an approval without a time fits anywhere in the chain


def rule_for(situation: Situation) -> ApprovalRule | None:
    """The rule that asks for this decision's approvals; None where the plan is silent.

    A lift is judged by the level in force; where that is unknown, by the rule for a lift on schedule
    where it is one, and otherwise by the longest chain that may fit.
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
        by_schedule = [rule for rule in fitting if rule.on_schedule is not None and not rule.levels]
        return max(by_schedule or fitting, key=lambda rule: len(rule.steps), default=None)
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
