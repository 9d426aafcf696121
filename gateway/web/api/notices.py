"""Notices: the frozen texts of a decision, as its readers get them."""

import json

from gateway.broadcasts.approving.recorded import unknown
from gateway.ledger.decisions import decisions, notices, personal
from gateway.ledger.decisions.notices import Purpose
from gateway.slots import filled, own_medium
from gateway.vocabulary import Audience, Language, Medium, Sector
from gateway.web.api import areas
from gateway.web.api.operation import Answer, Call, Operations, Output, Query
from gateway.web.keys import LEDGER
from gateway.web.organisations import stored

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
    """Whose texts, and for which purpose: those that leave at the launch unless another is asked for.

    With the code of an `organisation`, those of its audience and sector as it reads them, with what is its
    own in them (of the purposes `now` and `dropped`).
    """

    purpose: Purpose = "now"
    audience: Audience | None = None
    sector: Sector | None = None
    medium: Medium | None = None
    language: Language | None = None
    organisation: str | None = None


@OPERATIONS(
    "GET", "/api/v1/decisions/{id}/notices", "read", {200: Notices}, query=Readers, areas=areas.decision
)
async def list_notices(call: Call[Readers]) -> Answer:
    """The texts of a decision for one purpose, by audience, sector, medium and language."""
    identifier, ledger = call.path["id"], call.app[LEDGER]
    if await ledger.read(decisions.by_id, identifier) is None:
        raise unknown(identifier)
    wanted = call.query.model_dump(exclude_none=True, exclude={"organisation"})
    own: dict[str, str] = {}
    if call.query.organisation is not None:
        reader = await ledger.read(stored, call.query.organisation, call.caller.areas)
        wanted |= {"audience": reader.organisation.audience, "sector": reader.organisation.sector or ""}
        if call.query.purpose in ("now", "dropped"):
            own = await ledger.read(personal.of_organisation, identifier, reader.id)
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
                "messages": list(messages),
                "html": html,
                "measures": json.loads(each.measures),
            }
            for each in texts
            for messages, html in [
                filled(each.medium, json.loads(each.messages), each.html, own.get(own_medium(each.medium)))
            ]
        ]
    }
