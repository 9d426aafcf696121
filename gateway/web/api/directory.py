"""The directory: import a list, read organisations with masked addresses, count them."""

import asyncio
from typing import Annotated, Literal

from pydantic import Field

from gateway.broadcasts.overview import iso
from gateway.directory.importing import MAX_BYTES
from gateway.directory.masking import mask, mask_text
from gateway.directory.model import AddressKind
from gateway.ledger import organisations
from gateway.vocabulary import Audience, Sector
from gateway.web.api.operation import Answer, Body, Call, Operations, Output, Query, page_of
from gateway.web.api.values import Area, Flag, Page, Time
from gateway.web.directory import read_rows, store_rows
from gateway.web.keys import CLOCK, DESK, LEDGER

OPERATIONS = Operations()
_CSV = Body(("text/csv",), MAX_BYTES, text="a table in UTF-8 with a heading line, as in docs/directory.md")


class RowFault(Output):
    """Why a row was refused; numbers are masked."""

    field: str | None
    message: str
    message_en: str


class RowResult(Output):
    """What became of a row."""

    row: int
    code: str
    outcome: Literal["added", "changed", "unchanged", "refused"]
    faults: list[RowFault]


class ImportCounts(Output):
    """Rows by what became of them."""

    added: int
    changed: int
    unchanged: int
    refused: int


class ImportReport(Output):
    """An import: refused rows were left out, the others are stored."""

    stored: bool
    counts: ImportCounts
    rows: list[RowResult]


class Import(Query):
    """`file` is the name to show in faults."""

    dry_run: Flag = False
    file: Annotated[str, Field(max_length=300)] | None = None


class MaskedAddress(Output):
    """Where messages go, without giving away whose it is."""

    kind: AddressKind
    address: str


class Organisation(Output):
    """One organisation; its contact's name and its addresses are masked."""

    id: int
    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    contact: str | None
    exercise: bool
    active: bool
    updated_at: Time
    addresses: list[MaskedAddress]


class OrganisationPage(Output):
    """Organisations in the order in which they came in."""

    organisations: list[Organisation]
    next: int | None


class Organisations(Page):
    """Which organisations."""

    audience: Audience | None = None
    sector: Sector | None = None
    area: Area | None = None
    exercise: Flag | None = None


class AudienceCount(Output):
    """Active organisations of an audience, and their different addresses by kind."""

    audience: Audience
    exercise: bool
    organisations: int
    addresses: dict[AddressKind, int]


class AudienceCounts(Output):
    """The directory counted, real organisations first."""

    counts: list[AudienceCount]


@OPERATIONS("POST", "/api/v1/directory", "directory", {200: ImportReport}, query=Import, body=_CSV)
async def import_directory(call: Call[Import]) -> Answer:
    """Import organisations from CSV, with a result for every row; with `dry_run` store nothing."""
    app, query = call.app, call.query
    reading = await asyncio.to_thread(read_rows, call.body, query.file, app[DESK].catalogue)
    run = app[LEDGER].read if query.dry_run else app[LEDGER].write
    return 200, await run(store_rows, reading, app[CLOCK](), dry_run=query.dry_run, caller=call.caller.name)


@OPERATIONS("GET", "/api/v1/directory", "read", {200: OrganisationPage}, query=Organisations)
async def list_organisations(call: Call[Organisations]) -> Answer:
    """A page of organisations; contacts and addresses are masked."""
    query = call.query
    found = await call.app[LEDGER].read(
        organisations.page,
        audience=query.audience,
        sector=query.sector,
        area=query.area,
        exercise=query.exercise,
        after=query.after,
        limit=query.limit,
    )
    return 200, {
        "organisations": [
            {
                "id": each.id,
                "code": each.organisation.code,
                "name": each.organisation.name,
                "audience": each.organisation.audience,
                "sector": each.organisation.sector,
                "area": each.organisation.area,
                "contact": _masked_name(each.organisation.contact),
                "exercise": each.organisation.exercise,
                "active": each.active,
                "updated_at": iso(each.updated_at),
                "addresses": [
                    {"kind": address.kind, "address": mask(address.kind, address.value)}
                    for address in each.organisation.addresses
                ],
            }
            for each in found
        ],
        "next": page_of(found, query.limit),
    }


@OPERATIONS("GET", "/api/v1/directory/counts", "read", {200: AudienceCounts}, query=Query)
async def count_directory(call: Call[Query]) -> Answer:
    """Active organisations and their addresses, by audience."""
    found = await call.app[LEDGER].read(organisations.counts)
    return 200, {
        "counts": [
            {
                "audience": each.audience,
                "exercise": each.exercise,
                "organisations": each.organisations,
                "addresses": each.addresses,
            }
            for each in found
        ]
    }


def _masked_name(name: str | None) -> str | None:
    return f"{mask_text(name)[:1]}*" if name else None
