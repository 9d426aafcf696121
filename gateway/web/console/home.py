"""`/console`: where somebody arrives."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.decisions.model import Decision
from gateway.ledger.accounts import account_changes, user_addresses
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import episode_list
from gateway.ledger.decisions.episodes import Episode, Launched
from gateway.ledger.directory import organisations
from gateway.ledger.follow_up import objections, owed
from gateway.web.console.areas import area_words
from gateway.web.console.decisions import decision_words
from gateway.web.console.decisions.whose_turn import waiting_for
from gateway.web.console.episodes.episode_view import may_see
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.limits import plans_of, units_of
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.standing_words import ends_later, episode_standing
from gateway.web.people import Person, cookie_name

routes = web.RouteTableDef()
_MOST = 20  # episodes looked at for what stands


@routes.get("/")
async def get_front(request: web.Request) -> web.Response:
    """The bare address: whoever signed in here goes to the console, others read what is public."""
    return went_to("/console" if cookie_name(request) in request.cookies else "/public")


@routes.get("/console")
@for_people()
async def get_home(request: web.Request, person: Person) -> web.Response:
    """What waits for them, what stands and what is owed, and who they are here."""
    app = request.app
    plans = await plans_of(person)
    standing = [
        (
            newest,
            area_words(person.language, plans[each.plan], decision.area),
            episode_standing(person.language, each, app[CLOCK]()),
        )
        for each, newest, decision in await app[LEDGER].read(_standing, person.user, app[CLOCK]())
        if each.plan in plans
    ]
    waiting = []
    if person.holds("administrator"):
        waiting = await app[LEDGER].read(account_changes.waiting, app[CLOCK]())
    return framed(
        person,
        "home.html",
        waiting=len(waiting),
        untold=await _untold(person),
        to_do=await waiting_for(person),
        standing=standing,
        owed=await app[LEDGER].read(owed.counts, app[CLOCK](), units_of(person, plans)),
        objecting=await app[LEDGER].read(objections.waiting, person.user.areas)
        if person.holds("duty_officer")
        else 0,
        nobody=person.holds("directory_keeper") and await app[LEDGER].read(organisations.nobody),
        words=decision_words.TEXTS,
    )


def _standing(connection: Connection, user: User, now: int) -> list[tuple[Episode, Launched, Decision]]:
    """The real episodes that are not over, or whose announced lift has not come yet, with what counts now."""
    found = []
    for over in (False, True):
        for listed in episode_list.page(connection, exercise=False, over=over, limit=_MOST):
            episode = listed.episode
            goes_on = ends_later(episode, now) if over else not episode.over
            if episode.newest is not None and goes_on and may_see(user, episode):
                decision = Decision.model_validate_json(episode.newest.document)
                found.append((episode, episode.newest, decision))
    return found


async def _untold(person: Person) -> bool:
    """Whether decisions wait for people of their roles, and nobody could tell them."""
    if not person.holds("approver", "duty_officer", "drafter"):
        return False
    app = person.request.app
    return not await app[LEDGER].read(user_addresses.proved, [person.user.id])
