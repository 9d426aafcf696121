"""`/console/directory`: whom warnings go to."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.masking import mask, masked_name
from gateway.ledger.directory import register
from gateway.ledger.directory.organisations import Stored
from gateway.vocabulary import Words
from gateway.web.console.directory.directory_words import ACTIVE, TEXTS
from gateway.web.console.frame import for_people, moment
from gateway.web.console.limits import areas_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.console.table_words import KINDS
from gateway.web.live.live_words import AUDIENCES, GRADES, SECTORS, Speech
from gateway.web.people import Person

_SHOWN = 3  # addresses in a row

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


def _first(row: Stored) -> str:
    one = row.organisation
    name = one.contact or next((each.name for each in one.contacts), None)
    return masked_name(name) or ""
