"""`/sign-in`, `/sign-in/invitation`, `/sign-out`: how people come in and leave."""

import math

from aiohttp import web

from gateway.accounts.signing_in import Refusal, SignedIn, TooOften
from gateway.errors import InputError
from gateway.ledger.accounts import sign_ins
from gateway.moments import iso
from gateway.web.console.console_words import TEXTS
from gateway.web.console.frame import unframed, went_to
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.live.people import forget_session
from gateway.web.people import (
    HOME,
    SIGNING_IN,
    attempt_of,
    fields_of,
    forget,
    keep_signed_in,
    language,
    own_path,
    person_of,
    sent_form,
)
from gateway.web.problems import status_of

routes = web.RouteTableDef()


@routes.get("/sign-in")
async def get_sign_in(request: web.Request) -> web.Response:
    """The form."""
    return unframed(
        request, "sign_in.html", target=own_path(request.query.get("next", HOME)), fault=None, name=""
    )


@routes.post("/sign-in")
async def post_sign_in(request: web.Request) -> web.Response:
    """Name, password and code in; a new cookie for whoever they are of."""
    try:
        form = await fields_of(request, ("name", "password", "code", "next"))
    except InputError as error:
        return unframed(request, "fault.html", status=status_of(error), error=error)
    attempt = attempt_of(request, form["name"], form["password"], form["code"])
    app = request.app
    answer = await app[SIGNING_IN].sign_in(attempt, app[CLOCK]())
    target = own_path(form["next"])
    if isinstance(answer, SignedIn):
        return _let_in(request, answer, target)
    return _refused(request, "sign_in.html", answer, "wrong", target=target, name=form["name"][:64])


@routes.get("/sign-in/invitation")
async def get_invitation(request: web.Request) -> web.Response:
    """The form."""
    return unframed(request, "invitation.html", fault=None)


@routes.post("/sign-in/invitation")
async def post_invitation(request: web.Request) -> web.Response:
    """A pass phrase and the first password in; who they are of is signed in."""
    app = request.app
    try:
        form = await fields_of(request, ("phrase", "password", "again"))
        if form["password"] != form["again"]:
            return unframed(request, "invitation.html", status=422, fault=_say(request, "differ"))
        answer = await app[SIGNING_IN].use_invitation(
            form["phrase"], form["password"], attempt_of(request), app[CLOCK]()
        )
    except InputError as error:
        fault = Speech(language(request)).told(error)
        return unframed(request, "invitation.html", status=status_of(error), fault=fault)
    if isinstance(answer, SignedIn):
        return _let_in(request, answer, HOME)
    return _refused(request, "invitation.html", answer, "phrase_wrong")


@routes.post("/sign-out")
async def post_sign_out(request: web.Request) -> web.Response:
    """This sign-in ends, and the browser forgets it, and a token's session too."""
    person = await person_of(request)
    if person is not None:
        try:
            await sent_form(person)
        except InputError as error:
            return unframed(request, "fault.html", status=status_of(error), error=error)
        app, now = request.app, request.app[CLOCK]()
        await app[LEDGER].write(sign_ins.end, person.user.id, now, "signed_out", person.sign_in.id)
    response = went_to("/sign-in")
    forget(request, response)
    forget_session(request, response)
    return response


def _let_in(request: web.Request, signed: SignedIn, target: str) -> web.Response:
    response = went_to(target)
    keep_signed_in(request, response, signed)
    return response


def _refused(
    request: web.Request, template: str, answer: TooOften | Refusal, wrong: str, **values: object
) -> web.Response:
    """The form again, which says why."""
    if isinstance(answer, TooOften):
        again = (iso(request.app[CLOCK]() + math.ceil(answer.seconds) * 1000) or "")[11:19]
        fault = _say(request, "too_often", again)
        response = unframed(request, template, status=429, fault=fault, **values)
        response.headers["Retry-After"] = str(math.ceil(answer.seconds))
        return response
    return unframed(request, template, status=403, fault=_say(request, wrong), **values)


def _say(request: web.Request, key: str, *values: object) -> str:
    return Speech(language(request), TEXTS)(key, *values)
