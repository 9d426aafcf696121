"""`/console/episodes/{id}/bulletins`: 情况通报, made out of the ledger and kept as they are."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.desk import Desk
from gateway.follow_up.papers.bulletins import kept_bulletin, make_bulletin
from gateway.ledger.decisions import bulletins
from gateway.web.console import papers
from gateway.web.console.episodes.episode_view import acted_on, seen
from gateway.web.console.episodes.episode_words import TEXTS
from gateway.web.console.episodes.episodes import ONE, PATH
from gateway.web.console.frame import for_people, went_to
from gateway.web.console.navigation import WRITERS
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.people import Person, sent_form

routes = web.RouteTableDef()


@routes.post(ONE + "/bulletins")
@for_people(*WRITERS)
async def post_bulletin(request: web.Request, person: Person) -> web.Response:
    """Makes out the next one, with the figures of this moment. `number`: which that is, so that a form
    that is sent twice makes one."""
    form = await sent_form(person, ("number",))
    app, identifier = request.app, request.match_info["id"]
    episode = await app[LEDGER].read(acted_on, person.user, identifier)
    number = await app[LEDGER].write(
        _make, app[DESK], episode.id, form["number"], person.caller.actor, app[CLOCK]()
    )
    return went_to(f"{PATH}/{episode.id}/bulletins/{number}" if number else f"{PATH}/{episode.id}")


def _make(connection: Connection, desk: Desk, episode_id: str, asked: str, actor: Actor, now: int) -> int:
    """Make out the bulletin of that number, if it is the next; gives the number of the last."""
    number = bulletins.next_number(connection, episode_id)
    if asked != str(number):
        return number - 1
    return make_bulletin(connection, desk, episode_id, actor, now).number


@routes.get(ONE + r"/bulletins/{number:\d{1,9}}")
@for_people()
async def get_bulletin(request: web.Request, person: Person) -> web.Response:
    """A bulletin as it was made out, as a page or (`?format=`) as a file."""
    app, number = request.app, int(request.match_info["number"])
    episode = await app[LEDGER].read(seen, person.user, request.match_info["id"])
    paper = await app[LEDGER].read(kept_bulletin, episode.id, number)
    return await papers.answer(
        person,
        paper,
        f"bulletin-{number}",
        exercise=episode.exercise,
        back=f"{PATH}/{episode.id}",
        back_to=TEXTS["to_episode"],
    )
