"""`/console/directory/new`, `/console/directory/…/edit`: an organisation is made, changed, closed and opened.

Its people have forms of their own, see `gateway.web.console.directory.contacts`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.areas import within
from gateway.directory.cells import Fault
from gateway.directory.model import Organisation
from gateway.directory.places import Areas
from gateway.directory.stating import OF_FIELDS, ONCE, STATED, stated, texts_of, version_of
from gateway.errors import InputError
from gateway.ledger.directory import directory, organisations
from gateway.ledger.directory.organisations import Stored
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.organisation import ONE, organisation_of
from gateway.web.console.directory.organisation_words import EXERCISE, HELP, LABELS, TEXTS
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.limits import areas_of, plans_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.importing.organisations import areas_of_plans
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import AUDIENCES, GRADES, SECTORS
from gateway.web.looking import shown_numbers
from gateway.web.people import Person, sent_form

_NEW = PATH + "/new"
_CHOICES = {"audience": AUDIENCES, "sector": SECTORS, "grade": GRADES}
_PARTS = (  # what stands together in the form
    ("part_of_whom", ("name", "audience", "sector", "area", "location", "contact", "groups")),
    ("part_of_addresses", ("sms", "phone", "email", "wecom", "wecom_user", "push")),
    (
        "part_of_enterprise",
        ("credit_code", "industry", "meter_number", "grade", "grade_valid_from", "own_plan_filed_on"),
    ),
)
_NEEDED = ("name", "audience", "area")

routes = web.RouteTableDef()


@routes.get(_NEW)
@for_people("directory_keeper")
async def get_new(_request: web.Request, person: Person) -> web.Response:
    """The form of a new organisation."""
    return await _page(person, None, dict.fromkeys((*ONCE, *STATED), ""))


@routes.post(_NEW)
@for_people("directory_keeper")
async def post_new(request: web.Request, person: Person) -> web.Response:
    """Makes it; its people are added on its page."""
    form = await sent_form(person, (*ONCE, *STATED))
    texts = {name: form[name] for name in (*ONCE, *STATED)}
    app, limits = request.app, person.user.areas
    made, faults = _checked(texts, await _areas(person), None, limits)
    if made is None:
        return await _page(person, None, texts, faults)
    try:
        identifier = await app[LEDGER].write(add, made, limits, app[CLOCK](), person.caller.name)
    except InputError as error:
        return await _page(person, None, texts, (_fault(error),))
    return went_to(f"{PATH}/{identifier}#people")


@routes.get(ONE + "/edit")
@for_people("directory_keeper")
async def get_edit(_request: web.Request, person: Person) -> web.Response:
    """The form of an organisation, as it is."""
    found = await organisation_of(person)
    await shown_numbers(person, "organisation_edit")
    return await _page(person, found, texts_of(found.organisation, await _areas(person)))


@routes.post(ONE + "/edit")
@for_people("directory_keeper")
async def post_edit(request: web.Request, person: Person) -> web.Response:
    """Changes it, unless somebody else did since the form was opened: then both are shown."""
    found = await organisation_of(person)
    form = await sent_form(person, ("version", *STATED))
    texts = {name: form[name] for name in STATED}
    app, areas = request.app, await _areas(person)
    after, faults = _checked(texts, areas, found.organisation, person.user.areas)
    if after is None:
        return await _page(person, found, texts, faults, version=form["version"])
    try:
        await app[LEDGER].write(change, found.id, form["version"], after, app[CLOCK](), person.caller.name)
    except InputError as error:
        if error.code != "ORGANISATION_CHANGED":
            raise
        return await _page(person, await organisation_of(person), texts, overtaken=True)
    return went_to(f"{PATH}/{found.id}")


@routes.post(ONE + "/off")
@for_people("directory_keeper")
async def post_off(request: web.Request, person: Person) -> web.Response:
    """Tells it nothing more; what it is owed for what it was told still reaches it."""
    found = await organisation_of(person)
    await sent_form(person)
    app = request.app
    await app[LEDGER].write(directory.switch_off, [found.organisation.code], app[CLOCK](), person.caller.name)
    return went_to(f"{PATH}/{found.id}")


@routes.post(ONE + "/on")
@for_people("directory_keeper")
async def post_on(request: web.Request, person: Person) -> web.Response:
    """Lets it be told again."""
    found = await organisation_of(person)
    await sent_form(person)
    app = request.app
    await app[LEDGER].write(switch_on, found.id, app[CLOCK](), person.caller.name)
    return went_to(f"{PATH}/{found.id}")


def add(connection: Connection, made: Organisation, limits: Sequence[str], now: int, actor: str) -> int:
    """Store a new organisation; its id. Raises `InputError` (CODE_TAKEN); whose code it is, is told to those
    whose areas (`limits`, none: all) hold it."""
    known = organisations.by_codes(connection, [made.code]).get(made.code)
    if known is not None:
        seen = within(known.organisation.area, limits)
        whose = f"：{known.organisation.name}{'' if known.active else '（停用）'}" if seen else ""
        whose_en = f" by {known.organisation.name}{'' if known.active else ' (off)'}" if seen else ""
        raise InputError(
            "CODE_TAKEN", f"这个编码已有单位使用{whose}", f"this code is taken{whose_en}", field="code"
        )
    directory.apply(connection, [made], now, actor=actor)
    return organisations.ids(connection, [made.code])[made.code]


def change(
    connection: Connection, identifier: int, version: str, after: Organisation, now: int, actor: str
) -> None:
    """Store what a form stated. Raises `InputError` (ORGANISATION_CHANGED) where the organisation is no more
    what the form was made from, by its `version`."""
    found = organisations.by_id(connection, identifier)
    if found is None or version_of(found.organisation, active=found.active) != version:
        raise InputError(
            "ORGANISATION_CHANGED",
            "别人刚改过这个单位",
            "somebody has just changed this organisation",
            field="version",
        )
    if found.active:
        directory.apply(connection, [after], now, OF_FIELDS, actor)


def switch_on(connection: Connection, identifier: int, now: int, actor: str) -> None:
    """Let an organisation be told again, as it was."""
    found = organisations.by_id(connection, identifier)
    if found is not None:
        directory.apply(connection, [found.organisation], now, (), actor)


def _checked(
    texts: Mapping[str, str], areas: Areas, before: Organisation | None, limits: Sequence[str]
) -> tuple[Organisation | None, tuple[Fault, ...]]:
    made, faults = stated(texts, areas, before)
    if made is not None and not within(made.area, limits):
        return None, (Fault("area", "不在您负责的区域", "it does not lie in your areas"),)
    return made, faults


async def _areas(person: Person) -> Areas:
    return areas_of_plans(list((await plans_of(person)).values()))


async def _page(
    person: Person,
    found: Stored | None,
    texts: Mapping[str, str],
    faults: Sequence[Fault] = (),
    *,
    version: str | None = None,
    overtaken: bool = False,
) -> web.Response:
    if found is not None and not found.active:
        raise InputError(
            "ORGANISATION_UNKNOWN", "这个单位已停用", "this organisation is switched off", field="id"
        )
    now: dict[str, Any] = {}
    if found is not None and overtaken:
        now = texts_of(found.organisation, await _areas(person))
    own = version_of(found.organisation, active=True) if found is not None else ""
    return framed(
        person,
        "organisation_edit.html",
        status=409 if overtaken else 422 if faults else 200,
        exercise=found is not None and found.organisation.exercise,
        words=DIRECTORY_TEXTS | TEXTS,
        found=found,
        action=_NEW if found is None else f"{PATH}/{found.id}/edit",
        version=version or own,
        filled=texts,
        faults={each.field: each for each in reversed(faults)},
        overtaken=overtaken,
        stored={name: text for name, text in now.items() if text != texts[name]},
        parts=_PARTS,
        needed=_NEEDED,
        labels=LABELS,
        helps=HELP,
        choices=_CHOICES,
        kinds=EXERCISE,
        areas=sorted((await areas_of(person)).items()),
    )


def _fault(error: InputError) -> Fault:
    return Fault(error.field, error.message, error.message_en)
