"""Making, changing and ending accounts for this machine's own commands, never over the network."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.accounts import users as accounts
from gateway.broadcasts.actor import LOCAL as LOCAL_ACTOR
from gateway.identifiers import uuid7
from gateway.web.access import CALLER, LOCAL
from gateway.web.keys import CLOCK, LEDGER

routes = web.RouteTableDef()


def act(connection: Connection, what: str, body: Any, now: int) -> dict[str, Any]:
    """Do what a command says: `add` `{name, person, titles, roles, areas, language}`, `rights` `{name,
    roles, areas, titles}` (null: as they are), `disable` and `reset` `{name}`.

    Gives `{name, phrase, ends_at}` for an account that is invited, else `{name, …}` as in the list. Raises
    `InputError` of `gateway.accounts.users`.
    """
    actor, name = LOCAL_ACTOR.name, body["name"]
    if what == "add":
        new = accounts.checked(
            name, body["person"], body["titles"], body["roles"], body["areas"], body["language"]
        )
        return accounts.make(connection, new, now, uuid7, actor).as_json()
    if what == "reset":
        return accounts.reset(connection, accounts.active(connection, name).name, now, actor).as_json()
    user = accounts.active(connection, name)
    if what == "disable":
        accounts.disable(connection, user.name, now, actor)
        return {"name": user.name, "disabled": True}
    asked = accounts.checked_rights(
        *(
            kept if body[key] is None else body[key]
            for key, kept in (("roles", tuple(user.roles)), ("areas", user.areas), ("titles", user.titles))
        )
    )
    accounts.set_rights(connection, user.name, *asked, now, actor)
    roles, areas, titles = asked
    return {"name": user.name, "roles": list(roles), "areas": list(areas), "titles": list(titles)}


@routes.post("/private/users/{what:add|rights|disable|reset}")
async def post_user(request: web.Request) -> web.Response:
    """See `act`."""
    if request[CALLER] is not LOCAL:
        raise web.HTTPNotFound
    app = request.app
    done = await app[LEDGER].write(act, request.match_info["what"], await request.json(), app[CLOCK]())
    return web.json_response(done)
