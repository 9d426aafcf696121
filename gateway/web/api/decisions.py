"""Decisions: submit one, launch it, read what was decided and found."""

import json
import logging
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.broadcasts.launch import launch
from gateway.broadcasts.overview import iso, overview
from gateway.broadcasts.prepare import prepare
from gateway.broadcasts.present import prepared_json, submitted_json
from gateway.broadcasts.submit import submit
from gateway.decisions.model import Decision
from gateway.decisions.reading import read
from gateway.documents import decode
from gateway.errors import InputError
from gateway.ledger import decisions
from gateway.ledger.decisions import Entry
from gateway.vocabulary import Action, Audience, Level, Medium, Response, Sector
from gateway.web.api.broadcasts import Overview
from gateway.web.api.operation import Answer, Body, Call, Input, Operations, Output, Query, json_body
from gateway.web.api.values import PAGE, Flag, Limit, Sha256, Time
from gateway.web.keys import CLOCK, DESK, ENGINE, EXPANDER, LEDGER

OPERATIONS = Operations()
_log = logging.getLogger(__name__)
_DOCUMENT = Body(("application/yaml", "application/json"), 2_100_000, Decision)  # of 500,000 characters


class Finding(Output):
    """One thing that does not fit, or is to be known."""

    code: str
    severity: Literal["refuse", "reason", "note"]
    message: str
    message_en: str
    clause: str | None
    deviation: Annotated[bool, Field(description="absent where false")] = False


class Obligation(Output):
    """What is owed, to whom, by when."""

    code: str
    what: str
    by_whom: str
    to_whom: str
    at: Time | None
    repeats: Annotated[str, Field(description="absent where it is owed once")] = ""


class Check(Output):
    """What the checks say about a decision."""

    outcome: Literal["ready", "needs_reason", "refused"]
    level: Level | None
    response: Response | None
    level_by_forecast: Level | None
    findings: list[Finding]
    due: list[Obligation]


class RecipientCount(Output):
    """How many addresses of one channel."""

    audience: Audience
    channel: str
    recipients: int


class Skipped(Output):
    """An organisation of the area that is not told."""

    code: str
    name: str
    reason: Literal["no_address", "no_text"]


class Recipients(Output):
    """Whom it would reach; `outside` counts organisations that the area does not concern."""

    total: int
    organisations: int
    counts: list[RecipientCount]
    skipped: list[Skipped]
    outside: int


class NoticeSize(Output):
    """A text that would leave, and how long it is."""

    audience: Audience
    sector: Sector | None
    medium: Medium
    title: str
    messages: int
    segments: int | None
    bytes: int | None


class Preview(Output):
    """What would leave for a decision."""

    check: Check
    plan_version: str
    manifest: Sha256
    recipients: Recipients
    notices: list[NoticeSize]


class Launched(Output):
    """A decision whose equal was launched before."""

    id: str
    episode: str
    broadcast: int
    manifest: Sha256
    launched: bool


class Submitted(Preview):
    """A frozen decision; launch it by its `manifest`."""

    id: str
    episode: str
    broadcast: int
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
    manifest: Sha256
    recorded_at: Time
    launched_at: Time | None


class DecisionPage(Output):
    """Decisions, oldest first."""

    decisions: list[DecisionEntry]
    next: str | None


class WholeDecision(DecisionEntry):
    """A decision with its document and the findings that its approvers saw."""

    findings: list[Finding]
    document: Annotated[dict[str, Any], Field(description="as in docs: a decision as a document")]


class Launch(Input):
    """What was approved, by its hash."""

    manifest: Annotated[str, Field(min_length=1, max_length=200)]


class Submission(Query):
    """Whether to store anything."""

    dry_run: Flag = False


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
)
async def submit_decision(call: Call[Submission]) -> Answer:
    """Freeze a decision with all that would leave for it; with `dry_run` store nothing.

    An equal document that was launched gives its broadcast.
    """
    app = call.app
    decision = read(decode(call.body, None), None)
    if decision.approvals and "launch" not in call.caller.scopes:
        raise InputError(
            "APPROVALS_NOT_ALLOWED",
            "文件中写有批准人（approvals）：只有带 launch 权限的令牌才可这样提交",
            "the document states approvals: only a token with the scope launch may submit those",
            field="approvals",
        )
    if call.query.dry_run:
        return 200, prepared_json(await app[LEDGER].read(prepare, app[DESK], decision, app[CLOCK]()))
    submitted = await app[LEDGER].write(submit, app[DESK], decision, app[CLOCK]())
    if submitted.prepared is not None:
        _log.info("decision_submitted", extra={"decision": submitted.recorded.id})
    return 200 if submitted.prepared is None else 201, submitted_json(submitted)


@OPERATIONS("GET", "/api/v1/decisions", "read", {200: DecisionPage}, query=Decisions)
async def list_decisions(call: Call[Decisions]) -> Answer:
    """Every decision that was submitted, launched or not, oldest first."""
    query = call.query
    found = await call.app[LEDGER].read(decisions.page, query.after, query.limit)
    return 200, {
        "decisions": [_entry(each) for each in found],
        "next": found[-1].id if len(found) == query.limit else None,
    }


@OPERATIONS("GET", "/api/v1/decisions/{id}", "read", {200: WholeDecision}, query=Query)
async def get_decision(call: Call[Query]) -> Answer:
    """A decision with its document, the findings that its approvers saw, and its manifest."""
    entry = await call.app[LEDGER].read(_of, call.path["id"])
    return 200, {
        **_entry(entry),
        "findings": json.loads(entry.findings),
        "document": json.loads(entry.document),
    }


@OPERATIONS(
    "POST",
    "/api/v1/decisions/{id}/launch",
    "launch",
    {200: Overview},
    query=Query,
    body=Body(("application/json",), 10_000, Launch),
    problems=(409,),
)
async def launch_decision(call: Call[Query]) -> Answer:
    """Launch exactly what was frozen; the same again gives the running broadcast."""
    app = call.app
    manifest = json_body(call.body, Launch).manifest
    recorded = await app[LEDGER].write(launch, app[DESK], call.path["id"], manifest, app[CLOCK]())
    app[EXPANDER].wake()
    app[ENGINE].wake()
    _log.info("launched", extra={"broadcast": recorded.broadcast_id, "decision": recorded.id})
    return 200, await app[LEDGER].read(overview, recorded.broadcast_id, app[CLOCK]())


def _of(connection: Any, identifier: str) -> Entry:
    entry = decisions.entry(connection, identifier)
    if entry is None:
        raise unknown(identifier)
    return entry


def unknown(identifier: str) -> InputError:
    """There is no such decision."""
    return InputError(
        "DECISION_UNKNOWN",
        f"没有决定“{identifier}”",
        f"there is no decision {identifier!r}",
        field="id",
    )


def _entry(entry: Entry) -> dict[str, Any]:
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
        "manifest": entry.manifest,
        "recorded_at": iso(entry.recorded_at),
        "launched_at": iso(entry.launched_at),
    }
