"""Works out everything that would leave for a decision: checks, texts, recipients, manifest."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from gateway.broadcasts import standing
from gateway.broadcasts.manifest import manifest
from gateway.decisions.checks import Check, check
from gateway.decisions.model import Decision
from gateway.directory.targeting import Selection, select
from gateway.errors import InputError
from gateway.identifiers import NewId
from gateway.ledger import directory
from gateway.ledger.decisions import Standing
from gateway.notices.compose import render
from gateway.notices.model import Notice, Office
from gateway.plans.catalogue import Catalogue, LoadedPlan


class Refused(Exception):
    """The checks do not let this decision be launched; `check` says why."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.outcome)
        self.check = check


@dataclass(frozen=True, slots=True)
class Desk:
    """What every use case needs besides the ledger: the plans, the office's own words, new ids."""

    catalogue: Catalogue
    office: Office
    new_id: NewId


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision with all that would leave for it; nothing of it is stored yet."""

    decision: Decision
    loaded: LoadedPlan
    standing: Standing | None
    check: Check
    notices: tuple[Notice, ...]
    selection: Selection
    manifest: str


def prepare(connection: Connection, desk: Desk, decision: Decision, now: int) -> Prepared:
    """Check, render and target. `now`: milliseconds since 1970 UTC.

    Raises `InputError` for what does not fit the ledger, `Refused` where the checks do not pass.
    """
    if decision.context is not None:
        raise InputError(
            "CONTEXT_NOT_ALLOWED",
            "发送时不写 context：生效的预警以台账为准",
            "context is not allowed here: the ledger knows what is in force",
            field="context",
        )
    loaded = desk.catalogue.load(decision.plan)
    plan = loaded.plan
    changed = standing.find(connection, plan, decision)
    checked = check(plan, decision, moment(now), launching=True, in_force=standing.context(changed))
    if checked.outcome != "ready":
        raise Refused(checked)
    notices = render(plan, decision, desk.office, before=standing.in_force(changed))
    selection = select(
        directory.recipients(connection, decision.exercise),
        plan,
        decision.area,
        {(notice.audience, notice.sector, notice.medium) for notice in notices},
    )
    return Prepared(
        decision,
        loaded,
        changed,
        checked,
        notices,
        selection,
        manifest(
            decision,
            loaded.version,
            notices,
            [
                (each.organisation_id, each.address_id, each.audience, each.sector)
                for each in selection.targets
            ],
        ),
    )


def moment(milliseconds: int) -> datetime:
    """The aware UTC datetime of a ledger time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
