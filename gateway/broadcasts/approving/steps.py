"""The steps of approval that a decision still needs, by its plan's chain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.decisions.approvals import missing_steps, rule_for
from gateway.decisions.checks import Check, Outcome
from gateway.decisions.model import Approval, Decision
from gateway.decisions.names import is_title
from gateway.decisions.situation import Situation
from gateway.ledger.decisions.approvals import Said
from gateway.moments import moment
from gateway.plans.model import ApprovalStep, Plan

MISSING = "APPROVAL_MISSING"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain. `place` counts from 0; without `titles` any person of the issuing body other
    than the drafter gives it."""

    place: int
    titles: tuple[str, ...]
    verb: str

    @property
    def whose(self) -> str:
        """Whose turn it is, in Chinese."""
        return "或".join(self.titles) or "起草人以外的一名负责人"

    @property
    def whose_en(self) -> str:
        """Whose turn it is, in English."""
        return " or ".join(self.titles) or "one person of the issuing body other than the drafter"

    def as_json(self) -> dict[str, Any]:
        """The shape in which steps are listed."""
        return {"place": self.place, "titles": list(self.titles), "verb": self.verb}


def chain(situation: Situation, *, words_approved: bool = False) -> tuple[Step, ...]:
    """Every step of the decision's chain, in order.

    `words_approved`: its texts were approved with the decision that it ends or mends. Then only what the
    plan itself asks for this action is left; where the plan is silent, nothing.
    """
    rule = rule_for(situation)
    if words_approved and (rule is None or rule.clause is None):
        return ()
    steps: Sequence[ApprovalStep] = [ApprovalStep()] if rule is None else rule.steps
    return tuple(Step(place, tuple(each.titles), each.verb) for place, each in enumerate(steps))


def to_come(situation: Situation, *, words_approved: bool = False) -> tuple[Step, ...]:
    """The steps that no approval of the situation's decision gives yet, in order."""
    left = list(chain(situation, words_approved=words_approved))
    if not left:
        return ()
    found = []
    for missing in missing_steps(situation):
        place = next(place for place, each in enumerate(left) if each.titles == tuple(missing.titles))
        found.append(left[place])
        del left[: place + 1]
    return tuple(found)


def fits(plan: Plan, step: Step, title: str) -> bool:
    """Whether a title gives a step."""
    return not step.titles or any(is_title(plan, title, printed) for printed in step.titles)


def with_approvals(decision: Decision, said: Iterable[Said], manifest: str) -> Decision:
    """The decision with the approvals that were given to this manifest, beside those that it states."""
    given = [
        Approval(role=each.role, name=each.name, at=moment(each.at))
        for each in said
        if each.verdict == "approve" and each.manifest == manifest
    ]
    return decision.model_copy(update={"approvals": [*decision.approvals, *given]}) if given else decision


def without_approvals(check: Check) -> Check:
    """The check of everything but the approvals, which are given by approving."""
    findings = tuple(each for each in check.findings if each.code != MISSING)
    severities = {each.severity for each in findings}
    outcome: Outcome = "needs_reason" if "reason" in severities else "ready"
    return replace(check, findings=findings, outcome="refused" if "refuse" in severities else outcome)
