"""Decisions: submit one, launch it, read what was decided, found and approved."""

import logging
from typing import Annotated, Any

from pydantic import Field

from gateway.broadcasts.approving.present import decision_json, entry_json, prepared_json, submitted_json
from gateway.broadcasts.beside_ledger import launch_aside, prepare_aside, submit_aside
from gateway.broadcasts.launching.overview import overview
from gateway.bus.words import Word
from gateway.decisions.model import Decision
from gateway.decisions.reading import read
from gateway.directory.selection import EVERYONE
from gateway.directory.selection import read as read_selection
from gateway.documents import decode
from gateway.ledger.decisions import decisions
from gateway.ledger.decisions.approvals import Verdict
from gateway.ledger.decisions.decisions import State
from gateway.ledger.decisions.notices import Purpose
from gateway.vocabulary import Action, Level
from gateway.web.api import areas
from gateway.web.api.acting import acting, refuse_approvals
from gateway.web.api.broadcasts import Overview
from gateway.web.api.operation import Answer, Body, Call, Input, Operations, Output, Query, json_body
from gateway.web.api.previews import Finding, Preview, Selected, Step
from gateway.web.api.values import PAGE, Flag, Limit, Sha256, Time
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER

OPERATIONS = Operations()
_log = logging.getLogger(__name__)
_DOCUMENT = Body(("application/yaml", "application/json"), 2_100_000, Decision)  # of 500,000 characters


class Launched(Output):
    """A decision whose equal was launched before."""

    id: str
    episode: str
    broadcast: int
    manifest: Sha256
    state: State
    launched: bool


class Submitted(Preview):
    """A frozen decision; approve and launch it by its `manifest`."""

    id: str
    episode: str
    broadcast: int
    state: State
    launched: bool


class PreviewOrLaunched(Output):
    """With `dry_run` what would leave; without, the decision whose equal was launched before."""

    manifest: Sha256


class DecisionEntry(Output):
    """A decision in a list."""

    id: str
    episode: str
    broadcast: int
    plan: str
    plan_version: str
    action: Action
    level: Level | None
    exercise: bool
    document_number: str | None
    state: State
    drafter: str
    drafter_name: str | None
    mends: str | None
    prepared_by: str | None
    manifest: Sha256
    selection: Selected | None
    recorded_at: Time
    launched_at: Time | None


class DecisionPage(Output):
    """Decisions, oldest first."""

    decisions: list[DecisionEntry]
    next: str | None


class Said(Output):
    """What an approver said. `counts`: it approves the manifest that is frozen now."""

    verdict: Verdict
    step: int | None
    role: str
    name: str
    by: str
    own_draft: bool
    comment: str | None
    manifest: Sha256
    counts: bool
    at: Time


class Opinion(Output):
    """A file of the consultation (会商意见)."""

    id: int
    name: str
    media_type: str
    sha256: Sha256
    bytes: int
    by: str
    at: Time


class PaperHead(Output):
    """A paper that was frozen with a decision."""

    kind: str
    title: str
    sha256: Sha256


class WholeDecision(DecisionEntry):
    """A decision with its document, the findings that its approvers see, and how far it has come.

    `steps` are the approvals still to come; `purposes` counts its texts.
    """

    findings: list[Finding]
    document: Annotated[dict[str, Any], Field(description="as in docs: a decision as a document")]
    approvals: list[Said]
    steps: list[Step]
    opinions: list[Opinion]
    purposes: dict[Purpose, int]
    papers: list[PaperHead]


class Launch(Input):
    """What was approved, by its hash."""

    manifest: Annotated[str, Field(min_length=1, max_length=200)]


class Submission(Query):
    """Whether to store anything, and whether every approval must be stated already. `drafter` names the
    person at this machine's own commands. `selection` is JSON such as `{"audiences": ["schools"]}`: who of
    those whom the area concerns is meant."""

    dry_run: Flag = False
    approved: Flag = False
    selection: Annotated[str, Field(max_length=600)] | None = None  # a line of HTTP has 8,190 bytes
    drafter: Annotated[str, Field(max_length=100)] = ""


class Decisions(Query):
    """Which decisions: those after the one that the last page named as `next`."""

    after: Annotated[str, Field(max_length=64)] = ""
    limit: Limit = PAGE


@OPERATIONS(
    "POST",
    "/api/v1/decisions",
    "submit",
    {200: PreviewOrLaunched, 201: Submitted},
    query=Submission,
    body=_DOCUMENT,
    problems=(409,),
    areas="within",
)
async def submit_decision(call: Call[Submission]) -> Answer:
    """Freeze a decision with all that would leave for it; with `dry_run` store nothing.

    Approvals that are missing are `steps`. An equal document that was launched gives its broadcast.
    """
    app, query = call.app, call.query
    decision = read(decode(call.body, None), None)
    refuse_approvals(call.caller, decision.approvals)
    await areas.refuse_decision(call, decision)
    selection = EVERYONE if query.selection is None else read_selection(query.selection)
    if query.dry_run:
        return 200, prepared_json(
            await prepare_aside(
                app[LEDGER],
                app[DESK],
                decision,
                app[CLOCK](),
                approved=query.approved,
                selection=selection,
            )
        )
    who = acting(call.caller, query.drafter or None)
    submitted = await submit_aside(
        app[LEDGER],
        app[DESK],
        decision,
        app[CLOCK](),
        who,
        approved=query.approved,
        selection=selection,
    )
    if submitted.prepared is not None:
        _log.info("decision_submitted", extra={"decision": submitted.recorded.id})
    return 200 if submitted.prepared is None else 201, submitted_json(submitted)


@OPERATIONS("GET", "/api/v1/decisions", "read", {200: DecisionPage}, query=Decisions, areas="within")
async def list_decisions(call: Call[Decisions]) -> Answer:
    """Every decision that was submitted, launched or not, oldest first.

    A token limited to areas may get pages shorter than `limit`: it goes on until `next` is null.
    """
    query = call.query
    found = await call.app[LEDGER].read(decisions.page, query.after, query.limit)
    return 200, {
        "decisions": [entry_json(each) for each in found if areas.entry_lies_within(each, call.caller.areas)],
        "next": found[-1].id if len(found) == query.limit else None,
    }


@OPERATIONS("GET", "/api/v1/decisions/{id}", "read", {200: WholeDecision}, query=Query, areas=areas.decision)
async def get_decision(call: Call[Query]) -> Answer:
    """A decision with its document, findings, approvals given and to come, opinions and manifest."""
    app = call.app
    return 200, await app[LEDGER].read(decision_json, app[DESK], call.path["id"])


@OPERATIONS(
    "POST",
    "/api/v1/decisions/{id}/launch",
    "launch",
    {200: Overview},
    query=Query,
    body=Body(("application/json",), 10_000, Launch),
    problems=(409,),
    areas=areas.decision,
)
async def launch_decision(call: Call[Query]) -> Answer:
    """Launch exactly what was frozen; the same again gives the running broadcast."""
    app = call.app
    manifest = json_body(call.body, Launch).manifest
    recorded = await launch_aside(
        app[LEDGER], app[DESK], call.path["id"], manifest, app[CLOCK](), call.caller.actor
    )
    app[BUS].say(Word.LAUNCHED)
    _log.info("launched", extra={"broadcast": recorded.broadcast_id, "decision": recorded.id})
    return 200, await app[LEDGER].read(overview, recorded.broadcast_id, app[CLOCK]())
