"""Freezes what a decision would send: its texts and its recipients, under one hash."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.broadcasts.manifest import text_hash
from gateway.broadcasts.prepare import Desk, Prepared, prepare
from gateway.decisions.model import Decision
from gateway.ledger import broadcasts as ledger_broadcasts
from gateway.ledger import decisions as ledger_decisions
from gateway.ledger.broadcasts import FrozenRecipient
from gateway.ledger.decisions import NewDecision, NewNotice, Recorded
from gateway.notices.model import Notice


@dataclass(frozen=True, slots=True)
class Submitted:
    """A frozen decision. `prepared` is None where an equal document had been launched before."""

    recorded: Recorded
    prepared: Prepared | None


def submit(connection: Connection, desk: Desk, decision: Decision, now: int) -> Submitted:
    """Freeze a decision, or find the broadcast that an equal document already launched.

    An equal document that was frozen but not launched is frozen anew: the directory may have
    changed. Raises what `prepare` raises.
    """
    known = ledger_decisions.by_fingerprint(connection, decision.fingerprint)
    if known is not None and known.launched:
        return Submitted(known, None)
    prepared = prepare(connection, desk, decision, now)
    if known is not None:
        ledger_decisions.discard(connection, known)
    changed = prepared.standing
    identifier = desk.new_id(now)
    episode_id = changed.episode_id if changed else desk.new_id(now)
    broadcast_id = ledger_decisions.record(
        connection,
        NewDecision(
            id=identifier,
            episode_id=episode_id,
            exercise=decision.exercise,
            plan=decision.plan,
            plan_version=prepared.loaded.version,
            action=decision.action,
            level=decision.level,
            document_number=decision.document_number,
            document=decision.model_dump_json(),
            fingerprint=decision.fingerprint,
            manifest=prepared.manifest,
            findings=json.dumps(prepared.check.as_json()["findings"], ensure_ascii=False),
        ),
        new_episode=changed is None,
        follows=changed.broadcast_id if changed else None,
        now=now,
    )
    notice_ids = ledger_decisions.add_notices(
        connection, identifier, [_stored(notice) for notice in prepared.notices]
    )
    ledger_broadcasts.add_recipients(
        connection,
        broadcast_id,
        [
            FrozenRecipient(
                each.organisation_id,
                each.address_id,
                notice_ids[each.text],
            )
            for each in prepared.selection.targets
        ],
    )
    return Submitted(Recorded(identifier, episode_id, broadcast_id, prepared.manifest, False), prepared)


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
    )
