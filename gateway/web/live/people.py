"""Who looks at a page of the live view: somebody signed in, or a wall's screen with a token of the API.

Forms that a page of another site sends are refused at the door (`gateway.web.serving.guard`), before they
come here.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from gateway.bus.limits import Limit
from gateway.web.access import TOO_LARGE
from gateway.web.clients import client_of
from gateway.web.console.navigation import Menu, menu
from gateway.web.console.waiting import WAITS, count
from gateway.web.keys import BUS, CLOCK, LEDGER
from gateway.web.live.live_words import Language
from gateway.web.live.readers import Door, Reader
from gateway.web.live.rendering import page
from gateway.web.live.sessions import COOKIE, HOURS, Session, Sessions
from gateway.web.looking import LOOKS
from gateway.web.people import (
    Person,
    language,
    own_path,
    person_of,
    remember_language,
    through_tls,
    to_sign_in,
)

SESSIONS = web.AppKey("sessions", Sessions)
_HOME = "/live"
_FORM_BYTES = 4_096
_WRONG = Limit("signin", 0.2, 20)  # wrong tokens of an address; a right one is never kept waiting

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sends a request: a person or a token's session, or neither, and the language they read."""

    request: web.Request
    person: Person | None
    session: Session | None
    language: Language

    @property
    def path(self) -> str:
        """The page that they are on."""
        return self.request.path

    @property
    def known(self) -> bool:
        """Whether they are signed in, and so may read."""
        return self.session is not None or (self.person is not None and self.person.may("read"))

    @property
    def sees_numbers(self) -> bool:
        """Whether they see numbers in full, and dial them: a person by their roles, a token that operates."""
        by_token = self.session is not None and self.session.operates
        return self.person.sees_numbers if self.person is not None else by_token

    async def numbers_seen(self, page: str, broadcast_id: int) -> None:
        """A page of a broadcast is about to show them numbers; if in full, the audit trail tells of that."""
        held = self.person.caller if self.person is not None else self.session
        if self.sees_numbers and held is not None:
            looks = self.request.app[LOOKS]
            await looks.numbers_seen(self.request.app, held.name, page, f"broadcast:{broadcast_id}")

    @property
    def menu(self) -> Menu | None:
        """The console's pages that are theirs, and what waits there; none for a token."""
        return None if self.person is None else menu(self.person, self.path, self.request.get(WAITS, {}))

    def reads(self, concerned: Collection[str] = ()) -> Reader:
        """As whom they read a page about these areas: who is not for all of them acts on nothing there."""
        doors: set[Door] = set()
        if self.person is not None:
            doors.add("console")
            concerns = all(map(self.person.sees, concerned))
            if concerns and self.person.holds("duty_officer", "administrator"):
                doors.add("operate")
            if concerns and self.person.holds("drafter", "duty_officer"):
                doors.add("follow")
        return Reader(self.language, frozenset(doors), bool(self.areas))

    @property
    def areas(self) -> tuple[str, ...]:
        """The codes that they are limited to; none: everywhere."""
        held = self.person.user if self.person is not None else self.session
        return () if held is None else held.areas

    def to_sign_in(self) -> web.Response:
        """Where somebody who is not signed in goes.

        The cookie is kept from requests that another site's link began. Such a visitor may be signed in
        all the same: a page of ours that opens the address once more finds out.
        """
        if self.request.headers.get("Sec-Fetch-Site") == "cross-site":
            return page("opening.html", self.language, guest=self)
        return to_sign_in(self.request)

    def remember(self, response: web.Response) -> web.Response:
        """The response, which keeps the language that was chosen."""
        remember_language(self.request, response)
        return response


async def visitor(request: web.Request, *, in_use: bool = True) -> Visitor:
    """Who sends this request; a person before a token. `in_use`: see `person_of`; what a script of the page
    asks by itself is no use."""
    app = request.app
    in_use = in_use and request.headers.get("Sec-Fetch-Dest") != "empty"
    person = await person_of(request, in_use=in_use)
    if person is not None and in_use:
        await count(person)
    cookie = request.cookies.get(COOKIE) if person is None else None
    session = await app[LEDGER].read(app[SESSIONS].check, cookie, app[CLOCK]()) if cookie else None
    return Visitor(request, person, session, language(request, None if person is None else person.user))


@routes.get("/sign-in/token")
async def get_sign_in(request: web.Request) -> web.Response:
    """The form."""
    return await _form(request, request.query.get("next", _HOME))


@routes.post("/sign-in/token")
async def post_sign_in(request: web.Request) -> web.Response:
    """A token in; a session for whoever may read."""
    app = request.app
    given = await _fields(request)
    target = given.get("next", _HOME)
    session = await app[LEDGER].read(app[SESSIONS].sign_in, given.get("token", "").strip(), app[CLOCK]())
    if session is None:
        wait = await app[BUS].limits.wait(_WRONG, client_of(request))
        return await _form(request, target, "too_often" if wait else "refused", wait)
    response = web.Response(
        status=303, headers={"Location": own_path(target, _HOME), "Cache-Control": "no-store"}
    )
    response.set_cookie(
        COOKIE,
        session.cookie,
        max_age=HOURS * 3600,
        httponly=True,
        samesite="Strict",
        secure=through_tls(request),
    )
    return response


def forget_session(request: web.Request, response: web.Response) -> None:
    """Let the browser forget its token's session."""
    response.del_cookie(COOKIE, httponly=True, samesite="Strict", secure=through_tls(request))


async def _form(
    request: web.Request, target: str, fault: str | None = None, wait: float = 0.0
) -> web.Response:
    guest = await visitor(request)
    status = 429 if wait else 200 if fault is None else 403
    form = page(
        "token_sign_in.html",
        guest.language,
        status=status,
        guest=guest,
        target=own_path(target, _HOME),
        fault=fault,
    )
    if wait:
        form.headers["Retry-After"] = str(math.ceil(wait))
    return guest.remember(form)


async def _fields(request: web.Request) -> dict[str, str]:
    """The fields of the form; none of one that is longer than ours can be."""
    body = b"" if TOO_LARGE in request else await request.read()
    return {} if len(body) > _FORM_BYTES else dict(parse_qsl(body.decode("utf-8", "replace")))
