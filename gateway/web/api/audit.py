"""The audit trail: who did what and when, in a chain of hashes."""

from typing import Annotated, Any

from pydantic import Field

from gateway.follow_up.upkeep.trail import entry_json
from gateway.ledger.trail import audit
from gateway.web.api.operation import Answer, Call, Operations, Output, page_of
from gateway.web.api.values import Page, Sha256, Time
from gateway.web.keys import LEDGER

OPERATIONS = Operations()


class AuditRow(Output):
    """One row; its hash covers the row before it (`previous`)."""

    id: int
    at: Time
    actor: str
    kind: str
    subject: str
    detail: dict[str, Any]
    previous: Sha256
    sha256: Sha256


class AuditTrail(Output):
    """A page of rows, and the number to go on after (null: this is the last page)."""

    audit: list[AuditRow]
    next: int | None


class Asked(Page):
    """Which rows; a `subject` ending in `:` asks for any of its kind."""

    subject: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None


@OPERATIONS("GET", "/api/v1/audit", "audit", {200: AuditTrail}, query=Asked)
async def list_audit(call: Call[Asked]) -> Answer:
    """The audit trail in its order, from the row after `after`."""
    query = call.query
    rows = await call.app[LEDGER].read(
        audit.page, after=query.after, limit=query.limit, subject=query.subject, kind=query.kind
    )
    return 200, {"audit": [entry_json(row) for row in rows], "next": page_of(rows, query.limit)}
