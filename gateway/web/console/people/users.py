"""`/console/users`: who may sign in and do what; administrators propose changes, others of them confirm."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.accounts import changes
from gateway.accounts.new_users import checked
from gateway.accounts.roles import ROLE_WORDS
from gateway.accounts.users import state_of
from gateway.errors import InputError
from gateway.ledger.accounts import account_changes, user_addresses, users
from gateway.ledger.accounts.users import ROLES, User
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/users"
_ONE = PATH + r"/{id:[0-9a-f-]{36}}"

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people("administrator")
async def get_users(request: web.Request, person: Person) -> web.Response:
    """Everybody, and what waits to be confirmed."""
    app, now = request.app, request.app[CLOCK]()
    everybody = await app[LEDGER].read(users.all_users)
    return framed(
        person,
        "users.html",
        users=everybody,
        by_name={user.name: user for user in everybody},
        waiting=await app[LEDGER].read(account_changes.waiting, now),
        state_of=lambda user: state_of(user, now),
        told_at=await app[LEDGER].read(user_addresses.counts),
    )


@routes.get(f"{PATH}/new")
@for_people("administrator")
async def get_new(_request: web.Request, person: Person) -> web.Response:
    """The form of a new user."""
    return _new_page(person)


@routes.post(f"{PATH}/new")
@for_people("administrator")
async def post_new(request: web.Request, person: Person) -> web.Response:
    """Proposes a new user."""
    form = await sent_form(person, ("name", "person", "titles", "areas"), ("roles",))
    app = request.app
    try:
        new = checked(
            form["name"], form["person"], form.lines("titles"), form.all("roles"), form.lines("areas")
        )
        await app[LEDGER].write(changes.propose_user, new, person.user, app[CLOCK]())
    except InputError as error:
        return _new_page(person, form, error)
    return went_to(PATH)


@routes.get(_ONE)
@for_people("administrator")
async def get_user(_request: web.Request, person: Person) -> web.Response:
    """One of them, and the forms of what may be proposed."""
    return _user_page(person, await _user(person))


@routes.post(_ONE + "/rights")
@for_people("administrator")
async def post_rights(request: web.Request, person: Person) -> web.Response:
    """Proposes other rights."""
    form = await sent_form(person, ("titles", "areas"), ("roles",))
    user, app = await _user(person), request.app
    asked = form.all("roles"), form.lines("areas"), form.lines("titles")
    try:
        await app[LEDGER].write(changes.propose_rights, user.name, *asked, person.user, app[CLOCK]())
    except InputError as error:
        return _user_page(person, user, form, error)
    return went_to(PATH)


@routes.post(_ONE + "/disable")
@for_people("administrator")
async def post_disable(_request: web.Request, person: Person) -> web.Response:
    """Proposes that the account ends."""
    return await _propose(person, changes.propose_disable)


@routes.post(_ONE + "/enable")
@for_people("administrator")
async def post_enable(_request: web.Request, person: Person) -> web.Response:
    """Proposes that a disabled account is back."""
    return await _propose(person, changes.propose_enable)


@routes.post(_ONE + "/reset")
@for_people("administrator")
async def post_reset(_request: web.Request, person: Person) -> web.Response:
    """Proposes that the password is set anew."""
    return await _propose(person, changes.propose_reset)


async def _propose(person: Person, propose: Callable[[Connection, str, User, int], object]) -> web.Response:
    await sent_form(person)
    user, app = await _user(person), person.request.app
    await app[LEDGER].write(propose, user.name, person.user, app[CLOCK]())
    return went_to(PATH)


async def _user(person: Person) -> User:
    found = await person.request.app[LEDGER].read(users.get, person.request.match_info["id"])
    if found is None:
        raise InputError("USER_UNKNOWN", "没有这个用户", "there is no such user")
    return found


def _new_page(person: Person, form: Form | None = None, error: InputError | None = None) -> web.Response:
    filled: dict[str, Any] = {"name": "", "person": "", "titles": "", "areas": "", "roles": ()}
    return _form_page(person, "user_new.html", filled, form, error)


def _user_page(
    person: Person, user: User, form: Form | None = None, error: InputError | None = None
) -> web.Response:
    filled = {"titles": "、".join(user.titles), "areas": ", ".join(user.areas), "roles": tuple(user.roles)}
    state = state_of(user, person.request.app[CLOCK]())
    return _form_page(person, "user.html", filled, form, error, user=user, state=state)


def _form_page(
    person: Person,
    template: str,
    filled: dict[str, Any],
    form: Form | None,
    error: InputError | None,
    **values: Any,
) -> web.Response:
    """A form as it was filled in, with what is wrong beside the field."""
    if form is not None:
        filled = {name: form.all(name) if name == "roles" else form[name] for name in filled}
    return framed(
        person,
        template,
        status=200 if error is None else status_of(error),
        filled=filled,
        error=error,
        all_roles=[(role, ROLE_WORDS[role]) for role in ROLES],
        **values,
    )
