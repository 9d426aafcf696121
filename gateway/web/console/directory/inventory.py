"""`/console/directory/inventory`: what enterprises do at each level: as a list, line by line, one by one."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.inventory import InventoryLine
from gateway.directory.masking import masked_name
from gateway.directory.totals import EMITTED
from gateway.directory.totals import name as pollutant_name
from gateway.follow_up.papers.publishing import list_columns
from gateway.ledger.decisions import publications
from gateway.ledger.directory import inventory
from gateway.ledger.directory.changes import mask_numbers
from gateway.ledger.directory.inventory_list import Enterprise, Measure, Wanted, enterprises, measures
from gateway.ledger.directory.organisations import Stored
from gateway.vocabulary import LEVELS as IN_ORDER
from gateway.vocabulary import Words
from gateway.web.console.directory.directory_words import LISTS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.inventory_words import ACTIONS, CERTAIN, TEXTS
from gateway.web.console.directory.organisation import ONE, organisation_of
from gateway.web.console.frame import for_people, framed
from gateway.web.console.limits import areas_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.console.table_words import KINDS
from gateway.web.keys import LEDGER, SETTINGS
from gateway.web.live.live_words import GRADES, LEVELS, SECTORS, Speech
from gateway.web.looking import shown_numbers
from gateway.web.people import Person

_INVENTORY = f"{PATH}/inventory"
_WORDS = DIRECTORY_TEXTS | TEXTS
routes = web.RouteTableDef()


def enterprises_table(areas: dict[str, Words]) -> Table[Enterprise]:
    """The list of enterprises."""
    return Table(
        "inventory",
        TEXTS["inventory"],
        (
            Column(
                "name",
                DIRECTORY_TEXTS["org_name"],
                lambda row, _say: row.name,
                sorts=True,
                link=lambda row: f"{PATH}/{row.id}/inventory",
            ),
            Column(
                "code", DIRECTORY_TEXTS["org_code"], lambda row, _say: row.code, sorts=True, matters="beside"
            ),
            Column(
                "sector", DIRECTORY_TEXTS["sector"], lambda row, say: say.among(SECTORS, row.sector or "")
            ),
            Column("area", DIRECTORY_TEXTS["area"], lambda row, say: say.among(areas, row.area), sorts=True),
            Column("grade", DIRECTORY_TEXTS["grade"], lambda row, say: say.among(GRADES, row.grade or "")),
            Column("lists", TEXTS["lists"], _lists),
            Column("uncertain", TEXTS["uncertain"], lambda row, _say: str(row.uncertain or ""), number=True),
            Column(
                "figures",
                TEXTS["figures"],
                lambda row, say: say.of(TEXTS["has_figures"]) if row.figures else "",
                matters="beside",
            ),
            Column("filed", TEXTS["filed"], lambda row, say: row.filed_on or say.of(TEXTS["not_filed"])),
        ),
        lambda row: row.id,
        "code",
        (*_filters(areas), Filter("grade", DIRECTORY_TEXTS["grade"], GRADES)),
    )


def measures_table(areas: dict[str, Words]) -> Table[Measure]:
    """The list of measures; people and numbers in them are masked, in files too."""
    return Table(
        "inventory-measures",
        TEXTS["measures"],
        (
            Column(
                "name",
                DIRECTORY_TEXTS["org_name"],
                lambda row, _say: row.name,
                link=lambda row: f"{PATH}/{row.organisation_id}/inventory",
            ),
            Column(
                "level",
                DIRECTORY_TEXTS["level"],
                lambda row, say: say.among(LEVELS, row.line.level),
                mark=lambda row: row.line.level,
                matters="deciding",
            ),
            Column("line", DIRECTORY_TEXTS["line"], lambda row, _say: row.line.line or ""),
            Column("words", TEXTS["words"], lambda row, _say: mask_numbers(row.line.words)),
            Column("what", TEXTS["what"], lambda row, say: _action(row.line, say)),
            Column(
                "preparation",
                TEXTS["preparation"],
                lambda row, say: _preparation(row.line, say),
                matters="beside",
            ),
            Column("charge", TEXTS["charge"], lambda row, _say: masked_name(row.line.person) or ""),
            Column("indicator", TEXTS["indicator"], lambda row, _say: _indicator(row.line), matters="beside"),
            Column(
                "exemption", TEXTS["exemption"], lambda row, _say: row.line.exemption or "", matters="beside"
            ),
            Column("batch", TEXTS["batch"], lambda row, say: _batch(row.line, say), matters="beside"),
            Column("code", DIRECTORY_TEXTS["org_code"], lambda row, _say: row.code, matters="beside"),
            Column(
                "area", DIRECTORY_TEXTS["area"], lambda row, say: say.among(areas, row.area), matters="beside"
            ),
            Column(
                "sector",
                DIRECTORY_TEXTS["sector"],
                lambda row, say: say.among(SECTORS, row.sector or ""),
                matters="beside",
            ),
            Column("list", TEXTS["list"], lambda row, say: say.among(LISTS, row.line.list), matters="beside"),
        ),
        lambda row: row.id,
        "",
        (*_filters(areas), Filter("understood", TEXTS["understood"], CERTAIN)),
    )


@routes.get(_INVENTORY)
@for_people()
async def get_inventory(request: web.Request, person: Person) -> web.Response:
    """The enterprises of the inventory."""
    shown = enterprises_table(await areas_of(person))
    asked = shown.asked(request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Enterprise]:
        return enterprises(
            connection,
            _wanted(person, asked),
            sort=asked.sort,
            descending=asked.descending,
            after=after,
            limit=limit,
        )

    return await answer(person, shown, asked, fetch, "inventory.html", words=_WORDS, about="about_inventory")


@routes.get(f"{_INVENTORY}/measures")
@for_people()
async def get_measures(request: web.Request, person: Person) -> web.Response:
    """Every measure of the inventory."""
    shown = measures_table(await areas_of(person))
    asked = shown.asked(request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Measure]:
        return measures(connection, _wanted(person, asked), after=after, limit=limit)

    return await answer(person, shown, asked, fetch, "inventory.html", words=_WORDS, about="about_measures")


@routes.get(ONE + "/inventory")
@for_people()
async def get_of_organisation(request: web.Request, person: Person) -> web.Response:
    """One enterprise's measures by level, and its figures."""
    found = await organisation_of(person)
    full, say = await shown_numbers(person, "inventory"), Speech(person.language, TEXTS)
    app = request.app
    lines, figures = await app[LEDGER].read(_kept, found)
    newest = await app[LEDGER].read(publications.newest, "control_list")
    return framed(
        person,
        "inventory_one.html",
        exercise=found.organisation.exercise,
        words=_WORDS,
        found=found,
        one=found.organisation,
        keeps=person.holds("directory_keeper"),
        lists=[(kind, _by_level(lines, kind, full, say)) for kind in dict.fromkeys(x.list for x in lines)],
        figures=_figures(figures),
        emitting=bool(figures),
        levels=LEVELS,
        in_order=IN_ORDER,
        list_words=LISTS,
        published=list_columns(newest, app[SETTINGS].public.control_list) is not None,
    )


def _kept(
    connection: Connection, found: Stored
) -> tuple[tuple[InventoryLine, ...], Mapping[tuple[str, str], float]]:
    return (
        inventory.of_organisations(connection, [found.id]).get(found.id, ()),
        inventory.emissions(connection, [found.id]).get(found.id, {}),
    )


def _by_level(
    lines: tuple[InventoryLine, ...], kind: str, full: bool, say: Speech
) -> list[dict[str, str | bool]]:
    """The lines of a list as the page shows them, by level."""
    in_order = sorted(
        (each for each in lines if each.list == kind), key=lambda each: IN_ORDER.index(each.level)
    )
    return [
        {
            "level": each.level,
            "line": each.line or "—",
            "words": each.words if full else mask_numbers(each.words),
            "what": _action(each, say),
            "certain": each.certain,
            "preparation": _preparation(each, say),
            "charge": (each.person if full else masked_name(each.person)) or "",
            "indicator": _indicator(each),
            "exemption": each.exemption or "",
            "batch": _batch(each, say),
        }
        for each in in_order
    ]


def _figures(stated: Mapping[tuple[str, str], float]) -> list[tuple[str, float | None, list[Any]]]:
    """By pollutant: what is emitted, and for each level what is taken away, in tonnes a day and per cent."""
    rows = []
    for pollutant in sorted({pollutant for _, pollutant in stated}):
        emitted = stated.get((EMITTED, pollutant))
        taken = [stated.get((level, pollutant)) for level in IN_ORDER]
        shares = [
            (tonnes, round(100 * tonnes / emitted, 1) if tonnes is not None and emitted else None)
            for tonnes in taken
        ]
        rows.append((pollutant_name(pollutant), emitted, shares))
    return rows


def _wanted(person: Person, asked: Asked) -> Wanted:
    chosen: Mapping[str, Any] = asked.chosen
    understood = chosen.get("understood")
    return Wanted(
        person.user.areas,
        chosen.get("list"),
        chosen.get("level"),
        chosen.get("sector"),
        chosen.get("area"),
        chosen.get("grade"),
        chosen.get("search"),
        None if understood is None else understood == "yes",
        chosen.get("kind") == "exercise",
    )


def _filters(areas: dict[str, Words]) -> tuple[Filter, ...]:
    return (
        Filter("search", DIRECTORY_TEXTS["org_name"]),
        Filter("list", TEXTS["list"], LISTS),
        Filter("level", DIRECTORY_TEXTS["level"], LEVELS),
        Filter("sector", DIRECTORY_TEXTS["sector"], SECTORS),
        Filter("area", DIRECTORY_TEXTS["area"], areas),
        Filter("kind", DIRECTORY_TEXTS["kind"], KINDS, usual="real"),
    )


def _lists(row: Enterprise, say: Speech) -> str:
    return say.clauses(f"{say.among(LISTS, kind)} {number}" for kind, number in row.lines.items())


def _action(line: InventoryLine, say: Speech) -> str:
    words = say.of(ACTIONS[line.action] if line.certain else ACTIONS["own_words"])
    return f"{words} {line.percent}%" if line.certain and line.percent is not None else words


def _preparation(line: InventoryLine, say: Speech) -> str:
    minutes = line.preparation_minutes
    return "" if minutes is None else say.of(TEXTS["minutes"]).format(minutes)


def _indicator(line: InventoryLine) -> str:
    return " ".join(filter(None, (line.indicator, line.indicator_value)))


def _batch(line: InventoryLine, say: Speech) -> str:
    return "" if line.batch is None else say.of(TEXTS["batch_number"]).format(line.batch)
