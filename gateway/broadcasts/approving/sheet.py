"""A decision as whoever approves or launches it reads it: what it says, to how many, what speaks against it,
who has approved and whose turn it is."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.recorded import unknown
from gateway.broadcasts.approving.steps import Step
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import reach, standing
from gateway.broadcasts.preparing.groundwork import judge
from gateway.broadcasts.preparing.prepare import situation
from gateway.broadcasts.preparing.reach import Reach
from gateway.decisions.checks import Check
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.decisions import approvals, broadcasts, decisions, opinions, papers
from gateway.ledger.decisions.approvals import Said
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.decisions.opinions import Opinion
from gateway.ledger.decisions.papers import StoredPaper
from gateway.plans.model import Plan


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of it but the texts.

    `decision` has the approvals that were given to the frozen manifest. `findings` are those that were
    frozen, `check` what the checks say now. `chain` are the plan's steps and `left` those still to be given.
    `hindrance` says why it cannot go on as the ledger stands (`chain`, `left` and `check` are then empty).
    All four belong to a decision that is still open. `earlier` is what was in force when it was frozen.
    """

    entry: Entry
    decision: Decision
    plan: Plan
    reach: Reach
    findings: list[dict[str, Any]]
    check: Check | None
    chain: tuple[Step, ...]
    left: tuple[Step, ...]
    hindrance: InputError | None
    said: list[Said]
    earlier: Entry | None
    opinions: list[Opinion]
    papers: list[StoredPaper]

    @property
    def open(self) -> bool:
        """Whether it waits for approvals or its launch."""
        return self.entry.state in ("submitted", "approved")

    def given(self, step: Step) -> Said | None:
        """Who gave a step to what is frozen now; None where nobody did, or the document states it."""
        return next(
            (
                each
                for each in self.said
                if (each.verdict, each.step, each.manifest) == ("approve", step.place, self.entry.manifest)
            ),
            None,
        )


def sheet(connection: Connection, desk: Desk, decision_id: str, now: int) -> Sheet:
    """The sheet of a decision; `now` in milliseconds since 1970 UTC. Raises `InputError`
    (DECISION_UNKNOWN)."""
    entry = decisions.entry(connection, decision_id)
    if entry is None:
        raise unknown(decision_id)
    said = approvals.of_decision(connection, decision_id)
    decision = steps.with_approvals(Decision.model_validate_json(entry.document), said, entry.manifest)
    plan = desk.catalogue.load(decision.plan).plan
    chain: tuple[Step, ...] = ()
    left: tuple[Step, ...] = ()
    check, hindrance = None, None
    if entry.state in ("submitted", "approved"):
        try:
            link = standing.find(connection, plan, decision)
            looked_at = situation(plan, decision, link)
        except InputError as error:
            hindrance = error
        else:
            covered = entry.prepared_by_id is not None
            chain = steps.chain(looked_at, words_approved=covered)
            left = steps.to_come(looked_at, words_approved=covered)
            check = steps.without_approvals(judge(plan, decision, link, now))
    return Sheet(
        entry=entry,
        decision=decision,
        plan=plan,
        reach=reach.read(entry.reach),
        findings=json.loads(entry.findings),
        check=check,
        chain=chain,
        left=left,
        hindrance=hindrance,
        said=said,
        earlier=_earlier(connection, entry),
        opinions=opinions.of_decision(connection, decision_id),
        papers=papers.of_decision(connection, decision_id),
    )


def _earlier(connection: Connection, entry: Entry) -> Entry | None:
    followed = broadcasts.follows(connection, entry.broadcast_id)
    identifier = None if followed is None else decisions.of_broadcast(connection, followed)
    return None if identifier is None else decisions.entry(connection, identifier)
