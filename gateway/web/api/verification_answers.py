"""Answers whether numbers of the directory are still right, and contacts that were named in their place."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from gateway.directory.model import AddressKind
from gateway.follow_up.campaigns import present, verifying
from gateway.ledger.directory.verifications import Answer as Said
from gateway.ledger.trail import audit
from gateway.web.api.deliveries import OrganisationName
from gateway.web.api.operation import (
    Answer,
    Body,
    Call,
    Input,
    Operations,
    Output,
    Query,
    json_body,
)
from gateway.web.api.values import Flag, Time
from gateway.web.care import CARE
from gateway.web.keys import CLOCK, LEDGER

OPERATIONS = Operations()
_MOST = 20_000  # bytes of a body
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Verification(Output):
    """One question and its answer; masked. `state` is its message's."""

    id: int
    organisation: OrganisationName
    contact: str | None
    kind: AddressKind
    address: str
    asked_at: Time | None
    state: str | None
    answered_at: Time | None
    answer: Said | None
    via: Literal["link", "sms", "api", "phone"] | None


class Proposal(Verification):
    """Somebody else who was named as the contact, in full."""

    name: str | None
    number: str | None


class Proposals(Output):
    """What those who keep the directory should look into; nothing of it is used by itself."""

    proposals: list[Proposal]


class Whose(Query):
    """Of exercises, or of the real thing."""

    exercise: Flag = False


class Heard(Input):
    """What somebody said about an organisation's address; `name` and `number` go with `changed`."""

    organisation: Words
    address: Words
    answer: Said
    via: Literal["phone", "api"] = "api"
    name: Annotated[str, Field(max_length=100)] = ""
    number: Annotated[str, Field(max_length=100)] = ""


@OPERATIONS("GET", "/api/v1/verifications/proposals", "directory", {200: Proposals}, query=Whose)
async def list_proposals(call: Call[Whose]) -> Answer:
    """Other contacts that were named, in full; looking at them is written into the audit trail."""
    app = call.app
    await app[LEDGER].write(_exported, app[CLOCK](), call.caller.name)
    return 200, await app[LEDGER].read(present.proposals_json, call.query.exercise)


@OPERATIONS(
    "POST",
    "/api/v1/verifications/answers",
    "directory",
    {201: Verification},
    query=Query,
    body=Body(("application/json",), _MOST, Heard),
    problems=(404,),
)
async def record_verification(call: Call[Query]) -> Answer:
    """Record what somebody said about an organisation's number, asked in a campaign or not."""
    app = call.app
    heard: Heard = json_body(call.body, Heard)
    found = await app[LEDGER].write(
        verifying.record,
        heard.organisation,
        heard.address,
        heard.answer,
        app[CLOCK](),
        via=heard.via,
        caller=call.caller.name,
        name=heard.name,
        number=heard.number,
    )
    app[CARE].doubt()
    return 201, present.verification_json(found)


def _exported(connection: Connection, now: int, caller: str) -> None:
    audit.append(connection, now, caller, "exported", "verifications:proposals", {})
