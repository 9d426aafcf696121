"""The warning that a decision changes, as the ledger knows it."""

from collections.abc import Iterable

from sqlalchemy import Connection

from gateway.decisions.facts import facts
from gateway.decisions.model import Context, Decision
from gateway.errors import InputError
from gateway.ledger import decisions as ledger_decisions
from gateway.ledger.decisions import Standing
from gateway.notices.model import InForce
from gateway.plans.model import Plan


def find(connection: Connection, plan: Plan, decision: Decision) -> Standing | None:
    """The warning in force that `decision` changes; None for an `issue`.

    Raises `InputError` where there is none to change, where an `issue` would double one, and where
    `previous` names another decision than the one in force.
    """
    overlapping = [
        standing
        for standing in ledger_decisions.standing(connection, plan.id, decision.exercise)
        if _covered(plan, _document(standing).area) & _covered(plan, decision.area)
    ]
    if decision.action == "issue":
        if overlapping:
            raise InputError(
                "WARNING_IN_FORCE",
                f"同一区域已有生效的预警（决定 {overlapping[0].decision_id}）；请改用升级、降级、延长或解除",
                "a warning is in force for the same area"
                f" (decision {overlapping[0].decision_id}); use raise, lower, extend or lift",
                field="action",
            )
        return None
    if not overlapping:
        raise InputError(
            "NOTHING_IN_FORCE",
            "该区域没有生效的预警，不能升级、降级、延长或解除；请先发布",
            "no warning is in force for this area; issue one first",
            field="action",
        )
    if decision.previous is not None:
        overlapping = [each for each in overlapping if each.decision_id == decision.previous]
        if not overlapping:
            raise InputError(
                "PREVIOUS_UNKNOWN",
                f"previous“{decision.previous}”不是该区域当前生效的决定",
                f"previous {decision.previous!r} is not the decision in force for this area",
                field="previous",
            )
    if len(overlapping) > 1:
        listed = ", ".join(each.decision_id for each in overlapping)
        raise InputError(
            "PREVIOUS_NEEDED",
            f"该区域有几个生效的预警（{listed}）；请在 previous 中写明改变哪一个",
            f"several warnings are in force for this area ({listed}); name one in previous",
            field="previous",
        )
    return overlapping[0]


def _covered(plan: Plan, area: Iterable[str]) -> set[str]:
    codes = set(area)
    return {each.code for each in plan.areas} if plan.area in codes else codes


def _document(standing: Standing) -> Decision:
    return Decision.model_validate_json(standing.document)


def context(standing: Standing | None) -> Context:
    """What the checks ask about the warning in force."""
    if standing is None:
        return Context()
    decision = _document(standing)
    return Context(
        active_level=decision.level,
        active_since=decision.starts_at,
        scheduled_end=decision.expected_end_at,
    )


def in_force(standing: Standing | None) -> InForce | None:
    """What the renderer marks changes against."""
    if standing is None:
        return None
    decision = _document(standing)
    if decision.level is None:
        return None
    return InForce(decision.level, facts(decision), decision.starts_at, decision.document_number)
