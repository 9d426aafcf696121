"""Making, changing and ending accounts for this machine's own commands, never over the network."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.accounts import addresses, new_users
from gateway.accounts import users as accounts
from gateway.broadcasts.actor import LOCAL as LOCAL_ACTOR
from gateway.directory.masking import mask
from gateway.identifiers import uuid7
from gateway.ledger.accounts import user_addresses
from gateway.ledger.accounts.users import User
from gateway.notices.model import Office
from gateway.web.access import CALLER, LOCAL
from gateway.web.keys import CLOCK, DESK, LEDGER

routes = web.RouteTableDef()


def act(connection: Connection, office: Office, what: str, body: Any, now: int) -> dict[str, Any]:
    """Do what a command says: `add` `{name, person, titles, roles, areas, language, addresses}`, `rights`
    `{name, roles, areas, titles}` (null: as they are), `address` `{name, addresses}` (by kind; "": remove),
    `disable`, `enable` and `reset` `{name}`.

    Gives `{name, phrase, ends_at}` for an account that is invited, else `{name, …}` as in the list. Raises
    `InputError` of `gateway.accounts.users` and `addresses`.
    """
    actor, name = LOCAL_ACTOR.name, body["name"]
    if what == "add":
        new = new_users.checked(
            name, body["person"], body["titles"], body["roles"], body["areas"], body["language"]
        )
        stated = [addresses.checked(*each) for each in body["addresses"].items()]
        invitation = accounts.make(connection, new, now, uuid7, actor)
        user = accounts.active(connection, new.name)
        for each in stated:
            addresses.state(connection, user, each, now, actor)
        return invitation.as_json()
    if what == "enable":
        return accounts.enable(connection, name, now, actor).as_json()
    user = accounts.active(connection, name)
    if what == "reset":
        return accounts.reset(connection, user.name, now, actor).as_json()
    if what == "address":
        return _address(connection, office, user, body["addresses"], now, actor)
    if what == "disable":
        accounts.disable(connection, user.name, now, actor)
        return {"name": user.name, "disabled": True}
    asked = new_users.checked_rights(
        *(
            kept if body[key] is None else body[key]
            for key, kept in (("roles", tuple(user.roles)), ("areas", user.areas), ("titles", user.titles))
        )
    )
    accounts.set_rights(connection, user.name, *asked, now, actor)
    roles, areas, titles = asked
    return {"name": user.name, "roles": list(roles), "areas": list(areas), "titles": list(titles)}


def _address(
    connection: Connection, office: Office, user: User, asked: dict[str, str], now: int, actor: str
) -> dict[str, Any]:
    for kind, written in asked.items():
        if written:
            addresses.state(connection, user, addresses.checked(kind, written), now, actor)
        else:
            addresses.remove(connection, office, user, kind, now, actor)
    kept = user_addresses.of_user(connection, user.id)
    return {
        "name": user.name,
        "addresses": [
            {"kind": each.kind, "address": mask(each.kind, each.value), "proved": each.proved_at is not None}
            for each in kept
        ],
    }


@routes.post("/private/users/{what:add|rights|address|disable|enable|reset}")
async def post_user(request: web.Request) -> web.Response:
    """See `act`."""
    if request[CALLER] is not LOCAL:
        raise web.HTTPNotFound
    app = request.app
    done = await app[LEDGER].write(
        act, app[DESK].office, request.match_info["what"], await request.json(), app[CLOCK]()
    )
    return web.json_response(done)
