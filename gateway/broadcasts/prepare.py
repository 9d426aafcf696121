"""Works out everything that would leave for a decision: checks, texts, papers, recipients, manifest."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.broadcasts import personal, selecting, standing, steps, texts
from gateway.broadcasts.manifest import manifest
from gateway.broadcasts.standing import Link
from gateway.broadcasts.steps import Step
from gateway.broadcasts.texts import Texts
from gateway.decisions.checks import Check, check
from gateway.decisions.model import BEIJING, Decision
from gateway.decisions.situation import Situation
from gateway.directory.areas import home
from gateway.directory.model import Recipient
from gateway.directory.night import at_night
from gateway.directory.selection import EVERYONE, Selection, plan_codes
from gateway.directory.targeting import Target, Targeted, Text, select
from gateway.errors import InputError
from gateway.identifiers import NewId
from gateway.ledger import care, directory, duties, notices
from gateway.ledger.notices import Purpose
from gateway.ledger.papers import StoredPaper
from gateway.ledger.personal import Personal
from gateway.notices.model import Notice, Office
from gateway.notices.papers.compose import compose_papers
from gateway.plans.catalogue import Catalogue, LoadedPlan
from gateway.plans.duties import MeasureDuty
from gateway.plans.model import Plan

_APPROVING = timedelta(hours=2)  # an evening's decision may be approved and leave only at night


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
    """A decision with all that would leave for it; nothing of it is stored yet.

    `stated` is the document's own hash, before the ledger's level was filled in. `selection` says who is
    meant, `targeted` who of them is told. `dropped` are told the end for what a change leaves out.
    `personal` are the words of single enterprises. `steps` are the approvals still to be given.
    `prepared_by` is the launched decision whose approval covers the shared words already.
    """

    decision: Decision
    stated: str
    loaded: LoadedPlan
    link: Link
    check: Check
    texts: Texts
    papers: tuple[StoredPaper, ...]
    selection: Selection
    targeted: Targeted
    dropped: tuple[Target, ...]
    personal: tuple[Personal, ...]
    steps: tuple[Step, ...]
    prepared_by: str | None
    manifest: str

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The texts that leave at the launch."""
        return self.texts["now"]

    @property
    def recipients(self) -> list[tuple[Purpose, Target]]:
        """Everyone who is told, in the order in which they are stored."""
        return [
            *(("now", each) for each in self.targeted.targets),
            *(("dropped", each) for each in self.dropped),
        ]


def prepare(
    connection: Connection,
    desk: Desk,
    decision: Decision,
    now: int,
    *,
    approved: bool = False,
    selection: Selection = EVERYONE,
) -> Prepared:
    """Check, render and target. `now`: milliseconds since 1970 UTC. `selection`: who is meant.

    With `approved` every approval must be stated already; without, those that are missing are `steps`.
    Raises `InputError` for what does not fit the ledger, `Refused` where the checks do not pass.
    """
    if decision.context is not None:
        raise InputError(
            "CONTEXT_NOT_ALLOWED",
            "发送时不写 context：生效的预警以台账为准",
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
    prepared_by = _prepared_by(connection, desk, plan, decision, link)
    left = steps.to_come(situation(plan, decision, link), words_approved=prepared_by is not None)
    checked = steps.without_approvals(full)
    if checked.outcome != "ready" or (approved and left):
        raise Refused(full)
    composed = texts.compose(plan, decision, desk.office, link)
    papers = _papers(plan, decision, desk.office, link, duties.of_plan(connection, plan.id))
    selection = selecting.meant(connection, plan, decision, link, selection)
    everyone = directory.recipients(
        connection, decision.exercise, night=_night(decision, now), on=moment(now).astimezone(BEIJING).date()
    )
    refusing = care.opted_out(connection, decision.exercise)
    earlier = selecting.before(connection, link)
    targeted = select(
        everyone,
        plan,
        _reach(plan, decision, link),
        _readers(composed["now"]),
        selection,
        refusing,
        _apart(composed["now"]),
        owed=decision.action in selecting.INHERITS,
        earlier=earlier,
    )
    dropped = _dropped(everyone, plan, decision, link, composed, earlier, refusing)
    prepared = Prepared(
        decision,
        stated,
        loaded,
        link,
        checked,
        composed,
        papers,
        selection,
        targeted,
        dropped,
        personal.compose(
            connection,
            plan,
            decision,
            desk.office,
            link,
            _alone(everyone, targeted.targets),
            _alone(everyone, dropped),
        ),
        left,
        prepared_by,
        manifest="",
    )
    frozen = manifest(
        decision,
        loaded.version,
        link.follows.decision_id if link.follows else None,
        composed,
        [each.sha256 for each in papers],
        [
            (purpose, each.organisation_id, each.address_id, each.audience, each.sector)
            for purpose, each in prepared.recipients
        ],
        selection.as_json(),
        [(each.organisation_id, each.medium, each.sha256) for each in prepared.personal],
    )
    return replace(prepared, manifest=frozen)


def judge(plan: Plan, decision: Decision, link: Link, now: int) -> Check:
    """The checks of a decision that is to be launched, by the ledger's word on what is in force."""
    return check(
        plan,
        decision,
        moment(now),
        launching=True,
        in_force=standing.context(link),
        before=link.changed,
    )


def situation(plan: Plan, decision: Decision, link: Link) -> Situation:
    """What the approval chain looks at."""
    return Situation(plan, decision, standing.context(link), certain=True, before=link.changed)


def _prepared_by(
    connection: Connection, desk: Desk, plan: Plan, decision: Decision, link: Link
) -> str | None:
    """The launched decision with which these very words were frozen and approved: rendered for the
    prepared time, by today's plan, templates and office, they have the same hashes."""
    if link.follows is None or decision.action not in ("lift", *standing.MENDING):
        return None
    if decision.action == "retract" and texts.dropped_area(plan, decision, link):
        return None  # what is said where nothing holds afterwards was not prepared
    frozen = notices.hashes(connection, link.follows.decision_id, texts.PREPARED[decision.action])
    if not frozen:
        return None
    today = texts.words_of(plan, decision, desk.office, link, standing.document(link.follows))
    return link.follows.decision_id if today == frozen else None


def _night(decision: Decision, now: int) -> bool:
    """Whether people may be told at night: now, once it is approved, or when it takes effect."""
    asked = moment(now)
    return any(at_night(each) for each in (asked, asked + _APPROVING, decision.starts_at))


def _papers(
    plan: Plan, decision: Decision, office: Office, link: Link, duties: Sequence[MeasureDuty]
) -> tuple[StoredPaper, ...]:
    found = []
    before, after = standing.in_force(link.follows), standing.in_force(link.after)
    for paper in compose_papers(plan, decision, office, before=before, after=after, duties=duties):
        content = json.dumps(paper.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        found.append(StoredPaper(paper.kind, content, hashlib.sha256(content.encode()).hexdigest()))
    return tuple(found)


def _reach(plan: Plan, decision: Decision, link: Link) -> list[str]:
    """The areas whose organisations are told: of a retraction also those in which something holds again."""
    if decision.action != "retract" or link.after is None:
        return decision.area
    again = standing.document(link.after).area
    dropped = texts.dropped_area(plan, decision, link)
    kept = [code for code in decision.area if code not in dropped]
    if dropped and plan.area in kept:
        return list(again)
    return list(dict.fromkeys([*kept, *again]))


def _readers(rendered: Sequence[Notice]) -> set[Text]:
    return {(notice.audience, notice.sector, notice.medium) for notice in rendered}


def _apart(rendered: Sequence[Notice]) -> set[Text]:
    """The texts that each organisation gets for itself: it signs for them, or reads its own measures.

    No chat message is among them: in a room that several share, one is enough and is the same for all.
    """
    return {
        (notice.audience, notice.sector, notice.medium)
        for notice in rendered
        if notice.medium != "webhook"
        and (notice.reply_minutes is not None or notice.audience == "enterprises")
    }


def _alone(everyone: Sequence[Recipient], targets: Iterable[Target]) -> Iterator[Target]:
    """The targets whose words may be their own: not in a chat room that several organisations share."""
    rooms = Counter(each.id for one in everyone for each in one.addresses if each.kind == "wecom")
    return (target for target in targets if rooms[target.address_id] < 2)


def _dropped(
    everyone: Sequence[Recipient],
    plan: Plan,
    decision: Decision,
    link: Link,
    composed: Texts,
    earlier: Selection,
    refusing: Collection[int],
) -> tuple[Target, ...]:
    """Who in the directory is told the end for a dropped area: of those meant before its own organisations
    only, the city's read the change itself."""
    codes, known = texts.dropped_area(plan, decision, link), plan_codes(plan)
    concerned = [each for each in everyone if home(each.area, known) in codes and earlier.means(each, plan)]
    if not concerned:
        return ()
    rendered = composed["dropped"]
    return select(
        concerned,
        plan,
        sorted(codes),
        _readers(rendered),
        opted_out=refusing,
        apart=_apart(rendered),
        owed=True,
    ).targets


def moment(milliseconds: int) -> datetime:
    """The aware UTC datetime of a ledger time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
