"""Who is signed in: the browser's cookie, the person behind it, and the forms that only they can send.

A cookie is 256 random bits; the ledger keeps its hash. Behind TLS its name begins with `__Host-`, so that no
other site of the domain can set it.
"""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex
from urllib.parse import parse_qsl, quote, urlsplit

from aiohttp import web

from gateway.accounts.new_users import login
from gateway.accounts.roles import scopes_of
from gateway.accounts.signing_in import KNOWN_DAYS, Attempt, SignedIn, SigningIn
from gateway.accounts.users import actor_of
from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.accounts import sign_ins
from gateway.ledger.accounts.sign_ins import LENGTH, SignIn
from gateway.ledger.accounts.tokens import Scope
from gateway.ledger.accounts.users import Role, User
from gateway.web.access import TOO_LARGE, Caller
from gateway.web.clients import client_of
from gateway.web.keys import CLOCK, LEDGER, SETTINGS, WHO
from gateway.web.live.live_words import Language, language_of
from gateway.web.sending import only_once

SIGNING_IN = web.AppKey("signing_in", SigningIn)
FORM_TOKEN = "form_token"  # noqa: S105 - a field's name
LANGUAGE_COOKIE = "airwarn_language"
HOME = "/console"
_COOKIE = "airwarn"
_OWN = 16  # hexadecimal digits of a form's proof that are of this form alone
_PROVED = 64  # and of all of it
_KNOWN = "airwarn-known-"
_HOST = "__Host-"
_YEAR = 31_536_000  # seconds
_DAY = 86_400  # seconds
# where signing in may lead: pages of ours, named whole, and nothing that a browser could read otherwise
_OURS = re.compile(
    r"/live(/\d{1,18}(/unsigned|/steps|/failures|/handover)?)?|/console(/[A-Za-z0-9_-]{1,64}){0,5}"
)


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody signed in, with the request that they sent; `form_key` proves their forms."""

    request: web.Request
    user: User
    sign_in: SignIn
    form_key: bytes
    language: Language

    @property
    def form_token(self) -> str:
        """What goes into one of their forms: the proof that it is theirs, another one in each."""
        own = token_hex(_OWN // 2)
        return own + _proof(self.form_key, own)

    @property
    def mark(self) -> str:
        """What tells pages of this sign-in from those of others; it proves nothing."""
        return _proof(self.form_key, "page")[:_OWN]

    @property
    def caller(self) -> Caller:
        """The person as use cases and the audit trail know them: what their roles allow, where, and under
        which titles they approve."""
        user = self.user
        return Caller(actor_of(user), scopes_of(user.roles), user.person, user.titles, user.areas)

    def holds(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return not self.user.roles.isdisjoint(roles)

    def may(self, scope: Scope) -> bool:
        """Whether one of their roles allows this."""
        return scope in scopes_of(self.user.roles)

    @property
    def sees_numbers(self) -> bool:
        """Whether they see names and numbers in full: who telephones, and who keeps the directory."""
        return self.holds("duty_officer", "directory_keeper")

    def sees(self, area: str) -> bool:
        """Whether they may see, and act for, what is in an area."""
        return within(area, self.user.areas)

    async def prove(self, form_token: str, content: bytes) -> None:
        """Go on with a form that they sent, once; `content` is all that it says.

        Raises `InputError`: FORM_TOKEN (see `refuse_unproved`), FORM_SENT where it was sent before and is
        not answered yet.
        """
        self.refuse_unproved(form_token)
        await only_once(self.request, self.sign_in.id, form_token[:_OWN], content)

    def refuse_unproved(self, form_token: str) -> None:
        """Raises `InputError`: FORM_TOKEN where a form is not one made for this sign-in."""
        own, proof = form_token[:_OWN], form_token[_OWN:]
        known = _proof(self.form_key, own)
        if not hmac.compare_digest(proof.encode("utf-8", "surrogateescape"), known.encode()):
            raise InputError(
                "FORM_TOKEN",
                "这个表单已失效，请返回上一页刷新后重试",
                "this form is no longer good: go back, load the page anew and send it again",
            )


class Form:
    """The fields of a form that a page of ours sent."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        """A field's text; "" where it was left empty."""
        return next(iter(self._fields.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be given several times."""
        return tuple(self._fields.get(name, ()))

    @property
    def content(self) -> bytes:
        """All that it says, but its proof."""
        said = sorted((name, values) for name, values in self._fields.items() if name != FORM_TOKEN)
        return repr(said).encode("utf-8", "surrogateescape")

    def lines(self, name: str) -> tuple[str, ...]:
        """A field's text, an item a line; commas and semicolons end one too."""
        return tuple(part.strip() for part in re.split(r"[\n,;，；、]", self[name]) if part.strip())


async def person_of(request: web.Request, *, in_use: bool = True) -> Person | None:
    """Who sent a request; None where nobody is signed in. Unless `in_use`, as for what a page asks by
    itself, it does not put off the end of an idle sign-in."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        return None
    app, now = request.app, request.app[CLOCK]()
    found = await app[LEDGER].read(sign_ins.find, token, now)
    if found is None:
        return None
    user, sign_in = found
    request[WHO] = actor_of(user)
    if in_use and sign_ins.use_is_unwritten(sign_in, now):
        await app[LEDGER].write(sign_ins.used, sign_in.id, now)
    return Person(request, user, sign_in, _form_key(token), language(request, user))


async def sent_form(
    person: Person, one: Collection[str] = (), several: Collection[str] = (), *, again: bool = False
) -> Form:
    """The form that somebody signed in has sent: fields given once, and those given any number of times.

    It is done once, however often it is sent, unless it may come `again`: its page stays open and sends it
    time after time, and it sets what it says. Raises `InputError`: those of `fields_of` and of
    `Person.prove`.
    """
    form = await fields_of(person.request, {FORM_TOKEN, *one}, several)
    if again:
        person.refuse_unproved(form[FORM_TOKEN])
    else:
        await person.prove(form[FORM_TOKEN], form.content)
    return form


async def fields_of(request: web.Request, one: Collection[str], several: Collection[str] = ()) -> Form:
    """A form's fields. Raises `InputError` FORM_FIELDS for a field that the form does not have, or that
    stands twice: nothing is set that the page does not show; FORM_TOO_LARGE for more than forms hold.
    """
    refuse_too_large(request)
    body = (await request.read()).decode("utf-8", "replace")
    fields: dict[str, list[str]] = {}
    try:
        given = parse_qsl(body, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        given = [("", "")]
    for name, value in given:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    fits = all(name in several or (name in one and len(values) == 1) for name, values in fields.items())
    if not fits or any("\0" in value for values in fields.values() for value in values):
        raise InputError(
            "FORM_FIELDS",
            "表单内容不对，请返回上一页刷新后重试",
            "this is not what the form asks: go back, load the page anew and send it again",
        )
    return Form(fields)


def refuse_too_large(request: web.Request) -> None:
    """Raise `InputError` FORM_TOO_LARGE for a form of which only a part was read."""
    if TOO_LARGE in request:
        raise InputError(
            "FORM_TOO_LARGE",
            "内容太多（不超过 100 KB），没有保存。请返回上一页，缩短后重试",
            "this is more than 100 KB, and nothing was kept: go back, shorten it and send it again",
        )


def language(request: web.Request, user: User | None = None) -> Language:
    """What whoever sent a request reads: as the address asks, as they chose before, as their account says."""
    asked = language_of(request.query.get("lang")) or language_of(request.cookies.get(LANGUAGE_COOKIE))
    return asked or language_of(None if user is None else user.language) or "zh"


def remember_language(request: web.Request, response: web.StreamResponse) -> None:
    """Let the browser keep the language that the address asks for."""
    chosen = language_of(request.query.get("lang"))
    if chosen is not None:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=through_tls(request)
        )


def attempt_of(request: web.Request, name: str = "", password: str = "", code: str = "") -> Attempt:
    """What somebody tries, with what is known of their browser."""
    return Attempt(
        name,
        password,
        code,
        client_of(request),
        device_words(request.headers.get("User-Agent", "")),
        request.cookies.get(_known_name(request, login(name))),
        request.cookies.get(cookie_name(request)),
    )


def keep_signed_in(request: web.Request, response: web.Response, signed: SignedIn) -> None:
    """Let the browser keep a new sign-in, and that it is known."""
    keep_token(request, response, signed.token)
    _set(request, response, _known_name(request, signed.user.name), signed.known, KNOWN_DAYS * _DAY)


def keep_token(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Let the browser keep a sign-in's token."""
    _set(request, response, cookie_name(request), token, LENGTH // 1000)


def forget(request: web.Request, response: web.Response) -> None:
    """Let the browser forget who is signed in."""
    response.del_cookie(cookie_name(request), httponly=True, samesite="Strict", secure=through_tls(request))


def to_sign_in(request: web.Request) -> web.Response:
    """Where somebody who is not signed in goes, and from there back to the page that they asked for."""
    return web.Response(status=303, headers={"Location": f"/sign-in?next={quote(own_path(request.path))}"})


def own_path(asked: str, home: str = HOME) -> str:
    """Where signing in may lead: a page of ours, else `home`."""
    return asked if _OURS.fullmatch(asked) else home


def cookie_name(request: web.Request) -> str:
    """The cookie of who is signed in."""
    return f"{_HOST}{_COOKIE}" if through_tls(request) else _COOKIE


def through_tls(request: web.Request) -> bool:
    """Whether people reach us through TLS, here or at a proxy before us."""
    public = urlsplit(request.app[SETTINGS].public_url or "")
    return request.secure or (public.scheme == "https" and public.netloc == request.host)


def device_words(agent: str) -> str:
    """A browser in short words, for its owner to know it again."""
    program = next((word for sign, word in _PROGRAMS if sign in agent), "?")
    system = next((word for sign, word in _SYSTEMS if sign in agent), "?")
    return f"{program} · {system}"


_PROGRAMS = (  # the first that is found: most claim to be the others too
    ("wxwork", "企业微信 WeCom"),
    ("MicroMessenger", "微信 WeChat"),
    ("DingTalk", "钉钉 DingTalk"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _set(request: web.Request, response: web.StreamResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="Strict", secure=through_tls(request)
    )


def _known_name(request: web.Request, name: str) -> str:
    """The cookie that says that a browser is known, one for each name: several people share a duty room's."""
    cookie = f"{_KNOWN}{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
    return f"{_HOST}{cookie}" if through_tls(request) else cookie


def _form_key(token: str) -> bytes:
    """What proves forms, which only pages of this very sign-in know."""
    return hmac.digest(token.encode("utf-8", "surrogateescape"), b"airwarn form", "sha256")


def _proof(form_key: bytes, own: str) -> str:
    return hmac.digest(form_key, own.encode("utf-8", "surrogateescape"), "sha256").hex()[: _PROVED - _OWN]
