"""Acknowledgements: who signed, objected, reported done; and systems that sign for their organisation."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from gateway.bus.words import Word
from gateway.follow_up.signatures import signatures, signing
from gateway.follow_up.signatures.signing import Objection, Signer
from gateway.ledger.follow_up import photos
from gateway.ledger.follow_up.acknowledgements import Acknowledgement as StoredAcknowledgement
from gateway.ledger.follow_up.acknowledgements import Via
from gateway.ledger.follow_up.unsigned import Standing, Wanted
from gateway.vocabulary import Audience
from gateway.web.api.deliveries import OrganisationName
from gateway.web.api.operation import (
    INTEGER,
    Answer,
    Body,
    Call,
    Download,
    Files,
    Input,
    Operations,
    Output,
    Query,
    json_body,
)
from gateway.web.api.values import Area, Page, Sha256, Time
from gateway.web.keys import BUS, CLOCK, LEDGER
from gateway.web.organisations import stored

OPERATIONS = Operations()
_OF_BROADCAST = f"/api/v1/broadcasts/{{id:{INTEGER}}}/acknowledgements"
_PHOTOS = f"{_OF_BROADCAST}/{{number:{INTEGER}}}/photos"
_MOST = 10_000  # bytes of an answer


class Acknowledgement(Output):
    """One organisation's answer. `state` is what weighs most; the times and `delivered` tell each apart.
    `name`, `role` and `via` are of whoever signed, else objected."""

    id: int
    organisation: OrganisationName
    audience: Audience
    area: str
    state: Standing
    delivered: bool
    due_at: Time
    opened_at: Time | None
    signed_at: Time | None
    name: str | None
    role: str | None
    via: Via | None
    objected_at: Time | None
    objection: str | None
    done_at: Time | None
    note: str | None
    ended_at: Time | None


class Acknowledgements(Output):
    """A page of them, in the order in which they were made."""

    acknowledgements: list[Acknowledgement]
    next: int | None


class Filter(Page):
    """Which: `state` is one of what is told apart, or `unsigned`: neither signed nor objected."""

    state: Wanted | None = None
    audience: Audience | None = None
    area: Area | None = None


class Said(Input):
    """What an organisation answers, by its code: `sign`, `object` with a reason, or `done` with a note."""

    organisation: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    act: Literal["sign", "object", "done"] = "sign"
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    role: Annotated[str, StringConstraints(max_length=200)] = ""
    reason: Objection = "other"
    words: Annotated[str, StringConstraints(max_length=2000)] = ""


class Photo(Output):
    """A photo of what was done."""

    id: int
    sha256: Sha256
    bytes: int
    at: Time


class Photos(Output):
    """The photos of one report, oldest first."""

    photos: list[Photo]


@OPERATIONS("GET", _OF_BROADCAST, "read", {200: Acknowledgements}, query=Filter, areas="within")
async def list_acknowledgements(call: Call[Filter]) -> Answer:
    """A page of a broadcast's acknowledgements, filtered."""
    query = call.query
    found = await call.app[LEDGER].read(
        signatures.page_json,
        int(call.path["id"]),
        call.app[CLOCK](),
        state=query.state,
        audience=query.audience,
        area=query.area,
        after=query.after,
        limit=query.limit,
        limits=call.caller.areas,
    )
    last = found[-1]["id"] if len(found) == query.limit else None
    return 200, {"acknowledgements": found, "next": last}


@OPERATIONS(
    "POST",
    _OF_BROADCAST,
    "sign",
    {200: Acknowledgement},
    query=Query,
    body=Body(("application/json",), _MOST, Said),
    problems=(409,),
    areas="within",
)
async def acknowledge(call: Call[Query]) -> Answer:
    """Sign, object or report done for an organisation; who signed first stays who signed."""
    ledger, broadcast_id, now = call.app[LEDGER], int(call.path["id"]), call.app[CLOCK]()
    said: Said = json_body(call.body, Said)
    asked = await ledger.read(signing.of_organisation, broadcast_id, said.organisation)
    await _refuse_other(call, asked)
    signer = Signer(said.name, said.role, "api", call.caller.name)
    if said.act == "sign":
        await ledger.write(signing.sign, asked, signer, now)
    elif said.act == "object":
        await ledger.write(signing.object_to, asked, signer, said.reason, said.words, now)
    else:
        await ledger.write(signing.report_done, asked, said.words, (), "api", call.caller.name, now)
    call.app[BUS].say(Word.CHANGED)
    return 200, await ledger.read(signatures.one_json, broadcast_id, asked.id)


@OPERATIONS("GET", _PHOTOS, "read", {200: Photos}, query=Query, areas="within")
async def list_photos(call: Call[Query]) -> Answer:
    """The photos of an organisation's report."""
    ledger = call.app[LEDGER]
    asked = await ledger.read(signatures.asked_of, int(call.path["id"]), int(call.path["number"]))
    await _refuse_other(call, asked)
    return 200, {"photos": signatures.photos_json(await ledger.read(photos.of_acknowledgement, asked.id))}


@OPERATIONS(
    "GET",
    f"{_PHOTOS}/{{photo:{INTEGER}}}",
    "read",
    {200: Files(("image/jpeg",))},
    query=Query,
    areas="within",
)
async def get_photo(call: Call[Query]) -> Answer:
    """One photo, re-encoded when it came."""
    ledger, broadcast_id = call.app[LEDGER], int(call.path["id"])
    identifier, photo = int(call.path["number"]), int(call.path["photo"])
    await _refuse_other(call, await ledger.read(signatures.asked_of, broadcast_id, identifier))
    content = await ledger.read(signatures.photo, broadcast_id, identifier, photo)
    return 200, Download(content, "image/jpeg", f"{identifier}-{photo}.jpg")


async def _refuse_other(call: Call[Any], asked: StoredAcknowledgement) -> None:
    """Raises `InputError` (ORGANISATION_UNKNOWN) where the organisation is outside the caller's areas."""
    if call.caller.areas:
        await call.app[LEDGER].read(stored, asked.organisation_code, call.caller.areas)
