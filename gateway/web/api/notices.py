"""Notices: the frozen texts of a decision, as its readers get them."""

import json

from gateway.ledger import decisions
from gateway.vocabulary import Audience, Language, Medium, Sector
from gateway.web.api.decisions import unknown
from gateway.web.api.operation import Answer, Call, Operations, Output, Query
from gateway.web.keys import LEDGER

OPERATIONS = Operations()


class Notice(Output):
    """One text for one audience or sector. `messages` leave in their order; `measures` are ids."""

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
    """Whose texts."""

    audience: Audience | None = None
    sector: Sector | None = None
    medium: Medium | None = None
    language: Language | None = None


@OPERATIONS("GET", "/api/v1/decisions/{id}/notices", "read", {200: Notices}, query=Readers)
async def list_notices(call: Call[Readers]) -> Answer:
    """The texts of a decision, by audience, sector, medium and language."""
    identifier, ledger = call.path["id"], call.app[LEDGER]
    if await ledger.read(decisions.by_id, identifier) is None:
        raise unknown(identifier)
    wanted = call.query.model_dump(exclude_none=True)
    texts = await ledger.read(decisions.texts, identifier, wanted)
    return 200, {
        "notices": [
            {
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
