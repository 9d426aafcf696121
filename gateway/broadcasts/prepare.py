"""Works out everything that would leave for a decision: checks, texts, papers, recipients, manifest."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from gateway.broadcasts import personal, selecting, standing, steps, texts
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.gathering import Gathered, Refused, gather, judge, moment
from gateway.broadcasts.manifest import manifest
from gateway.broadcasts.standing import Link
from gateway.broadcasts.steps import Step
from gateway.broadcasts.texts import Texts
from gateway.decisions.checks import Check
from gateway.decisions.model import Decision
from gateway.decisions.situation import Situation
from gateway.directory.areas import home
from gateway.directory.model import Recipient
from gateway.directory.selection import EVERYONE, Selection, plan_codes
from gateway.directory.targeting import Target, Targeted, Text, select
from gateway.ledger.notices import Purpose
from gateway.ledger.papers import StoredPaper
from gateway.ledger.personal import Personal
from gateway.notices.model import Notice, Office
from gateway.notices.papers.compose import compose_papers
from gateway.plans.catalogue import LoadedPlan
from gateway.plans.duties import MeasureDuty
from gateway.plans.model import Plan
from gateway.vocabulary import ENGLISH_AUDIENCES, Language

__all__ = [
    "Desk",
    "Prepared",
    "Refused",
    "compose",
    "judge",
    "moment",
    "prepare",
    "reached_areas",
    "situation",
]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision with all that would leave for it; nothing of it is stored yet.

    `stated` is the document's own hash, before the ledger's level was filled in. `selection` says who is
    meant, `targeted` who of them is told. `dropped` are told the end for what a change leaves out.
    `recipients` are all who are told, in the order in which they are stored.
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
    recipients: tuple[tuple[Purpose, Target], ...]
    personal: tuple[Personal, ...]
    steps: tuple[Step, ...]
    prepared_by: str | None
    manifest: str

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The texts that leave at the launch."""
        return self.texts["now"]


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
    return compose(desk, gather(connection, desk, decision, now, selection), approved=approved)


def compose(desk: Desk, gathered: Gathered, *, approved: bool = False) -> Prepared:
    """The same from what was gathered: without the ledger, for seconds where thousands read their own
    words. Raises what `prepare` raises."""
    decision, plan, link, record = gathered.decision, gathered.plan, gathered.link, gathered.record
    composed = texts.compose(plan, decision, desk.office, link)
    targeted, dropped = _chosen(gathered, composed)
    english = _english_readers(gathered, (*targeted.targets, *dropped))
    if english:
        composed = texts.with_english(composed, plan, decision, desk.office, link)
        targeted, dropped = _chosen(gathered, composed)
    languages = tuple(dict.fromkeys(each.language for each in composed["now"]))
    prepared_by = _prepared_by(desk, gathered, languages)
    left = steps.to_come(situation(plan, decision, link), words_approved=prepared_by is not None)
    if approved and left:
        raise Refused(gathered.check)
    papers = _papers(plan, decision, desk.office, link, record.duties)
    everyone = gathered.everyone
    prepared = Prepared(
        decision,
        gathered.stated,
        gathered.loaded,
        link,
        steps.without_approvals(gathered.check),
        composed,
        papers,
        gathered.selection,
        targeted,
        dropped,
        (*(("now", each) for each in targeted.targets), *(("dropped", each) for each in dropped)),
        personal.compose(
            gathered.writers,
            gathered.enterprises,
            *(_alone(everyone, targeted.targets), _alone(everyone, dropped)),
        )
        + (
            personal.compose(
                personal.writers(plan, decision, desk.office, link, "en"),
                {each: own for each, own in gathered.enterprises.items() if each in english},
                *(_alone(everyone, targeted.targets), _alone(everyone, dropped)),
                "en",
            )
            if "en" in languages
            else ()
        ),
        left,
        prepared_by,
        manifest="",
    )
    frozen = manifest(
        decision,
        gathered.loaded.version,
        link.follows.decision_id if link.follows else None,
        composed,
        [each.sha256 for each in papers],
        [
            (purpose, each.organisation_id, each.address_id, each.audience, each.sector, each.language)
            for purpose, each in prepared.recipients
        ],
        gathered.selection.as_json(),
        [(each.organisation_id, each.medium, each.language, each.sha256) for each in prepared.personal],
    )
    return replace(prepared, manifest=frozen)


def situation(plan: Plan, decision: Decision, link: Link) -> Situation:
    """What the approval chain looks at."""
    return Situation(plan, decision, standing.context(link), certain=True, before=link.changed)


def _chosen(gathered: Gathered, composed: Texts) -> tuple[Targeted, tuple[Target, ...]]:
    """Who is told, and who the end for a dropped area, with these texts."""
    decision, plan, link, record = gathered.decision, gathered.plan, gathered.link, gathered.record
    targeted = select(
        gathered.everyone,
        plan,
        reached_areas(plan, decision, link),
        _readers(composed["now"]),
        gathered.selection,
        record.refusing,
        _apart(composed["now"]),
        owed=decision.action in selecting.INHERITS,
        earlier=record.earlier,
    )
    return targeted, _dropped(
        gathered.everyone, plan, decision, link, composed, record.earlier, record.refusing
    )


def _english_readers(gathered: Gathered, told: Iterable[Target]) -> set[int]:
    """Those of the organisations told that have people who read English, and for whom there may be some."""
    ids = {target.organisation_id for target in told}
    return {
        each.organisation_id
        for each in gathered.everyone
        if each.english and each.audience in ENGLISH_AUDIENCES and each.organisation_id in ids
    }


def _prepared_by(desk: Desk, gathered: Gathered, languages: Collection[Language]) -> str | None:
    """The launched decision with which these very words were frozen and approved: rendered for the
    prepared time, by today's plan, templates and office, they have the same hashes."""
    link = gathered.link
    if link.follows is None or not gathered.record.frozen:
        return None
    frozen = {reader: words for reader, words in gathered.record.frozen.items() if reader[3] in languages}
    today = texts.words_of(
        gathered.plan, gathered.decision, desk.office, link, standing.document(link.follows), languages
    )
    return link.follows.decision_id if today == frozen else None


def _papers(
    plan: Plan, decision: Decision, office: Office, link: Link, duties: Sequence[MeasureDuty]
) -> tuple[StoredPaper, ...]:
    found = []
    before, after = standing.in_force(link.follows), standing.in_force(link.after)
    for paper in compose_papers(plan, decision, office, before=before, after=after, duties=duties):
        content = json.dumps(paper.content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        found.append(StoredPaper(paper.kind, content, hashlib.sha256(content.encode()).hexdigest()))
    return tuple(found)


def reached_areas(plan: Plan, decision: Decision, link: Link) -> list[str]:
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
    return {(notice.audience, notice.sector, notice.medium, notice.language) for notice in rendered}


def _apart(rendered: Sequence[Notice]) -> set[Text]:
    """The texts that each organisation gets for itself: it signs for them, or reads its own measures.

    No chat message is among them: in a room that several share, one is enough and is the same for all.
    """
    return {
        (notice.audience, notice.sector, notice.medium, notice.language)
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
