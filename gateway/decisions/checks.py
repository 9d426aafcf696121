"""Checks a decision against its plan: what does not fit, what the forecast gives, what will be owed.

People decide; the check says what it sees and never sets, raises or widens anything (DESIGN, rule 1).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from gateway.decisions.changes import change_findings
from gateway.decisions.findings import SEVERITIES, Finding
from gateway.decisions.forecast import level_by_forecast
from gateway.decisions.formalities import formal_findings
from gateway.decisions.levels import level_findings
from gateway.decisions.model import Context, Decision
from gateway.decisions.obligations import Obligation, due
from gateway.decisions.situation import Situation
from gateway.decisions.upstream import Upstream
from gateway.plans.model import Plan
from gateway.vocabulary import RESPONSES, Level, Response

Outcome = Literal["ready", "needs_reason", "refused"]


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check. `level` is the decision's own (None for a lift or tip), `level_by_forecast` what
    the plan's rules give for forecast and measurements alone. Findings stand gravest first."""

    outcome: Outcome
    level: Level | None
    response: Response | None
    level_by_forecast: Level | None
    findings: tuple[Finding, ...]
    due: tuple[Obligation, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of `airwarn check --json` (DESIGN section 7)."""
        return {
            "outcome": self.outcome,
            "level": self.level,
            "response": self.response,
            "level_by_forecast": self.level_by_forecast,
            "findings": [finding.as_json() for finding in self.findings],
            "due": [obligation.as_json() for obligation in self.due],
        }


def check(
    plan: Plan,
    decision: Decision,
    now: datetime,
    *,
    launching: bool = False,
    in_force: Context | None = None,
    before: Decision | None = None,
    upstream: Upstream | None = None,
) -> Check:
    """Check `decision` under `plan` at `now` (aware).

    `in_force` is the ledger's word on what is active and takes the place of the document's `context`;
    `before` the decision that this one changes or mends, as the ledger holds it (a hint, a lift or a
    tip too), whose own `starts_at`, level and action the rules of a change are about; `upstream` what the
    ledger received from the level above.
    `launching` refuses a start in the past. A recorded special reason turns findings that ask for a
    reason into notes; nothing turns a refusal.
    """
    context = in_force or decision.context or Context()
    situation = Situation(
        plan, decision, context, certain=in_force is not None, before=before, upstream=upstream
    )
    findings = [
        *level_findings(situation),
        *change_findings(situation),
        *formal_findings(situation, now, launching=launching),
    ]
    if decision.special_reason is not None:
        findings = [finding.with_reason() for finding in findings]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return Check(
        outcome=_outcome(findings),
        level=decision.level,
        response=RESPONSES[decision.level] if decision.level else None,
        level_by_forecast=level_by_forecast(plan, decision),
        findings=tuple(findings),
        due=due(plan, decision, context, before),
    )


def _outcome(findings: list[Finding]) -> Outcome:
    severities = {finding.severity for finding in findings}
    if "refuse" in severities:
        return "refused"
    return "needs_reason" if "reason" in severities else "ready"
