"""Who looks at a page, in which language, and how they sign in and out.

Forms that a page of another site sends are refused at the door (`gateway.web.guard`), before they come here.
"""

import math
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from aiohttp import web

from gateway.bus.limits import Limit
from gateway.web.keys import BUS, CLOCK, LEDGER, SETTINGS
from gateway.web.live.rendering import page
from gateway.web.live.sessions import COOKIE, HOURS, Session, Sessions
from gateway.web.live.words import Language, language_of

SESSIONS = web.AppKey("sessions", Sessions)
LANGUAGE_COOKIE = "airwarn_language"
_YEAR = 31_536_000  # seconds
_OURS = re.compile(r"/live(/\d{1,18}(/unsigned|/handover)?)?")  # where signing in may lead
_HOME = "/live"
_FORM_BYTES = 4_096
_WRONG = Limit("signin", 0.2, 20)  # wrong tokens of an address; a right one is never kept waiting

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sends a request: signed in or not, and the language they read."""

    request: web.Request
    session: Session | None
    language: Language
    chose_language: bool

    @property
    def path(self) -> str:
        """The page that they are on."""
        return self.request.path

    def to_sign_in(self) -> web.Response:
        """Where somebody who is not signed in goes.

        The cookie is kept from requests that another site's link began. Such a visitor may be signed in
        all the same: a page of ours that opens the address once more finds out.
        """
        if self.request.headers.get("Sec-Fetch-Site") == "cross-site":
            return page("opening.html", self.language, guest=self)
        return web.Response(status=303, headers={"Location": f"/sign-in?next={quote(self.path)}"})

    def remember(self, response: web.Response) -> web.Response:
        """The response, which keeps the language that was chosen."""
        if self.chose_language:
            response.set_cookie(
                LANGUAGE_COOKIE, self.language, max_age=_YEAR, samesite="Lax", secure=_secure(self.request)
            )
        return response


async def visitor(request: web.Request) -> Visitor:
    """Who sends this request."""
    app = request.app
    cookie = request.cookies.get(COOKIE)
    session = await app[LEDGER].read(app[SESSIONS].check, cookie, app[CLOCK]()) if cookie else None
    asked = language_of(request.query.get("lang"))
    language = asked or language_of(request.cookies.get(LANGUAGE_COOKIE)) or "zh"
    return Visitor(request, session, language, asked is not None)


@routes.get("/sign-in")
async def get_sign_in(request: web.Request) -> web.Response:
    """The form."""
    return await _form(request, request.query.get("next", _HOME))


@routes.post("/sign-in")
async def post_sign_in(request: web.Request) -> web.Response:
    """A token in; a session for whoever may read."""
    app = request.app
    given = _fields(await request.read())
    target = given.get("next", _HOME)
    session = await app[LEDGER].read(app[SESSIONS].sign_in, given.get("token", "").strip(), app[CLOCK]())
    if session is None:
        wait = await app[BUS].limits.wait(_WRONG, request.remote or "")
        return await _form(request, target, "too_often" if wait else "refused", wait)
    response = web.Response(status=303, headers={"Location": _ours(target), "Cache-Control": "no-store"})
    response.set_cookie(
        COOKIE,
        session.cookie,
        max_age=HOURS * 3600,
        httponly=True,
        samesite="Strict",
        secure=_secure(request),
    )
    return response


@routes.post("/sign-out")
async def post_sign_out(request: web.Request) -> web.Response:
    """The browser forgets its session."""
    response = web.Response(status=303, headers={"Location": "/sign-in"})
    response.del_cookie(COOKIE, httponly=True, samesite="Strict", secure=_secure(request))
    return response


async def _form(
    request: web.Request, target: str, fault: str | None = None, wait: float = 0.0
) -> web.Response:
    guest = await visitor(request)
    status = 429 if wait else 200 if fault is None else 403
    form = page("sign_in.html", guest.language, status=status, guest=guest, target=_ours(target), fault=fault)
    if wait:
        form.headers["Retry-After"] = str(math.ceil(wait))
    return guest.remember(form)


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a form; none of one that is longer than ours can be."""
    return {} if len(body) > _FORM_BYTES else dict(parse_qsl(body.decode("utf-8", "replace")))


def _ours(target: str) -> str:
    return target if _OURS.fullmatch(target) else _HOME


def _secure(request: web.Request) -> bool:
    """Whether people reach us through TLS, here or at a proxy before us."""
    public = urlsplit(request.app[SETTINGS].public_url or "")
    return request.secure or (public.scheme == "https" and public.netloc == request.host)
