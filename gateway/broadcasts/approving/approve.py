"""What approvers and drafters do with a submitted decision: approve, return, refuse, withdraw."""

from collections.abc import Callable

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.recorded import asked, conflict
from gateway.broadcasts.approving.steps import Step
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.prepare import situation
from gateway.decisions.model import Decision
from gateway.decisions.situation import Situation
from gateway.errors import InputError
from gateway.ledger.accounts import memos
from gateway.ledger.decisions import approvals, decisions
from gateway.ledger.decisions.approvals import Said, Verdict
from gateway.ledger.decisions.decisions import Recorded, State
from gateway.ledger.trail import audit

_OPEN: tuple[State, ...] = ("submitted", "approved")  # what may still be stopped


def approve(
    connection: Connection,
    desk: Desk,
    decision_id: str,
    manifest: str,
    now: int,
    actor: Actor,
    *,
    role: str | None = None,
    comment: str | None = None,
    place: int | None = None,
) -> tuple[Step, ...]:
    """Give the next step of the plan's chain to exactly this manifest; gives the steps still to come.

    `role`: under which of their titles the person approves, the first that fits unless stated. With the
    last step the decision is approved. `place`: of the step that the person saw as the next; given
    meanwhile, it is not given again in the place of the one after it. The drafter gives a step only where
    the plan's own roles make it theirs, which is recorded. Raises `InputError` (DECISION_UNKNOWN,
    MANIFEST_CONFLICT, DECISION_NOT_OPEN, APPROVER_UNNAMED, TITLE_UNKNOWN, NOT_YOUR_TURN, OWN_DRAFT,
    STEP_GIVEN).
    """
    recorded = asked(connection, decision_id, manifest)
    if recorded.state != "submitted":
        raise conflict(recorded)
    name = _name(actor)
    looked_at = _situation(connection, desk, recorded)
    covered = recorded.prepared_by_id is not None
    left = steps.to_come(looked_at, words_approved=covered)
    if not left:
        raise conflict(recorded)
    step = left[0]
    if place is not None and step.place != place:
        raise InputError(
            "STEP_GIVEN",
            "这一步已经批过，没有重复批准",
            "this step was given already; nothing was given twice",
            field="place",
        )
    title = _title(actor, role, lambda each: steps.fits(looked_at.plan, step, each))
    if title is None:
        raise InputError(
            "NOT_YOUR_TURN",
            f"现在应由{step.whose}{step.verb}，{'、'.join(_titles(actor, role))}不能代替",
            f"it is the turn of {step.whose_en}; {', '.join(_titles(actor, role))} cannot give this step",
            field="role",
        )
    own_draft = _drafted(recorded, actor)
    if own_draft and not step.titles:
        raise InputError(
            "OWN_DRAFT",
            "起草人不能批准自己的稿件：须由起草人以外的一人批准",
            "the drafter does not approve the own draft: another person has to",
            field="name",
        )
    said = Said(manifest, "approve", step.place, title, name, actor.name, own_draft, comment, now)
    _keep(connection, recorded, said, actor)
    left = steps.to_come(_situation(connection, desk, recorded), words_approved=covered)
    if not left:
        decisions.move(connection, recorded.id, "approved")
    memos.turn(connection, recorded.id, recorded.exercise, now)
    return left


def send_back(
    connection: Connection,
    desk: Desk,
    decision_id: str,
    manifest: str,
    now: int,
    actor: Actor,
    *,
    comment: str,
    role: str | None = None,
) -> None:
    """Return a decision to its drafter, who submits it anew; approvals then start again.

    Anyone may who has a title of the plan's chain. Raises `InputError` like `approve` and COMMENT_NEEDED.
    """
    _turn_down(connection, desk, decision_id, manifest, now, actor, "return", comment, role)


def refuse(
    connection: Connection,
    desk: Desk,
    decision_id: str,
    manifest: str,
    now: int,
    actor: Actor,
    *,
    comment: str,
    role: str | None = None,
) -> None:
    """Refuse a decision for good; an equal document is not taken again. Raises what `send_back` raises."""
    _turn_down(connection, desk, decision_id, manifest, now, actor, "refuse", comment, role)


def withdraw(connection: Connection, decision_id: str, now: int, actor: Actor) -> None:
    """The drafter takes back what was not launched. Raises `InputError` (DECISION_UNKNOWN,
    DECISION_NOT_OPEN, NOT_THE_DRAFTER)."""
    recorded = asked(connection, decision_id)
    if recorded.state not in (*_OPEN, "returned"):
        raise conflict(recorded)
    if not _drafted(recorded, actor):
        raise InputError(
            "NOT_THE_DRAFTER",
            "只有起草人能撤件；批准人可以退回或否决",
            "only the drafter withdraws a decision; approvers return or refuse it",
        )
    decisions.move(connection, recorded.id, "withdrawn")
    memos.end(connection, recorded.id, now)
    audit.append(
        connection, now, actor.name, "withdrawn", f"decision:{recorded.id}", {"person": actor.person}
    )


_TOLD: dict[Verdict, str] = {"approve": "approved", "return": "returned", "refuse": "refused"}
_ENDS: dict[Verdict, State] = {"return": "returned", "refuse": "refused"}


def _turn_down(
    connection: Connection,
    desk: Desk,
    decision_id: str,
    manifest: str,
    now: int,
    actor: Actor,
    verdict: Verdict,
    comment: str,
    role: str | None,
) -> None:
    recorded = asked(connection, decision_id, manifest)
    if recorded.state not in _OPEN:
        raise conflict(recorded)
    name = _name(actor)
    if not comment.strip():
        raise InputError(
            "COMMENT_NEEDED",
            "退回或否决须写明意见",
            "to return or refuse needs a comment",
            field="comment",
        )
    looked_at = _situation(connection, desk, recorded, whole=True)
    chain = steps.chain(looked_at)
    title = _title(actor, role, lambda each: any(steps.fits(looked_at.plan, step, each) for step in chain))
    if title is None:
        raise InputError(
            "TITLE_UNKNOWN",
            f"{'、'.join(_titles(actor, role))}不在本预案的批准次序中",
            f"{', '.join(_titles(actor, role))} is none of the plan's approvers",
            field="role",
        )
    own_draft = _drafted(recorded, actor)
    said = Said(manifest, verdict, None, title, name, actor.name, own_draft, comment.strip(), now)
    _keep(connection, recorded, said, actor)
    decisions.move(connection, recorded.id, _ENDS[verdict])
    memos.turn(connection, recorded.id, recorded.exercise, now)


def _situation(connection: Connection, desk: Desk, recorded: Recorded, *, whole: bool = False) -> Situation:
    """The decision beside its plan, with the approvals that its frozen manifest has; with `whole` none."""
    stated = Decision.model_validate_json(decisions.document(connection, recorded.id))
    said = [] if whole else approvals.of_decision(connection, recorded.id)
    decision = steps.with_approvals(stated, said, recorded.manifest)
    plan = desk.catalogue.load(decision.plan).plan
    return situation(plan, decision, standing.find(connection, plan, decision))


def _keep(connection: Connection, recorded: Recorded, said: Said, actor: Actor) -> None:
    approvals.add(connection, recorded.id, said)
    audit.append(
        connection,
        said.at,
        actor.name,
        _TOLD[said.verdict],
        f"decision:{recorded.id}",
        {
            "manifest": said.manifest,
            "step": said.step,
            "role": said.role,
            "name": said.name,
            "own_draft": said.own_draft,
            "comment": said.comment,
        },
    )


def _name(actor: Actor) -> str:
    if not actor.person or not actor.titles:
        raise InputError(
            "APPROVER_UNNAMED",
            "批准人须有姓名和职务：令牌用 --person 和 --title 建立，本机命令写明 --role 和 --name",
            "an approver has a name and a title: tokens are made with --person and --title,"
            " this machine's commands state --role and --name",
        )
    return actor.person


def _titles(actor: Actor, role: str | None) -> list[str]:
    return list(actor.titles) if role is None else [role]


def _title(actor: Actor, role: str | None, fits: Callable[[str], bool]) -> str | None:
    """The title under which the person acts: the stated one, else their first that fits."""
    if role is not None and role not in actor.titles:
        raise InputError(
            "TITLE_UNKNOWN",
            f"令牌没有“{role}”这一职务，有：{'、'.join(actor.titles)}",
            f"this token has no title {role!r}; it has {', '.join(actor.titles)}",
            field="role",
        )
    return next((each for each in _titles(actor, role) if fits(each)), None)


def _drafted(recorded: Recorded, actor: Actor) -> bool:
    """Whether the actor is the drafter: the same token, or the same person with another.

    This machine's commands share one name: there the persons count where both are known.
    """
    persons = (recorded.drafter_name, actor.person)
    if all(persons):
        return persons[0] == persons[1]
    return recorded.drafter == actor.name
