"""`/console/directory/{id}`: one organisation with its people, inventory and history."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.masking import mask, masked_name
from gateway.errors import InputError
from gateway.ledger.directory import changes, contacts, denied_addresses, inventory, organisations
from gateway.ledger.directory.organisations import Stored
from gateway.web.console.directory.directory_words import (
    FIELDS,
    KIND_OF_ADDRESS,
    LANGUAGES,
    LISTS,
    ROLES,
    TEXTS,
)
from gateway.web.console.directory.history import change_words
from gateway.web.console.directory.organisation_words import TEXTS as ORGANISATION_TEXTS
from gateway.web.console.frame import for_people, framed, moment
from gateway.web.console.limits import areas_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table_words import TEXTS as TABLE_TEXTS
from gateway.web.keys import LEDGER
from gateway.web.live.live_words import AUDIENCES, GRADES, LEVELS, SECTORS, Speech
from gateway.web.looking import shown_numbers
from gateway.web.people import Person

ONE = PATH + r"/{id:\d{1,18}}"
_NEWEST = 50  # changes that are shown

routes = web.RouteTableDef()


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


async def organisation_of(person: Person) -> Stored:
    """The organisation of the path; one outside their areas is as one that is not there.

    Raises `InputError` (ORGANISATION_UNKNOWN).
    """
    request = person.request
    found = await request.app[LEDGER].read(organisations.by_id, int(request.match_info["id"]))
    if found is None or not person.sees(found.organisation.area):
        raise InputError("ORGANISATION_UNKNOWN", "没有这个单位", "there is no such organisation", field="id")
    return found


def _kept(connection: Connection, found: Stored, say: Speech, *, full: bool) -> dict[str, Any]:
    def shown(kind: Any, value: str) -> str:
        return value if full else mask(kind, value)

    people = contacts.of_organisations(connection, [found.id]).get(found.id, [])
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
