"""`/console/account`: one's own account: where one is told, devices, password, one-time codes."""

import math
import secrets

from aiohttp import web
from sqlalchemy import Connection

from gateway.accounts import one_time
from gateway.accounts.signing_in import TooOften
from gateway.accounts.users import actor_of, subject
from gateway.broadcasts.approving.memos import PERSONAL
from gateway.directory.model import AddressKind
from gateway.errors import InputError
from gateway.ledger.accounts import memos, sign_ins, user_addresses, users
from gateway.ledger.accounts.user_addresses import UserAddress
from gateway.ledger.accounts.users import User
from gateway.ledger.delivery import lanes
from gateway.ledger.trail import audit
from gateway.moments import iso
from gateway.web.console.console_words import TEXTS
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.people import SIGNING_IN, Person, keep_token, sent_form
from gateway.web.problems import status_of
from gateway.web.sending import shown_once

PATH = "/console/account"
_DONE = {"password": "password_changed", "address": "address_proved"}

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people()
async def get_account(_request: web.Request, person: Person) -> web.Response:
    """Everything about it."""
    return await account_page(person)


@routes.post(f"{PATH}/password")
@for_people()
async def post_password(request: web.Request, person: Person) -> web.Response:
    """Another password; other devices are signed out, and this one gets another cookie."""
    form = await sent_form(person, ("current", "password", "again"))
    refusal = await _refusal(person, form["current"])
    if refusal is not None:
        return refusal
    if form["password"] != form["again"]:
        return await account_page(person, status=422, fault=_say(person, "differ"))
    app = request.app
    try:
        kept = await app[SIGNING_IN].kept_form(person.user, form["password"])
    except InputError as error:
        return await account_page(person, status=status_of(error), fault=Speech(person.language).told(error))
    token = secrets.token_urlsafe(32)
    await app[LEDGER].write(_set_password, person.user, person.sign_in.id, kept, token, app[CLOCK]())
    response = went_to(f"{PATH}?done=password")
    keep_token(request, response, token)
    return response


@routes.post(f"{PATH}/devices/end")
@for_people()
async def post_end_others(request: web.Request, person: Person) -> web.Response:
    """Every other device is signed out."""
    await sent_form(person)
    app, now = request.app, request.app[CLOCK]()
    await app[LEDGER].write(sign_ins.end_others, person.user.id, person.sign_in.id, now, "elsewhere")
    return went_to(PATH)


@routes.post(PATH + r"/devices/{id:[0-9a-f-]{36}}/end")
@for_people()
async def post_end_one(request: web.Request, person: Person) -> web.Response:
    """One device of their own is signed out."""
    await sent_form(person)
    app, now = request.app, request.app[CLOCK]()
    identifier = request.match_info["id"]
    await app[LEDGER].write(sign_ins.end, person.user.id, now, "elsewhere", identifier)
    return went_to(PATH)


@routes.post(f"{PATH}/code/start")
@for_people()
async def post_code_start(request: web.Request, person: Person) -> web.Response:
    """A secret to be scanned, kept with this sign-in until a code of it is typed."""
    await sent_form(person)
    await request.app[LEDGER].write(sign_ins.offer, person.sign_in.id, one_time.new_secret())
    return went_to(f"{PATH}/code")


@routes.get(f"{PATH}/code")
@for_people()
async def get_code(_request: web.Request, person: Person) -> web.Response:
    """The picture to scan."""
    return _code_page(person)


@routes.post(f"{PATH}/code")
@for_people()
async def post_code(request: web.Request, person: Person) -> web.Response:
    """A first code, and the password, turn codes on; recovery codes are shown this once."""
    form = await sent_form(person, ("code", "current"))
    app, now, secret = request.app, request.app[CLOCK](), person.sign_in.offered_secret
    if secret is None:
        return went_to(PATH)
    proved = await app[SIGNING_IN].proves(person.user, form["current"])
    if isinstance(proved, TooOften):
        return _code_page(person, 429, _too_often(person, proved))
    if not proved:
        return _code_page(person, 403, _say(person, "password_wrong"))
    step = one_time.step_of(secret, form["code"], now)
    if step is None:
        return _code_page(person, 422, _say(person, "code_wrong"))
    codes = one_time.new_recovery_codes()
    await app[LEDGER].write(_turn_on, person.user, person.sign_in.id, secret, step, codes, now)
    shown_once(request)
    return framed(person, "recovery.html", codes=codes)


@routes.post(f"{PATH}/code/off")
@for_people()
async def post_code_off(request: web.Request, person: Person) -> web.Response:
    """No codes are asked for any more; the password is needed for that."""
    form = await sent_form(person, ("current",))
    refusal = await _refusal(person, form["current"])
    if refusal is not None:
        return refusal
    await request.app[LEDGER].write(_turn_off, person.user, request.app[CLOCK]())
    return went_to(PATH)


async def _refusal(person: Person, password: str) -> web.Response | None:
    """The page that says that a password is not theirs; None where it is."""
    proved = await person.request.app[SIGNING_IN].proves(person.user, password)
    if isinstance(proved, TooOften):
        return await account_page(person, status=429, fault=_too_often(person, proved))
    return None if proved else await account_page(person, status=403, fault=_say(person, "password_wrong"))


async def account_page(person: Person, *, status: int = 200, fault: str | None = None) -> web.Response:
    """Everything about one's account, with what went wrong."""
    app, said = person.request.app, _DONE.get(person.request.query.get("done", ""))
    return framed(
        person,
        "account.html",
        status=status,
        devices=await app[LEDGER].read(sign_ins.of_user, person.user.id, app[CLOCK]()),
        fault=fault,
        done=None if said is None else _say(person, said),
        addresses=await app[LEDGER].read(_addresses, person.user),
    )


_Own = tuple[UserAddress, str | None]  # and how far the code's message has come


def _addresses(connection: Connection, user: User) -> list[tuple[AddressKind, list[_Own]]]:
    """By kind: where one is told; kinds that no account sends to, and that have no address, are left out."""
    known = [
        (each, None if each.memo_id is None else memos.state_of(connection, each.memo_id))
        for each in user_addresses.of_user(connection, user.id)
    ]
    served = {*lanes.serving(connection, False), *lanes.serving(connection, True)}
    found = [(kind, [own for own in known if own[0].kind == kind]) for kind in PERSONAL]
    return [(kind, own) for kind, own in found if own or kind in served]


def _code_page(person: Person, status: int = 200, fault: str | None = None) -> web.Response:
    secret = person.sign_in.offered_secret
    if secret is None:
        return went_to(PATH)
    picture = one_time.picture(secret, person.user.name)
    return framed(person, "code.html", status=status, picture=picture, secret=secret, fault=fault)


def _set_password(
    connection: Connection, user: User, sign_in_id: str, kept: str, token: str, now: int
) -> None:
    users.set_password(connection, user.id, kept)
    sign_ins.end_others(connection, user.id, sign_in_id, now, "password")
    sign_ins.renew(connection, sign_in_id, token)
    audit.append(connection, now, actor_of(user), "password_changed", subject(user.name), {})


def _turn_on(
    connection: Connection, user: User, sign_in_id: str, secret: str, step: int, codes: list[str], now: int
) -> None:
    users.set_one_time(connection, user.id, secret, step, [one_time.plain(code) for code in codes])
    sign_ins.offer(connection, sign_in_id, None)
    audit.append(connection, now, actor_of(user), "one_time_codes_on", subject(user.name), {})


def _turn_off(connection: Connection, user: User, now: int) -> None:
    users.set_one_time(connection, user.id, None, user.one_time_step, [])
    audit.append(connection, now, actor_of(user), "one_time_codes_off", subject(user.name), {})


def _too_often(person: Person, answer: TooOften) -> str:
    again = person.request.app[CLOCK]() + math.ceil(answer.seconds) * 1000
    return _say(person, "too_often", (iso(again) or "")[11:19])


def _say(person: Person, key: str, *values: object) -> str:
    return Speech(person.language, TEXTS)(key, *values)
