"""Freezes what a decision would send: its texts, papers and recipients, under one hash."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving.recorded import asked
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import reach, selecting
from gateway.broadcasts.preparing.manifest import text_hash
from gateway.broadcasts.preparing.prepare import Prepared, prepare
from gateway.decisions.model import Decision
from gateway.directory.selection import EVERYONE, Selection
from gateway.errors import InputError
from gateway.ledger.accounts import memos
from gateway.ledger.decisions import decisions as ledger_decisions
from gateway.ledger.decisions import episodes, freezing, notices, papers, personal
from gateway.ledger.decisions.decisions import NewDecision, Recorded
from gateway.ledger.decisions.notices import NewNotice, Purpose, Reader
from gateway.ledger.trail import audit, vouching
from gateway.notices.model import Notice

_LAUNCHES_WITHIN = 10_000  # ms


@dataclass(frozen=True, slots=True)
class Submitted:
    """A frozen decision. `prepared` is None where an equal document had been launched before."""

    recorded: Recorded
    prepared: Prepared | None


def submit(
    connection: Connection,
    desk: Desk,
    decision: Decision,
    now: int,
    actor: Actor,
    *,
    approved: bool = False,
    selection: Selection = EVERYONE,
) -> Submitted:
    """Freeze a decision for whom `selection` means, or find the broadcast that an equal document already
    launched.

    Approvals that are missing are given by approving; with `approved` they must all be stated. An equal
    document that was frozen but not launched keeps its id and its drafter. It is frozen anew where the
    manifest is another one, because directory, plan or what is in force has changed, or where it was
    returned or withdrawn: then approvals start again. Raises what `prepare` raises and `InputError`:
    DECISION_REFUSED for one that was refused for good, SELECTION_DIFFERS for one that was launched for
    others.
    """
    known = launched(connection, decision, selection)
    if known is not None:
        return Submitted(known, None)
    prepared = prepare(connection, desk, decision, now, approved=approved, selection=selection)
    return store(connection, desk, prepared, now, actor)


def launched(connection: Connection, decision: Decision, selection: Selection) -> Recorded | None:
    """The launched decision of an equal document; None where there is none. Raises `InputError`."""
    known = ledger_decisions.by_fingerprint(connection, decision.fingerprint)
    if known is not None and known.launched:
        selecting.refuse_other(known, decision, selection)
        return known
    if known is not None and known.state == "refused":
        raise InputError(
            "DECISION_REFUSED",
            f"同一份决定已被否决（{known.id}）；请改动后再提交",
            f"an equal decision was refused ({known.id}); change it before submitting it again",
        )
    return None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A stored list that no decision has yet, and the ids of its texts."""

    broadcast_id: int
    notices: Mapping[tuple[Purpose, Reader], int]

    def slices(self, prepared: Prepared) -> Iterator[list[tuple[int, int, int]]]:
        """What is to be stored of the list of `prepared`, a transaction each."""
        rows = (
            (organisation_id, address_id, texts[place])
            for purpose, targets in prepared.recipients
            for texts in [[self.notices[purpose, each.text] for each in targets.readings]]
            for organisation_id, address_id, place in targets.rows()
        )
        while some := list(islice(rows, freezing.SLICE)):
            yield some


def known_already(connection: Connection, prepared: Prepared) -> Recorded | None:
    """The decision that is frozen already just as it was prepared."""
    known = ledger_decisions.by_fingerprint(connection, prepared.stated)
    same = (
        known is not None
        and known.manifest == prepared.manifest
        and known.prepared_by_id == prepared.prepared_by
        and known.state in ("submitted", "approved")
    )
    return known if same else None


def begin(connection: Connection, prepared: Prepared, now: int) -> Frozen:
    """Store the texts and an empty list, which nobody sees until `store`."""
    broadcast_id = freezing.begin(connection, prepared.decision.exercise, now)
    stored = {
        (purpose, (notice.audience, notice.sector, notice.medium, notice.language)): _stored(notice)
        for purpose, rendered in prepared.texts.items()
        for notice in rendered
    }
    ids = notices.keep(connection, stored.values())
    return Frozen(broadcast_id, {read: ids[text.medium, text.sha256] for read, text in stored.items()})


def store(
    connection: Connection,
    desk: Desk,
    prepared: Prepared,
    now: int,
    actor: Actor,
    frozen: Frozen | None = None,
) -> Submitted:
    """Freeze what was prepared, unless it is frozen already; `frozen` holds the list where it was stored
    before, and nobody has cleared it away (`freezing.held`)."""
    known = known_already(connection, prepared)
    if known is not None:
        return Submitted(known, prepared)
    if frozen is None:
        frozen = begin(connection, prepared, now)
        for some in frozen.slices(prepared):
            freezing.add(connection, frozen.broadcast_id, some, now)
    recorded = _freeze(connection, desk, prepared, frozen, now, actor)
    audit.append(
        connection,
        now,
        actor.name,
        "submitted",
        f"decision:{recorded.id}",
        {
            "action": prepared.decision.action,
            "level": prepared.decision.level,
            "exercise": recorded.exercise,
            "document_number": prepared.decision.document_number,
            "manifest": recorded.manifest,
            "person": actor.person,
            "approvals": [{"role": each.role, "name": each.name} for each in prepared.decision.approvals],
            "deviations": [each.code for each in prepared.check.findings if each.deviation],
            "special_reason": prepared.decision.special_reason,
            "selection": prepared.selection.as_json() if prepared.selection.limits else None,
            "frozen": vouching.frozen(connection, recorded.id),
        },
    )
    # with nothing left to approve, whoever submits it mostly launches it too
    after = 0 if prepared.steps else _LAUNCHES_WITHIN
    memos.turn(connection, recorded.id, recorded.exercise, now, after=after)
    return Submitted(recorded, prepared)


def _freeze(
    connection: Connection, desk: Desk, prepared: Prepared, frozen: Frozen, now: int, actor: Actor
) -> Recorded:
    known = ledger_decisions.by_fingerprint(connection, prepared.stated)
    decision, link = prepared.decision, prepared.link
    identifier = known.id if known else desk.new_id(now)
    episode_id = link.episode_id
    if episode_id is None:
        episode_id = desk.new_id(now)
        episodes.add(connection, episode_id, decision.plan, decision.exercise)
    follows = link.follows
    new = NewDecision(
        id=identifier,
        episode_id=episode_id,
        exercise=decision.exercise,
        plan=decision.plan,
        plan_version=prepared.loaded.version,
        action=decision.action,
        level=decision.level,
        document_number=decision.document_number,
        document=decision.model_dump_json(),
        fingerprint=prepared.stated,
        manifest=prepared.manifest,
        findings=json.dumps(prepared.check.as_json()["findings"], ensure_ascii=False),
        reach=reach.write(reach.count(prepared)),
        state="submitted" if prepared.steps else "approved",
        mends_id=follows.decision_id if follows and decision.action in ("correct", "retract") else None,
        prepared_by_id=prepared.prepared_by,
        selection=json.dumps(prepared.selection.as_json(), ensure_ascii=False)
        if prepared.selection.limits
        else None,
    )
    if known is None:
        ledger_decisions.record(connection, new, drafter=actor.name, drafter_name=actor.person, now=now)
    else:
        ledger_decisions.freeze_anew(connection, known, new, now=now)
    freezing.take(
        connection,
        frozen.broadcast_id,
        identifier,
        episode_id=episode_id,
        follows=follows.broadcast_id if follows else None,
        notice_ids=set(frozen.notices.values()),
    )
    notices.add_readers(connection, identifier, frozen.notices)
    papers.add(connection, identifier, prepared.papers)
    personal.add(connection, identifier, prepared.personal)
    return asked(connection, identifier)


def _stored(notice: Notice) -> NewNotice:
    return NewNotice(
        audience=notice.audience,
        sector=notice.sector,
        medium=notice.medium,
        language=notice.language,
        title=notice.title,
        messages=notice.messages,
        html=notice.html,
        measures=tuple(measure.id for measure in notice.measures),
        sha256=text_hash(notice),
        reply_minutes=notice.reply_minutes,
    )
