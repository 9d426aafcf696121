"""`/console/directory/mending`, `…/wishes`: what is wrong in the directory, who gets less, and what to do."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Connection

from gateway.delivery.words import reason_words
from gateway.directory.areas import within
from gateway.directory.care import PROBLEMS as IN_ORDER
from gateway.directory.care import Finding
from gateway.directory.masking import mask, masked_name
from gateway.ledger.directory import organisations
from gateway.ledger.directory.unused import Unused
from gateway.vocabulary import Words
from gateway.web.care import CARE, Look
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.mending_words import PROBLEMS, TEXTS, THEN, TO_DO, WHYS
from gateway.web.console.frame import for_people, framed, moment
from gateway.web.console.limits import areas_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Fetch, Filter, Table, answer
from gateway.web.console.table_words import KINDS
from gateway.web.live.live_words import AUDIENCES, Speech
from gateway.web.people import Person

_MENDING = f"{PATH}/mending"
_WISHES = f"{PATH}/wishes"
_WORDS = DIRECTORY_TEXTS | TEXTS
_FORMS: Mapping[str, str] = {  # where each problem is mended, below its organisation
    "few_contacts": "/people/new",
    "dead_address": "/answers",
    "denied_address": "/answers",
    "never_verified": "/answers",
    "verified_long_ago": "/answers",
    "shared_address": "",
    "same_credit_code": "/edit#credit_code",
    "same_name": "/edit",
    "no_own_plan": "/edit#own_plan_filed_on",
    "grade_without_date": "/edit#grade_valid_from",
}
_ELSEWHERE = {"changed_contact": f"{PATH}/proposals", "roster_gap": f"{PATH}/imports?kind=rosters"}

routes = web.RouteTableDef()
_Shown = TypeVar("_Shown")
_Of = TypeVar("_Of", Finding, Unused)


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with its number; `changed`: its organisation was changed since."""

    number: int
    finding: Finding
    changed: bool


def mending_table(areas: dict[str, Words], *, keeps: bool) -> Table[Row]:
    """The list of what is to be mended; whoever `keeps` the directory finds the forms beside it."""
    return Table(
        "mending",
        TEXTS["mending"],
        (
            Column(
                "name",
                DIRECTORY_TEXTS["org_name"],
                lambda row, _say: row.finding.name,
                link=lambda row: f"{PATH}/{row.finding.organisation_id}",
            ),
            Column(
                "problem",
                TEXTS["problem"],
                lambda row, say: say.of(PROBLEMS[row.finding.problem]),
                matters="deciding",
            ),
            Column("person", TEXTS["person"], lambda row, _say: masked_name(row.finding.contact) or ""),
            Column("address", TEXTS["at_address"], lambda row, _say: row.finding.address or ""),
            Column("detail", TEXTS["detail"], lambda row, say: _detail(row.finding, say)),
            Column(
                "to_do",
                TEXTS["to_do"],
                lambda row, say: say.of(TO_DO[row.finding.problem]),
                link=(lambda row: _form(row.finding)) if keeps else None,
            ),
            Column(
                "changed",
                TEXTS["changed_since"],
                lambda row, say: say.of(TEXTS["just_changed"]) if row.changed else "",
                mark=lambda row: "rests" if row.changed else "",
                matters="beside",
            ),
            Column(
                "area",
                DIRECTORY_TEXTS["area"],
                lambda row, say: say.among(areas, row.finding.area),
                matters="beside",
            ),
        ),
        lambda row: row.number,
        "",
        (
            Filter("problem", TEXTS["problem"], PROBLEMS),
            Filter("audience", DIRECTORY_TEXTS["audience"], AUDIENCES),
            Filter("area", DIRECTORY_TEXTS["area"], areas),
            Filter("search", DIRECTORY_TEXTS["org_name"]),
            Filter("kind", DIRECTORY_TEXTS["kind"], KINDS, usual="real"),
        ),
    )


def wishes_table(areas: dict[str, Words], *, keeps: bool) -> Table[tuple[int, Unused]]:
    """The list of who gets less, and why."""
    return Table(
        "wishes",
        TEXTS["wishes"],
        (
            Column(
                "name",
                DIRECTORY_TEXTS["org_name"],
                lambda row, _say: row[1].name,
                link=lambda row: f"{PATH}/{row[1].organisation_id}",
            ),
            Column("person", TEXTS["person"], lambda row, _say: masked_name(row[1].contact) or ""),
            Column(
                "channel",
                DIRECTORY_TEXTS["kind"],
                lambda row, say: say.of(KIND_OF_ADDRESS[row[1].kind]),
                matters="beside",
            ),
            Column("address", TEXTS["at_address"], lambda row, _say: mask(row[1].kind, row[1].address)),
            Column("why", TEXTS["why"], lambda row, say: say.of(WHYS[row[1].why]), matters="deciding"),
            Column("since", TEXTS["since"], lambda row, _say: row[1].detail or "", matters="beside"),
            Column(
                "then",
                TEXTS["then"],
                lambda row, say: say.of(THEN[row[1].why]),
                link=(lambda row: _answer(row[1])) if keeps else None,
            ),
            Column(
                "area",
                DIRECTORY_TEXTS["area"],
                lambda row, say: say.among(areas, row[1].area),
                matters="beside",
            ),
        ),
        lambda row: row[0],
        "",
        (
            Filter("why", TEXTS["why"], {str(why): words for why, words in WHYS.items()}),
            Filter("area", DIRECTORY_TEXTS["area"], areas),
            Filter("search", DIRECTORY_TEXTS["org_name"]),
            Filter("kind", DIRECTORY_TEXTS["kind"], KINDS, usual="real"),
        ),
    )


@routes.get(_MENDING)
@for_people()
async def get_mending(_request: web.Request, person: Person) -> web.Response:
    """What is to be mended, by organisation, as the last look found it."""
    shown = mending_table(await areas_of(person), keeps=person.holds("directory_keeper"))
    return await _as_looked(person, shown, "mending", _findings, counts=True)


@routes.get(_WISHES)
@for_people()
async def get_wishes(_request: web.Request, person: Person) -> web.Response:
    """Who gets nothing, or some of it later, and why."""
    shown = wishes_table(await areas_of(person), keeps=person.holds("directory_keeper"))
    return await _as_looked(person, shown, "wishes", _unused, counts=False)


async def _as_looked(
    person: Person,
    shown: Table[_Shown],
    heading: str,
    rows: Callable[[Look, Callable[[Any], bool]], Fetch[_Shown]],
    *,
    counts: bool,
) -> web.Response:
    """A list out of the last look at the directory, narrowed to what is somebody's and what they ask for."""
    asked = shown.asked(person.request.query)
    exercise = asked.chosen.get("kind") == "exercise"
    look, again = await person.request.app[CARE].look(exercise)
    if look is None:
        return _waits(person, heading, exercise)
    limits = person.user.areas
    numbers = look.counts(limits) if counts else {}
    return await answer(
        person,
        shown,
        asked,
        rows(look, _fitting(look, asked, limits)),
        "mending.html",
        words=_WORDS,
        heading=heading,
        about=f"about_{heading}",
        at=moment(look.at),
        number=look.number(limits),
        again=again,
        counts=[(code, PROBLEMS[code], numbers[code]) for code in IN_ORDER if numbers.get(code)],
    )


def _findings(look: Look, fits: Callable[[Any], bool]) -> Fetch[Row]:
    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> Sequence[Row]:
        problem, audience = asked.chosen.get("problem"), asked.chosen.get("audience")
        wanted = (
            (number, each)
            for number, each in _after(look.findings, after)
            if problem in (None, each.problem) and audience in (None, each.audience) and fits(each)
        )
        found = list(islice(wanted, limit))
        changed = organisations.changed_since(
            connection, {each.organisation_id for _, each in found}, look.at
        )
        return [Row(number, each, each.organisation_id in changed) for number, each in found]

    return fetch


def _unused(look: Look, fits: Callable[[Any], bool]) -> Fetch[tuple[int, Unused]]:
    def fetch(
        _connection: Connection, asked: Asked, after: int | None, limit: int
    ) -> Sequence[tuple[int, Unused]]:
        why = asked.chosen.get("why")
        wanted = (
            (number, each)
            for number, each in _after(look.unused, after)
            if why in (None, each.why) and fits(each)
        )
        return list(islice(wanted, limit))

    return fetch


def _after(numbered: Sequence[tuple[int, _Of]], after: int | None) -> Iterator[tuple[int, _Of]]:
    """What comes after a number, without going through what stands before it."""
    return islice(numbered, bisect_right(numbered, after or 0, key=itemgetter(0)), None)


def _fitting(look: Look, asked: Asked, limits: Sequence[str]) -> Callable[[Any], bool]:
    """Whether a row lies in the areas that are somebody's and that they ask for, and has the name."""
    area, search = asked.chosen.get("area"), asked.chosen.get("search")
    theirs = {
        each
        for each in look.organisations
        if within(each, limits) and (area is None or within(each, (area,)))
    }
    return lambda row: row.area in theirs and (search is None or search in row.name or search in row.code)


def _waits(person: Person, heading: str, exercise: bool) -> web.Response:
    """The page before the first look is done; it asks again by itself."""
    response = framed(person, "mending_waits.html", words=_WORDS, heading=heading, exercise=exercise)
    response.headers["Refresh"] = "2"
    return response


def _form(finding: Finding) -> str:
    below = _FORMS.get(finding.problem)
    if below is None:
        return _ELSEWHERE[finding.problem]
    return f"{PATH}/{finding.organisation_id}{below}"


def _answer(row: Unused) -> str | None:
    return f"{PATH}/{row.organisation_id}/answers" if row.why == "denied" else None


def _detail(finding: Finding, say: Speech) -> str:
    detail = finding.detail or ""
    if finding.problem == "few_contacts" and say.language == "en":
        return f"{detail.partition(' ')[0]} reachable"
    return say.of(reason_words(detail)) if finding.problem == "dead_address" and detail else detail
