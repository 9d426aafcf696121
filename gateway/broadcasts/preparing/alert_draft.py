"""The alert of a decision as its approvers see it: one notice, whoever's system takes it.

It has a name and time for the time being, and follows nothing yet: `release` gives it those. It is made
of the decision's document alone, so that an equal document drafts equal bytes.
"""

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.standing import Link, document
from gateway.broadcasts.preparing.texts import end_of_dropped
from gateway.decisions.model import Decision
from gateway.directory.targets import PUSH
from gateway.exchange import cap, cell, payload_json
from gateway.exchange.build import draft, identifier
from gateway.exchange.model import Alert, Identity
from gateway.exchange.release import Course, course, retimed
from gateway.notices.model import Notice
from gateway.plans.model import Plan

_PROVISIONAL = 0  # the number in the identifier of a draft: released ones have 1 and more


def push_notice(desk: Desk, plan: Plan, decision: Decision, link: Link) -> Notice:
    """The notice whose one message is the alert as JSON.

    Raises `InputError` where the alert, or its cell broadcast, cannot be made: nobody approves then what
    could not be released.
    """
    audience, sector, medium, language = PUSH
    alert = drafted(desk, plan, decision, link)
    cap.write(alert)
    cell.broadcast(alert, cell.Serial(0), public_safety=desk.authority.public_safety)
    return Notice(
        audience,
        sector,
        medium,
        language,
        alert.infos[0].headline or "",
        payload_json.write(alert).decode(),
        (),
    )


def drafted(desk: Desk, plan: Plan, decision: Decision, link: Link) -> Alert:
    """The alert that the decision is, by its own time, of no event yet. Raises what `build.draft` raises."""
    before, after = standing.before(link), standing.in_force(link.after)
    at = decision.decided_at.replace(microsecond=0)
    identity = Identity(identifier(plan, desk.authority, at, _PROVISIONAL), at)
    alert = draft(
        plan,
        decision,
        desk.authority,
        desk.office,
        identity,
        before=before,
        after=after,
        standing=beside(decision, link),
        dropped=end_of_dropped(plan, decision, link),
    )
    return retimed(alert, identity, way(plan, decision, link), desk.authority)


def way(plan: Plan, decision: Decision, link: Link) -> Course:
    """What of a decision counts for its alert beside the words."""
    return course(
        plan,
        decision,
        standing.before(link),
        standing.in_force(link.after),
        standing=beside(decision, link),
        ends=None if link.after is None else document(link.after).expected_end_at,
    )


def beside(decision: Decision, link: Link) -> Decision | None:
    """The warning that goes on until this decision takes effect; None where none does.

    Of those that this one changes it is the newest that has begun by then. What a retraction leaves holds at
    once. A correction stands in the place of what it mends.
    """
    if decision.action in ("hint", "tip", "retract"):
        return None
    changed = link.counting[:-1] if decision.action == "correct" else link.counting
    for each in reversed(changed):
        stated = document(each)
        if not each.warns:
            return None
        if stated.starts_at < decision.starts_at:
            return stated.model_copy(update={"action": each.kind, "corrects": None})
    return None
