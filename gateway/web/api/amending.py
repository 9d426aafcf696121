"""Changing one organisation by hand: what is stated changes, the rest stays."""

import asyncio
from collections.abc import Container
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from gateway.directory.areas import home
from gateway.directory.cells import Refused
from gateway.directory.model import Address, AddressKind, Contact, ContactAddress, ContactRole, Grade
from gateway.directory.numbers import address
from gateway.errors import InputError
from gateway.ledger.directory import directory
from gateway.plans.catalogue import Catalogue
from gateway.vocabulary import Language, Sector
from gateway.web.api import areas
from gateway.web.api.operation import Answer, Body, Call, Input, Operations, Query, json_body
from gateway.web.api.organisations import OrganisationDetail
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.organisations import detail_json, stored

OPERATIONS = Operations()
Words = Annotated[str, Field(min_length=1, max_length=100)]
Group = Annotated[str, Field(min_length=1, max_length=50)]
Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="China Standard Time")]


class AddressIn(Input):
    """A mobile number however it is written, a mailbox, or the name of a WeCom group."""

    kind: AddressKind
    value: Words


class ContactAddressIn(AddressIn):
    """Where a person is reached; without `verified_on` the date that is stored stays."""

    verified_on: date | None = None
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None


class ContactIn(Input):
    """A person."""

    name: Words
    role: ContactRole
    language: Language = "zh-CN"
    addresses: Annotated[tuple[ContactAddressIn, ...], Field(max_length=10)] = ()


class Amendment(Input):
    """What is to be changed; null empties a field, what is left out stays. Contacts and addresses are
    stated whole, contacts in the order in which they are tried."""

    name: Words | None = None
    sector: Sector | None = None
    area: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,12}$")] | None = None
    contact: Words | None = None
    credit_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$")] | None = None
    meter_number: Words | None = None
    industry: Words | None = None
    grade: Grade | None = None
    grade_valid_from: date | None = None
    location: Words | None = None
    own_plan_filed_on: date | None = None
    groups: Annotated[tuple[Group, ...], Field(max_length=50)] = ()
    addresses: Annotated[tuple[AddressIn, ...], Field(max_length=20)] = ()
    contacts: Annotated[tuple[ContactIn, ...], Field(max_length=50)] = ()


@OPERATIONS(
    "POST",
    "/api/v1/organisations/{code}",
    "directory",
    {200: OrganisationDetail},
    query=Query,
    body=Body(("application/json",), 100_000, Amendment),
    areas=areas.organisation,
)
async def amend_organisation(call: Call[Query]) -> Answer:
    """Change what is stated of an organisation; its history tells who changed what."""
    app = call.app
    amendment: Amendment = json_body(call.body, Amendment)
    if amendment.area is not None:
        areas.refuse_other_areas(call.caller, [amendment.area])
    known = await asyncio.to_thread(_codes, app[DESK].catalogue)
    return 200, await app[LEDGER].write(
        amend, call.path["code"], amendment, known, app[CLOCK](), call.caller.name
    )


def amend(
    connection: Connection,
    code: str,
    amendment: Amendment,
    known_areas: Container[str],
    now: int,
    actor: str,
) -> dict[str, Any]:
    """Store an amendment; the organisation as it then is.

    Raises `InputError`: ORGANISATION_UNKNOWN, AREA_UNKNOWN, ADDRESS_INVALID, FIELD_MISSING for a name or
    an area that would be empty, SECTOR_NOT_ALLOWED for one of whom only enterprises have.
    """
    before = stored(connection, code).organisation
    stated = amendment.model_fields_set
    for field in ("name", "area"):
        if field in stated and getattr(amendment, field) is None:
            raise InputError("FIELD_MISSING", f"{field} 不能为空", f"{field} cannot be empty", field=field)
    if amendment.area is not None and home(amendment.area, known_areas) is None:
        raise InputError(
            "AREA_UNKNOWN",
            f"没有预案有区域代码“{amendment.area}”",
            f"no plan has the area code {amendment.area!r}",
            field="area",
        )
    if amendment.sector is not None and before.audience != "enterprises":
        raise InputError(
            "SECTOR_NOT_ALLOWED", "只有企业才分行业", "only enterprises have a sector", field="sector"
        )
    values: dict[str, Any] = {field: getattr(amendment, field) for field in stated}
    if "groups" in stated:
        values["groups"] = amendment.groups
    if "addresses" in stated:
        values["addresses"] = tuple(_address(each, "addresses") for each in amendment.addresses)
    if "contacts" in stated:
        values["contacts"] = tuple(_contact(each) for each in amendment.contacts)
    directory.apply(connection, [replace(before, **values)], now, stated, actor)
    return detail_json(connection, code)


def _contact(each: ContactIn) -> Contact:
    return Contact(
        each.name,
        each.role,
        tuple(
            ContactAddress(_address(at, "contacts"), at.verified_on, at.quiet_from, at.quiet_until)
            for at in each.addresses
        ),
        each.language,
    )


def _address(each: AddressIn, field: str) -> Address:
    try:
        return Address(each.kind, address(each.kind, each.value))
    except Refused as refused:
        raise InputError("ADDRESS_INVALID", refused.message, refused.message_en, field=field) from None


def _codes(catalogue: Catalogue) -> set[str]:
    return {area.code for each in catalogue.identifiers() for area in catalogue.load(each).plan.areas}
