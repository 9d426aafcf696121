"""Opinions (会商意见): the consultation's files, kept with a decision."""

from typing import Annotated

from pydantic import Field

from gateway.broadcasts.approving.present import opinion_json
from gateway.broadcasts.approving.recorded import asked
from gateway.broadcasts.preparing.opinion import MEDIA, MOST_BYTES, attach
from gateway.errors import InputError
from gateway.ledger.decisions import opinions
from gateway.web.api import areas
from gateway.web.api.decisions import Opinion
from gateway.web.api.operation import INTEGER, Answer, Body, Call, Download, Files, Operations, Output, Query
from gateway.web.keys import CLOCK, LEDGER

OPERATIONS = Operations()


class Opinions(Output):
    """A decision's files, oldest first."""

    opinions: list[Opinion]


class Named(Query):
    """The file's name."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = "opinion"


@OPERATIONS(
    "POST",
    "/api/v1/decisions/{id}/opinions",
    "submit",
    {201: Opinion},
    query=Named,
    body=Body(MEDIA, MOST_BYTES, text="the file itself: PDF, PNG, JPEG or UTF-8 text"),
    problems=(409,),
    areas=areas.decision,
)
async def attach_opinion(call: Call[Named]) -> Answer:
    """Keep the consultation's opinion with a decision that was not launched yet."""
    app, identifier = call.app, call.path["id"]
    kept = await app[LEDGER].write(
        attach,
        identifier,
        call.query.name,
        call.request.content_type,
        call.body,
        app[CLOCK](),
        call.caller.actor,
    )
    listed = await app[LEDGER].read(opinions.of_decision, identifier)
    return 201, opinion_json(next(each for each in listed if each.id == kept))


@OPERATIONS(
    "GET", "/api/v1/decisions/{id}/opinions", "read", {200: Opinions}, query=Query, areas=areas.decision
)
async def list_opinions(call: Call[Query]) -> Answer:
    """The files of a decision's consultation."""
    ledger, identifier = call.app[LEDGER], call.path["id"]
    await ledger.read(asked, identifier)
    return 200, {
        "opinions": [opinion_json(each) for each in await ledger.read(opinions.of_decision, identifier)]
    }


@OPERATIONS(
    "GET",
    f"/api/v1/decisions/{{id}}/opinions/{{number:{INTEGER}}}",
    "read",
    {200: Files(MEDIA)},
    query=Query,
    areas=areas.decision,
)
async def get_opinion(call: Call[Query]) -> Answer:
    """One file, as it was attached."""
    ledger, identifier, number = call.app[LEDGER], call.path["id"], int(call.path["number"])
    listed = await ledger.read(opinions.of_decision, identifier)
    found = next((each for each in listed if each.id == number), None)
    content = await ledger.read(opinions.content, identifier, number)
    if found is None or content is None:
        raise InputError(
            "OPINION_UNKNOWN",
            f"该决定没有会商意见 {number}",
            f"this decision has no opinion {number}",
            field="number",
        )
    return 200, Download(content, found.media_type, found.name)
