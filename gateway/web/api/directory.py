"""The directory: read organisations with masked addresses, count them."""

from typing import Annotated

from pydantic import Field

from gateway.directory.model import AddressKind, Grade
from gateway.ledger.directory import organisations
from gateway.vocabulary import Audience, Sector
from gateway.web.api.operation import Answer, Call, Operations, Output, Query, page_of
from gateway.web.api.values import Area, Flag, Page, Time
from gateway.web.keys import LEDGER
from gateway.web.organisations import head_json

OPERATIONS = Operations()


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
    grade: Grade | None
    groups: list[str]
    contacts: Annotated[int, Field(description="how many people it has")]


class OrganisationPage(Output):
    """Organisations in the order in which they came in."""

    organisations: list[Organisation]
    next: int | None


class Organisations(Page):
    """Which organisations; `area` is also that of its streets, `search` looks in names and codes."""

    audience: Audience | None = None
    sector: Sector | None = None
    area: Area | None = None
    grade: Grade | None = None
    group: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    search: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    exercise: Flag | None = None
    active: Flag | None = None


class AudienceCount(Output):
    """Active organisations of an audience, and their different addresses by kind."""

    audience: Audience
    exercise: bool
    organisations: int
    addresses: dict[AddressKind, int]


class AudienceCounts(Output):
    """The directory counted, real organisations first."""

    counts: list[AudienceCount]


@OPERATIONS("GET", "/api/v1/directory", "read", {200: OrganisationPage}, query=Organisations, areas="within")
async def list_organisations(call: Call[Organisations]) -> Answer:
    """A page of organisations; contacts and addresses are masked."""
    query = call.query
    found = await call.app[LEDGER].read(
        organisations.page,
        audience=query.audience,
        sector=query.sector,
        area=query.area,
        grade=query.grade,
        group=query.group,
        exercise=query.exercise,
        active=query.active,
        query=query.search,
        after=query.after,
        limit=query.limit,
        limits=call.caller.areas,
    )
    return 200, {
        "organisations": [head_json(each) for each in found],
        "next": page_of(found, query.limit),
    }


@OPERATIONS("GET", "/api/v1/directory/counts", "read", {200: AudienceCounts}, query=Query, areas="within")
async def count_directory(call: Call[Query]) -> Answer:
    """Active organisations and their addresses, by audience."""
    found = await call.app[LEDGER].read(organisations.counts, call.caller.areas)
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
