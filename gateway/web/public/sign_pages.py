"""`/s/{token}`: what is ordered, and signing it, objecting to it, reporting it done.

The token is the whole permission. What a page of another site posts is refused at the door
(`gateway.web.serving.guard`); a link that is wrong, has run out or is somebody else's looks the same as
any other.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.follow_up.signatures import signing
from gateway.follow_up.signatures.photographs import MOST_BYTES, re_encode, too_large
from gateway.follow_up.signatures.sign_page import SignPage, sign_page
from gateway.follow_up.signatures.signing import MOST_PHOTOS, OBJECTIONS, Signer
from gateway.ledger.follow_up import acknowledgements
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.moments import moment
from gateway.notices.words import WORDS
from gateway.sign_tokens import read_token, token_hash
from gateway.web.clients import client_of
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER, SIGN_TOKENS
from gateway.web.live.live_words import HTML_LANGUAGE, Language, Speech
from gateway.web.public.guesses import GUESSES
from gateway.web.public.link_rendering import page
from gateway.web.public.previews import is_person

routes = web.RouteTableDef()

_FORM_BYTES = 16_384
_FORM_SECONDS = 30.0
_PARTS = 20  # more than the form has
_UPLOAD_SECONDS = 600.0  # five photos over a weak signal
_UPLOADS = asyncio.Semaphore(8)  # held in memory until they are re-encoded
_UPLOADING: dict[str, asyncio.Timeout] = {}  # by token: nobody takes two of these places
_PHONE = re.compile(r"(?:\+?86[- ]?)?(?:0\d{2,3}[- ]?\d{7,8}|1\d{10}|1\d{4}|\d{7,8})(?!\d)")


class Contact(NamedTuple):
    """A line of whom to call, and the number in it that a phone can dial."""

    text: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody filled in; `photos` as they came."""

    fields: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[bytes, ...] = ()

    def words(self, name: str) -> str:
        """What stands in a field; "" where it was not sent."""
        return self.fields.get(name, "")


@routes.get(r"/s/{token}")
async def get_sign_page(request: web.Request) -> web.Response:
    """The page; that a person has opened it is written down once."""
    asked = await _asked(request)
    if asked is None:
        return await missing(request)
    if asked.opened_at is None and is_person(request):
        await request.app[LEDGER].write(acknowledgements.opened, asked.id, request.app[CLOCK]())
    return await _shown(request, asked)


@routes.post(r"/s/{token}/sign")
async def post_sign(request: web.Request) -> web.Response:
    """Sign."""

    async def act(asked: Acknowledgement, form: Form) -> None:
        await request.app[LEDGER].write(signing.sign, asked, _signer(form), request.app[CLOCK]())

    return await _acted(request, act)


@routes.post(r"/s/{token}/object")
async def post_object(request: web.Request) -> web.Response:
    """Object."""

    async def act(asked: Acknowledgement, form: Form) -> None:
        reason = form.words("reason")
        if reason not in OBJECTIONS:
            raise InputError("REASON_MISSING", "请选择原因", "choose a reason", field="reason")
        await request.app[LEDGER].write(
            signing.object_to,
            asked,
            _signer(form),
            reason,
            form.words("objection"),
            request.app[CLOCK](),
        )

    return await _acted(request, act)


@routes.post(r"/s/{token}/done")
async def post_done(request: web.Request) -> web.Response:
    """Report done, with photos."""

    async def act(asked: Acknowledgement, form: Form) -> None:
        jpegs = [await asyncio.to_thread(re_encode, each) for each in form.photos]
        await request.app[LEDGER].write(
            signing.report_done,
            asked,
            form.words("note"),
            jpegs,
            "link",
            "(link)",
            request.app[CLOCK](),
        )

    return await _acted(request, act)


async def _asked(request: web.Request) -> Acknowledgement | None:
    token = read_token(request.match_info["token"])
    if token is None:
        return None
    return await request.app[LEDGER].read(acknowledgements.by_token, token_hash(token), request.app[CLOCK]())


async def missing(request: web.Request) -> web.Response:
    """A link that is wrong, has run out or is somebody else's; who tries many has to wait."""
    wait = await request.app[BUS].limits.wait(GUESSES, client_of(request))
    response = page("sign_missing.html", language_of(request), status=429 if wait else 404)
    if wait:
        response.headers["Retry-After"] = str(int(wait) + 1)
    return response


async def _acted(
    request: web.Request, act: Callable[[Acknowledgement, Form], Awaitable[None]]
) -> web.Response:
    """Do it and show the page anew; with what is wrong where it was not done."""
    asked = await _asked(request)
    if asked is None:
        return await missing(request)
    form = Form()
    try:
        form = await _form(request)
        await act(asked, form)
        request.app[BUS].say(Word.CHANGED)
    except InputError as error:
        return await _shown(request, asked, form, error)
    where = f"/s/{request.match_info['token']}{query_of(request)}#state"
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})


async def _shown(
    request: web.Request, asked: Acknowledgement, form: Form | None = None, error: InputError | None = None
) -> web.Response:
    app, language = request.app, language_of(request)
    view = await app[LEDGER].read(_view, app, asked, HTML_LANGUAGE[language])
    stands = view.asked
    words = WORDS["zh-CN" if language == "zh" else "en"]

    def when(at: int | None) -> str:
        return "" if at is None else words.hour(moment(at), year=False)

    fault = "" if error is None else Speech(language).told(error)
    return page(
        "sign.html",
        language,
        status=200 if error is None else 422,
        view=view,
        starts=words.hour(view.starts_at, year=True),
        ends=words.hour(view.ends_at, year=True, closing=True) if view.ends_at else "",
        due=when(stands.due_at),
        signed=when(stands.signed_at),
        objected=when(stands.objected_at),
        done=when(stands.done_at),
        contacts=[contact_line(each) for each in view.contacts],
        path=f"/s/{request.match_info['token']}",
        query=query_of(request),
        filled=form or Form(),
        fault=fault,
        objecting=error is not None and request.path.endswith("/object"),
    )


def _view(connection: Connection, app: web.Application, asked: Acknowledgement, language: str) -> SignPage:
    """As it stands by now."""
    stands = acknowledgements.by_id(connection, asked.id) or asked
    return sign_page(connection, app[DESK], app[SIGN_TOKENS], stands, "en" if language == "en" else "zh-CN")


def contact_line(line: str) -> Contact:
    """A line of the office's with the number in it."""
    found = _PHONE.search(line)
    return Contact(line, None if found is None else re.sub(r"[- ]", "", found[0]))


async def _form(request: web.Request) -> Form:
    """What was filled in. Raises `InputError` for what is larger than a form can be, or is none."""
    try:
        if request.content_type == "multipart/form-data":
            async with _place(request.match_info["token"]):
                return await _upload(request)
        async with asyncio.timeout(_FORM_SECONDS):
            body = await request.clone(client_max_size=_FORM_BYTES).read()
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20)
    except (ValueError, HttpProcessingError, web.HTTPRequestEntityTooLarge):
        raise _unreadable() from None
    return Form(dict(fields))


@asynccontextmanager
async def _place(token: str) -> AsyncIterator[None]:
    """A place among those who send photos. Whoever sends anew by the same link gives up what they sent
    before: its connection may be lost, and nobody noticed yet."""
    earlier = _UPLOADING.pop(token, None)
    if earlier is not None and not earlier.expired():
        earlier.reschedule(asyncio.get_running_loop().time())
    async with asyncio.timeout(_UPLOAD_SECONDS) as own:
        _UPLOADING[token] = own
        try:
            async with _UPLOADS:
                yield
        finally:
            if _UPLOADING.get(token) is own:
                del _UPLOADING[token]


async def _upload(request: web.Request) -> Form:
    """A form with photos, read as it comes and no further than it may be."""
    fields: dict[str, str] = {}
    photos: list[bytes] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or len(fields) + len(photos) > _PARTS:
            raise _unreadable()
        if part.name == "photos":
            content = await _read(part, MOST_BYTES)
            if content:  # a browser sends an empty part where none was chosen
                photos.append(content)
            if len(photos) > MOST_PHOTOS:
                raise signing.too_many_photos()
        else:
            fields[part.name or ""] = (await _read(part, _FORM_BYTES)).decode()
    return Form(fields, tuple(photos))


async def _read(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65_536):
        content += chunk
        if len(content) > most:
            raise too_large() if part.name == "photos" else _unreadable()
    return bytes(content)


def _unreadable() -> InputError:
    return InputError(
        "FORM_UNREADABLE", "表单无法读取，请重新填写", "the form cannot be read; fill it in again"
    )


def _signer(form: Form) -> Signer:
    return Signer(form.words("name"), form.words("role"), "link", "(link)")


def language_of(request: web.Request) -> Language:
    """The language that the address asks for."""
    return "en" if request.query.get("lang") == "en" else "zh"


def query_of(request: web.Request) -> str:
    """What keeps that language in an address."""
    return "?lang=en" if language_of(request) == "en" else ""
