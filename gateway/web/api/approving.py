"""Approval as work: approve, return, refuse, withdraw."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving.approve import approve, refuse, send_back, withdraw
from gateway.broadcasts.approving.present import decision_json
from gateway.ledger.accounts.tokens import Scope
from gateway.web.api import areas
from gateway.web.api.acting import acting
from gateway.web.api.decisions import WholeDecision
from gateway.web.api.operation import Answer, Body, Call, Input, Operations, Query, Work, json_body
from gateway.web.keys import CLOCK, DESK, LEDGER

OPERATIONS = Operations()
_log = logging.getLogger(__name__)

Name = Annotated[str, Field(min_length=1, max_length=100)]
Comment = Annotated[str, Field(min_length=1, max_length=2000)]


class Approve(Input):
    """What is approved, by its hash. `role`: under which of the token's titles; `name` at this machine's
    own commands only."""

    manifest: Annotated[str, Field(min_length=1, max_length=200)]
    role: Name | None = None
    name: Name | None = None
    comment: Comment | None = None


class TurnDown(Input):
    """What is returned or refused, and why."""

    manifest: Annotated[str, Field(min_length=1, max_length=200)]
    comment: Comment
    role: Name | None = None
    name: Name | None = None


class Withdraw(Input):
    """Who takes the decision back; `name` at this machine's own commands only."""

    name: Name | None = None


def _step(act: str, scope: Scope, body: type[Input]) -> Callable[[Work[Query]], Work[Query]]:
    """One step on a decision's way: `POST /api/v1/decisions/{id}/<act>`."""
    return OPERATIONS(
        "POST",
        f"/api/v1/decisions/{{id}}/{act}",
        scope,
        {200: WholeDecision},
        query=Query,
        body=Body(("application/json",), 20_000, body),
        problems=(409,),
        areas=areas.decision,
    )


@_step("approve", "approve", Approve)
async def approve_decision(call: Call[Query]) -> Answer:
    """Give the next step of the plan's chain to exactly the manifest that was seen."""
    given = json_body(call.body, Approve)
    return await _do(call, given, partial(approve, role=given.role, comment=given.comment), "approved")


@_step("return", "approve", TurnDown)
async def return_decision(call: Call[Query]) -> Answer:
    """Return a decision to its drafter with a comment; submitted anew, its approvals start again."""
    given = json_body(call.body, TurnDown)
    return await _do(call, given, partial(send_back, role=given.role, comment=given.comment), "returned")


@_step("refuse", "approve", TurnDown)
async def refuse_decision(call: Call[Query]) -> Answer:
    """Refuse a decision for good, with a comment."""
    given = json_body(call.body, TurnDown)
    return await _do(call, given, partial(refuse, role=given.role, comment=given.comment), "refused")


@_step("withdraw", "submit", Withdraw)
async def withdraw_decision(call: Call[Query]) -> Answer:
    """Take back one's own decision before it is launched."""
    given = json_body(call.body, Withdraw)
    app, identifier = call.app, call.path["id"]
    who = acting(call.caller, given.name)
    await app[LEDGER].write(withdraw, identifier, app[CLOCK](), who)
    _log.info("decision_withdrawn", extra={"decision": identifier})
    return 200, await app[LEDGER].read(decision_json, app[DESK], identifier)


async def _do(call: Call[Query], given: Approve | TurnDown, case: Callable[..., Any], told: str) -> Answer:
    app, identifier = call.app, call.path["id"]
    who = acting(call.caller, given.name, given.role)

    def work(connection: Connection, now: int, actor: Actor) -> None:
        case(connection, app[DESK], identifier, given.manifest, now, actor)

    await app[LEDGER].write(work, app[CLOCK](), who)
    _log.info(f"decision_{told}", extra={"decision": identifier})
    return 200, await app[LEDGER].read(decision_json, app[DESK], identifier)
