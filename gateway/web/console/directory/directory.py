"""`/console/directory`: whom warnings go to; one organisation with its people, inventory and history."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.masking import mask, masked_name
from gateway.errors import InputError
from gateway.ledger.directory import changes, denied_addresses, inventory, organisations, register
from gateway.ledger.directory import contacts as ledger_contacts
from gateway.ledger.directory.organisations import Stored
from gateway.vocabulary import Words
from gateway.web.console.directory.directory_words import (
    ACTIVE,
    FIELDS,
    KIND_OF_ADDRESS,
    LANGUAGES,
    LISTS,
    ROLES,
    TEXTS,
)
from gateway.web.console.directory.organisation_words import TEXTS as ORGANISATION_TEXTS
from gateway.web.console.frame import for_people, framed, moment
from gateway.web.console.limits import plans_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.console.table_words import KINDS
from gateway.web.console.table_words import TEXTS as TABLE_TEXTS
from gateway.web.keys import LEDGER
from gateway.web.live.live_words import AUDIENCES, GRADES, LEVELS, SECTORS, Speech
from gateway.web.looking import LOOKS
from gateway.web.organisations import shown_change
from gateway.web.people import Person

ONE = PATH + r"/{id:\d{1,18}}"
_SHOWN = 3  # addresses in a row
_NEWEST = 50  # changes that are shown

_CODES: dict[str, Words] = {  # that stand in the history
    **AUDIENCES,
    **SECTORS,
    **GRADES,
    **ROLES,
    **KIND_OF_ADDRESS,
    **LANGUAGES,
    **LEVELS,
}

routes = web.RouteTableDef()


def table(areas: dict[str, Words], *, full: bool) -> Table[Stored]:
    """The list; `areas` are those that whoever looks can choose from, by code. `full`: see
    `Person.sees_numbers`."""

    def addresses(row: Stored, say: Speech) -> str:
        one = row.organisation
        every = [*one.addresses, *(each.address for person in one.contacts for each in person.addresses)]
        shown = [mask(each.kind, each.value) for each in dict.fromkeys(every)]
        return say.listed(shown[:_SHOWN]) + (f" +{len(shown) - _SHOWN}" if len(shown) > _SHOWN else "")

    return Table(
        "directory",
        TEXTS["directory"],
        (
            Column(
                "name",
                TEXTS["org_name"],
                lambda row, _say: row.organisation.name,
                sorts=True,
                link=lambda row: f"{PATH}/{row.id}",
            ),
            Column(
                "code",
                TEXTS["org_code"],
                lambda row, _say: row.organisation.code,
                sorts=True,
                matters="beside",
            ),
            Column(
                "audience",
                TEXTS["audience"],
                lambda row, say: say.among(AUDIENCES, row.organisation.audience),
                matters="deciding",
            ),
            Column(
                "sector", TEXTS["sector"], lambda row, say: say.among(SECTORS, row.organisation.sector or "")
            ),
            Column(
                "area",
                TEXTS["area"],
                lambda row, say: say.among(areas, row.organisation.area),
                sorts=True,
            ),
            Column("grade", TEXTS["grade"], lambda row, say: say.among(GRADES, row.organisation.grade or "")),
            Column(
                "people",
                TEXTS["people_number"],
                lambda row, _say: str(len(row.organisation.contacts)),
                number=True,
                matters="beside",
            ),
            Column("contact", TEXTS["contact"], lambda row, _say: _first(row)),
            Column("addresses", TEXTS["addresses"], addresses),
            Column(
                "kind",
                TEXTS["kind"],
                lambda row, say: say.of(KINDS["exercise"]) if row.organisation.exercise else "",
                mark=lambda row: "exercise" if row.organisation.exercise else "",
                matters="name",
            ),
            Column(
                "active",
                TEXTS["active"],
                lambda row, say: "" if row.active else say.of(ACTIVE["off"]),
                mark=lambda row: "" if row.active else "rests",
                matters="name",
            ),
            Column(
                "updated",
                TEXTS["updated"],
                lambda row, _say: moment(row.updated_at),
                sorts=True,
                matters="beside",
            ),
        ),
        lambda row: row.id,
        "code",
        (
            Filter("search", TEXTS["search" if full else "search_masked"]),
            Filter("audience", TEXTS["audience"], AUDIENCES),
            Filter("sector", TEXTS["sector"], SECTORS),
            Filter("area", TEXTS["area"], areas),
            Filter("grade", TEXTS["grade"], GRADES),
            Filter("kind", TEXTS["kind"], KINDS),
            Filter("active", TEXTS["active"], ACTIVE),
        ),
    )


@routes.get(PATH)
@for_people()
async def get_directory(request: web.Request, person: Person) -> web.Response:
    """The directory; names of people and numbers are masked, in files too."""
    shown = table(await areas_of(person), full=person.sees_numbers)
    asked = shown.asked(request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Stored]:
        chosen = asked.chosen
        kind, active = chosen.get("kind"), chosen.get("active")
        return register.page(
            connection,
            limits=person.user.areas,
            search=chosen.get("search"),
            full=person.sees_numbers,
            audience=chosen.get("audience"),
            sector=chosen.get("sector"),
            grade=chosen.get("grade"),
            area=chosen.get("area"),
            exercise=None if kind is None else kind == "exercise",
            active=None if active is None else active == "on",
            sort=asked.sort,
            descending=asked.descending,
            after=after,
            limit=limit,
        )

    return await answer(person, shown, asked, fetch, "directory.html", words=TEXTS)


@routes.get(ONE)
@for_people()
async def get_organisation(request: web.Request, person: Person) -> web.Response:
    """One organisation with everything that is kept of it."""
    found, say = await organisation_of(person), Speech(person.language, TABLE_TEXTS)
    kept = await request.app[LEDGER].read(_kept, found, say, full=await shown_numbers(person, "organisation"))
    return framed(
        person,
        "organisation.html",
        exercise=found.organisation.exercise,
        words=TEXTS | ORGANISATION_TEXTS,
        found=found,
        one=found.organisation,
        area=(await areas_of(person)).get(found.organisation.area),
        keeps=person.holds("directory_keeper"),
        audiences=AUDIENCES,
        sectors=SECTORS,
        grades=GRADES,
        roles=ROLES,
        kinds=KIND_OF_ADDRESS,
        lists=LISTS,
        levels=LEVELS,
        fields=FIELDS,
        languages=LANGUAGES,
        **kept,
    )


async def shown_numbers(person: Person, page: str) -> bool:
    """Whether a page shows them numbers in full; the audit trail then tells that it did."""
    if person.sees_numbers:
        app = person.request.app
        await app[LOOKS].numbers_seen(app, person.caller.name, page)
    return person.sees_numbers


async def organisation_of(person: Person) -> Stored:
    """The organisation of the path; one outside their areas is as one that is not there.

    Raises `InputError` (ORGANISATION_UNKNOWN).
    """
    request = person.request
    found = await request.app[LEDGER].read(organisations.by_id, int(request.match_info["id"]))
    if found is None or not person.sees(found.organisation.area):
        raise InputError("ORGANISATION_UNKNOWN", "没有这个单位", "there is no such organisation", field="id")
    return found


async def areas_of(person: Person) -> dict[str, Words]:
    """The areas of the plans that are theirs, by code."""
    return {
        area.code: Words(area.name, area.name_en or area.name)
        for plan in (await plans_of(person)).values()
        for area in plan.areas
        if person.sees(area.code)
    }


def _first(row: Stored) -> str:
    one = row.organisation
    name = one.contact or next((each.name for each in one.contacts), None)
    return masked_name(name) or ""


def _kept(connection: Connection, found: Stored, say: Speech, *, full: bool) -> dict[str, Any]:
    def shown(kind: Any, value: str) -> str:
        return value if full else mask(kind, value)

    people = ledger_contacts.of_organisations(connection, [found.id]).get(found.id, [])
    lines = inventory.of_organisations(connection, [found.id]).get(found.id, ())
    figures = inventory.emissions(connection, [found.id]).get(found.id, {})
    denied = denied_addresses.ids_of(connection, [found.id]).get(found.id, set())
    return {
        "people": [
            {
                "id": each.id,
                "name": each.contact.name if full else masked_name(each.contact.name),
                "role": each.contact.role,
                "language": each.contact.language,
                "addresses": [
                    {
                        "kind": at.address.kind,
                        "value": shown(at.address.kind, at.address.value),
                        "verified_on": at.verified_on.isoformat() if at.verified_on else "",
                        "denied": address_id in denied,
                        "quiet": (at.quiet_from, at.quiet_until) if at.quiet_from else None,
                    }
                    for at, address_id in zip(each.contact.addresses, each.address_ids, strict=True)
                ],
            }
            for each in people
        ],
        "own": [(each.kind, shown(each.kind, each.value)) for each in found.organisation.addresses],
        "lines": [(each, each.words if full else changes.mask_numbers(each.words)) for each in lines],
        "emissions": bool(figures),
        "history": [
            (
                moment(each.at),
                each.actor,
                change_words(each.changes, say),
            )
            for each in changes.newest(connection, found.id, _NEWEST)
        ],
    }


def change_words(changed: Mapping[str, Sequence[Any]], say: Speech) -> list[tuple[str, str, str]]:
    """What was changed, in words: the field's name in the ledger, how it was and how it is."""
    return [
        (field, _words(shown_change(field, before), say), _words(shown_change(field, after), say))
        for field, (before, after) in changed.items()
    ]


def _words(value: Any, say: Speech) -> str:
    """A kept value of the history, in which names and numbers are masked, in words."""
    if value is None or value in ([], {}, ""):
        return "—"
    if isinstance(value, bool):
        return say("table_yes" if value else "table_no")
    if isinstance(value, list):
        between = "；" if any(isinstance(each, (list, dict)) for each in value) else " "
        return between.join(_words(each, say) for each in value if each not in (None, ""))
    if isinstance(value, dict) and "words" in value:  # a line of the inventory
        return " ".join(_words(value[name], say) for name in ("level", "line", "words") if value.get(name))
    if isinstance(value, dict):
        return " ".join(_words(each, say) for each in value.values() if each not in (None, [], ""))
    return say.among(_CODES, value) if isinstance(value, str) else str(value)
