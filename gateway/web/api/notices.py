"""Notices: the frozen texts of a decision, as its readers get them."""

import json

from gateway.broadcasts.asked import unknown
from gateway.ledger import decisions, notices
from gateway.ledger.notices import Purpose
from gateway.vocabulary import Audience, Language, Medium, Sector
from gateway.web.api.operation import Answer, Call, Operations, Output, Query
from gateway.web.keys import LEDGER

OPERATIONS = Operations()


class Notice(Output):
    """One text for one audience or sector. `messages` leave in their order; `measures` are ids.

    `purpose`: `now` leaves at the launch, `dropped` to an area that a change leaves out; the others are
    prepared and approved with the decision, should it have to end or be mended at once.
    """

    purpose: Purpose
    audience: Audience
    sector: Sector | None
    medium: Medium
    language: Language
    title: str
    messages: list[str]
    html: str | None
    measures: list[str]


class Notices(Output):
    """The texts of a decision."""

    notices: list[Notice]


class Readers(Query):
    """Whose texts, and for which purpose: those that leave at the launch unless another is asked for."""

    purpose: Purpose = "now"
    audience: Audience | None = None
    sector: Sector | None = None
    medium: Medium | None = None
    language: Language | None = None


@OPERATIONS("GET", "/api/v1/decisions/{id}/notices", "read", {200: Notices}, query=Readers)
async def list_notices(call: Call[Readers]) -> Answer:
    """The texts of a decision for one purpose, by audience, sector, medium and language."""
    identifier, ledger = call.path["id"], call.app[LEDGER]
    if await ledger.read(decisions.by_id, identifier) is None:
        raise unknown(identifier)
    wanted = call.query.model_dump(exclude_none=True)
    texts = await ledger.read(notices.texts, identifier, wanted)
    return 200, {
        "notices": [
            {
                "purpose": each.purpose,
                "audience": each.audience,
                "sector": each.sector,
                "medium": each.medium,
                "language": each.language,
                "title": each.title,
                "messages": json.loads(each.messages),
                "html": each.html,
                "measures": json.loads(each.measures),
            }
            for each in texts
        ]
    }
