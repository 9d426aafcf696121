"""A prepared, submitted or known decision as the API and the commands show it."""

import json
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.recorded import unknown
from gateway.broadcasts.approving.submit import Submitted
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.formless import Formless
from gateway.broadcasts.preparing.prepare import Prepared, situation
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.decisions import approvals, decisions, notices, opinions, papers
from gateway.ledger.decisions.approvals import Said
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.decisions.opinions import Opinion
from gateway.moments import iso


def prepared_json(prepared: Prepared) -> dict[str, Any]:
    """What would leave: checks, manifest, recipients by audience and channel, who is skipped and why."""
    targeted = prepared.targeted
    return {
        "check": prepared.check.as_json(),
        "plan_version": prepared.loaded.version,
        "manifest": prepared.manifest,
        "steps": [each.as_json() for each in prepared.steps],
        "prepared_by": prepared.prepared_by,
        "selection": prepared.selection.as_json() if prepared.selection.limits else None,
        "recipients": {
            "total": sum(len(targets) for _, targets in prepared.recipients),
            "dropped": len(prepared.dropped),
            "organisations": len(
                {each for _, targets in prepared.recipients for each in targets.organisations}
            ),
            "counts": [
                {"audience": audience, "channel": channel, "recipients": number}
                for (audience, channel), number in sorted(targeted.counts().items())
            ],
            "skipped": [
                {"code": each.code, "name": each.name, "reason": each.reason} for each in targeted.skipped
            ],
            "languages": targeted.languages(),
            "untranslated": targeted.untranslated,
            "outside": targeted.outside,
            "unselected": targeted.unselected,
            "formless": _formless_json(prepared.formless),
        },
        "notices": [
            {
                "audience": notice.audience,
                "sector": notice.sector,
                "medium": notice.medium,
                "language": notice.language,
                "title": notice.title,
                "messages": len(notice.messages),
                "segments": notice.segments,
                "bytes": notice.bytes,
            }
            for notice in prepared.notices
        ],
    }


def _formless_json(formless: Formless | None) -> dict[str, Any] | None:
    return None if formless is None else {**formless._asdict(), "receivers": list(formless.receivers)}


def submitted_json(submitted: Submitted) -> dict[str, Any]:
    """A frozen decision: its id, the manifest to launch it by, and whether it was launched before."""
    recorded = submitted.recorded
    return {
        "id": recorded.id,
        "episode": recorded.episode_id,
        "broadcast": recorded.broadcast_id,
        "manifest": recorded.manifest,
        "state": recorded.state,
        "launched": recorded.launched,
        **({} if submitted.prepared is None else prepared_json(submitted.prepared)),
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """A decision in a list; times are ISO 8601 with +08:00 or null."""
    return {
        "id": entry.id,
        "episode": entry.episode_id,
        "broadcast": entry.broadcast_id,
        "plan": entry.plan,
        "plan_version": entry.plan_version,
        "action": entry.action,
        "level": entry.level,
        "exercise": entry.exercise,
        "document_number": entry.document_number,
        "state": entry.state,
        "drafter": entry.drafter,
        "drafter_name": entry.drafter_name,
        "mends": entry.mends_id,
        "prepared_by": entry.prepared_by_id,
        "manifest": entry.manifest,
        "selection": None if entry.selection is None else json.loads(entry.selection),
        "recorded_at": iso(entry.recorded_at),
        "launched_at": iso(entry.launched_at),
    }


def decision_json(connection: Connection, desk: Desk, decision_id: str) -> dict[str, Any]:
    """A decision with its document, the findings that its approvers see, what they said, the steps still
    to come, its opinions, papers and the purposes of its texts. Raises `InputError` (DECISION_UNKNOWN)."""
    entry = decisions.entry(connection, decision_id)
    if entry is None:
        raise unknown(decision_id)
    said = approvals.of_decision(connection, decision_id)
    return {
        **entry_json(entry),
        "findings": json.loads(entry.findings),
        "document": json.loads(entry.document),
        "approvals": [_said_json(each, entry.manifest) for each in said],
        "steps": _steps(connection, desk, entry, said),
        "opinions": [opinion_json(each) for each in opinions.of_decision(connection, decision_id)],
        "purposes": notices.purposes(connection, decision_id),
        "papers": [
            {"kind": each.kind, "title": each.plain()["title"], "sha256": each.sha256}
            for each in papers.of_decision(connection, decision_id)
        ],
    }


def opinion_json(opinion: Opinion) -> dict[str, Any]:
    """A kept file without its content."""
    return {
        "id": opinion.id,
        "name": opinion.name,
        "media_type": opinion.media_type,
        "sha256": opinion.sha256,
        "bytes": opinion.size,
        "by": opinion.caller,
        "at": iso(opinion.at),
    }


def _said_json(said: Said, manifest: str) -> dict[str, Any]:
    return {
        "verdict": said.verdict,
        "step": said.step,
        "role": said.role,
        "name": said.name,
        "by": said.caller,
        "own_draft": said.own_draft,
        "comment": said.comment,
        "manifest": said.manifest,
        "counts": said.verdict == "approve" and said.manifest == manifest,
        "at": iso(said.at),
    }


def _steps(connection: Connection, desk: Desk, entry: Entry, said: list[Said]) -> list[dict[str, Any]]:
    """The approvals still to be given; none once it is decided, or where it fits the ledger no more."""
    if entry.state != "submitted":
        return []
    decision = steps.with_approvals(Decision.model_validate_json(entry.document), said, entry.manifest)
    try:
        plan = desk.catalogue.load(decision.plan).plan
        looked_at = situation(plan, decision, standing.find(connection, plan, decision))
    except InputError:
        return []
    left = steps.to_come(looked_at, words_approved=entry.prepared_by_id is not None)
    return [each.as_json() for each in left]
