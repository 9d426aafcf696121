"""`/console/account/addresses`: where one is told that it is one's turn, proved by a code."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.accounts import addresses
from gateway.accounts.users import actor_of
from gateway.bus.words import Word
from gateway.directory.model import Address
from gateway.errors import InputError
from gateway.ledger.accounts.users import User
from gateway.notices.model import Office
from gateway.web.console.frame import for_people, went_to
from gateway.web.console.people.account import PATH, account_page
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.people import Person, sent_form
from gateway.web.problems import status_of

_ONE = PATH + "/addresses/{kind:sms|wecom_user|email}"
_WRONG = InputError(
    "CODE_WRONG", "验证码不对，请再看一遍", "the code is wrong; look at it again", field="code"
)
_ENDED = InputError(
    "CODE_ENDED",
    "验证码已过期或试错太多，请重新发送",
    "the code is too old or was tried too often; have another one sent",
    field="code",
)

routes = web.RouteTableDef()


@routes.post(_ONE)
@for_people()
async def post_address(request: web.Request, person: Person) -> web.Response:
    """State an address; a code is on its way there."""
    form = await sent_form(person, ("value",))
    app, kind = request.app, request.match_info["kind"]
    try:
        address = addresses.checked(kind, form["value"])
        await app[LEDGER].write(_state, app[DESK].office, person.user, address, app[CLOCK]())
    except InputError as error:
        return await _refused(person, error)
    app[BUS].say(Word.QUEUED)
    return went_to(f"{PATH}#address-{kind}")


@routes.post(_ONE + "/code")
@for_people()
async def post_code(request: web.Request, person: Person) -> web.Response:
    """Have another code sent."""
    await sent_form(person)
    app, kind = request.app, request.match_info["kind"]
    try:
        await app[LEDGER].write(addresses.send_code, app[DESK].office, person.user, kind, app[CLOCK]())
    except InputError as error:
        return await _refused(person, error)
    app[BUS].say(Word.QUEUED)
    return went_to(f"{PATH}#address-{kind}")


@routes.post(_ONE + "/prove")
@for_people()
async def post_proof(request: web.Request, person: Person) -> web.Response:
    """The code that came there."""
    form = await sent_form(person, ("code",))
    app, kind, user = request.app, request.match_info["kind"], person.user
    proof = await app[LEDGER].write(
        addresses.prove, app[DESK].office, user, kind, form["code"], app[CLOCK](), actor_of(user)
    )
    if proof != "proved":
        return await _refused(person, _WRONG if proof == "wrong" else _ENDED)
    return went_to(f"{PATH}?done=address#addresses")


@routes.post(_ONE + "/remove")
@for_people()
async def post_removal(request: web.Request, person: Person) -> web.Response:
    """Be told there no more."""
    await sent_form(person)
    app, user = request.app, person.user
    office, kind = app[DESK].office, request.match_info["kind"]
    await app[LEDGER].write(addresses.remove, office, user, kind, app[CLOCK](), actor_of(user))
    return went_to(f"{PATH}#addresses")


async def _refused(person: Person, error: InputError) -> web.Response:
    fault = Speech(person.language).told(error)
    return await account_page(person, status=status_of(error), fault=fault)


def _state(connection: Connection, office: Office, user: User, address: Address, now: int) -> None:
    addresses.state(connection, user, address, now, actor_of(user))
    addresses.send_code(connection, office, user, address.kind, now)
