"""One step: the lift, retraction or correction of a launched decision."""

import logging
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.broadcasts.approving.present import decision_json
from gateway.broadcasts.approving.steps import without_approvals
from gateway.broadcasts.launching.follow import FollowAction, Wish, follow_aside
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.bus.words import Word
from gateway.decisions.model import Approval, Correction
from gateway.decisions.values import Moment, Title
from gateway.web.api import areas
from gateway.web.api.acting import acting, refuse_approvals
from gateway.web.api.approving import Name
from gateway.web.api.decisions import WholeDecision
from gateway.web.api.operation import Answer, Body, Call, Input, Operations, Query, json_body
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER

OPERATIONS = Operations()
_log = logging.getLogger(__name__)

Changes = Annotated[
    dict[str, Any],
    Field(description="parts of a decision document that replace the earlier one's, such as observed"),
]


class Lift(Input):
    """When it takes effect: absent for now, `schedule` for the announced end, or a time."""

    document_number: Title
    at: Literal["schedule"] | Moment | None = None
    changes: Changes = Field(default_factory=dict)
    approvals: list[Approval] = Field(default_factory=list)
    name: Name | None = None


class Retract(Input):
    """What was wrong; absent for the words that were prepared and approved with the decision."""

    document_number: Title
    corrects: Correction | None = None
    changes: Changes = Field(default_factory=dict)
    approvals: list[Approval] = Field(default_factory=list)
    name: Name | None = None


class Correct(Input):
    """What was wrong and what is true, and in `changes` the true parts of the document."""

    document_number: Title
    corrects: Correction
    changes: Changes = Field(default_factory=dict)
    approvals: list[Approval] = Field(default_factory=list)
    name: Name | None = None


def _body(model: type[Input]) -> Body:
    return Body(("application/json",), 500_000, model)


@OPERATIONS(
    "POST",
    "/api/v1/decisions/{id}/lift",
    "submit",
    {200: WholeDecision},
    query=Query,
    body=_body(Lift),
    problems=(409,),
    areas=areas.decision,
)
async def lift_decision(call: Call[Query]) -> Answer:
    """Lift the warning of a launched decision: launched at once where no approval is left to be given."""
    given = json_body(call.body, Lift)
    return await _follow(call, "lift", given, Wish(given.document_number, given.at, None, given.changes))


@OPERATIONS(
    "POST",
    "/api/v1/decisions/{id}/retract",
    "submit",
    {200: WholeDecision},
    query=Query,
    body=_body(Retract),
    problems=(409,),
    areas=areas.decision,
)
async def retract_decision(call: Call[Query]) -> Answer:
    """Retract what was sent in error: launched at once where no approval is left to be given."""
    given = json_body(call.body, Retract)
    wish = Wish(given.document_number, None, given.corrects, given.changes)
    return await _follow(call, "retract", given, wish)


@OPERATIONS(
    "POST",
    "/api/v1/decisions/{id}/correct",
    "submit",
    {200: WholeDecision},
    query=Query,
    body=_body(Correct),
    problems=(409,),
    areas=areas.decision,
)
async def correct_decision(call: Call[Query]) -> Answer:
    """Correct what was sent; its words are approved anew unless they are the prepared ones."""
    given = json_body(call.body, Correct)
    wish = Wish(given.document_number, None, given.corrects, given.changes)
    return await _follow(call, "correct", given, wish)


async def _follow(
    call: Call[Query], action: FollowAction, given: Lift | Retract | Correct, wish: Wish
) -> Answer:
    app, identifier = call.app, call.path["id"]
    refuse_approvals(call.caller, given.approvals)
    if isinstance(named := given.changes.get("area"), list):
        areas.refuse_other_areas(call.caller, [str(code) for code in named])
    wish = Wish(wish.document_number, wish.at, wish.corrects, wish.changes, given.approvals)
    who = acting(call.caller, given.name)
    try:
        submitted = await follow_aside(
            app[LEDGER],
            app[DESK],
            identifier,
            action,
            wish,
            app[CLOCK](),
            who,
            may_launch="launch" in call.caller.scopes,
        )
    except Refused as refused:  # its approvals are asked for once it is submitted: none is missing yet
        raise Refused(without_approvals(refused.check)) from None
    recorded = submitted.recorded
    if recorded.launched:
        app[BUS].say(Word.LAUNCHED)
    told = "launched" if recorded.launched else "decision_submitted"
    _log.info(told, extra={"broadcast": recorded.broadcast_id, "decision": recorded.id})
    return 200, await app[LEDGER].read(decision_json, app[DESK], recorded.id)
