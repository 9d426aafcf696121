"""`/console/directory/…/answers`: what somebody said on the telephone about a number of an organisation."""

from typing import cast, get_args

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.campaign import ASKED_KINDS
from gateway.directory.dialling import shown
from gateway.directory.model import DIALLED, Address
from gateway.errors import InputError
from gateway.follow_up.campaigns import verifying
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.directory.verifications import Answer
from gateway.web.care import CARE
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS, ROLES
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.mending_words import TEXTS
from gateway.web.console.directory.organisation import ONE, organisation_of
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import Language, Speech
from gateway.web.looking import shown_numbers
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_KINDS = {*ASKED_KINDS, *DIALLED}
_FIELDS = ("address", "said", "name", "number")

routes = web.RouteTableDef()


@routes.get(ONE + "/answers")
@for_people("directory_keeper")
async def get_answers(_request: web.Request, person: Person) -> web.Response:
    """The form in which an answer is recorded."""
    found = await organisation_of(person)
    await shown_numbers(person, "answers")
    return _page(person, found)


@routes.post(ONE + "/answers")
@for_people("directory_keeper")
async def post_answers(request: web.Request, person: Person) -> web.Response:
    """Records it; what was denied is out of use at once, what was confirmed is in use again."""
    found = await organisation_of(person)
    form = await sent_form(person, _FIELDS)
    app = request.app
    try:
        address, said = _chosen(found, form)
        await app[LEDGER].write(
            _record, found, address, said, form["name"], form["number"], app[CLOCK](), person.caller.name
        )
    except InputError as error:
        return _page(person, found, form, error)
    app[CARE].doubt()
    return went_to(f"{PATH}/proposals" if said == "changed" else f"{PATH}/{found.id}#people")


def _record(
    connection: Connection,
    found: Stored,
    address: Address,
    said: Answer,
    name: str,
    number: str,
    now: int,
    actor: str,
) -> None:
    verifying.record(
        connection,
        found.organisation.code,
        address.value,
        said,
        now,
        via="phone",
        caller=actor,
        name=name,
        number=number,
    )


def _chosen(found: Stored, form: Form) -> tuple[Address, Answer]:
    known = {_sign(each): each for each, _ in _addresses(found, "zh")}
    address = known.get(form["address"])
    if address is None:
        raise InputError(
            "FIELD_INVALID", "请选择一个号码或邮箱", "choose a number or mailbox", field="address"
        )
    if form["said"] not in get_args(Answer):
        raise InputError("FIELD_INVALID", "请选择对方的答复", "choose what they said", field="said")
    return address, cast(Answer, form["said"])


def _sign(address: Address) -> str:
    return f"{address.kind}:{address.value}"


def _addresses(found: Stored, language: Language) -> list[tuple[Address, str | None]]:
    """What a call can verify: the organisation's own, then its people's, with their name and role."""
    one, say = found.organisation, Speech(language)
    named: dict[Address, str | None] = {each: None for each in one.addresses if each.kind in _KINDS}
    for person in one.contacts:
        for each in person.addresses:
            if each.address.kind in _KINDS:
                named[each.address] = person.name + say.bracketed(say.of(ROLES[person.role]))
    return list(named.items())


def _page(
    person: Person, found: Stored, form: Form | None = None, error: InputError | None = None
) -> web.Response:
    return framed(
        person,
        "call_answers.html",
        status=200 if error is None else status_of(error),
        exercise=found.organisation.exercise,
        words=DIRECTORY_TEXTS | TEXTS,
        found=found,
        addresses=[
            (_sign(each), shown(each.value) if each.kind in DIALLED else each.value, who, each)
            for each, who in _addresses(found, person.language)
        ],
        kinds=KIND_OF_ADDRESS,
        answers=get_args(Answer),
        filled={name: form[name] if form is not None else "" for name in _FIELDS},
        error=error,
    )
