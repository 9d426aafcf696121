"""Works out everything that would leave for a decision: checks, texts, papers, recipients, manifest."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.steps import Step
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import personal, selecting, standing, texts
from gateway.broadcasts.preparing.alert_draft import push_notice
from gateway.broadcasts.preparing.formless import Formless, Read, formless
from gateway.broadcasts.preparing.groundwork import Gathered, Refused, gather
from gateway.broadcasts.preparing.manifest import manifest
from gateway.broadcasts.preparing.standing import Link
from gateway.broadcasts.preparing.texts import Texts
from gateway.decisions.checks import Check
from gateway.decisions.model import Decision
from gateway.decisions.situation import Situation
from gateway.directory.areas import home
from gateway.directory.model import Recipient
from gateway.directory.selection import EVERYONE, Selection, plan_codes
from gateway.directory.targeting import Choosing, Targeted
from gateway.directory.targets import Targets, Text
from gateway.ledger.decisions import personal as ledger_personal
from gateway.ledger.decisions.listing import SLICE
from gateway.ledger.decisions.notices import Purpose
from gateway.ledger.decisions.papers import StoredPaper
from gateway.ledger.decisions.personal import Personal
from gateway.notices.model import Notice, Office
from gateway.notices.own import Enterprise
from gateway.notices.papers.compose import compose_papers
from gateway.plans.catalogue import LoadedPlan
from gateway.plans.duties import MeasureDuty
from gateway.plans.model import Plan
from gateway.vocabulary import ENGLISH_AUDIENCES, Language, Level


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision with all that would leave for it; nothing of it is stored yet.

    `stated` is the document's own hash, before the ledger's level was filled in. `selection` says who is
    meant, `targeted` who of them is told. `dropped` are told the end for what a change leaves out.
    `personal` are the words of single enterprises. `steps` are the approvals still to be given.
    `prepared_by` is the launched decision whose approval covers the shared words already. `formless` are
    systems that would get nothing.
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
    dropped: Targets
    personal: tuple[Personal, ...]
    steps: tuple[Step, ...]
    prepared_by: str | None
    manifest: str
    formless: Formless | None

    @property
    def recipients(self) -> tuple[tuple[Purpose, Targets], ...]:
        """The lists of all who are told, in the order in which they are stored."""
        return ("now", self.targeted.targets), ("dropped", self.dropped)

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
    gathered = gather(connection, desk, decision, now, selection)
    return compose(desk, gathered, lambda function: function(connection), approved=approved)


def compose(
    desk: Desk, gathered: Gathered, read: Read, *, approved: bool = False, at_once: int = SLICE
) -> Prepared:
    """The same from what was gathered: for seconds where thousands read their own words, or a province is
    told. `read` gives the directory, a slice of `at_once` organisations at a time. Raises what `prepare`
    raises."""
    decision, plan, link, record = gathered.decision, gathered.plan, gathered.link, gathered.record
    composed = texts.compose(plan, decision, desk.office, link)
    english = _english_readers(gathered, composed, read)
    if english:
        composed = texts.with_english(composed, plan, decision, desk.office, link)
    languages = tuple(dict.fromkeys(each.language for each in composed["now"]))
    composed = {**composed, "now": (*composed["now"], push_notice(desk, plan, decision, link))}
    prepared_by = _prepared_by(desk, gathered, languages)
    left = steps.to_come(situation(plan, decision, link), words_approved=prepared_by is not None)
    if approved and left:
        raise Refused(gathered.check)
    papers = _papers(plan, decision, desk.office, link, record.duties)
    targeted, dropped, shared = _chosen(gathered, composed, _everyone(gathered, read, at_once))
    own = list(personal.compose(gathered.writers, _inventories(read), targeted.targets, dropped, shared))
    if english and "en" in languages:
        writers = personal.writers(plan, decision, desk.office, link, "en")
        own += personal.compose(
            writers, _inventories(read), targeted.targets, dropped, shared, "en", only=english
        )
    return Prepared(
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
        tuple(own),
        left,
        prepared_by,
        manifest(
            decision,
            gathered.loaded.version,
            link.follows.decision_id if link.follows else None,
            composed,
            [each.sha256 for each in papers],
            (("now", targeted.targets), ("dropped", dropped)),
            gathered.selection.as_json(),
            [(each.organisation_id, each.medium, each.language, each.sha256) for each in own],
        ),
        formless(desk, plan, decision, link, targeted.targets, read),
    )


def situation(plan: Plan, decision: Decision, link: Link) -> Situation:
    """What the approval chain looks at."""
    return Situation(
        plan, decision, standing.context(link), certain=True, before=link.changed, upstream=link.upstream
    )


def _everyone(gathered: Gathered, read: Read, at_once: int) -> Iterator[Recipient]:
    after = 0
    while True:
        some: list[Recipient] = read(partial(gathered.listing.slice_after, after=after, limit=at_once))
        if not some:
            return
        yield from some
        after = some[-1].organisation_id


def _inventories(read: Read) -> personal.Enterprises:
    def found(ids: Collection[int], levels: Sequence[Level]) -> Mapping[int, Enterprise]:
        known: Mapping[int, Enterprise] = read(
            lambda connection: ledger_personal.enterprises(connection, ids, levels)
        )
        return known

    return found


def _chosen(
    gathered: Gathered, composed: Texts, everyone: Iterable[Recipient], *, owed: bool = False
) -> tuple[Targeted, Targets, set[int]]:
    """Who is told, and who the end for a dropped area, with these texts; and the chat rooms that several
    organisations share. `owed`: that nobody is told is no error."""
    decision, plan, link, record = gathered.decision, gathered.plan, gathered.link, gathered.record
    told = Choosing(
        plan,
        reached_areas(plan, decision, link),
        _readers(composed["now"]),
        gathered.selection,
        record.refusing,
        _apart(composed["now"]),
        owed=owed or decision.action in selecting.INHERITS,
        earlier=record.earlier,
    )
    codes, known = texts.dropped_area(plan, decision, link), plan_codes(plan)
    dropped: Choosing | None = None
    rooms: Counter[int] = Counter()
    for each in everyone:
        told.add(each)
        rooms.update(address.id for address in each.addresses if address.kind == "wecom")
        # its own organisations only, the city's read the change itself; of those meant before
        if codes and home(each.area, known) in codes and record.earlier.means(each, plan):
            dropped = dropped or _told_the_end(plan, codes, composed, record.refusing)
            dropped.add(each)
            told.add_system(each)  # it reads of the end in the alert itself
    return (
        told.end(),
        Targets() if dropped is None else dropped.end().targets,
        {room for room, organisations in rooms.items() if organisations > 1},
    )


def _told_the_end(plan: Plan, codes: Collection[str], composed: Texts, refusing: Collection[int]) -> Choosing:
    rendered = composed["dropped"]
    return Choosing(
        plan, sorted(codes), _readers(rendered), opted_out=refusing, apart=_apart(rendered), owed=True
    )


def _english_readers(gathered: Gathered, composed: Texts, read: Read) -> set[int]:
    """Those of the organisations told that have people who read English, and for whom there may be some."""
    several = [
        each
        for after in read(gathered.listing.english_after)
        for each in read(partial(gathered.listing.slice_after, after=after))
        if each.english and each.audience in ENGLISH_AUDIENCES and each.organisation_id <= after + SLICE
    ]
    if not several:
        return set()
    targeted, dropped, _rooms = _chosen(gathered, composed, several, owed=True)
    return {*targeted.targets.organisations, *dropped.organisations}


def _prepared_by(desk: Desk, gathered: Gathered, languages: Collection[Language]) -> str | None:
    """The launched decision with which these very words were frozen and approved: rendered for the
    prepared time, by today's plan, templates and office, they have the same hashes."""
    link = gathered.link
    if link.follows is None or not gathered.record.frozen:
        return None
    frozen = {reader: words for reader, words in gathered.record.frozen.items() if reader[3] in languages}
    today = texts.words_of(gathered.plan, gathered.decision, desk.office, link, languages)
    return link.follows.decision_id if today == frozen else None


def _papers(
    plan: Plan, decision: Decision, office: Office, link: Link, duties: Sequence[MeasureDuty]
) -> tuple[StoredPaper, ...]:
    found = []
    before, after = standing.before(link), standing.in_force(link.after)
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
