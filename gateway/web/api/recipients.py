"""The frozen list of a decision: who would be told, before anybody approves it."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from gateway.broadcasts.approving.recorded import asked
from gateway.directory.masking import mask
from gateway.directory.model import AddressKind
from gateway.ledger.decisions import recipients
from gateway.vocabulary import Audience, Language, Sector
from gateway.web.api import areas
from gateway.web.api.operation import Answer, Call, Operations, Output
from gateway.web.api.values import Area, Page
from gateway.web.keys import LEDGER

OPERATIONS = Operations()


class FrozenRecipient(Output):
    """One organisation at one address (masked), and the title of what it reads. `dropped`: it is told the
    end for an area that a change leaves out."""

    id: int
    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    kind: AddressKind
    address: str
    title: str
    language: Annotated[Language, Field(description="of what it reads")]
    untranslated: Annotated[bool, Field(description="a person there reads English, and there is none")]
    dropped: bool


class FrozenRecipients(Output):
    """Recipients in the order in which they were frozen."""

    manifest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    recipients: list[FrozenRecipient]
    next: int | None


class Narrowed(Page):
    """Which recipients; an area is also that of its streets."""

    audience: Audience | None = None
    area: Area | None = None


@OPERATIONS(
    "GET",
    "/api/v1/decisions/{id}/recipients",
    "read",
    {200: FrozenRecipients},
    query=Narrowed,
    areas=areas.decision,
)
async def list_recipients(call: Call[Narrowed]) -> Answer:
    """Whom a decision reaches, as it was frozen, with masked addresses."""
    query = call.query
    return 200, await call.app[LEDGER].read(
        recipients_json,
        call.path["id"],
        audience=query.audience,
        area=query.area,
        after=query.after,
        limit=query.limit,
    )


def recipients_json(
    connection: Connection,
    decision_id: str,
    *,
    audience: str | None = None,
    area: str | None = None,
    after: int = 0,
    limit: int | None,
) -> dict[str, Any]:
    """A page of the frozen list, or all of it. Raises `InputError` (DECISION_UNKNOWN)."""
    recorded = asked(connection, decision_id)
    found = recipients.page(
        connection,
        recorded.broadcast_id,
        audience=audience,
        area=area,
        after=after,
        limit=limit,
    )
    return {
        "manifest": recorded.manifest,
        "recipients": [
            {
                "id": each.id,
                "code": each.code,
                "name": each.name,
                "audience": each.audience,
                "sector": each.sector,
                "area": each.area,
                "kind": each.kind,
                "address": mask(each.kind, each.address),
                "title": each.title,
                "language": each.language,
                "untranslated": each.english and each.language != "en",
                "dropped": each.dropped,
            }
            for each in found
        ],
        "next": found[-1].id if len(found) == limit else None,
    }
