"""`/console/lanes`: how each lane stands; a person parks one, or opens it."""

from aiohttp import web

from gateway.errors import InputError
from gateway.follow_up.upkeep.lanes import states
from gateway.web.console import typed
from gateway.web.console.decisions.sheets import page
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import CLOCK, ENGINE, LEDGER
from gateway.web.people import Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/lanes"
_ONE = PATH + r"/{id:\d{1,18}}"

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people("duty_officer", "administrator")
async def get_lanes(_request: web.Request, person: Person) -> web.Response:
    """Every lane."""
    return await _page(person)


@routes.post(_ONE + "/park")
@for_people("duty_officer", "administrator")
async def post_park(request: web.Request, person: Person) -> web.Response:
    """It rests until somebody opens it."""
    form = await sent_form(person, ("reason",))
    identifier = _allowed(person)
    try:
        reason = typed.reason(form["reason"])
    except InputError as error:
        return await _page(person, identifier, error, form["reason"])
    await request.app[ENGINE].park(identifier, person.user.person, reason, person.caller.name)
    return went_to(f"{PATH}?done=parked")


@routes.post(_ONE + "/open")
@for_people("duty_officer", "administrator")
async def post_open(request: web.Request, person: Person) -> web.Response:
    """Its rest ends."""
    await sent_form(person)
    await request.app[ENGINE].open(_allowed(person), person.user.person, person.caller.name)
    return went_to(f"{PATH}?done=opened")


def _allowed(person: Person) -> int:
    """The lane's id. A lane serves every area: whoever is limited to some does not hold it up."""
    if person.user.areas:
        raise InputError(
            "PERSON_NOT_ALLOWED",
            "通道供全部区域使用，只负责部分区域的人不能暂停或恢复",
            "a lane serves every area: it is not for people of some areas to park or open it",
        )
    return int(person.request.match_info["id"])


async def _page(
    person: Person, faulty: int | None = None, error: InputError | None = None, reason: str = ""
) -> web.Response:
    app = person.request.app
    return page(
        person,
        "lanes.html",
        status=200 if error is None else status_of(error),
        lanes=await app[LEDGER].read(states, app[CLOCK]()),
        limited=bool(person.user.areas),
        faulty=faulty,
        error=error,
        reason=reason,
    )
