"""What a decision needs of the ledger before its words are written, and whether that still holds.

Writing the words of thousands takes seconds, and so does reading a province's directory. So what decides
is read once, the directory a slice at a time while the words are written, and what was read is looked at
again when they are stored.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from gateway.broadcasts.approving import steps
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import personal, selecting, standing, texts
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.checks import Check, check
from gateway.decisions.model import Decision
from gateway.directory.night import at_night
from gateway.directory.selection import Selection
from gateway.errors import InputError
from gateway.ledger.decisions import notices
from gateway.ledger.decisions.listing import Listing
from gateway.ledger.decisions.notices import Reader
from gateway.ledger.delivery import opted_out
from gateway.ledger.directory import changes, duties
from gateway.moments import BEIJING, moment
from gateway.plans.catalogue import LoadedPlan
from gateway.plans.duties import MeasureDuty
from gateway.plans.model import Plan

_APPROVING = timedelta(hours=2)  # an evening's decision may be approved and leave only at night


class Refused(Exception):
    """The checks do not let this decision be launched; `check` says why."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.outcome)
        self.check = check


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger says that another transaction may change, as cheap to read as to compare.

    `frozen`: the hashes of the words that were prepared and approved with the decision that it follows.
    `earlier`: whom that one meant. `refusing`: addresses that opted out. `directory`: how often an
    organisation or its inventory was changed.
    """

    link: Link
    frozen: Mapping[Reader, str]
    earlier: Selection
    refusing: Collection[int]
    duties: Sequence[MeasureDuty]
    directory: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """A checked decision with all that its words are made of.

    `stated` is the document's own hash, before the ledger's level was filled in. `check` is of the whole
    document, approvals included. `listing` says how the directory is read for it. `writers` write the
    words of single enterprises.
    """

    stated: str
    decision: Decision
    loaded: LoadedPlan
    record: Record
    check: Check
    selection: Selection
    listing: Listing
    writers: personal.Writers

    @property
    def plan(self) -> Plan:
        """The decision's plan."""
        return self.loaded.plan

    @property
    def link(self) -> Link:
        """Where the decision belongs."""
        return self.record.link


def gather(
    connection: Connection, desk: Desk, decision: Decision, now: int, selection: Selection
) -> Gathered:
    """Check a decision and read what it needs. `now`: milliseconds since 1970 UTC. `selection`: who is
    meant.

    Raises `InputError` for what does not fit the ledger, `Refused` where the checks do not pass.
    """
    if decision.context is not None:
        raise InputError(
            "CONTEXT_NOT_ALLOWED",
            "发送时不写 context：已有的预警以台账为准",
            "context is not allowed here: the ledger knows what is in force",
            field="context",
        )
    stated = decision.fingerprint
    loaded = desk.catalogue.load(decision.plan)
    plan = loaded.plan
    link = standing.find(connection, plan, decision)
    if decision.action in standing.MENDING and decision.level is None and link.follows is not None:
        decision = decision.model_copy(update={"level": link.follows.level})
    full = judge(plan, decision, link, now)
    if steps.without_approvals(full).outcome != "ready":
        raise Refused(full)
    selection = selecting.meant(connection, plan, decision, link, selection)
    record = _record(connection, plan, decision, link)
    listing = Listing(decision.exercise, _night(decision, now), moment(now).astimezone(BEIJING).date())
    writers = personal.writers(plan, decision, desk.office, link)
    return Gathered(stated, decision, loaded, record, full, selection, listing, writers)


def still_holds(
    connection: Connection, desk: Desk, gathered: Gathered, *, directory_as_read: bool = False
) -> bool:
    """Whether what was gathered is what the ledger and the plan's file say now, the directory left aside
    with `directory_as_read`. Raises `InputError` where the decision no longer fits what is in force."""
    plan, decision = gathered.plan, gathered.decision
    link = standing.find(connection, plan, decision)
    record = _record(connection, plan, decision, link)
    if directory_as_read:
        record = replace(record, directory=gathered.record.directory, refusing=gathered.record.refusing)
    return desk.catalogue.load(plan.id).version == gathered.loaded.version and record == gathered.record


def judge(plan: Plan, decision: Decision, link: Link, now: int) -> Check:
    """The checks of a decision that is to be launched, by the ledger's word on what is in force."""
    return check(
        plan,
        decision,
        moment(now),
        launching=True,
        in_force=standing.context(link),
        before=link.changed,
        upstream=link.upstream,
    )


def _record(connection: Connection, plan: Plan, decision: Decision, link: Link) -> Record:
    return Record(
        link,
        _frozen(connection, plan, decision, link),
        selecting.before(connection, link),
        opted_out.of(connection, decision.exercise),
        duties.of_plan(connection, plan.id),
        changes.number(connection),
    )


def _frozen(connection: Connection, plan: Plan, decision: Decision, link: Link) -> Mapping[Reader, str]:
    purpose = texts.purpose_of(decision, link)
    if link.follows is None or purpose is None:
        return {}
    if decision.action == "retract" and texts.dropped_area(plan, decision, link):
        return {}  # what is said where nothing holds afterwards was not prepared
    return notices.hashes(connection, link.follows.decision_id, purpose)


def _night(decision: Decision, now: int) -> bool:
    """Whether people may be told at night: now, once it is approved, or when it takes effect."""
    asked = moment(now)
    return any(at_night(each) for each in (asked, asked + _APPROVING, decision.starts_at))
