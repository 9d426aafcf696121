"""Switches a frozen broadcast live and, in the same transaction, the one before it off."""

from typing import Literal

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.recorded import asked, conflict
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching import named_order, obligations
from gateway.broadcasts.launching.priority import valid_until
from gateway.broadcasts.launching.release import release
from gateway.broadcasts.preparing import exposed, standing
from gateway.broadcasts.preparing.groundwork import Refused, judge
from gateway.broadcasts.preparing.prepare import situation
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger import events, timers
from gateway.ledger.accounts import memos
from gateway.ledger.backends import incarnation
from gateway.ledger.decisions import approvals, episodes, listed
from gateway.ledger.decisions import broadcasts as ledger_broadcasts
from gateway.ledger.decisions import decisions as ledger_decisions
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.decisions.listed import Listed
from gateway.ledger.delivery import lanes
from gateway.ledger.follow_up import acknowledgements, escalation
from gateway.ledger.trail import audit, vouching


def launch(
    connection: Connection,
    desk: Desk,
    decision_id: str,
    manifest: str,
    now: int,
    actor: Actor,
    seen: Listed | None = None,
) -> Recorded:
    """Launch the decision whose frozen manifest has this hash; launched before, nothing happens.

    `seen`: what was seen of its list before, which is long to look through.
    `manifest` is what the approvers saw: another hash is a conflict. A lift, correction or retraction,
    and the end for an area that a change drops, also reach everyone exposed to the episode who is not
    among the recipients (DESIGN rule 7). Raises `InputError` (DECISION_UNKNOWN, MANIFEST_CONFLICT,
    DECISION_NOT_OPEN, APPROVALS_TO_COME, STANDING_CHANGED, NO_LANE, LEDGER_GUARDED) and `Refused`.
    """
    recorded = asked(connection, decision_id, manifest)
    if recorded.launched:
        return recorded
    if recorded.state not in ("submitted", "approved"):
        raise conflict(recorded)
    _refuse_guarded(connection)
    said = approvals.of_decision(connection, decision_id)
    stated = Decision.model_validate_json(ledger_decisions.document(connection, decision_id))
    decision = steps.with_approvals(stated, said, recorded.manifest)
    plan = desk.catalogue.load(decision.plan).plan
    link = standing.find(connection, plan, decision)
    if (link.follows.broadcast_id if link.follows else None) != ledger_broadcasts.follows(
        connection, recorded.broadcast_id
    ):
        raise InputError(
            "STANDING_CHANGED",
            "提交之后又有决定生效，请重新提交",
            "another decision came into force after this one was submitted; submit it again",
        )
    left = steps.to_come(situation(plan, decision, link), words_approved=recorded.prepared_by_id is not None)
    checked = judge(plan, decision, link, now)
    if steps.without_approvals(checked).outcome != "ready":
        raise Refused(checked)
    if left:
        raise InputError(
            "APPROVALS_TO_COME",
            f"还须{left[0].whose}{left[0].verb}，共差 {len(left)} 步",
            f"{len(left)} approvals are still to come; next: {left[0].whose_en}",
        )
    _refuse_without_lanes(connection, recorded)
    for stopped in ledger_broadcasts.stop_others(connection, recorded.episode_id, recorded.broadcast_id, now):
        timers.put(connection, "sweep_broadcast", [(stopped, now)])
        acknowledgements.end(connection, stopped, now)
        because: Literal["lifted", "superseded"] = "lifted" if decision.action == "lift" else "superseded"
        escalation.end(connection, [stopped], because, now)
        events.append(connection, now, "superseded", broadcast_id=stopped)
        audit.append(
            connection, now, actor.name, "superseded", f"broadcast:{stopped}", {"by": recorded.broadcast_id}
        )
    exposed.add(connection, recorded, plan, decision, link)
    seen = listed.look(connection, recorded.broadcast_id, seen)
    ledger_broadcasts.launch(
        connection,
        recorded.broadcast_id,
        now=now,
        valid_until=valid_until(decision, now),
        recipients=seen.recipients,
    )
    ledger_decisions.move(connection, recorded.id, "launched")
    memos.end(connection, recorded.id, now)
    episodes.settle(connection, recorded.episode_id, now)
    released = release(connection, desk, recorded, plan, decision, link, now)
    events.append(connection, now, "launched", broadcast_id=recorded.broadcast_id)
    audit.append(
        connection,
        now,
        actor.name,
        "launched",
        f"broadcast:{recorded.broadcast_id}",
        {
            "decision": recorded.id,
            "manifest": recorded.manifest,
            "action": decision.action,
            "level": decision.level,
            "exercise": recorded.exercise,
            "document_number": decision.document_number,
            "person": actor.person,
            "prepared_by": recorded.prepared_by_id,
            "recipients": seen.recipients,
            "alerts": vouching.released(connection, released),
            "frozen": {**vouching.frozen(connection, recorded.id), "recipients": seen.sha256},
        },
    )
    obligations.renew(connection, plan, recorded.episode_id, recorded.broadcast_id, now)
    named_order.take(connection, plan, recorded, decision, now, actor)
    if decision.action == "retract" and link.follows is not None:
        named_order.give_back(connection, link.follows.decision_id, now, actor)
    return asked(connection, decision_id, manifest)


def _refuse_guarded(connection: Connection) -> None:
    """In a restored copy nobody knows yet what is in force, and nothing would leave."""
    if incarnation.guard(connection) is not None:
        raise InputError(
            "LEDGER_GUARDED",
            "台账是恢复的副本，所有通道已停；请先运行 airwarn resume 核对待发内容",
            "the ledger is a restored copy and all lanes are parked; run airwarn resume first",
        )


def _refuse_without_lanes(connection: Connection, recorded: Recorded) -> None:
    """Launched without a channel, nothing would ever leave, and the warning would count as given."""
    exercise = recorded.exercise
    served = lanes.serving(connection, exercise).keys()
    if ledger_broadcasts.tells(connection, recorded.broadcast_id, served):
        return
    wanted = ledger_broadcasts.frozen_kinds(connection, recorded.broadcast_id)
    if wanted:
        kinds = ", ".join(sorted(wanted))
        raise InputError(
            "NO_LANE",
            f"{'演练' if exercise else '正式'}通道未配置：没有账号能发送 {kinds}；请在设置的 accounts 中配置",
            f"no {'exercise' if exercise else 'live'} account can send {kinds}; configure one under accounts",
            field="accounts",
        )
